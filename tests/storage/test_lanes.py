"""Long reads wait for each other, and nobody waits for them.

Tests also: storage/log/past_boards.py, storage/readers.py, storage/sessions/rooms.py,
storage/sessions/sessions.py.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.codes import ErrorCode, Refused
from storage.lanes import LONG_READS_AT_ONCE, WAITING_MOST, LongReads
from storage.log import past_boards
from storage.store import Store
from tests.storage.lessons import Lesson

_LOADS = 3


class Gate:
    """Holds reads of versions until a test lets them go on."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_full = asyncio.Event()
        self.inside: list[str] = []
        self.most = 0
        self.begun = 0

    def around(self, read: Callable[..., Awaitable[bytes | None]]) -> Callable[..., object]:
        async def held(
            connection: AsyncConnection, key: int, session_id: str, version: int
        ) -> bytes | None:
            self.inside.append(session_id)
            self.begun += 1
            self.most = max(self.most, len(self.inside))
            if self.most >= LONG_READS_AT_ONCE:
                self.is_full.set()
            await self.is_open.wait()
            self.inside.remove(session_id)
            return await read(connection, key, session_id, version)

        return held


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Every version that is read is held."""
    gate = Gate()
    monkeypatch.setattr(past_boards, "board_at", gate.around(past_boards.board_at))
    return gate


async def lessons(store: Store, count: int) -> list[str]:
    names = [f"lesson{n}" for n in range(count)]
    for name in names:
        lesson = Lesson(name)
        await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    return names


async def test_rooms_open_and_short_reads_go_on_beside_long_ones(store: Store, gate: Gate) -> None:
    """[P17] However many leaf through histories: as many rooms as open at once, and others."""
    names = await lessons(store, 6)
    reads = [asyncio.create_task(store.board_at(name, 1)) for name in names for _ in range(4)]
    async with asyncio.timeout(30):
        await gate.is_full.wait()
        loads = (store.load_room(name, resume_window=10) for name in names[:_LOADS])
        short = (store.session(name) for name in names)
        found = await asyncio.gather(*loads, *short)
    assert all(found)
    assert len(gate.inside) == LONG_READS_AT_ONCE
    gate.is_open.set()
    boards = await asyncio.gather(*reads)
    assert all(boards)
    assert gate.most == LONG_READS_AT_ONCE


async def test_one_session_does_not_take_all_turns(store: Store, gate: Gate) -> None:
    """[P16] A class that leafs through its own lesson waits for itself."""
    first, second = await lessons(store, 2)
    hogs = [asyncio.create_task(store.board_at(first, 1)) for _ in range(20)]
    other = asyncio.create_task(store.board_at(second, 1))
    async with asyncio.timeout(30):
        await gate.is_full.wait()
    assert sorted(gate.inside) == [first, second]
    gate.is_open.set()
    assert all(await asyncio.gather(*hogs, other))


async def test_a_class_that_opens_one_version_has_it_worked_out_once(
    store: Store, gate: Gate
) -> None:
    """[P16] However many ask; who comes when it is done has it worked out anew."""
    [name] = await lessons(store, 1)
    gate.is_open.set()
    boards = await asyncio.gather(*(store.board_at(name, 1) for _ in range(50)))
    assert len(set(boards)) == 1
    assert gate.begun == 1
    await store.board_at(name, 1)
    assert gate.begun == 2


async def test_who_waits_has_a_limit_and_is_told() -> None:
    """[P15] Too many of one session are refused at once, to be tried again; others are not."""
    reads, is_open = LongReads(), asyncio.Event()

    async def read(name: str) -> str:
        async with reads.turn(name):
            await is_open.wait()
        return name

    waiting = [asyncio.create_task(read("algebra")) for _ in range(WAITING_MOST + 1)]
    await asyncio.sleep(0)
    with pytest.raises(Refused) as caught:
        await read("algebra")
    assert caught.value.code is ErrorCode.UNAVAILABLE
    assert caught.value.retry_after_ms
    other = asyncio.create_task(read("geometry"))
    is_open.set()
    assert await other == "geometry"
    assert len(await asyncio.gather(*waiting)) == WAITING_MOST + 1
    assert await read("algebra") == "algebra"
    assert not reads._lines


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    """[P24] A client that is gone holds no turn and no place in the line."""
    reads, is_open = LongReads(), asyncio.Event()

    async def read() -> None:
        async with reads.turn("algebra"):
            await is_open.wait()

    holder, leaver = asyncio.create_task(read()), asyncio.create_task(read())
    await asyncio.sleep(0)
    leaver.cancel()
    await asyncio.wait([leaver])
    is_open.set()
    await holder
    assert not reads._lines
