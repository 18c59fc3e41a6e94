"""The people of a session: seats, permissions, the lobby, names."""
