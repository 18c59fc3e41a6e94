"""What lessonroom costs, measured beside others in the same run. Nothing here asserts."""
