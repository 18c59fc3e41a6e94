"""What is asked of a room: over sockets, by name, and how much of it."""
