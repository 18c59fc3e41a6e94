"""What a board is made of, the operations on it, and the bytes that it is kept as."""
