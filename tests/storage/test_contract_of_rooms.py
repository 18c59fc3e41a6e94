"""What a store promises of the state that a room begins with, on each database."""

import asyncio

import pytest

from lessonroom.session.session import Session
from storage.errors import CommitFailed
from storage.records import Batch
from storage.store import Store
from tests.storage.lessons import Lesson


async def test_a_new_room_has_an_empty_board(store: Store, lesson: Lesson) -> None:
    """[P9] What a room opens with the first time."""
    room = await store.load_room("algebra", resume_window=100)
    assert room is not None
    assert (room.board, room.board_version) == (None, 0)
    assert room.session == lesson.session
    assert room.participants == [lesson.host]
    assert [event.seq for event in room.tail] == [1]
    assert room.recent == room.tail
    assert (room.head, room.head_at_ms) == (1, 1_001)
    assert room.epochs == [("epoch-1", 1)]
    assert room.submissions == []


async def test_a_session_without_events_can_be_opened(store: Store) -> None:
    """[P9] Its head is 0."""
    await store.create_session(Session(session_id="empty", host_id=1), [], [])
    room = await store.load_room("empty", resume_window=10)
    assert room is not None
    assert (room.head, room.head_at_ms, room.tail, room.recent) == (0, 0, [], [])


async def test_a_room_goes_on_from_snapshot_and_tail(store: Store, lesson: Lesson) -> None:
    """[P9] [BD-7] Board at a version, the events after it, the window, the epochs."""
    await store.commit([lesson.batch(lesson.stroke(n=3), lesson.stroke(n=4))])
    await store.commit([lesson.batch(lesson.opened("epoch-2"), snapshot=lesson.snapshot(3))])
    await store.commit([lesson.batch(lesson.stroke(n=9))])
    room = await store.load_room("algebra", resume_window=3)
    assert room is not None
    assert (room.board, room.board_version) == (b"board", 3)
    assert [event.seq for event in room.tail] == [4, 5]
    assert [event.seq for event in room.recent] == [3, 4, 5]
    assert (room.head, room.head_at_ms) == (5, 1_005)
    assert room.epochs == [("epoch-1", 1), ("epoch-2", 4)]
    first = 0xFFFFFFFF
    assert [tuple(entry) for entry in room.submissions] == [
        (1, "client-0000", 3, 2, first - 3),
        (1, "client-0000", 4, 3, first - 4),
        (1, "client-0000", 9, 5, first - 9),
    ]


async def test_the_window_may_reach_less_far_than_the_tail(store: Store, lesson: Lesson) -> None:
    """[P6] A window of nothing is possible."""
    await store.commit([lesson.strokes(4)])
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert room.recent == []
    assert len(room.tail) == 5


async def test_an_older_snapshot_replaces_no_newer_board(store: Store, lesson: Lesson) -> None:
    """[P8] The board a room opens with is the newest."""
    batch = lesson.strokes(4)
    await store.commit([batch])
    await store.commit([lesson.batch(snapshot=lesson.snapshot(4, b"new"))])
    await store.commit([lesson.batch(snapshot=lesson.snapshot(2, b"old"))])
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert (room.board, room.board_version) == (b"new", 4)


async def test_a_session_that_changes_keeps_its_board(store: Store, lesson: Lesson) -> None:
    """[P8] Writing the session leaves its board alone."""
    await store.commit([lesson.batch(snapshot=lesson.snapshot(1))])
    await store.commit([Batch(session=lesson.session, events=(), session_changed=True)])
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert (room.board, room.board_version) == (b"board", 1)


async def test_a_snapshot_of_a_failed_batch_is_not_written(store: Store, lesson: Lesson) -> None:
    """[P8] A snapshot is written atomically with its `seq`."""
    twice = lesson.stroke()
    with pytest.raises(CommitFailed):
        await store.commit([lesson.batch(twice, twice, snapshot=lesson.snapshot(2))])
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert room.board is None


async def test_a_room_is_read_at_one_moment(store: Store, lesson: Lesson) -> None:
    """[P6] While another room's turn writes: head, tail and window belong together."""
    writing = asyncio.ensure_future(_write_slowly(store, lesson))
    while not writing.done():
        room = await store.load_room("algebra", resume_window=5)
        assert room is not None
        assert [event.seq for event in room.tail] == list(range(1, room.head + 1))
        assert len(room.submissions) == room.head - 1
    await writing


async def _write_slowly(store: Store, lesson: Lesson) -> None:
    for n in range(1, 40):
        await store.commit([lesson.batch(lesson.stroke(n=n))])
