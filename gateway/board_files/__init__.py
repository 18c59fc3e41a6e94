"""Board files: a board with all that it shows, saved and opened again."""
