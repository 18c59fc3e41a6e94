"""What a transaction of the journal writes: events, and what people read that they have changed.

Works inside the caller's transaction.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.images import assets, chat_files
from storage.log import log, removals, snapshots, trimming
from storage.recordings import recordings, takes
from storage.records import Batch, LogUsage, Snapshot
from storage.sessions import seats, sessions, usage


async def write(
    connection: AsyncConnection, keyed: Sequence[tuple[int, Batch]], *, snapshot_bytes_most: int
) -> None:
    """Write batches, each with the key of its session.

    Of a session whose snapshots take more than `snapshot_bytes_most` some go.
    """
    rows = [
        log.row_of(event, key, batch.session.session_id, batch.bodies.get(event.seq))
        for key, batch in keyed
        for event in batch.events
    ]
    await log.append(connection, rows)
    for key, batch in keyed:
        await removals.take_out(connection, key, batch.session.session_id, batch.events)
    events = [(key, event) for key, batch in keyed for event in batch.events]
    await assets.add(connection, events)
    await chat_files.follow(connection, events)
    await recordings.follow(connection, events)
    await takes.follow(connection, events)
    changed = [(key, batch.session) for key, batch in keyed if batch.session_changed]
    await sessions.update(connection, changed)
    taken = [(key, seat) for key, batch in keyed for seat in batch.participants]
    await seats.write(connection, taken)
    saved = [(key, snapshot) for key, batch in keyed for snapshot in batch.snapshots]
    await snapshots.add(connection, saved)
    for key, batch in keyed:
        if batch.usage is not None:
            kept_bytes = await _note(connection, key, batch.usage, batch.snapshots)
            if kept_bytes > snapshot_bytes_most:
                await trimming.trim(connection, key, most_bytes=snapshot_bytes_most)


async def _note(
    connection: AsyncConnection, key: int, taken: LogUsage, written: Sequence[Snapshot]
) -> int:
    added_bytes = sum(map(snapshots.size_of, written))
    return await usage.note(connection, key, taken, added_bytes=added_bytes)
