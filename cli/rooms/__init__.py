"""Rooms as commands show them."""
