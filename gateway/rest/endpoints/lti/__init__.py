"""The routes of learning platforms: coming in, and what their courses are given."""
