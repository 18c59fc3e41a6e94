"""`db check` finds each kind of damage, and none where there is none.

Tests also: storage/log/checksums.py, storage/sessions/seats.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Integer, Table, Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import EventType
from storage.errors import RowDamaged
from storage.records import UserKind
from storage.store import Store
from storage.tables import EVENTS, PARTICIPANTS, SESSIONS, SNAPSHOTS
from storage.upkeep.checking import Checked, Progress, check
from tests.storage.lessons import Lesson


@pytest.fixture
async def written(store: Store) -> Lesson:
    """A lesson with a host that exists, 20 events and a snapshot."""
    host = await store.ensure_user(
        issuer="own", subject="ada", name="Ada", kind=UserKind.REGISTERED, at_ms=1
    )
    lesson = Lesson("algebra", host_id=host.user_id)
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    await store.commit([lesson.strokes(19)])
    await store.commit([lesson.batch(snapshot=lesson.snapshot(20))])
    return lesson


async def checked(store: Store) -> Checked:
    return await check(store, on_progress=lambda _: None)


async def what_is_wrong(store: Store) -> list[str]:
    return [what for _, what in (await checked(store)).faults]


async def execute(store: Store, statement: Any) -> None:  # noqa: ANN401 - any statement
    async def write(connection: AsyncConnection) -> None:
        await connection.execute(statement)

    await store.writing(write)


async def test_a_sound_database_has_no_faults(store: Store, written: Lesson) -> None:
    """[PROMISES P1] And everything was looked at."""
    result = await checked(store)
    assert result == Checked(sessions=1, events=20, snapshots=1, faults=[])


async def test_progress_is_told(store: Store, written: Lesson) -> None:
    """[API Command line] On whatever takes longer than a second."""
    told: list[Progress] = []
    await check(store, on_progress=told.append)
    assert told == [Progress(1, 1)]


_EVENT_7 = EVENTS.c.seq == 7


@pytest.mark.parametrize(
    "column",
    ["event_type", "user_id", "at", "data", "data_crc32", "crc32"],
)
async def test_a_changed_event_is_found(store: Store, written: Lesson, column: str) -> None:
    """[PROMISES P1 T16] Whichever column it is; the events behind it are looked at as well."""
    values: dict[str, object] = {
        "event_type": "room_open",
        "user_id": 99,
        "at": 1,
        "data": b'{"ops":[1]}',
        "data_crc32": 0,
        "crc32": 0,
    }
    await execute(store, update(EVENTS).where(_EVENT_7).values({column: values[column]}))
    await execute(store, update(EVENTS).where(EVENTS.c.seq == 9).values(crc32=1))
    assert await what_is_wrong(store) == [
        "event 7: does not match its checksum",
        "event 9: does not match its checksum",
    ]


async def test_an_event_that_no_program_can_read_is_found(store: Store, written: Lesson) -> None:
    """[PROMISES P1] Its checksum is right: it was written like this, by whatever it was."""
    await store.commit([written.batch(written._event(EventType.ROOM_OPEN, b"[]"))])
    (what,) = await what_is_wrong(store)
    assert what == "event 21: cannot be read, though it matches its checksum"


async def test_gaps_are_found(store: Store, written: Lesson) -> None:
    """[PROMISES P3] One event, several in a row, and the first."""
    gone = EVENTS.c.seq.in_([1, 5, 10, 11, 12])
    await execute(store, delete(EVENTS).where(gone))
    assert await what_is_wrong(store) == [
        "missing from the log: event 1",
        "missing from the log: event 5",
        "missing from the log: events 10 to 12",
    ]


async def test_a_log_that_lost_its_end_is_found_by_its_snapshots(
    store: Store, written: Lesson
) -> None:
    """[PROMISES P8] A snapshot of version 20 over a log of 15."""
    await execute(store, delete(EVENTS).where(EVENTS.c.seq > 15))
    board, snapshot = await what_is_wrong(store)
    assert board == "the board is of version 20, the log ends at 15"
    assert snapshot.endswith("is of version 20, the log ends at 15")


@pytest.mark.parametrize(
    "damage",
    [
        lambda: update(SNAPSHOTS).values(board_state=b"other"),
        lambda: update(SNAPSHOTS).values(board_crc32=1),
        lambda: update(SESSIONS).values(board_state=b"other"),
    ],
)
async def test_a_changed_board_is_found(
    store: Store, written: Lesson, damage: Callable[[], Update]
) -> None:
    """[PROMISES P8] A snapshot, or the board that the session opens with."""
    await execute(store, damage())
    (what,) = await what_is_wrong(store)
    assert "does not match its checksum" in what


@pytest.mark.parametrize(
    ("table", "what"),
    [
        (SESSIONS, "its row does not match its checksum"),
        (PARTICIPANTS, "the seat of user 1 does not match its checksum"),
    ],
)
async def test_a_changed_session_or_seat_is_found_and_not_believed(
    store: Store, written: Lesson, table: Table, what: str
) -> None:
    """[PROMISES T16] Whichever column it is; those that name other rows are for the orphans."""
    names = {column.name for column in table.c}
    for name in sorted(names - {"id", "uuid", "session_id", "user_id"} - _OF_THE_BOARD):
        column = table.c[name]
        before = await value(store, column)
        await execute(store, update(table).values({name: _other(before, column)}))
        assert what in await what_is_wrong(store), name
        with pytest.raises(RowDamaged, match="does not match its checksum"):
            await store.load_room("algebra", resume_window=10)
        await execute(store, update(table).values({name: before}))
    assert await what_is_wrong(store) == []
    assert await store.load_room("algebra", resume_window=10) is not None


_OF_THE_BOARD = {"board_version", "board_crc32", "board_schema", "body_id", "board_state"}


def _other(value: object, column: Column[Any]) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return value + "x"
        case dict():
            return value | {"another": True}
        case _:
            if isinstance(column.type, Boolean):
                return True
            return 1 if isinstance(column.type, Integer) else "x"


async def value(store: Store, column: Column[Any]) -> object:
    async def read(connection: AsyncConnection) -> object:
        return (await connection.execute(select(column))).scalar_one()

    return await store.reading(read)


async def test_a_board_of_another_version_is_found(store: Store, written: Lesson) -> None:
    """[PROMISES P8 T16] The board is as it was written, and is said to be an earlier one."""
    await execute(store, update(SESSIONS).values(board_version=19))
    assert await what_is_wrong(store) == ["the board does not match its checksum"]
    room = await store.load_room("algebra", resume_window=10)
    assert room is not None
    assert room.is_board_damaged
    assert room.board_version == 0


async def test_a_seat_of_nobody_is_found(store: Store, written: Lesson) -> None:
    """[API Command line] Orphans: rows that name somebody who is not there."""
    await execute(store, update(PARTICIPANTS).values(user_id=4_711))
    assert await what_is_wrong(store) == [
        "1 rows name a user that is not there (user_id)",
        "the seat of user 4711 does not match its checksum",
    ]


async def test_all_pages_are_looked_at(store: Store, written: Lesson) -> None:
    """[PROMISES P3] A fault behind the first page of a long log is found."""
    for _ in range(3):
        await store.commit([written.strokes(500)])
    await execute(store, delete(EVENTS).where(EVENTS.c.seq == 1_100))
    result = await checked(store)
    assert [what for _, what in result.faults] == ["missing from the log: event 1100"]
    assert result.events == 1_519
