"""Recordings: when one is on, who agreed to be in it, and what of whom may be kept."""
