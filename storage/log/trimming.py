"""Deleting snapshots: because of their age, and where those of one session take too much.

Every function with a `connection` works inside the caller's transaction.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.thinning import Taken, crowded
from lessonroom.outcome import SnapshotType
from storage.sessions import usage
from storage.tables import SNAPSHOTS

SLICE_ROWS: Final = 200
"""Snapshots that one transaction deletes at most."""
SLICE_BYTES: Final = 8 * 1024 * 1024
"""And how much of them, where it is more than one; large ones are in bodies, which go apart."""
_LAST: Final = SnapshotType.TERMINATE.value
"""A session ends once: that snapshot stays as long as the session."""


async def taken(
    connection: AsyncConnection, key: int, *, after: int = 0, limit: int | None = None
) -> list[Taken]:
    """Return the snapshots of a session that may be deleted, in the order they were written."""
    columns = SNAPSHOTS.c
    rows = await connection.execute(
        select(
            columns.id,
            columns.created_at,
            columns.size_bytes,
            columns.snapshot_type,
            columns.created_by,
        )
        .where(columns.session_id == key, columns.id > after, columns.snapshot_type != _LAST)
        .order_by(columns.id)
        .limit(limit)
    )
    by_hand = SnapshotType.MANUAL.value
    return [
        Taken(
            row.id,
            row.created_at,
            row.size_bytes,
            (row.created_by or 0) if row.snapshot_type == by_hand else None,
        )
        for row in rows
    ]


async def trim(connection: AsyncConnection, key: int, *, most_bytes: int) -> None:
    """Delete a slice of the snapshots of a session that takes more than `most_bytes` for them.

    It leaves room for some more, so that this is not to be done for each that is added.
    """
    doomed = crowded(await taken(connection, key), most_bytes=max(0, most_bytes - SLICE_BYTES))
    await delete_slice(connection, doomed)


async def delete_slice(connection: AsyncConnection, snapshot_ids: Sequence[int]) -> int:
    """Delete the first of these snapshots, as many as a slice takes, and return how many."""
    some = snapshot_ids[:SLICE_ROWS]
    rows = await connection.execute(
        select(SNAPSHOTS.c.id, SNAPSHOTS.c.session_id, SNAPSHOTS.c.size_bytes).where(
            SNAPSHOTS.c.id.in_(some)
        )
    )
    known = {row.id: (row.session_id, row.size_bytes) for row in rows}
    freed: Counter[int] = Counter()
    count = 0
    for snapshot_id in some:
        key, size_bytes = known.get(snapshot_id, (0, 0))
        if count and freed.total() + size_bytes > SLICE_BYTES:
            break
        freed[key] += size_bytes
        count += 1
    await connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.id.in_(some[:count])))
    await usage.deleted(connection, freed)
    return count
