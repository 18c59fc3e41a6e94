"""What a server has on its machine, and how commands reach it."""
