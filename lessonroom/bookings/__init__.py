"""Bookings: what a booking system's messages come to, in whatever order they arrive."""
