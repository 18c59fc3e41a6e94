"""Large boards and events, written ahead in pieces: whole where they count, nowhere else.

Tests also: storage/log/committing.py.
"""

import gc
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
import pytest
from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.outcome import SnapshotType
from storage.errors import CommitFailed, LogDamaged
from storage.log import bodies, snapshots
from storage.log.bodies import PIECE_BYTES, write_ahead
from storage.records import Batch, Body, Durability, LogUsage
from storage.store import Store
from storage.tables import BODIES, EVENTS, PIECES, SNAPSHOTS
from storage.upkeep.checking import check
from tests.storage.lessons import Lesson

_T = TypeVar("_T")
_LARGE = b'{"ops":["' + b"x" * (2 * PIECE_BYTES) + b'"]}'
_BOARD = b"b" * (3 * PIECE_BYTES)


def _turn(store: Store) -> bodies.Turn:
    async def turn(work: Callable[[Store], Awaitable[_T]]) -> _T:
        return await work(store)

    return turn


async def _count(store: Store, table: Table) -> int:
    async def read(connection: AsyncConnection) -> int:
        found: int = (
            await connection.execute(select(func.count()).select_from(table))
        ).scalar_one()
        return found

    return await store.reading(read)


async def _faults(store: Store) -> set[str]:
    """Return what is wrong; that these lessons are nobody's is no matter."""
    found = (await check(store, on_progress=lambda _: None)).faults
    return {fault.what for fault in found if "name a user" not in fault.what}


async def _written(store: Store, batch: Batch) -> None:
    ahead = await write_ahead(batch, _turn(store))
    assert not bodies.is_large(ahead)
    await store.commit([ahead])


async def _sweep(store: Store) -> list[int]:
    gc.collect()
    found = []
    while count := await store.writing(bodies.delete_unnamed):
        found.append(count)
    return found


async def test_a_large_event_is_read_as_it_was_written(store: Store, lesson: Lesson) -> None:
    """[P1] Between small ones, with its size and its checksum; no row of it is large."""
    first, large = lesson.stroke(), lesson.stroke(_LARGE, n=1)
    batch = lesson.batch(first, large, lesson.stroke())
    assert bodies.is_large(batch)
    assert not bodies.is_large(lesson.batch(msgspec.structs.replace(large, data=b"{}")))
    await _written(store, batch)
    assert [event.data for event in await store.events("algebra", after=1)] == [
        b'{"ops":[]}',
        _LARGE,
        b'{"ops":[]}',
    ]
    assert (await store.timeline("algebra", after=1))[0][1] == large
    room = await store.load_room("algebra", resume_window=10)
    assert room is not None
    assert large in room.tail
    assert sum(room.usage.values()) > len(_LARGE)
    assert await _faults(store) == set()

    async def longest(connection: AsyncConnection) -> int:
        sizes = [
            (await connection.execute(select(func.max(func.length(table.c.data))))).scalar_one()
            for table in (PIECES, EVENTS)
        ]
        return int(max(sizes))

    assert await store.reading(longest) == PIECE_BYTES


async def test_a_large_board_is_written_once_and_opens_its_session(
    store: Store, lesson: Lesson
) -> None:
    """[P8] The snapshot and the session name one body; what is listed tells its size."""
    snapshot = lesson.snapshot(1, _BOARD)
    await _written(store, lesson.batch(snapshot=snapshot))
    assert await _count(store, BODIES) == 1
    room = await store.load_room("algebra", resume_window=10)
    assert room is not None
    assert (room.board, room.board_version) == (_BOARD, 1)
    (entry,) = await store.snapshots("algebra", limit=5)
    assert entry.size_bytes == len(_BOARD)
    assert await store.board_at("algebra", 1) == _BOARD
    assert await _faults(store) == set()


async def test_a_small_board_after_a_large_one_is_the_one_that_opens(
    store: Store, lesson: Lesson
) -> None:
    """[P8] The session names no body any more."""
    await _written(store, lesson.batch(snapshot=lesson.snapshot(1, _BOARD)))
    await _written(store, lesson.batch(lesson.stroke(), snapshot=lesson.snapshot(2, b"small")))
    room = await store.load_room("algebra", resume_window=10)
    assert room is not None
    assert room.board == b"small"
    assert await _sweep(store) == [], "the snapshot of it is still there"


