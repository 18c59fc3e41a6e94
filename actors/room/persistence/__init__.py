"""From what is stored to a room, and back."""
