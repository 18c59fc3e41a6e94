"""The past of a session as a store tells it: versions, snapshots, timeline, tally.

Tests also: storage/log/snapshots.py.
"""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Rect
from lessonroom.board.model.operations import Operation, Put, Remove
from lessonroom.log.events import Event, EventType
from lessonroom.log.replay import replay
from lessonroom.outcome import SnapshotType
from storage.errors import LogDamaged
from storage.log import log as log_module
from storage.records import EventCount, EventFilter, Snapshot
from storage.store import Store
from tests.storage.lessons import Lesson

SAVED = (4, 11, 30)


def drawing(lesson: Lesson, ops: Sequence[Operation]) -> Event:
    """Return the next board event."""
    return lesson.stroke(b'{"ops":%b}' % msgspec.json.encode(list(ops)))


def events_of(lesson: Lesson) -> Iterator[Event]:
    """Iterate over forty events that change the board, and one that does not."""
    for n in range(20):
        yield drawing(lesson, [Put(Rect(id=f"r{n}", layer="base", by=1, x=n, y=0, w=1, h=1))])
    yield lesson.opened("epoch-2")
    for n in range(20):
        yield drawing(lesson, [Remove([f"r{n}"]), *_moved(n + 1)])


def _moved(n: int) -> list[Operation]:
    return [Put(Rect(id=f"r{n}", layer="base", by=1, x=-n, y=n, w=2, h=2))]


@pytest.fixture
async def log(store: Store, lesson: Lesson) -> list[Event]:
    """A log of 42 events with snapshots on the way, one of them older than its neighbour."""
    events = list(events_of(lesson))
    await store.commit([lesson.batch(*events)])
    whole = await store.events("algebra")
    for version in SAVED:
        snapshot = lesson.snapshot(version, folded(whole, version))
        await store.commit([lesson.batch(snapshot=snapshot)])
    return whole


def folded(log: Sequence[Event], version: int) -> bytes:
    """Return the board as the events up to `version` make it."""
    board = Board()
    for event in log[:version]:
        replay(board, event)
    return board.encode()


