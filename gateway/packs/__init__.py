"""Lesson packs: a whole lesson in one file, with a hash of all that is in it."""
