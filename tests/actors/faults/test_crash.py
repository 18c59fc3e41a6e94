"""A fault in one room: it is opened anew, and the others notice nothing.

Tests also: actors/house/crashes.py, actors/house/directory.py.
"""

from collections.abc import Callable

import pytest
from structlog.typing import EventDict

from actors.config import RoomConfig
from actors.room.room import RoomActor
from lessonroom.codes import CloseCode, Refused
from lessonroom.commands import Command, EditBoard, OpenRoom, SaveBoard
from lessonroom.outcome import Outcome
from lessonroom.rates import Rate, Rates
from lessonroom.room import Room
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, OpenSchool, School

pytestmark = pytest.mark.logs_errors


class _FaultError(Exception):
    pass


Break = Callable[[str, type[Command]], None]


@pytest.fixture
def break_room(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Have the core of one session raise on the next command of a kind."""
    handle = Room.handle
    broken: list[tuple[str, type[Command]]] = []

    def handle_or_raise(self: Room, command: Command, now_ms: int) -> Outcome:
        outcome = handle(self, command, now_ms)
        mark = (self.state.session.session_id, type(command))
        if mark in broken:
            broken.remove(mark)
            # The state is changed already: what is half done must not be seen either.
            raise _FaultError
        return outcome

    monkeypatch.setattr(Room, "handle", handle_or_raise)
    return lambda session_id, kind: broken.append((session_id, kind))


async def _crash(school: School, client: Client) -> str:
    drawn = client.draw("fatal")
    await school.until(lambda: client.outbox.has_ended)
    return drawn


async def test_a_fault_ends_one_room_and_its_clients_resume(
    school: School, break_room: Break
) -> None:
    """[P20] 1011 for its connections; they resume, and what was not acknowledged counts once."""
    await school.lesson("history")
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    other, pupil = [await school.join(user, "history") for user in (HOST, ANN)]
    host.draw("kept")
    await school.until(lambda: "kept" in ann.board)
    await school.rest()
    break_room("algebra", EditBoard)
    other.draw("before")
    drawn = await _crash(school, host)
    other.draw("after")
    await school.rest()
    for client in (host, ann):
        assert client.outbox.closed is CloseCode.INTERNAL
        assert "Fault" not in client.outbox.close_reason, "no details to the client"
    assert drawn not in await school.submissions()
    assert not other.outbox.has_ended
    assert pupil.board.keys() == {"before", "after"}
    assert len(pupil.outboxes) == 1
    for client in (host, ann):
        await school.connect(client)
        assert client.sync_modes[-1] == "delta"
    await school.until(lambda: drawn in host.acked)
    await school.rest()
    assert ann.board.keys() == {"kept", "fatal"}
    await school.check()
    await school.check("history")


async def test_what_the_failed_room_had_sent_to_the_disk_is_there(
    school: School, break_room: Break
) -> None:
    """[P20] [P3] The new room is read behind the commits of the old one: no seq is used twice."""
    host = await school.join(HOST)
    await school.rest()
    school.store.hold()
    sent = host.draw("sent")
    await school.until(lambda: school.store.is_held)
    also = host.draw("also")
    await school.settle()
    break_room("algebra", EditBoard)
    await _crash(school, host)
    host.connect(school.rooms)
    await school.settle()
    assert not host.outbox.messages, "the new room waits for what is under way"
    school.store.release()
    await school.until(lambda: host.is_synced and not host.pending)
    await school.rest()
    accepted = await school.submissions()
    assert {sent, also} <= accepted.keys()
    assert not school.store.faults
    assert len(host.outboxes) == 2
    await school.check()


async def test_callers_by_name_hear_of_a_fault(school: School, break_room: Break) -> None:
    """[P20] The one whose command raises gets the fault itself; everyone else 1011."""
    host = await school.join(HOST)
    await school.rest()
    break_room("algebra", SaveBoard)
    with pytest.raises(_FaultError):
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.closed is CloseCode.INTERNAL
    await school.connect(host)
    host.draw()
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


async def test_a_newcomer_in_the_mailbox_of_a_failed_room_is_sent_away(
    school: School, break_room: Break
) -> None:
    """[P20] A handshake is never left without an answer."""
    host = await school.join(HOST)
    await school.rest()
    break_room("algebra", EditBoard)
    host.draw("fatal")
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.until(lambda: host.outbox.has_ended)
    await school.until(lambda: ann.is_synced or ann.outbox.has_ended)
    await school.rest()


async def test_a_session_that_fails_again_and_again_is_parked(
    school: School, break_room: Break
) -> None:
    """[P20] After `crashes_before_parking` in the window it refuses; others do not."""
    await school.lesson("history")
    host = await school.join(HOST)
    await school.rest()
    for crash in range(school.config.crashes_before_parking):
        if crash:
            await school.connect(host)
        host.forget()
        break_room("algebra", EditBoard)
        await _crash(school, host)
        await school.rest()
    host.connect(school.rooms)
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.refused is not None
    assert host.outbox.refused.code == "internal"
    with pytest.raises(Refused, match="ask the operator"):
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    other = await school.join(HOST, "history")
    other.draw()
    await school.until(lambda: not other.pending)


async def test_crashes_far_apart_do_not_park(school: School, break_room: Break) -> None:
    """[P20] Only those within `crash_window_s` count."""
    host = await school.join(HOST)
    await school.rest()
    for _ in range(2 * school.config.crashes_before_parking):
        break_room("algebra", EditBoard)
        await _crash(school, host)
        school.clock.advance(school.config.crash_window_s)
        await school.connect(host)
        await school.until(lambda: not host.pending)
        await school.rest()
    await school.check()


async def test_a_fault_while_a_room_is_opened_is_a_crash_like_any_other(
    school: School, break_room: Break
) -> None:
    """[P20] Whoever waits for the room is answered, and the next one gets in."""
    break_room("algebra", OpenRoom)
    host = school.client(HOST)
    host.connect(school.rooms)
    await school.until(lambda: host.is_synced or host.outbox.has_ended)
    if not host.is_synced:
        await school.connect(host)
    host.draw()
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


async def test_a_room_that_cannot_be_made_does_not_end_the_directory(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P20] A fault in the making of one room: `internal`; all other rooms can be opened."""
    make = RoomActor.__init__
    await school.lesson("history")

    def make_or_raise(self: RoomActor, loaded: object, **kwargs: object) -> None:
        if loaded.state.session.session_id == "algebra":  # type: ignore[attr-defined]
            raise _FaultError
        make(self, loaded, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(RoomActor, "__init__", make_or_raise)
    host = school.client(HOST)
    host.connect(school.rooms)
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.refused is not None
    assert host.outbox.refused.code == "internal"
    await school.join(HOST, "history")


async def test_what_is_stored_and_cannot_be_read_is_refused(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P20] Nobody waits for ever for a session whose log makes no sense."""

    def raise_fault(*_: object) -> None:
        raise _FaultError

    monkeypatch.setattr("actors.house.room_loader.loaded", raise_fault)
    host = school.client(HOST)
    host.connect(school.rooms)
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.refused is not None
    assert host.outbox.refused.code == "internal"
    monkeypatch.undo()
    await school.connect(host)


async def test_what_waits_for_its_turn_meets_a_room_that_has_failed(
    open_school: OpenSchool, break_room: Break, log_events: list[EventDict]
) -> None:
    """[P20] Its connection is let go as any other: the fault stays one fault."""
    config = RoomConfig(fanout_interval_s=0.0, rates=Rates(board=Rate(1, 2)))
    school = await open_school(config)
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    for n in range(6):
        ann.draw(f"e{n}")
    await school.rest()
    assert ann.pending, "some of them wait"
    break_room("algebra", SaveBoard)
    host.send("system", "command", {"name": "save"}, message_id="fatal")
    await school.until(lambda: ann.outbox.has_ended)
    await school.rest()
    assert ann.outbox.closed is CloseCode.INTERNAL
    failed = [event["actor"] for event in log_events if "unhandled" in event["event"]]
    assert [name.partition(" ")[0] for name in failed] == ["RoomActor"]
