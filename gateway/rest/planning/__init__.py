"""Planning lessons: the next one of a series, and what it takes over from the last."""
