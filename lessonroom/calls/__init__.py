"""Calls: own tracks, and who may call whom."""
