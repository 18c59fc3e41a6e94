import sqlite3
from typing import Any

import msgspec
import pytest
from sqlalchemy import event

from storage import engine
from storage.errors import LogDamaged
from storage.store import Store
from tests.storage.lessons import Lesson


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Where the database is: these tests are about SQLite."""
    return sqlite_url


def _damage(url: str, sql: str, *values: Any) -> None:  # noqa: ANN401 - any column's value
    connection = sqlite3.connect(str(engine.parse_url(url).database))
    changed = connection.execute(sql, values).rowcount
    connection.commit()
    connection.close()
    assert changed > 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("event_type", "board_clear"),
        ("user_id", 2),
        ("client_id", "client-0001"),
        ("client_n", 8),
        ("client_digest", 1),
        ("at", 7),
        ("crc32", 0),
        ("data_crc32", 0),
        ("data", b'{"ops":[1]}'),
    ],
)
async def test_a_row_that_is_not_what_was_written_is_found(
    store: Store, lesson: Lesson, url: str, column: str, value: object
) -> None:
    """[T16] Whatever column it is in, reading the log and opening the room name the `seq`."""
    await store.commit([lesson.batch(lesson.stroke(n=1), lesson.stroke(n=2), lesson.stroke(n=3))])
    # column: from the table above
    _damage(url, f"UPDATE session_event SET {column} = ? WHERE seq = 3", value)  # noqa: S608
    with pytest.raises(LogDamaged, match="algebra is damaged at seq 3"):
        await store.events("algebra")
    with pytest.raises(LogDamaged, match="algebra is damaged at seq 3"):
        await store.load_room("algebra", resume_window=10)


async def test_one_flipped_bit_of_the_data_is_found(store: Store, lesson: Lesson, url: str) -> None:
    """[T16] Every bit of it."""
    data = lesson.stroke().data
    for bit in range(len(data) * 8):
        stroke = lesson.batch(msgspec.structs.replace(lesson.stroke(), seq=bit + 2))
        await store.commit([stroke])
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        _damage(url, "UPDATE session_event SET data = ? WHERE seq = ?", bytes(flipped), bit + 2)
        with pytest.raises(LogDamaged):
            await store.events("algebra", after=bit + 1)


async def test_damage_before_the_tail_is_found_in_the_submissions(
    store: Store, lesson: Lesson, url: str
) -> None:
    """[T16] [BD-6] Their rows are checked without reading their data."""
    await store.commit([lesson.batch(lesson.stroke(n=1), lesson.stroke(n=2))])
    await store.commit([lesson.batch(snapshot=lesson.snapshot(3))])
    _damage(url, "UPDATE session_event SET client_n = 7 WHERE seq = 2")
    with pytest.raises(LogDamaged, match="seq 2"):
        await store.load_room("algebra", resume_window=0)


async def test_a_row_of_another_session_is_found(store: Store, lesson: Lesson, url: str) -> None:
    """[P13] A row that changed hands does not match: its session is part of the checksum."""
    other = Lesson("other")
    await store.create_session(other.session, [], [])
    _damage(
        url,
        "UPDATE session_event SET session_id ="
        " (SELECT id FROM classroom_session WHERE uuid = 'other')",
    )
    with pytest.raises(LogDamaged, match="other is damaged at seq 1"):
        await store.events("other")


@pytest.mark.parametrize(("gone", "after"), [(1, 0), (3, 0), (3, 2), (4, 2)])
async def test_a_missing_row_is_found(
    store: Store, lesson: Lesson, url: str, gone: int, after: int
) -> None:
    """[P3] The sequence is dense; a hole is named."""
    await store.commit([lesson.strokes(4)])
    _damage(url, "DELETE FROM session_event WHERE seq = ?", gone)
    with pytest.raises(LogDamaged, match=f"seq {gone}:"):
        await store.events("algebra", after=after)
    with pytest.raises(LogDamaged, match=f"seq {gone}:"):
        await store.load_room("algebra", resume_window=10)


async def test_a_limit_is_not_taken_for_a_hole(store: Store, lesson: Lesson) -> None:
    """[P3] Fewer than there are, because fewer were asked for."""
    await store.commit([lesson.strokes(4)])
    assert len(await store.events("algebra", limit=2, until=4)) == 2


async def test_a_log_shorter_than_its_snapshot_is_found(
    store: Store, lesson: Lesson, url: str
) -> None:
    """[T16] The newest events are gone, the board knows of them."""
    await store.commit([lesson.batch(*lesson.strokes(4).events, snapshot=lesson.snapshot(5))])
    _damage(url, "DELETE FROM session_event WHERE seq > 3")
    with pytest.raises(LogDamaged, match="seq 4"):
        await store.load_room("algebra", resume_window=10)


async def test_a_damaged_board_is_left_out_and_the_log_read_instead(
    store: Store, lesson: Lesson, url: str
) -> None:
    """[P8] A snapshot is a cache: without it the room opens from its whole log."""
    await store.commit([lesson.batch(*lesson.strokes(4).events, snapshot=lesson.snapshot(5))])
    _damage(url, "UPDATE classroom_session SET board_state = ?", b"bored")
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert room.is_board_damaged
    assert (room.board, room.board_version) == (None, 0)
    assert [event.seq for event in room.tail] == [1, 2, 3, 4, 5]


async def test_deleting_all_snapshots_loses_nothing(store: Store, lesson: Lesson, url: str) -> None:
    """[P8] The log is the truth."""
    await store.commit([lesson.batch(*lesson.strokes(4).events, snapshot=lesson.snapshot(5))])
    _damage(url, "DELETE FROM board_snapshot")
    _damage(url, "UPDATE classroom_session SET board_state = NULL, board_version = 0")
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert not room.is_board_damaged
    assert [event.seq for event in room.tail] == [1, 2, 3, 4, 5]


async def test_epochs_are_found_by_index(store: Store, lesson: Lesson) -> None:
    """[P9] Opening a room neither walks the log for them nor reads other rooms' rows."""
    seen: list[tuple[str, Any]] = []

    def record(*args: Any) -> None:  # noqa: ANN401 - connection, cursor, statement, parameters
        seen.append((args[2], args[3]))

    event.listen(store._readers._engine.sync_engine, "before_cursor_execute", record)
    await store.load_room("algebra", resume_window=0)
    event.remove(store._readers._engine.sync_engine, "before_cursor_execute", record)
    async with store._readers.connect() as connection:
        plans = [
            str((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)).all())
            for sql, values in seen
            if "FROM session_event" in sql
        ]
    assert any("ix_session_event_room_open" in plan for plan in plans)
    assert not any("SCAN" in plan for plan in plans)
