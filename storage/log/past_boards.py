"""The board at any version: the newest snapshot before it, and the events after that.

Every function works inside the caller's transaction.
"""

import asyncio
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.board import Board
from lessonroom.board.model.pieces import decode_in_pieces
from lessonroom.log.replay import replay_in_pieces
from storage.beside import in_pieces
from storage.log import log, snapshots

_EVENTS_PER_TURN: Final = 500


async def board_at(
    connection: AsyncConnection, key: int, session_id: str, version: int
) -> bytes | None:
    """Return the encoded board as it was after event `version`; None where there was no such event.

    Works in pieces, so that the lessons of this process go on.

    Raises:
        LogDamaged: an event that is needed is missing or does not match its checksum.

    """
    head, _ = await log.head(connection, key)
    if not 1 <= version <= head:
        return None
    board, after = await _nearest(connection, key, version)
    while after < version:
        # An event may be a whole board: what is in memory at once is bounded in bytes, too.
        end = await log.page_end(connection, key, after=after, limit=_EVENTS_PER_TURN)
        until = min(version, max(end, after + 1))
        events = await log.read(connection, key, session_id, after=after, until=until)
        await in_pieces(replay_in_pieces(board, events))
        after = events[-1].seq
    return await asyncio.to_thread(board.encode)


async def _nearest(connection: AsyncConnection, key: int, version: int) -> tuple[Board, int]:
    async for saved, encoded in snapshots.until(connection, key, version):
        try:
            return await in_pieces(decode_in_pieces(encoded)), saved
        except msgspec.DecodeError:
            # Its checksum is right, so it was written like this; the log knows better.
            continue
    return Board(), 0
