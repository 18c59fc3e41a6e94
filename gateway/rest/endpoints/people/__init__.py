"""The routes of people: getting in, being there, writing to each other."""
