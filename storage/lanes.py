"""The lane of long reads: versions, exports, statistics. They wait for each other, and nobody else.

Opening a room, and looking up who may do what, must not stand behind somebody who leafs through
the history of a large lesson. So long reads have a few of the reading connections and no more, and
each session one of these at a time: a class that leafs through its own lesson waits for itself.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused

LONG_READS_AT_ONCE: Final = 2
"""Of the seven or eight connections of a database: three open rooms, short reads have the rest."""
WAITING_MOST: Final = 30
"""For each session: as many as a class. They wait in memory, which is no place for ever more."""


class _Line(msgspec.Struct):
    turn: asyncio.Lock
    length: int = 0


class LongReads:
    """Gives long reads their turns: round the sessions that want any, one of each at a time."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(LONG_READS_AT_ONCE)
        self._lines: dict[str, _Line] = {}

    @contextlib.asynccontextmanager
    async def turn(self, session_id: str) -> AsyncIterator[None]:
        """Wait for a turn.

        Raises:
            Refused: `unavailable`, too many wait for the same session.

        """
        line = self._lines.get(session_id)
        if line is None:
            line = self._lines[session_id] = _Line(asyncio.Lock())
        if line.length > WAITING_MOST:
            raise Refused(
                ErrorCode.UNAVAILABLE,
                "too many read the history of this session at once",
                retry_after_ms=2000,
            )
        line.length += 1
        try:
            # The session's turn first: of each there is then one at most in the line for a place.
            async with line.turn, self._places:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[session_id]
