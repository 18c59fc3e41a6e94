"""Restoring a large board while the lesson goes on."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from actors.room import restoring
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.editing.taking_back import TakenBack
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import MoveSession, RestoreBoard
from lessonroom.log.events import EventType
from lessonroom.session.lifecycle import Move
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, School

Worked = Restoration | PageCopy | TakenBack


class Gate:
    """Holds the thread that works out a restore until a test lets it go on."""

    def __init__(self) -> None:
        self.threads: list[int] = []
        self.is_entered = threading.Event()
        self.is_open = threading.Event()

    def around(self, work: Callable[..., Worked]) -> Callable[..., Worked]:
        def held(*args: object) -> Worked:
            self.threads.append(threading.get_ident())
            self.is_entered.set()
            assert self.is_open.wait(60)
            return work(*args)

        return held


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Every board is large, and what is worked out waits."""
    gate = Gate()
    monkeypatch.setattr(restoring, "_AT_ONCE_BYTES", 0)
    monkeypatch.setattr(restoring, "_worked_out", gate.around(restoring._worked_out))
    return gate


async def draw(school: School, client: Client, element: str) -> int:
    submission = client.draw(element)
    await school.until(lambda: submission in client.acked)
    return client.acked[submission]


async def restored(school: School, client: Client, request: str) -> dict[str, Any]:
    def answers() -> list[dict[str, Any]]:
        found = client.outbox.of_type("reply", "error")
        return [message for message in found if message.get("id") == request]

    await school.until(lambda: bool(answers()))
    return answers()[0]


async def test_the_lesson_goes_on_while_a_large_board_is_compared(
    school: School, gate: Gate
) -> None:
    """[P17][BD-12] In a thread; what is drawn meanwhile has its place before the restore."""
    host, ann = await school.join(HOST), await school.join(ANN)
    wanted = await draw(school, ann, "e1")
    await draw(school, ann, "e2")
    request = host.call("restore", version=wanted)
    await school.until(gate.is_entered.is_set)
    await draw(school, ann, "e3")
    drawn = await draw(school, ann, "e1")
    gate.is_open.set()
    reply = await restored(school, host, request)
    assert reply["data"]["result"] == {"version": wanted, "seq": drawn + 1}
    assert school.board() == {"e1": 1}
    assert gate.threads != [threading.get_ident()]
    assert len(gate.threads) == 1
    await school.rest()
    assert (await school.log())[-1].type is EventType.BOARD_RESTORE
    await restored(school, host, host.call("undo"))
    assert set(school.board()) == {"e1", "e2", "e3"}
    assert not ann.faults


async def test_layers_that_change_meanwhile_are_restored_as_well(
    school: School, gate: Gate
) -> None:
    """[BD-12] It is worked out again, and comes to what the order of events says."""
    host, ann = await school.join(HOST), await school.join(ANN)
    wanted = await draw(school, ann, "e1")
    await draw(school, ann, "e2")
    request = host.call("restore", version=wanted)
    await school.until(gate.is_entered.is_set)
    ops = [{"op": "add_layer", "layer": {"id": "top", "name": "Top"}}]
    host.send("board", "board_event", {"ops": ops}, message_id="hoster-client:1")
    await school.until(lambda: "top" in school.room()._lesson.state.board.layers)
    gate.is_open.set()
    reply = await restored(school, host, request)
    assert reply["type"] == "reply"
    assert len(gate.threads) == 2
    assert list(school.room()._lesson.state.board.layers) == ["base"]
    assert school.board() == {"e1": 1}


async def test_a_restore_over_rest_is_worked_out_beside_the_loop_too(
    school: School, gate: Gate
) -> None:
    """[P17] The same, for whoever asks by name."""
    ann = await school.join(ANN)
    wanted = await draw(school, ann, "e1")
    await draw(school, ann, "e2")
    board = await school.store.board_at("algebra", wanted)
    assert board is not None
    command = RestoreBoard(by=HOST, version=wanted, board=board)
    asked = asyncio.create_task(school.rooms.ask("algebra", command))
    await school.until(gate.is_entered.is_set)
    gate.is_open.set()
    assert (await asked)["version"] == wanted
    assert school.board() == {"e1": 1}


async def test_a_session_that_ends_meanwhile_is_not_restored(school: School, gate: Gate) -> None:
    """[BD-12] What was worked out is no permission: the room decides when it orders the event."""
    host = await school.join(HOST)
    wanted = await draw(school, host, "e1")
    await draw(school, host, "e2")
    board = await school.store.board_at("algebra", wanted)
    assert board is not None
    command = RestoreBoard(by=HOST, version=wanted, board=board)
    asked = asyncio.create_task(school.rooms.ask("algebra", command))
    await school.until(gate.is_entered.is_set)
    await school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    gate.is_open.set()
    with pytest.raises(Refused) as caught:
        await asked
    assert caught.value.code is ErrorCode.SESSION_ENDED


async def test_whoever_waits_when_the_server_stops_is_told(school: School, gate: Gate) -> None:
    """[SY-4] Nobody waits for ever, and no task is left."""
    host = await school.join(HOST)
    wanted = await draw(school, host, "e1")
    await draw(school, host, "e2")
    board = await school.store.board_at("algebra", wanted)
    assert board is not None
    command = RestoreBoard(by=HOST, version=wanted, board=board)
    asked = asyncio.create_task(school.rooms.ask("algebra", command))
    await school.until(gate.is_entered.is_set)
    await school.stop()
    gate.is_open.set()
    with pytest.raises(Refused) as caught:
        await asked
    assert caught.value.code is ErrorCode.UNAVAILABLE
