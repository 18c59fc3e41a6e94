"""What was written in lessons: kept by its words, and found by them."""
