"""When the journal begins a transaction: at once where it is quiet, with many strokes where not.

Transactions cost the event loop more than what is in them. So they keep a distance: a short one,
which nobody notices, as long as few events come, and the whole interval once so many come in the
short one that the loop has better things to do. How many came is counted; no load is measured.
"""

from typing import Final

QUIET_SHARE: Final = 4
"""While few events come, transactions are this part of the interval apart."""
MANY_EVENTS: Final = 48
"""So many in an interval are many; in a part of it, that part of them."""


class Gathering:
    """How far apart transactions of what is drawn are.

    Args:
        interval_s: the longest distance, seconds.

    """

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._is_busy = False
        self._began_s = -interval_s
        self._armed_for_s = self._rung_for_s = -interval_s

    def wait_s(self, now_s: float) -> float:
        """Return for how long the next transaction gathers; 0 or less: it begins now."""
        due_s = self._due_s()
        return 0.0 if due_s <= self._rung_for_s else due_s - now_s

    def arm(self) -> None:
        """Note that a timer is set for as long as `wait_s` has said."""
        self._armed_for_s = self._due_s()

    def rung(self) -> None:
        """Note that it has rung: what it was set for is due.

        The loop's timers ring up to a millisecond too early, and would be set anew for the rest,
        to ring at once, several times.
        """
        self._rung_for_s = self._armed_for_s

    def begin(self, now_s: float, *, events: int) -> None:
        """Note that a transaction begins, with all that came since the one before."""
        self._began_s = now_s
        self._is_busy = events * (1 if self._is_busy else QUIET_SHARE) >= MANY_EVENTS

    def _due_s(self) -> float:
        return self._began_s + self._interval_s / (1 if self._is_busy else QUIET_SHARE)
