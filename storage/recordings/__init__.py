"""What was recorded of which session: the rows, not the files."""
