"""What of a session goes into a lesson pack, and how it is read for that."""
