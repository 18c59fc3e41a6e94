"""Bookings: what is remembered of them, and which session was made for one."""

from collections.abc import Iterable
from functools import partial
from typing import Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.bookings.record import Record, Records, adopted, related
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.session import Session
from storage import replies
from storage.engine import insert
from storage.errors import CommitFailed
from storage.records import UserKind
from storage.replies import KeptReply
from storage.sessions import sessions
from storage.store import Store
from storage.tables import BOOKINGS, PARTICIPANTS, SESSIONS, USERS
from storage.upkeep import forgetting

_MOST: Final = 50
"""Bookings that one message may concern: a booking that was moved again and again has a trail."""
_SLICE_ROWS: Final = 200
_WAITS_MS: Final = 7 * 86_400_000


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a booking and of those that it was moved from or to, by booking.

    `versions` are of the rows that there are; `sessions` those that go on, or else the last.
    """

    records: Records
    versions: dict[str, int]
    sessions: dict[str, Session]


async def session_of(store: Store, booking_id: str) -> Session | None:
    """Return the session of a booking: the one that goes on, or else the last that did."""
    return await store.reading(partial(sessions.find_booked, booking_id=booking_id))


async def known(store: Store, booking_ids: Iterable[str]) -> Known:
    """Return what is known of bookings, and of all that these point to."""
    return await store.reading(partial(_known, booking_ids=booking_ids))


async def _known(connection: AsyncConnection, booking_ids: Iterable[str]) -> Known:
    found = Known(records={}, versions={}, sessions={})
    pending = dict.fromkeys(booking_ids)
    seen: set[str] = set()
    while pending and len(seen) < _MOST:
        booking_id = next(iter(pending))
        del pending[booking_id]
        seen.add(booking_id)
        session = await sessions.find_booked(connection, booking_id)
        if session is not None:
            found.sessions[booking_id] = session
        record = await _record(connection, booking_id, session, found.versions)
        if record is not None:
            found.records[booking_id] = record
            pending.update(dict.fromkeys(sorted(related(record) - seen)))
    return found


async def _record(
    connection: AsyncConnection, booking_id: str, session: Session | None, versions: dict[str, int]
) -> Record | None:
    query = select(BOOKINGS).where(BOOKINGS.c.booking_id == booking_id)
    row = (await connection.execute(query)).first()
    if row is not None:
        versions[booking_id] = row.version
        return msgspec.json.decode(row.record, type=Record)
    if session is None:
        return None
    return adopted(session, await _seated(connection, session))


async def _seated(connection: AsyncConnection, session: Session) -> frozenset[int]:
    """Return who has a seat in a session that leads to no record: no hosts, and no guests."""
    rows = await connection.execute(
        select(PARTICIPANTS.c.user_id)
        .join(SESSIONS, SESSIONS.c.id == PARTICIPANTS.c.session_id)
        .join(USERS, USERS.c.id == PARTICIPANTS.c.user_id)
        .where(
            SESSIONS.c.uuid == session.session_id,
            PARTICIPANTS.c.role != Role.HOST.value,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            USERS.c.kind == UserKind.REGISTERED.value,
        )
    )
    return frozenset(rows.scalars())


async def remember(
    store: Store, before: Known, records: Records, *, at_ms: int, reply: KeptReply
) -> None:
    """Write what changed of the records, and the reply to the message that changed them.

    Raises:
        CommitFailed: with `is_conflict`, another server has written one of them meanwhile.

    """
    changed = {
        booking_id: record
        for booking_id, record in records.items()
        if record != before.records.get(booking_id) or booking_id not in before.versions
    }

    async def write(connection: AsyncConnection) -> None:
        for booking_id, record in changed.items():
            version = before.versions.get(booking_id, 0)
            await _write(connection, record, version=version, at_ms=at_ms)
        await replies.add(connection, reply)

    await store.writing(write)


async def _write(connection: AsyncConnection, record: Record, *, version: int, at_ms: int) -> None:
    values = {
        "version": version + 1,
        "updated_at": at_ms,
        "record": msgspec.json.encode(record),
    }
    if not version:
        row = {"booking_id": record.booking_id, **values}
        await connection.execute(insert(BOOKINGS).inline().values(row))
        return
    updated = await connection.execute(
        BOOKINGS.update()
        .where(BOOKINGS.c.booking_id == record.booking_id, BOOKINGS.c.version == version)
        .values(values)
    )
    if not updated.rowcount:
        raise CommitFailed(
            "another server has heard of this booking meanwhile",
            is_conflict=True,
            is_storage_fault=False,
        )


async def forget(connection: AsyncConnection, session: Session) -> None:
    """Delete what is remembered of a session's booking; what that was before is a stray by now."""
    if session.booking_id is not None:
        of_session = BOOKINGS.c.booking_id == session.booking_id
        await connection.execute(delete(BOOKINGS).where(of_session))


async def forget_strays(store: Store, *, now_ms: int) -> int:
    """Delete records of bookings that have no session, as many as a slice takes; return how many.

    Without a session they only wait for messages that are late: for a week.
    """
    strays = (
        select(BOOKINGS.c.booking_id)
        .where(
            BOOKINGS.c.updated_at <= now_ms - _WAITS_MS,
            ~select(SESSIONS.c.id).where(SESSIONS.c.booking_id == BOOKINGS.c.booking_id).exists(),
        )
        .limit(_SLICE_ROWS)
    )

    async def write(connection: AsyncConnection) -> int:
        gone = await connection.execute(delete(BOOKINGS).where(BOOKINGS.c.booking_id.in_(strays)))
        return gone.rowcount

    return await forgetting.erasing(store, write)
