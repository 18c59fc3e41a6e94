"""Sessions and seats: rows from the core's structs and back.

Every function works inside the caller's transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.participant import ParticipantStatus
from lessonroom.recording.recording import Recording
from lessonroom.session.lifecycle import ENDED, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings, Timer
from storage.engine import insert
from storage.errors import RowDamaged, UnknownSession
from storage.sessions.folding import has_part
from storage.sessions.row_checks import RowChecks, milliseconds, seconds
from storage.tables import IS_THERE, PARTICIPANTS, SESSIONS, USERS

_BOARD: Final = frozenset(
    {"board_version", "board_crc32", "board_schema", "body_id", "board_state"}
)
_COLUMNS: Final = tuple(column for column in SESSIONS.c if column.name not in _BOARD)
_CHECKS: Final = RowChecks(
    always=(
        *("uuid", "booking_id", "external_id", "session_type", "status", "host_id", "title"),
        *("scheduled_start", "scheduled_end", "actual_start", "actual_end"),
        *("total_duration_seconds", "active_since", "settings", "access_code"),
        *("max_participants", "is_recorded", "created_at"),
    ),
    if_set=(
        *("timer", "series_id", "revision", "reopened_at", "recording", "recordings", "takes"),
        "private_from",
    ),
    documents=frozenset({"settings", "custom_permissions", "timer", "recording"}),
)
"""What the checksum of a session's row covers; the board has one of its own."""
_NEVER_CHANGES: Final = frozenset({"id", "uuid", "created_at"}) | _BOARD

_UPDATE: Final = (
    SESSIONS.update()
    .where(SESSIONS.c.id == bindparam("key"))
    .values(
        {
            column.name: bindparam(column.name)
            for column in SESSIONS.c
            if column.name not in _NEVER_CHANGES
        }
    )
)


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions to list; what is absent does not matter.

    A session's time is when it started or, until then, when it is planned for or was created:
    `from_ms` <= time < `before_ms`.
    """

    statuses: frozenset[SessionStatus] = frozenset()
    host_id: int | None = None
    user_id: int | None = None
    """Somebody who hosts the session or has a seat in it: not removed, and not waiting outside."""
    from_ms: int | None = None
    before_ms: int | None = None
    types: frozenset[SessionType] = frozenset()
    created_from_ms: int | None = None
    created_before_ms: int | None = None
    text: str | None = None
    """Part of the title, the external id or the booking's, in upper or lower case."""
    title: str | None = None
    """Is part of the title, in whatever case."""
    found_by: str | None = None
    """Is part of the title or of the name of somebody with a seat, in whatever case."""
    is_planned: bool | None = None
    """Whether it has a planned beginning."""
    series_id: str | None = None
    """Belongs to that series: it is named by its first session."""
    soonest_first: bool = False
    """In the order of their times, in place of the newest first."""


async def create(connection: AsyncConnection, session: Session) -> int | None:
    """Write a new session and return its key; None where the host's `external_id` is taken."""
    row = row_of(session) | {"board_version": 0}
    statement = (
        insert(SESSIONS)
        .values(row)
        .on_conflict_do_nothing(index_elements=["host_id", "external_id"])
        .returning(SESSIONS.c.id)
    )
    key: int | None = (await connection.execute(statement)).scalar()
    return key


async def update(connection: AsyncConnection, changed: Sequence[tuple[int, Session]]) -> None:
    """Write sessions as they stand now, except for their boards."""
    if changed:
        rows = [row_of(session) | {"key": key} for key, session in changed]
        await connection.execute(_UPDATE, rows)


async def settle(connection: AsyncConnection, key: int, session: Session) -> None:
    """Write all of a session's row, its name among it, but for the board."""
    await connection.execute(SESSIONS.update().where(SESSIONS.c.id == key).values(row_of(session)))


async def keys(connection: AsyncConnection, session_ids: Sequence[str]) -> dict[str, int]:
    """Return the integer keys of sessions; names that are not there are left out."""
    rows = await connection.execute(
        select(SESSIONS.c.uuid, SESSIONS.c.id).where(SESSIONS.c.uuid.in_(session_ids))
    )
    return {row.uuid: row.id for row in rows}


async def key_of(connection: AsyncConnection, session_id: str) -> int | None:
    """Return the integer key of a session."""
    return (await keys(connection, [session_id])).get(session_id)