on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""What changes a row behind the store's back does so in SQLite's file."""


def file_of(url: str) -> Path:
    """Return the file that a URL names."""
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def tamper(url: str, statement: str) -> int:
    """Change the database from outside, and return how many rows that concerned."""
    with sqlite3.connect(file_of(url)) as intruder:
        changed = intruder.execute(statement).rowcount
    intruder.close()
    return changed


# -- versions


async def test_the_board_can_be_had_at_every_version(store: Store, log: list[Event]) -> None:
    """[P7][P8] Saved then or not, it is what the log comes to."""
    for version in range(1, len(log) + 1):
        assert await store.board_at("algebra", version) == folded(log, version), version
        decoded = await store.decoded_board_at("algebra", version)
        assert decoded is not None
        assert decoded.encode() == folded(log, version), version


@on_sqlite
async def test_without_any_snapshot_nothing_is_lost(
    store: Store, log: list[Event], url: str
) -> None:
    """[P8] All of them deleted, and the board that the room opens with too."""
    assert tamper(url, "DELETE FROM board_snapshot") == len(SAVED)
    tamper(
        url,
        "UPDATE classroom_session SET board_state = NULL, board_crc32 = NULL, board_version = 0",
    )
    for version in (1, 12, 30, len(log)):
        assert await store.board_at("algebra", version) == folded(log, version)
    room = await store.load_room("algebra", resume_window=0)
    assert room is not None
    assert [event.seq for event in room.tail] == list(range(1, len(log) + 1))


@on_sqlite
async def test_the_nearest_snapshot_is_begun_with(store: Store, log: list[Event], url: str) -> None:
    """[P8] The log before it is not read: a fault there does not show, one after it does."""
    tamper(url, "UPDATE session_event SET data = x'00' WHERE seq = 8")
    assert await store.board_at("algebra", 11) == folded(log, 11)
    assert await store.board_at("algebra", 20) == folded(log, 20)
    with pytest.raises(LogDamaged):
        await store.board_at("algebra", 10)


@on_sqlite
async def test_a_later_snapshot_does_where_nothing_was_drawn_in_between(
    store: Store, log: list[Event], lesson: Lesson, url: str
) -> None:
    """[P16] [P8] Somebody came in, maybe: the log is not folded for what is saved already."""
    await store.commit([lesson.batch(snapshot=lesson.snapshot(22, folded(log, 22)))])
    tamper(url, "UPDATE session_event SET data = x'00' WHERE seq = 20")
    assert await store.board_at("algebra", 21) == folded(log, 21)
    with pytest.raises(LogDamaged):
        await store.board_at("algebra", 20)
    assert tamper(url, "DELETE FROM session_event WHERE seq = 22") == 1
    with pytest.raises(LogDamaged):
        await store.board_at("algebra", 21)


@on_sqlite
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE board_snapshot SET board_state = x'7b7d' WHERE version = 30",
        # Another board, and a whole one: only the checksum tells.
        """UPDATE board_snapshot SET version = 30, board_crc32 = 1,
               board_state = (SELECT s.board_state FROM board_snapshot AS s WHERE s.version = 4)
           WHERE version = 30""",
        # With the checksum of what is no board: a fault of the program, not of the disk.
        "UPDATE board_snapshot SET board_state = x'7b7d', board_crc32 = 2745614147 WHERE id = 3",
    ],
)
async def test_a_damaged_snapshot_is_passed_over(
    store: Store, log: list[Event], url: str, damage: str
) -> None:
    """[P8] The one before it does, with more of the log."""
    assert tamper(url, damage) == 1
    assert await store.board_at("algebra", 35) == folded(log, 35)


@pytest.mark.parametrize("version", [-1, 0, 43, 2**53])
async def test_there_are_no_other_versions(store: Store, log: list[Event], version: int) -> None:
    """[P3] From 1 to the head."""
    assert len(log) == 42
    assert await store.board_at("algebra", version) is None
    assert await store.board_at("geometry", 1) is None
    assert await store.decoded_board_at("algebra", version) is None
    assert await store.decoded_board_at("geometry", 1) is None


async def test_reading_a_version_leaves_the_loop_to_others(store: Store, lesson: Lesson) -> None:
    """[P16] In turns: what others wait for comes between them, again and again."""
    await store.commit([lesson.batch(*(event for _ in range(50) for event in events_of(lesson)))])
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.ensure_future(others())
    encoded = await store.board_at("algebra", lesson.seq)
    beside.cancel()
    assert encoded == folded(await store.events("algebra", limit=10_000), lesson.seq)
    assert turns > lesson.seq // 500


# -- snapshots


async def test_snapshots_are_listed_newest_first_and_page_by_page(
    store: Store, log: list[Event], lesson: Lesson
) -> None:
    """[P8] Several of one version too; without their boards."""
    for kind in (SnapshotType.MANUAL, SnapshotType.LEAVE):
        snapshot = Snapshot(
            kind=kind,
            version=30,
            board=b"{}",
            created_by=7,
            participant_count=3,
            created_at_ms=9_000,
        )
        await store.commit([lesson.batch(snapshot=snapshot)])
    first = await store.snapshots("algebra", limit=3)
    rest = await store.snapshots("algebra", limit=3, before=first[-1].snapshot_id)
    assert [(entry.kind, entry.version) for entry in (*first, *rest)] == [
        (SnapshotType.LEAVE, 30),
        (SnapshotType.MANUAL, 30),
        (SnapshotType.AUTO, 30),
        (SnapshotType.AUTO, 11),
        (SnapshotType.AUTO, 4),
    ]
    newest = first[0]
    assert (newest.created_by, newest.participant_count, newest.created_at_ms) == (7, 3, 9_000)
    assert [entry.size_bytes for entry in rest] == [len(folded(log, 11)), len(folded(log, 4))]
    assert await store.snapshots("geometry") == []


# -- timeline and tally


async def test_the_timeline_is_filtered_and_paged(store: Store, log: list[Event]) -> None:
    """[P3] By type, by person, from a `seq` on; in the order of the log."""
    assert await store.timeline("algebra", limit=1000) == (log, False)
    opened = EventFilter(types=frozenset({EventType.ROOM_OPEN}))
    assert await paged(store, opened) == ([1, 22], False)
    assert await paged(store, opened, after=1) == ([22], False)
    assert await paged(store, opened, limit=1) == ([1], True)
    drawn = EventFilter(types=frozenset({EventType.BOARD_OP}), user_id=1)
    assert await paged(store, drawn, after=19, limit=4) == ([20, 21, 23, 24], True)
    assert await paged(store, EventFilter(user_id=2)) == ([], False)
    assert await store.timeline("geometry") == ([], False)


async def paged(
    store: Store, wanted: EventFilter, *, after: int = 0, limit: int = 100
) -> tuple[list[int], bool]:
    events, is_more = await store.timeline("algebra", wanted, after=after, limit=limit)
    return [event.seq for event in events], is_more


async def test_a_page_of_large_events_is_short(
    store: Store, log: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P15] An event may be a whole board: pages are bounded in bytes, and nothing is left out."""
    monkeypatch.setattr(log_module, "PAGE_BYTES", 100)
    seen: list[int] = []
    is_more, pages = True, 0
    while is_more:
        found, is_more = await paged(store, EventFilter(), after=seen[-1] if seen else 0)
        seen += found
        pages += 1
    assert seen == [event.seq for event in log]
    assert pages > 5
    assert await store.board_at("algebra", 20) == folded(log, 20)


