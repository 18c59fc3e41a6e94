"""What owns a session's log: the room, the lesson in it, what it says to whom."""
