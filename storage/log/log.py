"""The log: appending events, reading them back by range, and telling a damaged row.

Every function works inside the caller's transaction. `key` is the integer that the tables know a
session by, `session_id` its public name.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Row, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.log.events import Event, EventType, RoomOpened, Submission
from storage.engine import insert_all
from storage.errors import LogDamaged, SchemaNewer
from storage.log import bodies, checksums
from storage.records import Body, EventCount, EventFilter, StoredSubmission
from storage.tables import EVENTS

_T = TypeVar("_T")
_RowT = TypeVar("_RowT", bound=Sequence[Any])
_AnyRow = Row[*tuple[Any, ...]]

_ROWS_PER_TURN: Final = 500
_BYTES_PER_TURN: Final = 4 * 1024 * 1024
"""Summing these up takes a millisecond."""
PAGE_BYTES: Final = 8 * 1024 * 1024

# Literals, not parameters: SQLite has to see at preparation that a partial index fits.
_IS_ROOM_OPEN: Final[ColumnElement[bool]] = EVENTS.c.event_type == literal_column("'room_open'")
_IS_CHAT: Final[ColumnElement[bool]] = EVENTS.c.event_type == literal_column("'chat_message'")

_CHECKED: Final = (
    "seq",
    "event_type",
    "user_id",
    "client_id",
    "client_n",
    "client_digest",
    "at",
    "data_crc32",
)
"""What a row's checksum covers, after the session's name and before the schema of the board.

The data has a checksum of its own.
"""

_NO_SUBMISSION: Final = (None, None, None)

COLUMNS: Final = tuple(
    EVENTS.c[name] for name in (*_CHECKED, "board_schema", "crc32", "body_id", "data")
)
"""What an event is read from, in the order that `event_of` needs."""
_BODY: Final = len(COLUMNS) - 2
_SIZE: Final = bodies.size_of(EVENTS.c.data)
_READ: Final = select(*COLUMNS)
_READ_SUBMISSIONS: Final = select(
    *(EVENTS.c[name] for name in (*_CHECKED, "board_schema", "crc32"))
)


def row_of(event: Event, key: int, session_id: str, body: Body | None = None) -> dict[str, Any]:
    """Return the row of the log that holds `event`, or names the body that holds its data."""
    submission = event.submission
    client_id, client_n, client_digest = (
        (submission.client_id, submission.n, submission.digest) if submission else _NO_SUBMISSION
    )
    checked = (
        event.seq,
        event.type._value_,
        event.user_id,
        client_id,
        client_n,
        client_digest,
        event.at_ms,
        body.crc32 if body else checksums.of_bytes(event.data),
    )
    row: dict[str, Any] = dict(zip(_CHECKED, checked, strict=True))
    row["session_id"] = key
    row["board_schema"] = event.board_schema
    row["data"] = b"" if body else event.data
    row["crc32"] = checksums.of_event(session_id, *checked, board_schema=event.board_schema)
    if body:
        row["body_id"] = body.body_id
    return row


async def append(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Append events of any number of sessions, in one statement or two."""
    await insert_all(connection, EVENTS, [row for row in rows if "body_id" not in row])
    await insert_all(connection, EVENTS, [row for row in rows if "body_id" in row])


async def rewrite(connection: AsyncConnection, key: int, session_id: str, event: Event) -> None:
    """Put other data in the place of an event's: the one way in which the log ever changes.

    For taking names, and what was written under them, out of it. That something happened, when and
    by whom, stays.
    """
    row = row_of(event, key, session_id)
    changed = {name: row[name] for name in ("client_digest", "data", "data_crc32", "crc32")}
    changed["body_id"] = None
    await connection.execute(
        EVENTS.update()
        .where(EVENTS.c.session_id == key, EVENTS.c.seq == event.seq)
        .values(**changed)
    )


async def head(connection: AsyncConnection, key: int) -> tuple[int, int]:
    """Return `seq` and time of the newest event; zeros where there is none."""
    row = (
        await connection.execute(
            select(EVENTS.c.seq, EVENTS.c.at)
            .where(EVENTS.c.session_id == key)
            .order_by(EVENTS.c.seq.desc())
            .limit(1)
        )
    ).first()
    return (row.seq, row.at) if row else (0, 0)


async def is_save(connection: AsyncConnection, key: int, *, seq: int) -> bool:
    """Whether an event is somebody's saving of the board."""
    query = select(EVENTS.c.event_type).where(EVENTS.c.session_id == key, EVENTS.c.seq == seq)
    return (await connection.execute(query)).scalar() == EventType.BOARD_SAVE.value


