"""What is done for takes that nobody asks about: sealed early, finished, and swept."""

import asyncio
from typing import Final

import structlog

from actors.runtime.clock import Cancellable, Clock
from gateway.recordings.takes import Takes
from lessonroom.codes import Refused
from storage.errors import StorageError

_log: Final = structlog.get_logger(__name__)

_LOOK_EVERY_S: Final = 30.0
_SWEEP_EVERY: Final = 20
_MS_PER_H: Final = 3_600_000


class TakeKeeping:
    """Looks once in a while for what is to be done for takes that nobody asks about.

    What was recorded is sealed before somebody wants to listen. Files of sessions that are gone are
    deleted, at the start, too: a server that was killed may have left some. Takes whose page never
    said that it was done are closed once nothing can come any more, and sealed for good.

    Args:
        takes: all of them.
        clock: the rooms' own.
        late_upload_h: how long a page that was closed may send what is left, hours.

    """

    def __init__(self, takes: Takes, clock: Clock, *, late_upload_h: int) -> None:
        self._takes = takes
        self._clock = clock
        self._late_ms = late_upload_h * _MS_PER_H
        self._call: Cancellable | None = None
        self._task: asyncio.Task[None] | None = None
        self._looks = 0

    def start(self) -> None:
        """Begin to look: for what a server before this one left, at once."""
        self._called()

    async def stop(self) -> None:
        """Look no more, and let go of all files."""
        if self._call is not None:
            self._call.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._takes.stop()

    def _called(self) -> None:
        self._task = asyncio.create_task(self._look())

    async def _look(self) -> None:
        try:
            await self._takes.prepare()
            if self._looks % _SWEEP_EVERY == 0:
                await self._takes.sweep()
                await self._takes.finish(before_ms=self._clock.now_ms() - self._late_ms)
            self._looks += 1
        except (Refused, StorageError, OSError):
            _log.exception("takes_not_kept")
        self._call = self._clock.call_later(_LOOK_EVERY_S, self._called)
