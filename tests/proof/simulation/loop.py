"""An event loop in which nothing takes time and everything happens in an order that is repeated."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from actors.runtime.clock import Cancellable

START_MS: Final = 1_800_000_000_000
_TICK_S: Final = 1e-6
"""Less than this no timer waits: a clock that stands still would never get past a rest of less than
its own precision, which a real one is past by the next turn."""
_TURNS_MOST: Final = 100_000
"""So many turns without time are for ever."""


class NothingLeft(Exception):  # noqa: N818 - says what happened
    """Everybody waits, and nothing will ever happen."""


class Spinning(Exception):  # noqa: N818 - says what happened
    """Somebody is busy for ever: turn after turn, and no time passes."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Waiting turns the clock at once to the next thing that is due. There is no I/O."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 1000.0
        self._clock_resolution = 1e-9
        self._idle_turns = 0
        # Kept: the collector would complain of what waits in a process that was killed.
        self._tasks: list[asyncio.Task[Any]] = []
        self.set_task_factory(self._keep)
        # BaseEventLoop waits in `self._selector.select(timeout)`.
        self._selector = self

    def time(self) -> float:
        """Return the simulated monotonic time."""
        return self._now_s

    def select(self, timeout: float | None) -> list[Any]:
        """Let time pass."""
        if timeout is None:
            raise NothingLeft
        self._idle_turns = 0 if timeout > 0 else self._idle_turns + 1
        if self._idle_turns > _TURNS_MOST:
            self._idle_turns = 0
            raise Spinning
        self._now_s += timeout
        return []

    def _keep(self, loop: asyncio.AbstractEventLoop, coro: Any, **how: Any) -> asyncio.Task[Any]:  # noqa: ANN401 - a task factory's
        task: asyncio.Task[Any] = asyncio.Task(coro, loop=loop, **how)
        self._tasks.append(task)
        return task

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """There is one thread."""


class SimulatedClock:
    """The clocks of one server process; its timers end with it, and its wall clock may jump."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.is_running = True
        self.skew_ms = 0
        self._loop = loop

    def now_ms(self) -> int:
        """Return the wall clock."""
        return START_MS + int(self._loop.time() * 1000) + self.skew_ms

    def monotonic_s(self) -> float:
        """Return the simulated time."""
        return self._loop.time()

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Cancellable:
        """Call back unless the process has died by then."""

        def strike() -> None:
            if self.is_running:
                callback()

        return self._loop.call_later(max(delay_s, _TICK_S), strike)
