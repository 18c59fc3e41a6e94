"""What is announced of events: the feed, and what platforms have yet to be told."""
