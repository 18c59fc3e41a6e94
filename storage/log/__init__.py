"""The log of a session, its snapshots, and what they tell of the past."""