async def read(
    connection: AsyncConnection,
    key: int,
    session_id: str,
    *,
    after: int,
    until: int,
    limit: int | None = None,
) -> list[Event]:
    """Return the events `after` < `seq` <= `until`, oldest first, at most `limit`.

    Raises:
        LogDamaged: a row is missing between them or does not match its checksum.

    """
    rows = await connection.execute(
        _READ.where(EVENTS.c.session_id == key, EVENTS.c.seq > after, EVENTS.c.seq <= until)
        .order_by(EVENTS.c.seq)
        .limit(limit)
    )
    events = await _events(connection, rows, session_id)
    for expected, event in enumerate(events, after + 1):
        if event.seq != expected:
            raise LogDamaged(session_id, expected)
    wanted = until - after if limit is None else min(limit, until - after)
    if len(events) < wanted and until <= (await head(connection, key))[0]:
        raise LogDamaged(session_id, after + len(events) + 1)
    return events


async def page_end(connection: AsyncConnection, key: int, *, after: int, limit: int) -> int:
    """Return the `seq` that a page of the log after `after` ends with; that where there is no more.

    It holds at most `limit` events, and of more than `PAGE_BYTES` only the first.
    """
    sizes = await connection.execute(
        select(EVENTS.c.seq, _SIZE)
        .where(EVENTS.c.session_id == key, EVENTS.c.seq > after)
        .order_by(EVENTS.c.seq)
        .limit(limit)
    )
    last, _ = _page_of([(seq, n_bytes) for seq, n_bytes in sizes], limit=limit)
    return after if last is None else last


async def newest_within(
    connection: AsyncConnection, key: int, *, after: int, most_bytes: int
) -> int:
    """Return the `seq`, at least `after`, behind which events take at most so many bytes."""
    sizes = await connection.execute(
        select(EVENTS.c.seq, _SIZE)
        .where(EVENTS.c.session_id == key, EVENTS.c.seq > after)
        .order_by(EVENTS.c.seq.desc())
    )
    for seq, n_bytes in sizes:
        most_bytes -= n_bytes
        if most_bytes < 0:
            return int(seq)
    return after


async def matching(
    connection: AsyncConnection,
    key: int,
    session_id: str,
    *,
    wanted: EventFilter,
    after: int,
    limit: int,
) -> tuple[list[Event], bool]:
    """Return the events wanted with `seq` > `after`, oldest first, and whether there are more.

    They are at most `limit`, and of more than `PAGE_BYTES` only the first: an event may be a whole
    board, and a page of a thousand of them would not fit into memory.

    Raises:
        LogDamaged: one of them does not match its checksum.

    """
    which = [EVENTS.c.session_id == key, EVENTS.c.seq > after]
    if wanted.types:
        which.append(EVENTS.c.event_type.in_(sorted(wanted.types)))
    if wanted.user_id is not None:
        which.append(EVENTS.c.user_id == wanted.user_id)
    sizes = await connection.execute(
        select(EVENTS.c.seq, _SIZE).where(*which).order_by(EVENTS.c.seq).limit(limit + 1)
    )
    last, is_more = _page_of([(seq, n_bytes) for seq, n_bytes in sizes], limit=limit)
    if last is None:
        return [], False
    query = _READ.where(*which, EVENTS.c.seq <= last)
    rows = await connection.execute(query.order_by(EVENTS.c.seq))
    return await _events(connection, rows, session_id), is_more


async def chat(
    connection: AsyncConnection, key: int, session_id: str, *, before: int | None, limit: int
) -> list[Event]:
    """Return the newest messages of the chat with `seq` < `before`, oldest first, at most `limit`.

    Raises:
        LogDamaged: one of them does not match its checksum.

    """
    query = _READ.where(EVENTS.c.session_id == key, _IS_CHAT)
    if before is not None:
        query = query.where(EVENTS.c.seq < before)
    rows = await connection.execute(query.order_by(EVENTS.c.seq.desc()).limit(limit))
    return (await _events(connection, rows, session_id))[::-1]


async def examine(
    connection: AsyncConnection, key: int, session_id: str, *, after: int, limit: int
) -> tuple[list[int], list[tuple[int, str]]]:
    """Return the `seq` of the next events, and (`seq`, what) of those that are not as written.

    Unlike `read` it goes on behind what is damaged.
    """
    rows = await connection.execute(
        _READ.where(EVENTS.c.session_id == key, EVENTS.c.seq > after)
        .order_by(EVENTS.c.seq)
        .limit(limit)
    )
    wrong = []

    def seq_of(row: Sequence[Any]) -> int:
        seq: int = row[0]
        try:
            event_of(row, session_id).body()
        except LogDamaged:
            wrong.append((seq, "does not match its checksum"))
        except SchemaNewer as newer:
            wrong.append((seq, f"has the board schema {newer.board_schema}, of a newer program"))
        except (ValueError, msgspec.DecodeError):
            wrong.append((seq, "cannot be read, though it matches its checksum"))
        return seq

    return await _decoded(await filled(connection, rows), seq_of), wrong


