"""Documents for the board: each page of a PDF becomes a page of the lesson."""
