"""The routes of boards and of what is on them."""
