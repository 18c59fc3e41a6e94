"""What the actors tell whoever counts: how they do is measured where it happens, and nowhere kept.

Calls come on the event loop, many a second: they must be quick, and may not raise.
"""

from typing import Protocol

from lessonroom.codes import ErrorCode


class Observer(Protocol):
    """Hears how the rooms do."""

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """`events` of `rooms` rooms were committed in one transaction of `duration_s` seconds."""

    def flushed(self, *, duration_s: float) -> None:
        """A room wrote to all of its connections, in `duration_s` seconds."""

    def refused(self, code: ErrorCode) -> None:
        """Somebody was told that something is not possible."""


class Unobserved:
    """Nobody counts."""

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """Count nothing."""

    def flushed(self, *, duration_s: float) -> None:
        """Count nothing."""

    def refused(self, code: ErrorCode) -> None:
        """Count nothing."""
