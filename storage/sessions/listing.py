"""What an operator looks through: seats, snapshots and events, of one session or of all.

Newest first, by pages. An index leads to each page, so that it costs what it holds; where several
filters meet, the index of one of them does, and the others are looked up row by row.
"""

import contextlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Table, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event, EventType
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from storage.errors import LogDamaged
from storage.log import log, snapshots
from storage.records import EventFilter, SnapshotEntry, UserKind
from storage.sessions import sessions
from storage.sessions.seats import participant_of
from storage.store import Store
from storage.tables import EVENTS, IS_THERE, PARTICIPANTS, SESSIONS, SNAPSHOTS, USERS

LISTED_OF_ALL: Final = frozenset(EventType) - {EventType.BOARD_OP}
"""The events that are listed of all sessions at once: strokes would bury the others."""

_IS_LISTED_OF_ALL: Final[ColumnElement[bool]] = EVENTS.c.event_type != literal_column(
    # A literal, not a parameter: SQLite has to see at preparation that the partial indexes fit.
    "'board_op'"
)


class SeatFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which seats to list; what is absent does not matter."""

    session_id: str | None = None
    user_id: int | None = None
    roles: frozenset[Role] = frozenset()
    statuses: frozenset[ParticipantStatus] = frozenset()


class ListedSeat(msgspec.Struct, frozen=True, kw_only=True):
    """A seat; later ones have a greater `seat_id`. The `title` is that of the session."""

    seat_id: int
    session_id: str
    title: str
    participant: Participant
    is_guest: bool = False
    """Came without a token; told by `roster` alone."""


class SnapshotFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which snapshots to list; what is absent does not matter."""

    session_id: str | None = None
    types: frozenset[SnapshotType] = frozenset()


class ListedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a snapshot beside its board."""

    session_id: str
    title: str
    entry: SnapshotEntry


class ListedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event; `name` is what its author is called in the session.

    `event` is None where the row does not match its checksums: nothing in it can be believed.
    """

    session_id: str
    title: str
    seq: int
    name: str | None
    event: Event | None


async def seats(
    store: Store, wanted: SeatFilter, *, limit: int, before: int | None = None
) -> list[ListedSeat]:
    """Return seats, the ones that were taken last first; none of an unknown session.

    Args:
        store: the store.
        wanted: which ones.
        limit: how many at most.
        before: the `seat_id` of the last one of the page before.

    """
    columns = PARTICIPANTS.c
    query = select(PARTICIPANTS, SESSIONS.c.uuid, SESSIONS.c.title)
    if wanted.user_id is not None:
        query = query.where(columns.user_id == wanted.user_id)
    if wanted.roles:
        query = query.where(columns.role.in_(sorted(wanted.roles)))
    if wanted.statuses:
        query = query.where(columns.status.in_(sorted(wanted.statuses)))
    page = _Page(PARTICIPANTS, wanted.session_id, limit=limit, before=before)
    return [_listed_seat(row) for row in await page.read(store, query)]


async def roster(store: Store, session_id: str, *, limit: int, after: int = 0) -> list[ListedSeat]:
    """Return the seats of one session in the order in which they were first taken, by pages.

    Args:
        store: the store.
        session_id: the session; an unknown one has none.
        limit: how many at most.
        after: the `seat_id` of the last one of the page before.

    """
    query = (
        select(PARTICIPANTS, SESSIONS.c.uuid, SESSIONS.c.title, USERS.c.kind)
        .join(SESSIONS, SESSIONS.c.id == PARTICIPANTS.c.session_id)
        .outerjoin(USERS, USERS.c.id == PARTICIPANTS.c.user_id)
        .where(SESSIONS.c.uuid == session_id, PARTICIPANTS.c.id > after)
        .order_by(PARTICIPANTS.c.id)
        .limit(limit)
    )

    async def read(connection: AsyncConnection) -> list[ListedSeat]:
        return [
            msgspec.structs.replace(_listed_seat(row), is_guest=row.kind == UserKind.GUEST.value)
            for row in await connection.execute(query)
        ]

    return await store.reading(read)


def _listed_seat(row: Row[Any]) -> ListedSeat:
    return ListedSeat(
        seat_id=row.id,
        session_id=row.uuid,
        title=row.title,
        participant=participant_of(row),
    )


