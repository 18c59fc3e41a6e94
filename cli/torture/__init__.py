"""The parts of `lessonroom torture`."""