async def test_what_never_came_to_count_is_deleted(store: Store, lesson: Lesson) -> None:
    """[P10] A crash between the pieces and their row: the log is as before; slices clean up."""
    ahead = await write_ahead(lesson.batch(lesson.stroke(_LARGE)), _turn(store))
    assert await _sweep(store) == [], "somebody is about to name it"
    assert [event.seq for event in await store.events("algebra")] == [1]
    assert await _faults(store) == set()
    del ahead
    assert sum(await _sweep(store)) >= 3
    assert (await _count(store, BODIES), await _count(store, PIECES)) == (0, 0)


async def test_after_a_restart_what_was_half_written_is_nobodys(
    store: Store, lesson: Lesson
) -> None:
    """[P1] [P10] The process ends after two of three pieces."""
    left = 2

    async def dies(work: Callable[[Store], Awaitable[_T]]) -> _T:
        nonlocal left
        if not left:
            raise CommitFailed("gone", is_conflict=False, is_storage_fault=True)
        left -= 1
        return await work(store)

    with pytest.raises(CommitFailed):
        await write_ahead(lesson.batch(lesson.stroke(_LARGE)), dies)
    assert await _count(store, PIECES) == 2
    lesson.seq = 1
    await store.commit([lesson.strokes(3)])
    assert await store.head("algebra") == 4
    await _sweep(store)
    assert await _count(store, PIECES) == 0


async def test_what_is_deleted_takes_its_body_along(store: Store, lesson: Lesson) -> None:
    """[P24] In slices: what is overwritten at once is little."""
    large = lesson.snapshot(1, b"b" * ((bodies.SLICE_PIECES + 2) * PIECE_BYTES))
    await _written(store, lesson.batch(snapshot=large))
    await store.writing(lambda connection: connection.execute(delete(SNAPSHOTS)))
    assert await _sweep(store) == [], "the session opens with it"
    await _written(store, lesson.batch(lesson.stroke(), snapshot=lesson.snapshot(2, b"small")))
    assert await _sweep(store) == [bodies.SLICE_PIECES, 2]


@pytest.mark.parametrize("is_gone", [False, True])
async def test_a_damaged_piece_is_told(store: Store, lesson: Lesson, *, is_gone: bool) -> None:
    """[T16] Changed or gone: of an event the log is damaged, a board is left out."""
    batch = lesson.batch(lesson.stroke(_LARGE), snapshot=lesson.snapshot(1, _BOARD))
    await _written(store, batch)
    where = PIECES.c.n == 1

    async def damage(connection: AsyncConnection) -> None:
        changed = delete(PIECES) if is_gone else update(PIECES).values(data=b"y" * PIECE_BYTES)
        await connection.execute(changed.where(where))

    await store.writing(damage)
    with pytest.raises(LogDamaged):
        await store.events("algebra")
    found = await _faults(store)
    assert "event 2: does not match its checksum" in found
    assert "the board does not match its checksum" in found

    async def newest(connection: AsyncConnection) -> tuple[bytes | None, int, bool]:
        return await snapshots.newest(connection, 1)

    assert await store.reading(newest) == (None, 0, True)


async def test_what_was_written_ahead_counts_as_its_size(store: Store, lesson: Lesson) -> None:
    """[QU-1] What snapshots take is kept within its bounds, in bodies or not."""
    snapshot = msgspec.structs.replace(lesson.snapshot(1, _BOARD), kind=SnapshotType.MANUAL)
    batch = msgspec.structs.replace(lesson.batch(snapshot=snapshot), usage=LogUsage(1, {}))
    ahead = await write_ahead(batch, _turn(store))
    (written,) = ahead.snapshots
    assert isinstance(written.board, Body)
    assert snapshots.size_of(written) == len(_BOARD)
    await store.commit([ahead])


async def test_a_session_may_begin_with_what_was_written_ahead(store: Store) -> None:
    """[P5] As a lesson that begins with a board of megabytes does."""
    lesson = Lesson("history")
    begun = lesson.batch(lesson.opened(), lesson.stroke(_LARGE))
    ahead = await write_ahead(begun, _turn(store))
    await store.create_session(lesson.session, ahead.events, [lesson.host], bodies=ahead.bodies)
    assert (await store.events("history"))[1].data == _LARGE


async def test_durability_of_a_process_is_no_other(sqlite_url: str) -> None:
    """[P1] The same where the disk is not waited for."""
    store = await Store.open(sqlite_url, durability=Durability.PROCESS)
    lesson = Lesson("algebra")
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    await _written(store, lesson.batch(lesson.stroke(_LARGE)))
    await store.close()
    store = await Store.open(sqlite_url, durability=Durability.PROCESS)
    assert (await store.events("algebra"))[1].data == _LARGE
    await store.close()
