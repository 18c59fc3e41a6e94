"""Snapshots of boards: a cache of what the log says, checked by checksum (PROMISES P8).

Every function works inside the caller's transaction.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.outcome import SnapshotType
from storage.beside import beside
from storage.engine import insert_all
from storage.errors import SchemaNewer
from storage.log import checksums
from storage.records import Snapshot, SnapshotEntry
from storage.tables import SESSIONS, SNAPSHOTS

_SET_BOARD: Final = (
    SESSIONS.update()
    # Newer boards stay: a snapshot that was long in the making must not turn the clock back.
    .where(SESSIONS.c.id == bindparam("key"), SESSIONS.c.board_version <= bindparam("version"))
    .values(
        board_version=bindparam("version"),
        board_crc32=bindparam("checksum"),
        board_schema=BOARD_SCHEMA,
        board_state=bindparam("board"),
    )
)

ENTRY: Final = tuple(
    column
    for column in SNAPSHOTS.c
    if column.name not in {"board_crc32", "board_schema", "board_state"}
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
                "board": row["board_state"],
            }
            for row in rows
        ],
    )


def size_of(snapshot: Snapshot) -> int:
    """Return how many bytes the board of a snapshot takes, encoded."""
    board = snapshot.board
    return len(board) if isinstance(board, bytes) else board.encoded_bytes()


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
                SESSIONS.c.board_state,
            ).where(SESSIONS.c.id == key)
        )
    ).one()
    if row.board_state is None:
        return None, 0, False
    if not _is_intact(row, row.board_version):
        return None, 0, True
    _check_known(row, row.board_version)
    return row.board_state, row.board_version, False


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
                    SNAPSHOTS.c.board_state,
                ).where(SNAPSHOTS.c.id == snapshot_id)
            )
        ).one()
        if await beside(_is_intact, row, row.version, n_bytes=len(row.board_state)):
            _check_known(row, row.version)
            yield row.version, row.board_state, row.board_schema


def _rows(snapshots: Sequence[tuple[int, Snapshot]]) -> list[dict[str, Any]]:
    return [_row(key, snapshot) for key, snapshot in snapshots]


def _is_intact(row: Row[*tuple[Any, ...]], version: int) -> bool:
    found = checksums.of_board(row.board_state, version, board_schema=row.board_schema)
    return bool(found == row.board_crc32)


def _check_known(row: Row[*tuple[Any, ...]], version: int) -> None:
    if row.board_schema > BOARD_SCHEMA:
        raise SchemaNewer(f"the board of version {version}", row.board_schema)


def _row(key: int, snapshot: Snapshot) -> dict[str, Any]:
    board = snapshot.board if isinstance(snapshot.board, bytes) else snapshot.board.encode()
    return {
        "session_id": key,
        "snapshot_type": snapshot.kind.value,
        "version": snapshot.version,
        "created_by": snapshot.created_by,
        "participant_count": snapshot.participant_count,
        "size_bytes": len(board),
        "created_at": snapshot.created_at_ms,
        "board_crc32": checksums.of_board(board, snapshot.version, board_schema=BOARD_SCHEMA),
        "board_schema": BOARD_SCHEMA,
        "board_state": board,
    }