async def find(connection: AsyncConnection, session_id: str) -> Session | None:
    """Return a session by its name."""
    return await _one(connection, select(*_COLUMNS).where(SESSIONS.c.uuid == session_id))


async def has_as_many(connection: AsyncConnection, host_id: int, most: int) -> bool:
    """Whether somebody hosts at least `most` sessions, whatever their state."""
    query = select(SESSIONS.c.id).where(SESSIONS.c.host_id == host_id).offset(most - 1).limit(1)
    return (await connection.execute(query)).first() is not None


async def find_external(
    connection: AsyncConnection, host_id: int, external_id: str
) -> Session | None:
    """Return a session by what its host calls it."""
    return await _one(
        connection,
        select(*_COLUMNS).where(
            SESSIONS.c.host_id == host_id, SESSIONS.c.external_id == external_id
        ),
    )


async def find_first(
    connection: AsyncConnection, *conditions: ColumnElement[bool], order: Sequence[Any]
) -> Session | None:
    """Return the first session of those that conditions about sessions and their hosts hold for."""
    hosted = select(*_COLUMNS).join(USERS, USERS.c.id == SESSIONS.c.host_id)
    return await _one(connection, hosted.where(*conditions).order_by(*order).limit(1))


async def find_booked(connection: AsyncConnection, booking_id: str) -> Session | None:
    """Return the session of a booking: the one that goes on, or else the last that did."""
    booked = select(*_COLUMNS).where(SESSIONS.c.booking_id == booking_id)
    has_ended = SESSIONS.c.status.in_(sorted(status.value for status in ENDED))
    return await _one(connection, booked.order_by(has_ended, SESSIONS.c.id.desc()).limit(1))


async def find_many(
    connection: AsyncConnection, wanted: SessionFilter, *, limit: int, cursor: str | None
) -> list[Session]:
    """Return sessions, newest first unless asked otherwise, from the one after `cursor` on.

    Raises:
        UnknownSession: `cursor` is not the `session_id` of a session.

    """
    soonest = wanted.soonest_first
    place = (_begins() if soonest else SESSIONS.c.created_at, SESSIONS.c.id)
    order = place if soonest else tuple(column.desc() for column in place)
    query = select(*_COLUMNS).where(IS_THERE).order_by(*order).limit(limit)
    if cursor is not None:
        row = (await connection.execute(select(*place).where(SESSIONS.c.uuid == cursor))).first()
        if row is None:
            raise UnknownSession(cursor)
        here, there = tuple_(*place), tuple(row)
        query = query.where(here > there if soonest else here < there)
    return [_session(row) for row in await connection.execute(_filtered(query, wanted))]


async def examine(connection: AsyncConnection, key: int) -> list[str]:
    """Say whether a session's row is not as it was written."""
    row = (await connection.execute(select(*_COLUMNS).where(SESSIONS.c.id == key))).one()
    return [] if _CHECKS.is_intact(row) else ["its row does not match its checksum"]


def _begins() -> ColumnElement[int]:
    return func.coalesce(SESSIONS.c.actual_start, SESSIONS.c.scheduled_start, SESSIONS.c.created_at)


def _filtered(query: Select[Any], wanted: SessionFilter) -> Select[Any]:
    begins = _begins()
    if wanted.statuses:
        query = query.where(SESSIONS.c.status.in_(sorted(wanted.statuses)))
    if wanted.host_id is not None:
        query = query.where(SESSIONS.c.host_id == wanted.host_id)
    if wanted.user_id is not None:
        seats = select(PARTICIPANTS.c.session_id).where(
            PARTICIPANTS.c.user_id == wanted.user_id,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            # Who waits outside, by a code alone, learns nothing of it yet; who was invited does.
            PARTICIPANTS.c.is_admitted | (PARTICIPANTS.c.status == ParticipantStatus.INVITED.value),
        )
        query = query.where((SESSIONS.c.host_id == wanted.user_id) | SESSIONS.c.id.in_(seats))
    if wanted.from_ms is not None:
        query = query.where(begins >= wanted.from_ms)
    if wanted.before_ms is not None:
        query = query.where(begins < wanted.before_ms)
    if wanted.title is not None:
        query = query.where(has_part(SESSIONS.c.title, wanted.title))
    if wanted.found_by is not None:
        query = query.where(_is_found_by(wanted.found_by))
    if wanted.is_planned is not None:
        has_time = SESSIONS.c.scheduled_start.is_not(None)
        query = query.where(has_time if wanted.is_planned else ~has_time)
    if wanted.series_id is not None:
        query = query.where(
            (SESSIONS.c.series_id == wanted.series_id) | (SESSIONS.c.uuid == wanted.series_id)
        )
    return _filtered_for_operators(query, wanted)


