"""The report of a lesson: gathered from the store, and made into what people read."""
