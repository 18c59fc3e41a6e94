"""What stands at a socket: the connection, and its sending end."""
