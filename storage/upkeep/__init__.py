"""What is done to a database from time to time."""
