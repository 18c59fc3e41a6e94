"""What is asked of a body, and how it is taken in."""
