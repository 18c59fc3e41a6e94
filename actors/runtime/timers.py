"""Timers: actors that say when it is time. Who is told decides what that means."""

from functools import partial
from typing import Final, TypeVar

import structlog

from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Cancellable, Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.telling import tell

_log: Final = structlog.get_logger(__name__)
_M = TypeVar("_M")


class TimerActor(AsyncioActor):
    """Tells `message` to `target` every `interval_s` seconds, the first time after one interval.

    In a test nobody starts it: the test tells the message itself and so turns the clock by hand.
    """

    def __init__(
        self, target: Mailbox[_M], message: _M, *, interval_s: float, clock: Clock
    ) -> None:
        super().__init__()
        self._tell = partial(tell, target, message)
        self._interval_s = interval_s
        self._clock = clock
        self._call: Cancellable | None = None

    def on_start(self) -> None:
        """Wait for the first interval."""
        self._arm()

    def on_stop(self) -> None:
        """Strike no more."""
        if self._call is not None:
            self._call.cancel()

    def _strike(self) -> None:
        self._tell()
        self._arm()

    def _arm(self) -> None:
        try:
            self._call = self._clock.call_later(self._interval_s, self._strike)
        except Exception:  # noqa: BLE001 - whatever it is, time must go on
            _log.exception("the clock does not call back", timer=str(self))
            self._call = self._loop.call_later(self._interval_s, self._arm)
