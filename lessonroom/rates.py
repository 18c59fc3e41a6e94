"""Token buckets: how much of a kind one may send (PROTOCOL FC-1). Time is an argument."""

from enum import StrEnum

import msgspec


class RateClass(StrEnum):
    """The kinds of message that are counted apart."""

    BOARD = "board"
    POINTER = "pointer"
    SIGNAL = "signal"
    COMMAND = "command"
    CHAT = "chat"


class Rate(msgspec.Struct, frozen=True):
    """So many a second in the long run, and so many at once after a pause."""

    per_s: float
    burst: float


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """The rates of one connection. A participant's and a room's are multiples of these."""

    board: Rate = Rate(60, 200)
    pointer: Rate = Rate(60, 120)
    signal: Rate = Rate(50, 200)
    command: Rate = Rate(10, 30)
    chat: Rate = Rate(5, 15)
    participant_factor: float = 1.5
    """What all connections of a participant may send together, in terms of one connection."""
    room: Rate = Rate(3000, 6000)
    """Board events, signals, commands and messages of the chat of everyone in a room."""

    def of(self, kind: RateClass) -> Rate:
        """Return the rate of one kind."""
        rate: Rate = getattr(self, kind.value)
        return rate


class TokenBucket:
    """Holds up to `burst` tokens and gains `per_s` a second; each message takes one."""

    __slots__ = ("_at_s", "_rate", "_tokens")

    def __init__(self, rate: Rate, *, now_s: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at_s = now_s

    def take(self, now_s: float) -> int:
        """Take a token and return 0, or return the milliseconds until there is one.

        `now_s` is a monotonic time in seconds.
        """
        self._fill(now_s)
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return max(1, round((1 - self._tokens) / self._rate.per_s * 1000))

    def charge(self, tokens: int, now_s: float) -> None:
        """Take tokens whether they are there or not; what is owed is gained first."""
        self._fill(now_s)
        self._tokens -= tokens

    def _fill(self, now_s: float) -> None:
        rate = self._rate
        self._tokens = min(rate.burst, self._tokens + (now_s - self._at_s) * rate.per_s)
        self._at_s = now_s
