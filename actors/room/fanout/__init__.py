"""What a room says, to whom, when, and what it has said of late."""
