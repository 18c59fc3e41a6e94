"""What is told to who comes or comes back: the welcome, the board, and what was missed."""
