"""What is written ahead of its batch: who waits for it, and who does not.

Tests also: actors/house/writing/messages.py.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from actors.house.writing.messages import written
from lessonroom.outcome import SnapshotType
from storage.errors import CommitFailed
from storage.log import bodies
from storage.records import Batch
from storage.store import Store
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, HOST, School

_T = TypeVar("_T")
_PIECE_BYTES = 500


class _Pieces:
    """Holds the pieces back, and counts them."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.error: Exception | None = None
        self.may_go = asyncio.Event()
        writing = store.writing

        async def held(work: Callable[..., Awaitable[_T]]) -> _T:
            name = getattr(work, "__qualname__", None) or getattr(work, "func", work).__qualname__
            if "_write.<locals>.begin" in name or "_add_piece" in name:
                self.count += 1
                if self.error is not None:
                    raise self.error
            return await writing(work)

        monkeypatch.setattr(store, "writing", held)
        write_ahead = bodies.write_ahead

        async def ahead(batch: Batch, turn: bodies.Turn) -> Batch:
            await self.may_go.wait()
            return await write_ahead(batch, turn)

        monkeypatch.setattr(bodies, "write_ahead", ahead)


@pytest.fixture
def pieces(school: School, monkeypatch: pytest.MonkeyPatch) -> _Pieces:
    """Pieces of five hundred bytes: a few strokes."""
    monkeypatch.setattr(bodies, "PIECE_BYTES", _PIECE_BYTES)
    return _Pieces(school.store, monkeypatch)


def _draw_much(client: Client) -> None:
    """Put what takes several pieces."""
    points = [n if n % 4 < 2 else n % 2 for n in range(400)]
    stroke = {"type": "stroke", "id": "much", "layer": "base", "x": 5, "y": 0, "points": points}
    _, reaction = client.replica.submit([{"op": "put", "element": stroke}])
    client._do(reaction)


async def _hosts(school: School) -> list[Client]:
    await school.lesson("history")
    return [await school.join(HOST, session_id) for session_id in ("algebra", "history")]


async def test_other_rooms_go_on_while_something_large_is_written(
    school: School, pieces: _Pieces
) -> None:
    """[T26] [P10] Its own room waits, in its order; nothing of it is seen before it is whole."""
    pieces.may_go.set()
    mine, others = await _hosts(school)
    pieces.may_go.clear()
    _draw_much(mine)
    mine.draw("small")
    await school.settle()
    others.draw("small")
    await school.until(lambda: not others.pending)
    assert len(mine.pending) == 2, "it is on its way"
    before = await school.store.head("algebra")
    pieces.may_go.set()
    await school.until(lambda: not mine.pending)
    assert pieces.count >= 3
    assert [event.user_id for event in await school.store.events("algebra", after=before)] == [1, 1]
    assert school.rooms.backlog.events == 0
    await school.check()


async def test_strokes_do_not_wait_for_a_snapshot_that_the_room_takes(
    school: School, pieces: _Pieces
) -> None:
    """[P8] The board is saved beside the lesson, and found when it is opened anew."""
    pieces.may_go.set()
    host = await school.join(HOST)
    for number in range(20):
        host.draw(f"e{number}")
    await school.rest()
    pieces.may_go.clear()
    school.clock.advance(school.config.autosave_s + 1)
    await school.settle()
    host.draw("later")
    await school.until(lambda: not host.pending)
    assert await school.store.snapshots("algebra", limit=5) == []
    pieces.may_go.set()
    await school.rest()
    (entry,) = await school.store.snapshots("algebra", limit=5)
    assert entry.kind is SnapshotType.AUTO
    await school.check()


@pytest.mark.logs_errors
async def test_a_room_that_is_lost_waits_for_nothing(school: School, pieces: _Pieces) -> None:
    """[P19] What was held back is lost with what failed, and sent again by its author."""
    pieces.may_go.set()
    mine, others = await _hosts(school)
    pieces.may_go.clear()
    school.store.hold()
    mine.draw("first")
    await school.until(lambda: school.store.is_held)
    school.store.fail_next(Fault.REFUSED)
    _draw_much(mine)
    await school.settle()
    school.store.faults = {len(school.store.attempts): Fault.REFUSED}
    school.store.is_down = True
    school.store.release()
    await school.until(lambda: not school.rooms.is_writable())
    assert school.rooms.backlog.events == 0
    school.store.is_down = False
    pieces.may_go.set()
    school.clock.advance(1)
    await school.until(school.rooms.is_writable)
    await school.rest()
    mine.send_again()
    others.draw("small")
    await school.rest()
    await school.check("algebra")
    await school.check("history")


@pytest.mark.logs_errors
async def test_a_body_that_cannot_be_written_costs_its_room_a_batch(
    school: School, pieces: _Pieces
) -> None:
    """[P10] The author hears of it; other rooms do not."""
    pieces.may_go.set()
    mine, others = await _hosts(school)
    pieces.error = CommitFailed("no", is_conflict=False, is_storage_fault=False)
    _draw_much(mine)
    await school.until(lambda: bool(mine.errors))
    assert school.rooms.is_writable()
    others.draw("small")
    await school.until(lambda: not others.pending)
    pieces.error = None
    await school.rest()
    await school.check("algebra")
    await school.check("history")


async def test_who_waits_for_all_that_is_written_waits_for_bodies(
    school: School, pieces: _Pieces
) -> None:
    """[SY-4] A server that stops does so behind them; a room that failed is read behind them."""
    pieces.may_go.set()
    ann = await school.join(ANN)
    pieces.may_go.clear()
    _draw_much(ann)
    await school.settle()
    waiting = asyncio.create_task(written(school.rooms._journal))
    await school.settle()
    assert not waiting.done()
    pieces.may_go.set()
    await asyncio.wait_for(waiting, 10)
    assert not ann.pending or await school.store.head("algebra")
    await school.rest()
    await school.check()


async def test_a_journal_that_stops_leaves_nobody_waiting(school: School, pieces: _Pieces) -> None:
    """[SY-4] What was not written is lost, as in a crash."""
    pieces.may_go.set()
    ann = await school.join(ANN)
    pieces.may_go.clear()
    _draw_much(ann)
    await school.settle()
    await school.crash()
    pieces.may_go.set()
    await school.connect(ann)
    await school.until(lambda: not ann.pending)
    await school.rest()
    await school.check()
