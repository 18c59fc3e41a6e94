"""Bookings: from what a booking system says to sessions that are as it says."""