def _is_found_by(part: str) -> ColumnElement[bool]:
    named = (
        select(PARTICIPANTS.c.id)
        .where(
            PARTICIPANTS.c.session_id == SESSIONS.c.id,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            has_part(PARTICIPANTS.c.name, part),
        )
        .exists()
    )
    return has_part(SESSIONS.c.title, part) | named


def _filtered_for_operators(query: Select[Any], wanted: SessionFilter) -> Select[Any]:
    if wanted.types:
        query = query.where(SESSIONS.c.session_type.in_(sorted(wanted.types)))
    if wanted.created_from_ms is not None:
        query = query.where(SESSIONS.c.created_at >= wanted.created_from_ms)
    if wanted.created_before_ms is not None:
        query = query.where(SESSIONS.c.created_at < wanted.created_before_ms)
    if wanted.text is not None:
        names = (SESSIONS.c.title, SESSIONS.c.external_id, SESSIONS.c.booking_id)
        query = query.where(or_(*(has_part(name, wanted.text) for name in names)))
    return query


async def _one(connection: AsyncConnection, query: Select[Any]) -> Session | None:
    row = (await connection.execute(query)).first()
    return _session(row) if row else None


def row_of(session: Session) -> dict[str, Any]:
    """Return the row of a session as it stands, but for its board."""
    row = {
        "uuid": session.session_id,
        "booking_id": session.booking_id,
        "external_id": session.external_id,
        "series_id": session.series_id,
        "session_type": session.session_type.value,
        "status": session.status.value,
        "host_id": session.host_id,
        "title": session.title,
        "scheduled_start": session.scheduled_start_ms,
        "scheduled_end": session.scheduled_end_ms,
        "actual_start": session.actual_start_ms,
        "actual_end": session.actual_end_ms,
        "total_duration_seconds": seconds(session.active_ms),
        "active_since": session.active_since_ms,
        "revision": session.revision or None,
        "timer": None if session.timer is None else msgspec.to_builtins(session.timer),
        "recording": None if session.recording is None else msgspec.to_builtins(session.recording),
        "recordings": session.recordings or None,
        "takes": session.takes or None,
        "settings": msgspec.to_builtins(session.settings),
        "access_code": session.access_code,
        "max_participants": session.max_participants,
        "is_recorded": session.is_recorded,
        "created_at": session.created_at_ms,
        "reopened_at": session.reopened_at_ms,
        "private_from": session.private_from,
    }
    return row | {"crc32": _CHECKS.checksum(row)}


def _session(row: Row[Any]) -> Session:
    if not _CHECKS.is_intact(row):
        raise RowDamaged(f"session {row.uuid}")
    return Session(
        session_id=row.uuid,
        session_type=SessionType(row.session_type),
        status=SessionStatus(row.status),
        host_id=row.host_id,
        title=row.title,
        access_code=row.access_code,
        max_participants=row.max_participants,
        is_recorded=row.is_recorded,
        settings=msgspec.convert(row.settings, SessionSettings),
        booking_id=row.booking_id,
        external_id=row.external_id,
        series_id=row.series_id,
        scheduled_start_ms=row.scheduled_start,
        scheduled_end_ms=row.scheduled_end,
        actual_start_ms=row.actual_start,
        actual_end_ms=row.actual_end,
        active_ms=milliseconds(row.total_duration_seconds),
        active_since_ms=row.active_since,
        revision=row.revision or 0,
        timer=None if row.timer is None else msgspec.convert(row.timer, Timer),
        recording=None if row.recording is None else msgspec.convert(row.recording, Recording),
        recordings=row.recordings or 0,
        takes=row.takes or 0,
        created_at_ms=row.created_at,
        reopened_at_ms=row.reopened_at,
        private_from=row.private_from,
    )
