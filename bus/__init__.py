"""Messages between nodes: bytes by subject, at most once. Knows no room and no lesson."""
