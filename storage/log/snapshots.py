"""Snapshots of boards: a cache of what the log says, checked by checksum (PROMISES P8).

Every function works inside the caller's transaction.
"""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.outcome import SnapshotType
from storage.beside import beside
from storage.engine import insert_all
from storage.errors import SchemaNewer
from storage.log import bodies, checksums
from storage.records import Body, Snapshot, SnapshotEntry
from storage.tables import SESSIONS, SNAPSHOTS

_SET_BOARD: Final = (
    SESSIONS.update()
    # Newer boards stay: a snapshot that was long in the making must not turn the clock back.
    .where(SESSIONS.c.id == bindparam("key"), SESSIONS.c.board_version <= bindparam("version"))
    .values(
        board_version=bindparam("version"),
        board_crc32=bindparam("checksum"),
        board_schema=BOARD_SCHEMA,
        body_id=bindparam("body"),
        board_state=bindparam("board"),
    )
)

ENTRY: Final = tuple(
    column
    for column in SNAPSHOTS.c
    if column.name not in {"board_crc32", "board_schema", "body_id", "board_state"}
)
"""All but the board."""


async def add(connection: AsyncConnection, snapshots: Sequence[tuple[int, Snapshot]]) -> None:
    """Write snapshots, and make each the board that its session opens with."""
    if not snapshots:
        return
    # Encoding 20 MB and summing it up takes 50 ms, in which no lesson of this process would go on.
    rows = await beside(
        _rows, snapshots, n_bytes=sum(size_of(snapshot) for _, snapshot in snapshots)
    )
    await insert_all(connection, SNAPSHOTS, rows)
    await connection.execute(
        _SET_BOARD,
        [
            {
                "key": row["session_id"],
                "version": row["version"],
                "checksum": row["board_crc32"],
                "body": row["body_id"],
                "board": row["board_state"] if row["body_id"] is None else None,
            }
            for row in rows
        ],
    )


def size_of(snapshot: Snapshot) -> int:
    """Return how many bytes the board of a snapshot takes, encoded."""
    match snapshot.board:
        case bytes() as encoded:
            return len(encoded)
        case Body() as body:
            return body.size_bytes
        case board:
            return board.encoded_bytes()


async def newest(connection: AsyncConnection, key: int) -> tuple[bytes | None, int, bool]:
    """Return the board that a session opens with, its version, and whether it was damaged.

    Without a board, or with one that does not match its checksum: None and version 0.
    """
    row = (
        await connection.execute(
            select(
                SESSIONS.c.board_version,
                SESSIONS.c.board_crc32,
                SESSIONS.c.board_schema,
                SESSIONS.c.body_id,
                SESSIONS.c.board_state,
            ).where(SESSIONS.c.id == key)
        )
    ).one()
    board = await board_in(connection, row)
    if board is None:
        return None, 0, False
    if not await _is_intact(row, board, row.board_version):
        return None, 0, True
    _check_known(row, row.board_version)
    return board, row.board_version, False


async def listed(
    connection: AsyncConnection, key: int, *, limit: int, before: int | None
) -> list[SnapshotEntry]:
    """Return what is known of snapshots beside their boards, newest first.

    Args:
        connection: to the database.
        key: the session.
        limit: how many at most.
        before: the `snapshot_id` of the last one of the page before.

    """
    query = select(*ENTRY).where(SNAPSHOTS.c.session_id == key)
    if before is not None:
        query = query.where(SNAPSHOTS.c.id < before)
    rows = await connection.execute(query.order_by(SNAPSHOTS.c.id.desc()).limit(limit))
    return [entry_of(row) for row in rows]


def entry_of(row: Row[*tuple[Any, ...]]) -> SnapshotEntry:
    """Return what the columns `ENTRY` of a row say."""
    return SnapshotEntry(
        snapshot_id=row.id,
        kind=SnapshotType(row.snapshot_type),
        version=row.version,
        size_bytes=row.size_bytes,
        created_by=row.created_by,
        participant_count=row.participant_count,
        created_at_ms=row.created_at,
    )


async def next_version(connection: AsyncConnection, key: int, version: int) -> int | None:
    """Return which version after this one was saved first; None where none was."""
    query = (
        select(SNAPSHOTS.c.version)
        .where(SNAPSHOTS.c.session_id == key, SNAPSHOTS.c.version > version)
        .order_by(SNAPSHOTS.c.version)
        .limit(1)
    )
    found: int | None = (await connection.execute(query)).scalar()
    return found


async def until(
    connection: AsyncConnection, key: int, version: int
) -> AsyncIterator[tuple[int, bytes, int]]:
    """Iterate over (version, board, board schema) of the snapshots up to `version`, newest first.

    Those that do not match their checksum are passed over. One board is read at a time.
    """
    rows = await connection.execute(
        select(SNAPSHOTS.c.id)
        .where(SNAPSHOTS.c.session_id == key, SNAPSHOTS.c.version <= version)
        .order_by(SNAPSHOTS.c.version.desc(), SNAPSHOTS.c.id.desc())
    )
    for (snapshot_id,) in rows.all():
        row = (
            await connection.execute(
                select(
                    SNAPSHOTS.c.version,
                    SNAPSHOTS.c.board_crc32,
                    SNAPSHOTS.c.board_schema,
                    SNAPSHOTS.c.body_id,
                    SNAPSHOTS.c.board_state,
                ).where(SNAPSHOTS.c.id == snapshot_id)
            )
        ).one()
        board = await board_in(connection, row) or b""
        if await _is_intact(row, board, row.version):
            _check_known(row, row.version)
            yield row.version, board, row.board_schema


async def board_in(connection: AsyncConnection, row: Row[*tuple[Any, ...]]) -> bytes | None:
    """Return the board that a row holds, or the body that it names; None where there is none."""
    if row.body_id is not None:
        return await bodies.read(connection, row.body_id)
    board: bytes | None = row.board_state
    return board


def _rows(snapshots: Sequence[tuple[int, Snapshot]]) -> list[dict[str, Any]]:
    return [_row(key, snapshot) for key, snapshot in snapshots]


async def _is_intact(row: Row[*tuple[Any, ...]], board: bytes, version: int) -> bool:
    found = await beside(
        partial(checksums.of_board, board, version, board_schema=row.board_schema),
        n_bytes=len(board),
    )
    return bool(found == row.board_crc32)


def _check_known(row: Row[*tuple[Any, ...]], version: int) -> None:
    if row.board_schema > BOARD_SCHEMA:
        raise SchemaNewer(f"the board of version {version}", row.board_schema)


def _row(key: int, snapshot: Snapshot) -> dict[str, Any]:
    board = snapshot.board
    if isinstance(board, Body):
        body_id, crc32, encoded = board.body_id, board.crc32, b""
    else:
        encoded = board if isinstance(board, bytes) else board.encode()
        body_id = None
        crc32 = checksums.of_board(encoded, snapshot.version, board_schema=BOARD_SCHEMA)
    return {
        "session_id": key,
        "snapshot_type": snapshot.kind.value,
        "version": snapshot.version,
        "created_by": snapshot.created_by,
        "participant_count": snapshot.participant_count,
        "size_bytes": board.size_bytes if isinstance(board, Body) else len(encoded),
        "created_at": snapshot.created_at_ms,
        "board_crc32": crc32,
        "board_schema": BOARD_SCHEMA,
        "body_id": body_id,
        "board_state": encoded,
    }
