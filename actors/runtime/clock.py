"""The one module that reads a clock. Everything else is told the time."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol


class Cancellable(Protocol):
    """A call that was scheduled and can be taken back."""

    def cancel(self) -> None:
        """Take the call back; harmless when it has happened."""


class Clock(Protocol):
    """Time as the server sees it. Tests use one that they turn by hand."""

    def now_ms(self) -> int:
        """Return the wall clock: milliseconds since the Unix epoch, UTC."""

    def monotonic_s(self) -> float:
        """Return seconds that never go back, from no point in particular."""

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """Have `callback` called on the event loop after `delay_s` seconds."""


class SystemClock:
    """The machine's clocks and the running event loop's timer."""

    def now_ms(self) -> int:
        """Return the wall clock: milliseconds since the Unix epoch, UTC."""
        return time.time_ns() // 1_000_000

    # No call of ours around it: it is read five times for each stroke.
    monotonic_s = staticmethod(time.monotonic)

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """Have `callback` called on the event loop after `delay_s` seconds."""
        return asyncio.get_running_loop().call_later(delay_s, callback)


class Stopwatch(Protocol):
    """What measures how long something took."""

    def __call__(self) -> float:
        """Return seconds that never go back, from no point in particular."""


stopwatch_s: Final[Stopwatch] = time.perf_counter
"""Seconds that never go back, to measure how long something took, never to decide by.

Apart from `Clock`: every drain of every actor reads it twice, 40 ns each.
"""
