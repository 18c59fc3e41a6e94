"""Recordings: their rows, from the events of the log.

Every function works inside the caller's transaction.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event, EventType, RecordingStarted, RecordingStopped
from lessonroom.recording.recording import StopReason, TakeKind
from storage.engine import insert
from storage.tables import RECORDINGS, SESSIONS

_OF_RECORDINGS: Final = frozenset({EventType.RECORDING_START, EventType.RECORDING_STOP})


class StoredRecording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording of a session; it goes on until it `stopped`. Times: ms since the Unix epoch."""

    recording_id: str
    kinds: tuple[TakeKind, ...]
    started_by: int | None
    started_seq: int
    started_at_ms: int
    stopped_seq: int | None
    stopped_at_ms: int | None
    reason: StopReason | None


async def follow(connection: AsyncConnection, events: Iterable[tuple[int, Event]]) -> None:
    """Write the rows that events of recordings come to; others are passed over.

    Args:
        connection: in the transaction that writes the events.
        events: each with the key of its session, in their order.

    """
    for key, event in events:
        if event.type not in _OF_RECORDINGS:
            continue
        match event.body():
            case RecordingStarted() as started:
                row = {
                    "session_id": key,
                    "recording_id": started.recording_id,
                    "kinds": msgspec.to_builtins(started.kinds),
                    "started_by": started.by,
                    "started_seq": event.seq,
                    "started_at": event.at_ms,
                }
                await connection.execute(insert(RECORDINGS), [row])
            case RecordingStopped(recording_id=recording_id, reason=reason):
                await connection.execute(
                    RECORDINGS.update()
                    .where(
                        RECORDINGS.c.session_id == key, RECORDINGS.c.recording_id == recording_id
                    )
                    .values(stopped_seq=event.seq, stopped_at=event.at_ms, reason=reason.value)
                )
            case _:
                pass


async def of_session(connection: AsyncConnection, session_id: str) -> list[StoredRecording]:
    """Return the recordings of a session, oldest first."""
    rows = await connection.execute(
        select(RECORDINGS)
        .join(SESSIONS, SESSIONS.c.id == RECORDINGS.c.session_id)
        .where(SESSIONS.c.uuid == session_id)
        .order_by(RECORDINGS.c.started_seq)
    )
    return [_recording(row) for row in rows]


def _recording(row: Row[Any]) -> StoredRecording:
    return StoredRecording(
        recording_id=row.recording_id,
        kinds=tuple(map(TakeKind, row.kinds)),
        started_by=row.started_by,
        started_seq=row.started_seq,
        started_at_ms=row.started_at,
        stopped_seq=row.stopped_seq,
        stopped_at_ms=row.stopped_at,
        reason=None if row.reason is None else StopReason(row.reason),
    )
