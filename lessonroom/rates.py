"""How much of a kind one may send or try: every rate of the house (PROTOCOL FC-1).

Pure: time is an argument, in seconds of a clock that never goes back.
"""

import math
from collections import OrderedDict, deque
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.protocol.client import (
    BoardEvent,
    Call,
    Candidate,
    ChatMessage,
    ClientData,
    Description,
    MediaRequest,
    Ping,
    PointerMove,
    Pong,
    QualityReport,
    SyncRequest,
    TokenRenewal,
)

_BYTES_OF_A_TOKEN: Final = 8_192
"""A message costs one token, and one more for each that many bytes: to decode one of 64 KiB, apply
it and encode it for others takes about nine times what a small one takes."""
_ANSWER_BYTES_OF_A_TOKEN: Final = 65_536
"""An answer is copied and sent, and nothing else."""
_COPIED_BYTES_OF_A_TOKEN: Final = 262_144
"""What a patch leaves as it is, is copied and nothing else, and not sent."""

_ANSWER_BYTES_OF_A_REQUEST: Final = 262_144
"""What is asked for over HTTP was read and put together, too; a version of 9 MB counts as 36."""

_KEYS_MOST: Final = 20_000
"""Of whom a limit by key keeps account; past it the one heard of longest ago is forgotten."""

_FIRST_DELAY_S: Final = 2.0
_DELAY_S_MOST: Final = 300.0
_STRIKES_MOST: Final = 10
"""By then the wait is at its longest."""
_FORGIVEN_AFTER_S: Final = 600.0


class RateClass(StrEnum):
    """The kinds of message that are counted apart."""

    BOARD = "board"
    POINTER = "pointer"
    SIGNAL = "signal"
    COMMAND = "command"
    CHAT = "chat"

    @property
    def waits(self) -> bool:
        """Whether what is too fast waits for its turn, in order, and is never refused (FC-6).

        That is so where what comes later builds on what came before (BD-6).
        """
        return self in _WAITING


_WAITING: Final = frozenset({RateClass.BOARD, RateClass.CHAT})

_CLASS_OF: Final[Mapping[type[ClientData], RateClass]] = {
    BoardEvent: RateClass.BOARD,
    SyncRequest: RateClass.BOARD,
    PointerMove: RateClass.POINTER,
    Description: RateClass.SIGNAL,
    Candidate: RateClass.SIGNAL,
    MediaRequest: RateClass.SIGNAL,
    QualityReport: RateClass.SIGNAL,
    ChatMessage: RateClass.CHAT,
    Ping: RateClass.COMMAND,
    Pong: RateClass.COMMAND,
    TokenRenewal: RateClass.COMMAND,
    Call: RateClass.COMMAND,
}
_EDITS: Final = frozenset({"undo", "redo"})


def rate_class_of(data: ClientData) -> RateClass:
    """Return what a message counts as."""
    kind = _CLASS_OF[type(data)]
    if kind is RateClass.COMMAND and isinstance(data, Call) and data.name in _EDITS:
        return RateClass.BOARD
    return kind


class Rate(msgspec.Struct, frozen=True):
    """So many a second in the long run, and so many at once after a pause."""

    per_s: float
    burst: float

    def times(self, factor: float) -> "Rate":
        """Return the rate of so many together."""
        return Rate(self.per_s * factor, self.burst * factor)


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
    tolerance: Rate = Rate(100, 1000)
    """What a connection may have dropped before it is closed; a refusal counts as ten."""

    def of(self, kind: RateClass) -> Rate:
        """Return the rate of one kind."""
        rate: Rate = getattr(self, kind._value_)
        return rate

    @property
    def everything(self) -> Rate:
        """Return the rate of all kinds together, which whoever keeps to each never reaches."""
        rates = [self.of(kind) for kind in RateClass]
        return Rate(sum(rate.per_s for rate in rates), sum(rate.burst for rate in rates))


def message_cost(size_bytes: int) -> float:
    """Return how many tokens a message of a client costs: one, and more for its size."""
    return 1 + size_bytes / _BYTES_OF_A_TOKEN


def answer_cost(size_bytes: int) -> float:
    """Return how many tokens a large answer costs besides the message that asked for it."""
    return size_bytes / _ANSWER_BYTES_OF_A_TOKEN


def work_cost(decoded_bytes: int, copied_bytes: int) -> float:
    """Return how many tokens it costs to take so much of the board apart, and to copy so much."""
    return decoded_bytes / _BYTES_OF_A_TOKEN + copied_bytes / _COPIED_BYTES_OF_A_TOKEN


def request_cost(size_bytes: int) -> float:
    """Return how many requests a large answer over HTTP counts as, besides the one it is for."""
    return size_bytes / _ANSWER_BYTES_OF_A_REQUEST


