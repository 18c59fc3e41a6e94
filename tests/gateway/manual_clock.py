"""A clock that a test turns by hand."""

from collections.abc import Callable


class _Call:
    def cancel(self) -> None:
        pass


class ManualClock:
    """Stands still until it is told; starts at a round time in 2026."""

    def __init__(self, now_ms: int = 1_800_000_000_000) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_s(self) -> float:
        return self.at_ms / 1000

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> _Call:  # noqa: ARG002 - nothing waits here
        return _Call()

    def advance(self, seconds: float) -> None:
        self.at_ms += round(seconds * 1000)