@on_sqlite
async def test_a_damaged_event_is_not_shown(store: Store, log: list[Event], url: str) -> None:
    """[P3] Whatever the filter."""
    assert tamper(url, "UPDATE session_event SET user_id = 2 WHERE seq = 23") == 1
    with pytest.raises(LogDamaged):
        await store.timeline("algebra", EventFilter(user_id=2))


async def test_a_tally_counts_events_by_type_and_person(
    store: Store, log: list[Event], lesson: Lesson
) -> None:
    """[P3] With the session and its seats at the same moment."""
    tally = await store.tally("algebra")
    assert tally is not None
    assert (tally.session, tally.participants) == (lesson.session, [lesson.host])
    assert tally.counts == [
        EventCount(EventType.BOARD_OP, 1, 40),
        EventCount(EventType.ROOM_OPEN, None, 2),
    ]
    assert (tally.head, tally.head_at_ms) == (42, log[-1].at_ms)
    assert await store.tally("geometry") is None


# -- the chat


async def test_the_chat_is_read_from_its_end(store: Store, lesson: Lesson) -> None:
    """[CH-3] Page by page, oldest first in each; strokes between do not count."""
    written = []
    for n in range(5):
        written.append(lesson.said(f"line {n}"))
        await store.commit([lesson.batch(written[-1], lesson.stroke())])
    seqs = [event.seq for event in written]
    newest = await store.chat("algebra", limit=2)
    assert [event.seq for event in newest] == seqs[3:]
    assert newest[1] == written[4]
    earlier = await store.chat("algebra", before=newest[0].seq, limit=2)
    assert [event.seq for event in earlier] == seqs[1:3]
    assert [event.seq for event in await store.chat("algebra", before=seqs[1])] == seqs[:1]
    assert await store.chat("nobody") == []


@on_sqlite
async def test_the_chat_is_found_without_walking_the_log(store: Store, lesson: Lesson) -> None:
    """[CH-3] By its own index, however many strokes there are."""
    await store.commit([lesson.batch(lesson.said("Hello"))])

    async def plan(connection: AsyncConnection) -> str:
        rows = await connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT seq FROM session_event WHERE session_id = 1 "
                "AND event_type = 'chat_message' AND seq < 9 ORDER BY seq DESC LIMIT 5"
            )
        )
        return str(rows.all())

    assert "ix_session_event_chat" in await store.reading(plan)
