"""What a transaction of the journal writes: events, and what people read that they have changed.

Works inside the caller's transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import EventType
from storage.images import assets, chat_files
from storage.log import log, removals, snapshots, trimming
from storage.recordings import recordings, takes
from storage.records import Batch, LogUsage, Snapshot
from storage.sessions import seats, sessions, usage


def is_log_alone(
    batches: Sequence[Batch], keys: Mapping[str, int], untold: Collection[EventType]
) -> bool:
    """Whether all there is to write are events that nothing else is told of: what is drawn.

    `keys` are of the sessions that are known, `untold` the types of such events.
    """
    # Loops: generators take as long as what is looked at, for each transaction.
    for batch in batches:
        if batch.session_changed or batch.participants or batch.snapshots or batch.usage:
            return False
        if batch.session.session_id not in keys:
            return False
        if batch.bodies:
            return False
        for event in batch.events:
            if event.type not in untold:
                return False
    return True


def rows_of(batches: Sequence[Batch], keys: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rows of batches that are the log alone."""
    return [
        log.row_of(event, keys[batch.session.session_id], batch.session.session_id)
        for batch in batches
        for event in batch.events
    ]


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
