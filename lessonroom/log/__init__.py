"""The log: events, what was accepted, and everything that is a reading of it."""
