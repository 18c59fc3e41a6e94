"""Finding what was written: words as they are compared, and what a log says that is text."""
