"""How often somebody may try. Time is an argument, so that tests turn it by hand."""

from collections import OrderedDict
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused

_FIRST_DELAY_S: Final = 2.0
_MAX_DELAY_S: Final = 300.0
_MAX_STRIKES: Final = 10
"""By then the wait is at its longest."""
_FORGIVEN_AFTER_S: Final = 600.0
_MAX_KEYS: Final = 20_000
"""Memory is bounded: past it the one that failed longest ago is forgotten."""


class _Record(msgspec.Struct):
    level: float
    strikes: int
    failed_at_s: float
    blocked_until_s: float


class Backoff:
    """Lets a key fail so many times a minute; then each further failure doubles the wait.

    Args:
        free_per_min: failures without a wait, at once and per minute.

    """

    def __init__(self, free_per_min: int) -> None:
        self._free = free_per_min
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
            delay_s = min(_MAX_DELAY_S, _FIRST_DELAY_S * 2**record.strikes)
            record.strikes = min(record.strikes + 1, _MAX_STRIKES)
            record.blocked_until_s = now_s + delay_s
        self._records[key] = record
        if len(self._records) > _MAX_KEYS:
            self._records.popitem(last=False)


class _Bucket(msgspec.Struct):
    left: float
    at_s: float


class Buckets:
    """Token buckets by key.

    Args:
        per_min: what flows in.
        burst: what a bucket holds.

    """

    def __init__(self, per_min: int, *, burst: int) -> None:
        self._per_s = per_min / 60
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str, now_s: float) -> float:
        """Take one; return 0, or how long to wait in seconds where there is none."""
        bucket = _Bucket(self._left(key, now_s), now_s)
        self._buckets.pop(key, None)
        self._buckets[key] = bucket
        if len(self._buckets) > _MAX_KEYS:
            self._buckets.popitem(last=False)
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) / self._per_s

    def wait_s(self, key: str, now_s: float) -> float:
        """Return how long to wait until there is one to take; 0 where there is; take none."""
        return max(0.0, 1 - self._left(key, now_s)) / self._per_s

    def _left(self, key: str, now_s: float) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            return self._burst
        return min(self._burst, bucket.left + (now_s - bucket.at_s) * self._per_s)


def too_often(wait_s: float) -> Refused:
    """Return the refusal of one request too many."""
    return Refused(
        ErrorCode.RATE_LIMITED, "too many requests", retry_after_ms=max(1, round(wait_s * 1000))
    )


class GuessLimits:
    """Wrong access codes: by address, by session, and over all.

    One address has a few, a session ten times as many, the server a hundred times: so that one
    pupil who guesses locks out neither the class nor the school, while guessing from everywhere
    stays hopeless: at 1,000 a minute the 39.6 bits of one code last for centuries.
    """

    def __init__(self, free_per_min: int) -> None:
        self._by_address = Backoff(free_per_min)
        self._by_session = Backoff(free_per_min * 10)
        self._overall = Backoff(free_per_min * 100)

    def wait_s(self, address: str, session_id: str, now_s: float) -> float:
        """Return how long to wait before a code is looked at; 0 where it may be now."""
        return max(
            self._by_address.wait_s(address, now_s),
            self._by_session.wait_s(session_id, now_s),
            self._overall.wait_s("", now_s),
        )

    def failed(self, address: str, session_id: str, now_s: float) -> None:
        """Count a wrong code."""
        self._by_address.failed(address, now_s)
        self._by_session.failed(session_id, now_s)
        self._overall.failed("", now_s)
