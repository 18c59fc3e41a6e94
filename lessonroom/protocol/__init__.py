"""The wire `lessonroom.v1`: every message as a struct, and its two encodings."""