async def counts(connection: AsyncConnection, key: int) -> list[EventCount]:
    """Return how many events there are of each type, by each person."""
    count = func.count()
    rows = await connection.execute(
        select(EVENTS.c.event_type, EVENTS.c.user_id, count)
        .where(EVENTS.c.session_id == key)
        .group_by(EVENTS.c.event_type, EVENTS.c.user_id)
        .order_by(EVENTS.c.event_type, EVENTS.c.user_id)
    )
    return [EventCount(EventType(row[0]), row[1], row[2]) for row in rows]


async def epochs(connection: AsyncConnection, key: int, session_id: str) -> list[tuple[str, int]]:
    """Return the epochs of a session with the `seq` that each began at (PROTOCOL BD-7)."""
    rows = await connection.execute(
        _READ.where(EVENTS.c.session_id == key, _IS_ROOM_OPEN).order_by(EVENTS.c.seq)
    )
    return list(_epochs(event_of(row, session_id) for row in rows))


async def submissions(
    connection: AsyncConnection, key: int, session_id: str
) -> list[StoredSubmission]:
    """Return what clients sent under identities of their own (PROTOCOL BD-6).

    Raises:
        LogDamaged: a row does not match its checksum; found without reading its data.

    """
    rows = await connection.execute(
        _READ_SUBMISSIONS.where(
            EVENTS.c.session_id == key, EVENTS.c.client_id.is_not(None)
        ).order_by(EVENTS.c.seq)
    )
    return await _decoded(rows, lambda row: _submission(row, session_id))


async def filled(connection: AsyncConnection, rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return rows that begin with `COLUMNS`, with the data of the bodies that they name."""
    found: list[Sequence[Any]] = list(rows)
    for n, row in enumerate(found):
        if row[_BODY] is not None:
            data = await bodies.read(connection, row[_BODY])
            found[n] = (*row[: _BODY + 1], data, *row[_BODY + 2 :])
    return found


async def _events(
    connection: AsyncConnection, rows: Iterable[_AnyRow], session_id: str
) -> list[Event]:
    return await _decoded(await filled(connection, rows), lambda row: event_of(row, session_id))


async def _decoded(rows: Iterable[_RowT], decode: Callable[[_RowT], _T]) -> list[_T]:
    """Decode rows in turns of a few milliseconds: others' lessons go on while a room opens."""
    found = []
    n_rows = n_bytes = 0
    for row in rows:
        found.append(decode(row))
        n_rows += 1
        # The data, where it is read, stands last.
        n_bytes += len(row[-1]) if isinstance(row[-1], bytes) else 0
        if n_rows >= _ROWS_PER_TURN or n_bytes >= _BYTES_PER_TURN:
            n_rows = n_bytes = 0
            await asyncio.sleep(0)
    return found


def _page_of(sizes: Sequence[tuple[int, int]], *, limit: int) -> tuple[int | None, bool]:
    """Return the `seq` that a page ends with, None for no page, and whether there is more.

    Args:
        sizes: `seq` and bytes of each event there is, oldest first.
        limit: how many a page has at most.

    """
    last, n_bytes = None, 0
    for number, (seq, size) in enumerate(sizes):
        n_bytes += size
        if number == limit or (number and n_bytes > PAGE_BYTES):
            return last, True
        last = seq
    return last, False


def _submission(row: _AnyRow, session_id: str) -> StoredSubmission:
    *checked, schema, crc32 = row
    seq, _, user_id, client_id, n, digest, _, _ = checked
    if crc32 != checksums.of_event(session_id, *checked, board_schema=schema):
        raise LogDamaged(session_id, seq)
    return StoredSubmission(user_id, client_id, n, seq, digest)


def event_of(row: Sequence[Any], session_id: str) -> Event:
    """Return the event whose `COLUMNS` these are.

    Raises:
        LogDamaged: they do not match their checksums.
        SchemaNewer: a newer program wrote it; its type and data may be unknown here.

    """
    *checked, schema, crc32, _, data = row
    seq, event_type, user_id, client_id, n, digest, at, data_crc32 = checked
    expected = checksums.of_event(session_id, *checked, board_schema=schema)
    if crc32 != expected or data_crc32 != checksums.of_bytes(data):
        raise LogDamaged(session_id, seq)
    if schema > BOARD_SCHEMA:
        raise SchemaNewer(f"event {seq} of session {session_id}", schema)
    return Event(
        seq=seq,
        type=EventType(event_type),
        at_ms=at,
        data=data,
        user_id=user_id,
        submission=None if client_id is None else Submission(client_id, n, digest),
        board_schema=schema,
    )


def _epochs(events: Iterable[Event]) -> Iterable[tuple[str, int]]:
    for event in events:
        body = event.body()
        if isinstance(body, RoomOpened):
            yield body.epoch, event.seq
