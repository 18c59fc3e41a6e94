"""What is being taken in at one moment: bytes of bodies, and bodies that are decoded."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from gateway import strict_json
from gateway.strict_json import Bounds
from lessonroom.codes import ErrorCode, Refused

Decode = Callable[[bytes, Bounds], Any]

_DECODED_AT_ONCE_BYTES: Final = 4_096
"""What is longer is decoded in a thread: 4 KiB take 0.1 ms, 64 KiB would take 2."""
_SMALL_BYTES: Final = 131_072
_IN_ALL_BYTES: Final = 67_108_864
_RETRY_MS: Final = 1_000


class Intake:
    """Bounds the memory of bodies, by who sends them and over all, and how many are decoded.

    Args:
        largest_bytes: of a body. One party may have one of these under way, and half of one
            beside it; all together three, or 64 MiB where that is more.

    """

    def __init__(self, largest_bytes: int) -> None:
        self._each_bytes = largest_bytes + largest_bytes // 2
        self._most_bytes = max(_IN_ALL_BYTES, 3 * largest_bytes)
        self._by_party: Counter[str] = Counter()
        self._bytes = 0
        # Lanes of their own: a board takes seconds to decode, which nobody else waits for.
        self._small = asyncio.Semaphore(2)
        self._large = asyncio.Semaphore(1)

    @contextlib.contextmanager
    def load(self, party: str) -> Iterator["Load"]:
        """Count what one request of `party` brings, until it is answered."""
        load = Load(self, party)
        try:
            yield load
        finally:
            self._give_back(party, load.size_bytes)

    async def decoded(
        self, encoded: bytes, bounds: Bounds, decode: Decode = strict_json.loads
    ) -> Any:  # noqa: ANN401 - any JSON value
        """Decode a body in its turn; see `strict_json.loads`."""
        if len(encoded) <= _DECODED_AT_ONCE_BYTES:
            return decode(encoded, bounds)
        async with self._small if len(encoded) <= _SMALL_BYTES else self._large:
            return await asyncio.to_thread(decode, encoded, bounds)

    def _take(self, party: str, size_bytes: int) -> None:
        if self._by_party[party] + size_bytes > self._each_bytes:
            raise Refused(
                ErrorCode.RATE_LIMITED,
                "you are sending too much at once: one after the other, please",
                retry_after_ms=_RETRY_MS,
            )
        if self._bytes + size_bytes > self._most_bytes:
            raise Refused(
                ErrorCode.UNAVAILABLE,
                "too much is being sent to this server at once",
                retry_after_ms=_RETRY_MS,
            )
        self._by_party[party] += size_bytes
        self._bytes += size_bytes

    def _give_back(self, party: str, size_bytes: int) -> None:
        self._bytes -= size_bytes
        self._by_party[party] -= size_bytes
        if not self._by_party[party]:
            del self._by_party[party]


class Load:
    """The bytes of one body so far."""

    def __init__(self, intake: Intake, party: str) -> None:
        self.size_bytes = 0
        self._intake = intake
        self._party = party

    def add(self, size_bytes: int) -> None:
        """Count more bytes.

        Raises:
            Refused: `rate_limited`, the party has too much under way; `unavailable`, everyone has.

        """
        self._intake._take(self._party, size_bytes)  # noqa: SLF001 - two halves of one ledger
        self.size_bytes += size_bytes
