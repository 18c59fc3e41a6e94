"""What a board looks like: where things lie, what shapes they are, and a page of them as SVG."""
