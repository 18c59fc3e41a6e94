"""Reading a whole database to see whether it is what was written.

Reads in slices, beside a server that goes on. What comes in meanwhile may or may not be looked at.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.log import bodies, checksums, log, snapshots
from storage.sessions import seats, sessions
from storage.store import Store
from storage.tables import (
    BODIES,
    IS_THERE,
    METADATA,
    PARTICIPANTS,
    SESSIONS,
    SHELF,
    SNAPSHOTS,
    USERS,
)

_EVENTS_PER_PAGE: Final = 1_000
_SESSIONS_PER_PAGE: Final = 500


class Fault(NamedTuple):
    """Something that is not as it was written, and where."""

    place: str
    what: str


class Progress(NamedTuple):
    """How far a check is."""

    sessions: int
    of_sessions: int


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is wrong with it."""

    sessions: int
    events: int
    snapshots: int
    faults: list[Fault]


class _Found(NamedTuple):
    key: int
    session_id: str
    board_version: int


async def check(store: Store, *, on_progress: Callable[[Progress], None]) -> Checked:
    """Look at every row of the log, every snapshot and every reference.

    Found are: rows and boards that do not match their checksum, events that are missing between
    others, events that cannot be read, snapshots of a future that the log does not have, and rows
    that belong to nothing.

    Raises:
        StorageUnavailable: the database cannot be read at all.

    """
    counts: Counter[str] = Counter()
    faults = await store.reading(_orphans)
    faults += await store.reading(_shelves)
    of_sessions = await store.reading(_count_sessions)
    after = 0
    while page := await store.reading(partial(_sessions, after=after)):
        for found in page:
            faults += await store.reading(partial(_check_session, found=found, counts=counts))
            counts["sessions"] += 1
            on_progress(Progress(counts["sessions"], max(of_sessions, counts["sessions"])))
        after = page[-1].key
    return Checked(
        sessions=counts["sessions"],
        events=counts["events"],
        snapshots=counts["snapshots"],
        faults=faults,
    )


async def _count_sessions(connection: AsyncConnection) -> int:
    return (
        await connection.execute(select(func.count()).select_from(SESSIONS).where(IS_THERE))
    ).scalar_one()


async def _sessions(connection: AsyncConnection, *, after: int) -> list[_Found]:
    rows = await connection.execute(
        select(SESSIONS.c.id, SESSIONS.c.uuid, SESSIONS.c.board_version)
        .where(SESSIONS.c.id > after, IS_THERE)
        .order_by(SESSIONS.c.id)
        .limit(_SESSIONS_PER_PAGE)
    )
    return [_Found(*row) for row in rows]


async def _check_session(
    connection: AsyncConnection, *, found: _Found, counts: Counter[str]
) -> list[Fault]:
    head, wrong = 0, []
    while True:
        seqs, unreadable = await log.examine(
            connection, found.key, found.session_id, after=head, limit=_EVENTS_PER_PAGE
        )
        wrong += [f"event {seq}: {what}" for seq, what in unreadable]
        for seq in seqs:
            if seq != head + 1:
                wrong.append(f"missing from the log: {_range(head + 1, seq - 1)}")
            head = seq
        counts["events"] += len(seqs)
        if len(seqs) < _EVENTS_PER_PAGE:
            break
    if found.board_version > head:
        wrong.append(f"the board is of version {found.board_version}, the log ends at {head}")
    wrong += await sessions.examine(connection, found.key)
    wrong += await seats.examine(connection, found.key)
    if not await _is_intact(connection, SESSIONS.c.board_version, found.key):
        wrong.append("the board does not match its checksum")
    wrong += await _check_snapshots(connection, found, head=head, counts=counts)
    return [Fault(f"session {found.session_id}", what) for what in wrong]


async def _check_snapshots(
    connection: AsyncConnection, found: _Found, *, head: int, counts: Counter[str]
) -> list[str]:
    rows = await connection.execute(
        select(SNAPSHOTS.c.id, SNAPSHOTS.c.version)
        .where(SNAPSHOTS.c.session_id == found.key)
        .order_by(SNAPSHOTS.c.id)
    )
    wrong = []
    for number, version in rows.all():
        counts["snapshots"] += 1
        if version > head:
            wrong.append(f"snapshot {number} is of version {version}, the log ends at {head}")
        if not await _is_intact(connection, SNAPSHOTS.c.version, number):
            wrong.append(f"snapshot {number} does not match its checksum")
    return wrong


async def _is_intact(connection: AsyncConnection, version: Column[int], number: int) -> bool:
    """Whether the board in a row matches its checksum; boards are large: one is read at a time."""
    table = version.table
    row = (
        await connection.execute(
            select(
                version.label("seq"),
                table.c.board_crc32,
                table.c.board_schema,
                table.c.body_id,
                table.c.board_state,
            ).where(table.c.id == number)
        )
    ).one()
    board = await snapshots.board_in(connection, row)
    if board is None:
        return True
    found = checksums.of_board(board, row.seq, board_schema=row.board_schema)
    return bool(found == row.board_crc32)


async def _shelves(connection: AsyncConnection) -> list[Fault]:
    """Return the items of shelves whose board does not match its checksum."""
    rows = await connection.execute(
        select(SHELF.c.item_id, SHELF.c.body_id, SHELF.c.crc32).order_by(SHELF.c.id)
    )
    faults = []
    for row in rows.all():
        board = await bodies.read(connection, row.body_id)
        if checksums.of_bytes(board) != row.crc32:
            faults.append(Fault(f"shelf item {row.item_id}", "does not match its checksum"))
    return faults


def _range(first: int, last: int) -> str:
    return f"event {first}" if first == last else f"events {first} to {last}"


async def _orphans(connection: AsyncConnection) -> list[Fault]:
    """Return how many rows of each table name something that is not there."""
    faults = []
    for column, parent in _references():
        missing = (
            select(func.count())
            .select_from(column.table)
            .where(column.is_not(None), ~select(parent).where(parent == column).exists())
        )
        if column is SESSIONS.c.host_id:
            missing = missing.where(IS_THERE)
        if count := (await connection.execute(missing)).scalar_one():
            what = f"{count} rows name a {parent.table.name} that is not there ({column.name})"
            faults.append(Fault(f"table {column.table.name}", what))
    return faults


def _references() -> list[tuple[Column[Any], Column[Any]]]:
    """Return what refers to what; users and bodies are referred to without a foreign key."""
    declared = [
        (key.parent, key.column) for table in METADATA.sorted_tables for key in table.foreign_keys
    ]
    named = [(table.c.body_id, BODIES.c.id) for table in bodies.NAMING]
    users = [
        (column, USERS.c.id)
        for column in (SESSIONS.c.host_id, PARTICIPANTS.c.user_id, SHELF.c.user_id)
    ]
    return [*declared, *named, *users]
