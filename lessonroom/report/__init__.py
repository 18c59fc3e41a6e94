"""The report of a lesson: who was there, spoke and wrote, as its log tells it."""
