"""The board at any version: the newest snapshot before it, and the events after that.

Every function works inside the caller's transaction.
"""

from collections import deque
from collections.abc import Generator
from typing import Final, TypeVar

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.board import Board
from lessonroom.board.model.encoded_parts import encode_in_order
from lessonroom.board.model.pieces import decode_in_pieces
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.log.events import BOARD_CHANGES, Event
from lessonroom.log.replay import replay_in_pieces
from storage.beside import in_pieces
from storage.log import log, snapshots
from storage.tables import EVENTS

_EVENTS_PER_TURN: Final = 500
_BOARD_CHANGES: Final = frozenset(kind.value for kind in BOARD_CHANGES)
_T = TypeVar("_T")


async def board_at(
    connection: AsyncConnection, key: int, session_id: str, version: int
) -> bytes | None:
    """Return the encoded board as it was after event `version`; None where there was no such event.

    Works in pieces, so that the lessons of this process go on.

    Raises:
        LogDamaged: an event that is needed is missing or does not match its checksum.

    """
    past = await _past(connection, key, session_id, version)
    return None if past is None else await past.encoded()


async def decoded_at(
    connection: AsyncConnection, key: int, session_id: str, version: int
) -> Board | None:
    """Return the same as a board: what was folded is not encoded first, to be decoded again.

    Raises:
        LogDamaged: an event that is needed is missing or does not match its checksum.

    """
    past = await _past(connection, key, session_id, version, decodes=True)
    return None if past is None else await past.decoded()


async def _past(
    connection: AsyncConnection, key: int, session_id: str, version: int, *, decodes: bool = False
) -> "_Past | None":
    head, _ = await log.head(connection, key)
    if not 1 <= version <= head:
        return None
    # A board that was saved later is this one, where nothing was drawn in between.
    later = await snapshots.next_version(connection, key, version)
    same = later if later and await _is_still(connection, key, version, later) else version
    async for saved, encoded, schema in snapshots.until(connection, key, same):
        past = _Past(connection, key, session_id, after=saved, saved=encoded)
        del encoded
        try:
            # What another schema has encoded is not what this one would make of it.
            await past.bring_to(version, decodes=decodes or schema != BOARD_SCHEMA)
        except msgspec.DecodeError:
            # Its checksum is right, so it was written like this; the log knows better.
            continue
        return past
    past = _Past(connection, key, session_id, after=0)
    await past.bring_to(version)
    return past


class _Past:
    """A board on its way from a snapshot to a version.

    It stays encoded for as long as nothing changes it: most versions that are asked for were saved,
    and to take 20 MB apart only to join them would be half of what they cost.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        key: int,
        session_id: str,
        *,
        after: int,
        saved: bytes | None = None,
    ) -> None:
        self._connection = connection
        self._key = key
        self._session_id = session_id
        self._after = after
        self._saved = saved
        self._board: Board | None = Board() if saved is None else None

    async def bring_to(self, version: int, *, decodes: bool = False) -> None:
        """Make it the board as it was after event `version`."""
        if decodes:
            await self.decoded()
        while self._after < version:
            events = await self._next(version)
            after = events[-1].seq
            changes = deque(event for event in events if event.type in BOARD_CHANGES)
            # One may be a whole board: nobody holds it any more when it is taken apart.
            del events
            if changes:
                handed_over = (changes.popleft() for _ in range(len(changes)))
                await _patiently(replay_in_pieces(await self.decoded(), handed_over))
            self._after = after

    async def encoded(self) -> bytes:
        """Return the board as it is by now, encoded."""
        if self._board is None:
            assert self._saved is not None, "it is the one or the other"  # noqa: S101
            return self._saved
        return await _patiently(encode_in_order(self._board))

    async def decoded(self) -> Board:
        """Return the board as it is by now."""
        if self._board is None:
            assert self._saved is not None, "it is the one or the other"  # noqa: S101
            saved, self._saved = self._saved, None
            work = decode_in_pieces(saved)
            del saved
            self._board = await _patiently(work)
        return self._board

    async def _next(self, version: int) -> list[Event]:
        # An event may be a whole board: what is in memory at once is bounded in bytes, too.
        end = await log.page_end(
            self._connection, self._key, after=self._after, limit=_EVENTS_PER_TURN
        )
        until = min(version, max(end, self._after + 1))
        return await log.read(
            self._connection, self._key, self._session_id, after=self._after, until=until
        )


async def _is_still(connection: AsyncConnection, key: int, after: int, until: int) -> bool:
    """Whether the events `after` < `seq` <= `until` are all there, and none changed the board."""
    query = select(EVENTS.c.event_type, func.count()).where(
        EVENTS.c.session_id == key, EVENTS.c.seq > after, EVENTS.c.seq <= until
    )
    rows = (await connection.execute(query.group_by(EVENTS.c.event_type))).all()
    is_whole = sum(count for _, count in rows) == until - after
    return is_whole and _BOARD_CHANGES.isdisjoint(kind for kind, _ in rows)


async def _patiently(work: Generator[None, None, _T]) -> _T:
    """Work in pieces with pauses: who looks back may wait longer than who is in a lesson."""
    return await in_pieces(work, is_patient=True)