class TokenBucket:
    """Holds up to `burst` tokens and gains `per_s` a second; may be charged what it does not hold.

    A cost above `burst` can be paid: whoever has one token pays it whole, and owes the rest.
    """

    __slots__ = ("_at_s", "_rate", "_tokens")

    def __init__(self, rate: Rate, *, now_s: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._at_s = now_s

    def take(self, now_s: float, cost: float = 1.0) -> int:
        """Take `cost` tokens and return 0, or return the milliseconds until there is one."""
        rate = self._rate
        tokens = self._tokens + (now_s - self._at_s) * rate.per_s
        if tokens > rate.burst:  # noqa: PLR1730 - five buckets are asked for each stroke
            tokens = rate.burst
        self._at_s = now_s
        if tokens >= 1:
            self._tokens = tokens - cost
            return 0
        self._tokens = tokens
        return max(1, round((1 - tokens) / rate.per_s * 1000))

    def charge(self, cost: float, now_s: float, *, debt_most: float = math.inf) -> int:
        """Take `cost` tokens whether they are there or not; below 0, give some back.

        Returns the milliseconds until nothing is owed. No more than `debt_most` ever is.
        """
        rate = self._rate
        burst = rate.burst
        tokens = self._tokens + (now_s - self._at_s) * rate.per_s
        if tokens > burst:  # noqa: PLR1730 - as in `take`
            tokens = burst
        tokens -= cost
        self._at_s = now_s
        if 0 <= tokens <= burst:
            self._tokens = tokens
            return 0
        self._tokens = tokens = max(-debt_most, min(burst, tokens))
        return max(1, round(-tokens / rate.per_s * 1000)) if tokens < 0 else 0

    def change(self, rate: Rate) -> None:
        """Fill at another rate from the last moment that the bucket was looked at."""
        self._rate = rate


class Window:
    """Tells when something has happened `most` times within `seconds`."""

    __slots__ = ("_most", "_seconds", "_times_s")

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._most = most
        self._times_s: deque[float] | None = None
        """None before the first: most connections have one of these, and nothing happens to it."""

    def is_exceeded(self, now_s: float) -> bool:
        """Count one more and say whether that makes too many."""
        times_s = self._times_s
        if times_s is None:
            times_s = self._times_s = deque(maxlen=self._most)
        times_s.append(now_s)
        return len(times_s) == self._most and now_s - times_s[0] <= self._seconds


class Buckets:
    """Token buckets by key: of an address, of a person.

    A key that has not taken anything for long holds its burst, as one never heard of does, so
    those are forgotten first.

    Args:
        per_min: the tokens that a key gains a minute.
        burst: how many it holds at most, and at first.

    """

    def __init__(self, per_min: float, *, burst: float) -> None:
        self._rate = Rate(per_min / 60, burst)
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, key: str, now_s: float, cost: float = 1.0) -> float:
        """Take `cost` tokens of a key; return 0, or the seconds to wait where it holds none."""
        bucket = self._buckets.pop(key, None)
        if bucket is None:
            bucket = TokenBucket(self._rate, now_s=now_s)
            if len(self._buckets) >= _KEYS_MOST:
                self._buckets.popitem(last=False)
        self._buckets[key] = bucket
        return bucket.take(now_s, cost) / 1000

    def charge(self, key: str, now_s: float, cost: float) -> None:
        """Take `cost` tokens more for something taken before, whose cost is known only now.

        No more than a burst is ever owed, however much is asked for at once.
        """
        self.take(key, now_s, 0.0)
        self._buckets[key].charge(cost, now_s, debt_most=self._rate.burst)

    def wait_s(self, key: str, now_s: float) -> float:
        """Return the seconds until there is a token to take; 0 where there is one; take none."""
        bucket = self._buckets.get(key)
        return bucket.take(now_s, 0.0) / 1000 if bucket is not None else 0.0

    def __len__(self) -> int:
        return len(self._buckets)


class _Record(msgspec.Struct):
    level: float
    strikes: int
    failed_at_s: float
    blocked_until_s: float


class Backoff:
    """Lets a key fail so many times a minute; then each further failure doubles the wait.

    Args:
        free_per_min: failures without a wait, at once and per minute.
        delay_s_most: the longest wait.

    """

    def __init__(self, free_per_min: int, *, delay_s_most: float = _DELAY_S_MOST) -> None:
        self._free = free_per_min
        self._delay_s_most = delay_s_most
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def wait_s(self, key: str, now_s: float) -> float:
        """Return how long `key` has to wait before it may try; 0 where it may now."""
        record = self._records.get(key)
        return max(0.0, record.blocked_until_s - now_s) if record else 0.0

    def failed(self, key: str, now_s: float) -> None:
        """Count a failure of `key`."""
        record = self._records.pop(key, None)
        if record is None or now_s > record.blocked_until_s + _FORGIVEN_AFTER_S:
            record = _Record(0.0, 0, now_s, now_s)
        leaked = (now_s - record.failed_at_s) * self._free / 60
        record.level = max(0.0, record.level - leaked) + 1
        record.failed_at_s = now_s
        # The level may fall just short of a whole number while failures come in quick succession.
        if record.level > self._free - 0.5:
            delay_s = min(self._delay_s_most, _FIRST_DELAY_S * 2**record.strikes)
            record.strikes = min(record.strikes + 1, _STRIKES_MOST)
            record.blocked_until_s = now_s + delay_s
        self._records[key] = record
        if len(self._records) > _KEYS_MOST:
            self._records.popitem(last=False)

    def __len__(self) -> int:
        return len(self._records)


def too_often(wait_s: float, message: str = "too many requests") -> Refused:
    """Return the refusal of one request too many."""
    return Refused(ErrorCode.RATE_LIMITED, message, retry_after_ms=max(1, round(wait_s * 1000)))
