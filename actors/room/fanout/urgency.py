"""How soon a room should flush."""

from enum import IntEnum


class Urgency(IntEnum):
    """What waits to be sent, by who waits for it."""

    NOTHING = 0
    POINTERS = 1
    """Somebody has pointed since the last flush."""
    SAID = 2
    """Something is on disk, or needs no disk, that a lesson hears in its turn."""
    AWAITED = 3
    """Somebody waits for it who is not in the lesson yet, or calls from outside."""
