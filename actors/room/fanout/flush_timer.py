"""When a room flushes (PROTOCOL FC-2): once in an interval at most, and at once for who waits."""

from collections.abc import Callable
from typing import Final

from actors.room.fanout.urgency import Urgency
from actors.runtime.clock import Cancellable, Clock

_NEVER: Final = float("inf")
_NEVER_YET: Final = -_NEVER
_POINTERS_WAIT: Final = 2
"""Pointers go along with what is drawn; by themselves they wait for two intervals."""
_POINTERS_WAIT_BEHIND: Final = 3
"""Behind something said for three: more will be said, mostly, and is on the way to the disk."""


class FlushTimer:
    """Tells a room when to flush.

    Args:
        clock: the time.
        interval_s: how far apart flushes are.
        ring: called when it is time; `rung` is due then.

    """

    def __init__(self, clock: Clock, interval_s: float, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._ring = ring
        self._call: Cancellable | None = None
        self._due_s = _NEVER
        self._rung_for_s = _NEVER_YET
        self._said_at_s = self._flushed_at_s = _NEVER_YET

    def is_due(self, urgency: Urgency) -> bool:
        """Whether to flush now what is so urgent, and not nothing; else the timer is set."""
        if urgency is Urgency.POINTERS:
            # By then a stroke has mostly come along and taken them with it.
            has_just_said = self._said_at_s == self._flushed_at_s
            intervals = _POINTERS_WAIT_BEHIND if has_just_said else _POINTERS_WAIT
            due_s = self._flushed_at_s + intervals * self._interval_s
        else:
            is_awaited = urgency is Urgency.AWAITED
            due_s = _NEVER_YET if is_awaited else self._said_at_s + self._interval_s
        if due_s >= self._due_s:
            # The timer that is set comes soon enough; setting it anew costs as much as a stroke.
            return False
        if self._call is not None:
            self.stop()
        now_s = self._clock.monotonic_s()
        if due_s <= now_s or due_s <= self._rung_for_s:
            return True
        self._due_s = due_s
        self._call = self._clock.call_later(due_s - now_s, self._ring)
        return False

    def rung(self) -> None:
        """Hear that it has rung: what it was set for is due now.

        The loop counts in whole milliseconds, and rings up to one too early. Set anew for what is
        left of that it would ring at once, several times.
        """
        self._rung_for_s = self._due_s
        self.stop()

    def stop(self) -> None:
        """Do not ring."""
        self._due_s = _NEVER
        if self._call is not None:
            self._call.cancel()
            self._call = None

    def note(self, now_s: float, *, has_said: bool) -> None:
        """Note that the room flushes, and whether more than pointers."""
        self._flushed_at_s = now_s
        if has_said:
            self._said_at_s = now_s
