"""What all rooms share: the directory, the journal, the chores."""
