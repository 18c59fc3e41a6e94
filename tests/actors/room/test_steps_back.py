"""Undo and redo of much while the lesson goes on.

Tests also: actors/room/requests/steps_back.py.
"""

import threading

import pytest

from actors.room import restoring
from lessonroom.board.model.board import Board
from lessonroom.codes import CloseCode
from lessonroom.commands import MoveSession
from lessonroom.session.lifecycle import Move
from tests.actors.room.test_restoring import Gate, draw, restored
from tests.actors.support.school import ANN, HOST, School


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Every step is large, and what is worked out waits."""
    gate = Gate()
    monkeypatch.setattr(restoring, "_AT_ONCE_BYTES", 0)
    monkeypatch.setattr(restoring, "_worked_out", gate.around(restoring._worked_out))
    return gate


def _board(school: School) -> Board:
    return school.room()._lesson.state.board


async def test_the_lesson_goes_on_while_much_is_taken_back(school: School, gate: Gate) -> None:
    """[P17] [BD-11] In a thread; of one person one step after another, in the order asked for."""
    host, ann = await school.join(HOST), await school.join(ANN)
    await draw(school, host, "e1")
    await draw(school, host, "e2")
    asked = [host.call(name) for name in ("undo", "undo", "redo")]
    await school.until(gate.is_entered.is_set)
    drawn = await draw(school, ann, "a1")
    assert set(_board(school).elements) == {"e1", "e2", "a1"}
    gate.is_open.set()
    replies = [await restored(school, host, request) for request in asked]
    assert [reply["data"]["result"]["seq"] for reply in replies] == [drawn + n for n in (1, 2, 3)]
    assert school.board().keys() == {"e1", "a1"}
    assert len(gate.threads) == 3
    assert threading.get_ident() not in gate.threads
    assert not host.errors
    assert not ann.faults


async def test_it_is_worked_out_again_where_somebody_changes_it_meanwhile(
    school: School, gate: Gate
) -> None:
    """[BD-11] What they made of it stays."""
    host = await school.join(HOST)
    await draw(school, host, "e1")
    request = host.call("undo")
    await school.until(gate.is_entered.is_set)
    patch = {"ops": [{"op": "patch", "id": "e1", "set": {"x": 77}}]}
    other = await school.join(HOST, suffix="b")
    other.send("board", "board_event", patch, message_id="otherclient:1")
    await school.until(lambda: b'"x":77' in _board(school).elements["e1"].encoded)
    gate.is_open.set()
    reply = await restored(school, host, request)
    assert reply["data"]["code"] == "conflict"
    assert len(gate.threads) == 2
    assert set(_board(school).elements) == {"e1"}


async def test_who_is_gone_meanwhile_has_taken_it_back(school: School, gate: Gate) -> None:
    """[BD-11] As if it had been done when it came."""
    host, ann = await school.join(HOST), await school.join(ANN)
    await draw(school, ann, "e1")
    ann.call("undo")
    await school.until(gate.is_entered.is_set)
    ann.drop()
    await school.settle()
    gate.is_open.set()
    await school.until(lambda: not _board(school).elements)
    assert not host.errors


async def test_a_lesson_that_pauses_meanwhile_stays_as_it_was(school: School, gate: Gate) -> None:
    """[BD-8] [BD-11] What was worked out is no permission; what waits behind it hears, too."""
    await school.join(HOST)
    ann = await school.join(ANN)
    await draw(school, ann, "e1")
    asked = [ann.call("undo"), ann.call("undo")]
    await school.until(gate.is_entered.is_set)
    await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.PAUSE))
    gate.is_open.set()
    answers = [await restored(school, ann, request) for request in asked]
    codes = [answer["data"]["code"] for answer in answers]
    assert codes == ["session_not_active", "session_not_active"]
    assert set(school.board()) == {"e1"}


async def test_whoever_waits_when_the_room_ends_is_told(school: School, gate: Gate) -> None:
    """[SY-4] Nobody waits for ever, and no task is left."""
    host = await school.join(HOST)
    await draw(school, host, "e1")
    await draw(school, host, "e2")
    host.call("undo")
    host.call("undo")
    await school.until(gate.is_entered.is_set)
    await school.stop()
    gate.is_open.set()
    assert host.outbox.closed is CloseCode.RESTARTING
