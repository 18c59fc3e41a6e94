"""What is too large for one transaction: written ahead of the rows that name it, piece by piece.

While a transaction of many megabytes is written, no other lesson's strokes can be. So a large board
or event goes to disk in pieces, each a transaction of its own, between which the others have their
turns; the row that names it comes last and makes it count. Where that does not come (the process
died, the room was lost), nothing names the pieces, and the housekeeper deletes them.
"""

import asyncio
import io
import itertools
import weakref
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.board import Board
from lessonroom.board.model.schema import BOARD_SCHEMA
from storage.beside import LARGE_BYTES, beside
from storage.engine import insert_all
from storage.log import checksums
from storage.records import Batch, Body, Snapshot
from storage.tables import BODIES, EVENTS, PIECES, SESSIONS, SHELF, SNAPSHOTS

if TYPE_CHECKING:
    from storage.store import Store

PIECE_BYTES: Final = LARGE_BYTES
"""On disk in a millisecond or two; what is no larger than that is written with its row."""
_PIECES_AT_ONCE: Final = 8
"""Of what is read, a statement."""
SLICE_PIECES: Final = 4
"""Pieces that one transaction deletes at most: what is deleted is overwritten."""

_T = TypeVar("_T")
NAMING: Final = (EVENTS, SNAPSHOTS, SESSIONS, SHELF)
"""Whose rows name bodies."""

_held: Final[weakref.WeakSet[Body]] = weakref.WeakSet()
"""Of this process: what nothing on disk names yet, for as long as somebody means to."""


class Turn(Protocol):
    """Has the store do something when it is its turn."""

    def __call__(self, work: Callable[["Store"], Awaitable[_T]], /) -> Awaitable[_T]:
        """Return what the work returns."""


def is_large(batch: Batch) -> bool:
    """Whether something of a batch is to be written ahead, and is not yet."""
    # Loops: this is asked of each batch of strokes.
    for event in batch.events:
        if len(event.data) > PIECE_BYTES and event.seq not in batch.bodies:
            return True
    return any(_is_large(snapshot.board) for snapshot in batch.snapshots)


async def write_ahead(batch: Batch, turn: Turn) -> Batch:
    """Write what is large of a batch; return the batch to commit, which names it.

    Raises:
        CommitFailed: a piece was not written; the others are nobody's.

    """
    written = dict(batch.bodies)
    for event in batch.events:
        if len(event.data) > PIECE_BYTES and event.seq not in written:
            crc32 = await beside(checksums.of_bytes, event.data, n_bytes=len(event.data))
            written[event.seq] = await _write(event.data, crc32, turn)
    snapshots = [await _ahead(snapshot, turn) for snapshot in batch.snapshots]
    return msgspec.structs.replace(batch, bodies=written, snapshots=tuple(snapshots))


async def write_board(board: Board, turn: Turn) -> Body:
    """Write a board that a row is to name which has no room for it.

    Raises:
        CommitFailed: a piece was not written; the others are nobody's.

    """
    encoded = await asyncio.to_thread(board.encode)
    crc32 = await beside(partial(checksums.of_bytes, encoded), n_bytes=len(encoded))
    return await _write(encoded, crc32, turn)


async def _ahead(snapshot: Snapshot, turn: Turn) -> Snapshot:
    board = snapshot.board
    if isinstance(board, Body) or not _is_large(board):
        return snapshot
    encoded = board if isinstance(board, bytes) else await asyncio.to_thread(board.encode)
    crc32 = await asyncio.to_thread(
        checksums.of_board, encoded, snapshot.version, board_schema=BOARD_SCHEMA
    )
    return msgspec.structs.replace(snapshot, board=await _write(encoded, crc32, turn))


async def _write(data: bytes, crc32: int, turn: Turn) -> Body:
    view = memoryview(data)

    async def begin(connection: AsyncConnection) -> Body:
        query = insert(BODIES).values(size_bytes=len(data)).returning(BODIES.c.id)
        body = Body((await connection.execute(query)).scalar_one(), len(data), crc32)
        # Within the transaction: whoever looks for what nobody names comes before or after it.
        _held.add(body)
        await _add_piece(connection, body, 0, view)
        return body

    body = await turn(lambda store: store.writing(begin))
    for n in range(1, -(-len(data) // PIECE_BYTES)):
        add = partial(_add_piece, body=body, n=n, whole=view)
        await turn(partial(_alone, add=add))
    return body


async def _alone(store: "Store", *, add: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    await store.writing(add)


async def _add_piece(connection: AsyncConnection, body: Body, n: int, whole: memoryview) -> None:
    data = bytes(whole[n * PIECE_BYTES : (n + 1) * PIECE_BYTES])
    await insert_all(connection, PIECES, [{"body_id": body.body_id, "n": n, "data": data}])


async def read(connection: AsyncConnection, body_id: int) -> bytes:
    """Return a body; what is missing of it, its checksum tells."""
    # A few at a time, into bytes that grow where they are: not the pieces beside the whole.
    whole = io.BytesIO()
    for first in itertools.count(0, _PIECES_AT_ONCE):
        is_next = and_(PIECES.c.n >= first, PIECES.c.n < first + _PIECES_AT_ONCE)
        query = select(PIECES.c.data).where(PIECES.c.body_id == body_id, is_next)
        pieces = (await connection.execute(query.order_by(PIECES.c.n))).scalars().all()
        whole.writelines(pieces)
        if len(pieces) < _PIECES_AT_ONCE:
            break
    return whole.getvalue()


def size_of(data: ColumnElement[Any]) -> ColumnElement[int]:
    """Return how many bytes a column holds, or the body that its row names."""
    named = data.table.c.body_id
    of_body = select(BODIES.c.size_bytes).where(BODIES.c.id == named).scalar_subquery()
    return case((named.is_(None), func.length(data)), else_=of_body)


async def delete_unnamed(connection: AsyncConnection) -> int:
    """Delete a slice of what nothing names and nobody is about to; return how many pieces.

    Works inside the caller's transaction.
    """
    doomed = (await connection.execute(_unnamed(_spared()).limit(1))).scalar()
    if doomed is None:
        return 0
    last = (
        select(PIECES.c.n)
        .where(PIECES.c.body_id == doomed)
        .order_by(PIECES.c.n)
        .limit(SLICE_PIECES)
    )
    some = and_(PIECES.c.body_id == doomed, PIECES.c.n.in_(last.scalar_subquery()))
    count = (await connection.execute(delete(PIECES).where(some))).rowcount
    if count < SLICE_PIECES:
        await connection.execute(delete(BODIES).where(BODIES.c.id == doomed))
    return count or 1


async def is_any_unnamed(connection: AsyncConnection) -> bool:
    """Whether something is there that nothing names, about to be or not."""
    return (await connection.execute(_unnamed(()).limit(1))).first() is not None


def _spared() -> Iterable[int]:
    return [body.body_id for body in _held]


def _unnamed(spared: Iterable[int]) -> Any:  # noqa: ANN401 - a SELECT of ids
    named = [
        select(table.c.body_id).where(table.c.body_id == BODIES.c.id).exists() for table in NAMING
    ]
    return select(BODIES.c.id).where(~or_(*named), BODIES.c.id.not_in(spared)).order_by(BODIES.c.id)


def _is_large(board: bytes | Board | Body) -> bool:
    match board:
        case bytes():
            return len(board) > PIECE_BYTES
        case Board():
            return board.size_bytes > PIECE_BYTES
        case Body():
            return False
