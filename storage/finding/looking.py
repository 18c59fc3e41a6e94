"""Looking through logs for what was written: which have more, and the events that may say it."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from lessonroom.finding.written import MAY_WRITE
from lessonroom.log.events import BOARD_CHANGES, Event
from storage.errors import LogDamaged, SchemaNewer
from storage.log import bodies, log
from storage.store import Store
from storage.tables import EVENTS, IS_THERE, SESSIONS, TEXTS_UNTIL

_SLICE_EVENTS: Final = 200
_SESSIONS: Final = 200


class Until(NamedTuple):
    """How far a log was looked through; `pages` has the page of each layer there."""

    seq: int
    pages: dict[str, str]


class Behind(NamedTuple):
    """A session whose log has more than was looked through."""

    key: int
    session_id: str


class Slice(NamedTuple):
    """A part of a log: the events that may write something, and how far it goes."""

    events: list[Event]
    until: int
    is_last: bool


class has_bytes(GenericFunction[bool]):  # noqa: N801 - called like the other functions of SQL
    """Whether bytes hold others."""

    inherit_cache = True
    package = "lessonroom"


@compiles(has_bytes, "sqlite")
def _in_sqlite(element: has_bytes, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(has_bytes, "postgresql")
def _in_postgresql(element: has_bytes, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    whole, part = (compiler.process(each, **options) for each in element.clauses)
    return f"(position({part} in {whole}) > 0)"


async def behind(
    store: Store, *, after: int = 0, only: Sequence[str] | None = None
) -> list[Behind]:
    """Return a page of the sessions whose log goes on behind what was looked through.

    Args:
        store: the store.
        after: the `key` of the last one of the page before.
        only: look at these alone.

    """
    head = (
        select(func.max(EVENTS.c.seq)).where(EVENTS.c.session_id == SESSIONS.c.id).scalar_subquery()
    )
    query = (
        select(SESSIONS.c.id, SESSIONS.c.uuid)
        .outerjoin(TEXTS_UNTIL, TEXTS_UNTIL.c.session_id == SESSIONS.c.id)
        .where(SESSIONS.c.id > after, IS_THERE, head > func.coalesce(TEXTS_UNTIL.c.until_seq, 0))
        .order_by(SESSIONS.c.id)
        .limit(_SESSIONS)
    )
    if only is not None:
        query = query.where(SESSIONS.c.uuid.in_(only))

    async def read(connection: AsyncConnection) -> list[Behind]:
        return [Behind(row.id, row.uuid) for row in await connection.execute(query)]

    return await store.reading(read)


async def until(store: Store, key: int) -> Until:
    """Return how far the log of a session was looked through."""

    async def read(connection: AsyncConnection) -> Until:
        row = (
            await connection.execute(select(TEXTS_UNTIL).where(TEXTS_UNTIL.c.session_id == key))
        ).first()
        return Until(0, {}) if row is None else Until(row.until_seq, dict(row.pages))

    return await store.reading(read)


async def next_slice(store: Store, found: Behind, *, after: int) -> Slice:
    """Return the events of a session's log behind `after` that may write something, some of them.

    Strokes are passed over by the database. One that does not match its checksum is, too: the log
    is what tells of it.
    """
    signs = or_(*(has_bytes(EVENTS.c.data, sign) for sign in MAY_WRITE))
    # What is large lies beside its row, and is a whole board as a rule.
    may_say = signs | EVENTS.c.body_id.is_not(None)
    drawn = EVENTS.c.event_type.in_(sorted(BOARD_CHANGES)) & may_say
    which: list[ColumnElement[bool]] = [
        EVENTS.c.session_id == found.key,
        EVENTS.c.seq > after,
        drawn | (EVENTS.c.event_type == literal_column("'chat_message'")),
    ]

    async def read(connection: AsyncConnection) -> Slice:
        head, _ = await log.head(connection, found.key)
        sizes = (
            await connection.execute(
                select(EVENTS.c.seq, bodies.size_of(EVENTS.c.data))
                .where(*which)
                .order_by(EVENTS.c.seq)
                .limit(_SLICE_EVENTS)
            )
        ).all()
        last, n_bytes = 0, 0
        for seq, size in sizes:
            n_bytes += size
            if last and n_bytes > log.PAGE_BYTES:
                break
            last = seq
        is_last = not sizes or (last == sizes[-1][0] and len(sizes) < _SLICE_EVENTS)
        if not sizes:
            return Slice([], head, is_last=True)
        rows = await connection.execute(
            select(*log.COLUMNS).where(*which, EVENTS.c.seq <= last).order_by(EVENTS.c.seq)
        )
        whole = await log.filled(connection, rows)
        events = [event for row in whole if (event := _event(row, found.session_id)) is not None]
        return Slice(events, head if is_last else last, is_last)

    return await store.reading(read)


def _event(row: Sequence[Any], session_id: str) -> Event | None:
    try:
        return log.event_of(row, session_id)
    except (LogDamaged, SchemaNewer):
        return None