async def saved_boards(
    store: Store, wanted: SnapshotFilter, *, limit: int, before: int | None = None
) -> list[ListedSnapshot]:
    """Return snapshots without their boards, newest first; none of an unknown session.

    Args:
        store: the store.
        wanted: which ones.
        limit: how many at most.
        before: the `snapshot_id` of the last one of the page before.

    """
    query = select(*snapshots.ENTRY, SESSIONS.c.uuid, SESSIONS.c.title)
    if wanted.types:
        query = query.where(SNAPSHOTS.c.snapshot_type.in_(sorted(wanted.types)))
    page = _Page(SNAPSHOTS, wanted.session_id, limit=limit, before=before)
    return [
        ListedSnapshot(session_id=row.uuid, title=row.title, entry=snapshots.entry_of(row))
        for row in await page.read(store, query)
    ]


class _Page(NamedTuple):
    """Rows of a table that belong to a session each, newest first, with the session beside them."""

    table: Table
    session_id: str | None
    limit: int
    before: int | None

    async def read(self, store: Store, query: Select[Any]) -> Sequence[Row[Any]]:
        """Return the page of what a query finds; none of an unknown session."""
        columns = self.table.c
        query = (
            query.join(SESSIONS, SESSIONS.c.id == columns.session_id)
            .order_by(columns.id.desc())
            .limit(self.limit)
        )
        if self.before is not None:
            query = query.where(columns.id < self.before)

        async def read(connection: AsyncConnection) -> Sequence[Row[Any]]:
            found = query
            if self.session_id is not None:
                key = await sessions.key_of(connection, self.session_id)
                if key is None:
                    return []
                found = query.where(columns.session_id == key)
            rows: Sequence[Row[Any]] = (await connection.execute(found)).all()
            return rows

        return await store.reading(read)


async def events_of(
    store: Store,
    session_id: str,
    wanted: EventFilter,
    *,
    limit: int,
    after: int = 0,
    before: int | None = None,
) -> list[ListedEvent]:
    """Return events of one session with `after` < `seq` < `before`, newest first."""
    query = _events(wanted).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(EVENTS.c.seq < before)

    async def read(connection: AsyncConnection) -> list[ListedEvent]:
        key = await sessions.key_of(connection, session_id)
        if key is None:
            return []
        return await _read_events(connection, query.where(EVENTS.c.session_id == key))

    return await store.reading(read)


async def events_of_all(
    store: Store, wanted: EventFilter, *, limit: int, before: tuple[str, int] | None = None
) -> list[ListedEvent]:
    """Return events of all sessions, the latest first, without strokes (`LISTED_OF_ALL`).

    Args:
        store: the store.
        wanted: which ones.
        limit: how many at most.
        before: session and `seq` of the last one of the page before; where it is not there any
            more, neither is what follows it.

    """
    place = tuple_(EVENTS.c.at, EVENTS.c.session_id, EVENTS.c.seq)
    query = (
        _events(wanted)
        .where(_IS_LISTED_OF_ALL, IS_THERE)
        .order_by(EVENTS.c.at.desc(), EVENTS.c.session_id.desc(), EVENTS.c.seq.desc())
        .limit(limit)
    )

    async def read(connection: AsyncConnection) -> list[ListedEvent]:
        found = query
        if before is not None:
            last = await _place_of(connection, *before)
            if last is None:
                return []
            found = query.where(place < last)
        return await _read_events(connection, found)

    return await store.reading(read)


def _events(wanted: EventFilter) -> Select[Any]:
    columns = EVENTS.c
    query = (
        select(*log.COLUMNS, SESSIONS.c.uuid, SESSIONS.c.title, PARTICIPANTS.c.name)
        .join(SESSIONS, SESSIONS.c.id == columns.session_id)
        .outerjoin(
            PARTICIPANTS,
            (PARTICIPANTS.c.session_id == columns.session_id)
            & (PARTICIPANTS.c.user_id == columns.user_id),
        )
    )
    if wanted.types:
        query = query.where(columns.event_type.in_(sorted(wanted.types)))
    if wanted.user_id is not None:
        query = query.where(columns.user_id == wanted.user_id)
    return query


async def _place_of(
    connection: AsyncConnection, session_id: str, seq: int
) -> tuple[int, int, int] | None:
    row = (
        await connection.execute(
            select(EVENTS.c.at, EVENTS.c.session_id)
            .join(SESSIONS, SESSIONS.c.id == EVENTS.c.session_id)
            .where(SESSIONS.c.uuid == session_id, EVENTS.c.seq == seq)
        )
    ).first()
    return (row.at, row.session_id, seq) if row else None


async def _read_events(connection: AsyncConnection, query: Select[Any]) -> list[ListedEvent]:
    rows = await log.filled(connection, await connection.execute(query))
    found = []
    for *columns, session_id, title, name in rows:
        event: Event | None = None
        with contextlib.suppress(LogDamaged):
            event = log.event_of(columns, session_id)
        seq: int = columns[0]
        found.append(
            ListedEvent(session_id=session_id, title=title, seq=seq, name=name, event=event)
        )
    return found
