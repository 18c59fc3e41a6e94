"""What writes: the journal, and what waits for it."""
