"""A clock that stands still until a test turns it."""

import heapq
from collections.abc import Callable
from itertools import count

START_MS = 1_800_000_000_000


class _Call:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ManualClock:
    """Wall clock and monotonic time go together; what was scheduled happens in its order."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self._now_ms = now_ms
        self._monotonic_s = 1000.0
        self._calls: list[tuple[float, int, _Call]] = []
        self._numbers = count()

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> _Call:
        call = _Call(callback)
        heapq.heappush(self._calls, (self._monotonic_s + delay_s, next(self._numbers), call))
        return call

    def advance(self, seconds: float) -> None:
        """Let time pass, and what is due on the way happen."""
        until_s = self._monotonic_s + seconds
        while self._calls and self._calls[0][0] <= until_s + 1e-9:
            at_s, _, call = heapq.heappop(self._calls)
            self._turn_to(max(at_s, self._monotonic_s))
            if call.callback is not None:
                call.callback()
        self._turn_to(until_s)

    def _turn_to(self, at_s: float) -> None:
        self._now_ms += round((at_s - self._monotonic_s) * 1000)
        self._monotonic_s = at_s
