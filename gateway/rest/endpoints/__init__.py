"""The routes of people and platforms."""
