"""The lobby over started actors: what a connection in it hears, and what it does not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from lessonroom.commands import AdmitParticipant, MoveSession, SeatParticipant
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.replica.replica import Phase
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, School


@pytest.fixture
async def guarded(url: str) -> AsyncIterator[School]:
    """A school with one lesson, which has a waiting room; its host is inside."""
    school = await School.open(url)
    session = Session(
        session_id="algebra",
        host_id=HOST,
        created_at_ms=school.clock.now_ms(),
        settings=SessionSettings(waiting_room=True),
    )
    seats = [
        SeatParticipant(user_id=user, name=school.name_of(user), role=role)
        for user, role in ((HOST, Role.HOST), (ANN, Role.STUDENT))
    ]
    await school.rooms.create(session, [*seats, MoveSession(by=HOST, move=Move.START)])
    await school.join(HOST)
    yield school
    await school.close()


async def waiting(school: School) -> Client:
    """Return Ann's page, which knows that it is in the lobby."""
    ann = school.client(ANN)
    ann.connect(school.rooms)
    await school.until(lambda: ann.replica.phase is Phase.LOBBY)
    return ann


def of_type(client: Client, name: str) -> list[dict[str, Any]]:
    return [message for message in client.outbox.messages if message["type"] == name]


async def test_the_lobby_is_welcomed_and_gets_no_sync(guarded: School) -> None:
    """[WR-1][WR-2] Status joining, no permission, nobody but oneself."""
    ann = await waiting(guarded)
    (welcome,) = of_type(ann, "welcome")
    data = welcome["data"]
    assert data["participant"]["status"] == "joining"
    assert data["participant"]["is_admitted"] is False
    assert not any(data["permissions"].values())
    assert [person["user_id"] for person in data["roster"]] == [ANN]
    assert data["ice_servers"] == []
    ann.sync()
    await guarded.until(lambda: bool(ann.errors))
    assert [error["code"] for error in ann.errors] == ["permission_denied"]
    assert not ann.is_synced


async def test_the_lobby_hears_nothing_of_the_room(guarded: School) -> None:
    """[WR-2] Neither events nor pointers, and it can say nothing to it."""
    ann = await waiting(guarded)
    host = guarded.clients[0]
    heard = len(ann.outbox.messages)
    for n in range(5):
        host.draw(f"e{n}")
        host.point(n)
    ann.point(1)
    ann.send("board", "board_event", {"ops": [{"op": "clear"}]}, message_id="ann-client:9")
    await guarded.until(lambda: len(ann.errors) == 1)
    await guarded.until(lambda: not host.pending)
    await guarded.rest()
    assert [message["type"] for message in ann.outbox.messages[heard:]] == ["error"]
    assert not of_type(host, "pointer_move") or all(
        row[0] == HOST for m in of_type(host, "pointer_move") for row in m["data"]["pointers"]
    )


async def test_the_host_hears_at_once_who_waits(guarded: School) -> None:
    """[WR-3] As an event, so that it is there after a reconnect as well."""
    await waiting(guarded)
    host = guarded.clients[0]
    await guarded.until(lambda: bool(of_type(host, "participant_update")))
    last = of_type(host, "participant_update")[-1]["data"]
    assert (last["participant"]["user_id"], last["participant"]["status"]) == (ANN, "joining")


async def test_who_is_let_in_is_told_and_may_sync(guarded: School) -> None:
    """[WR-4] With what they may do now."""
    ann = await waiting(guarded)
    host = guarded.clients[0]
    host.call("admit", user_id=ANN)
    await guarded.until(lambda: bool(of_type(ann, "notification")))
    (notice,) = of_type(ann, "notification")
    assert notice["data"]["code"] == "admitted"
    assert notice["data"]["params"]["permissions"]["can_draw"] is True
    assert notice["data"]["params"]["ice_servers"] == []
    await guarded.until(lambda: ann.is_synced)
    ann.draw("mine")
    await guarded.until(lambda: "mine" in host.board)
    await guarded.check()


async def test_who_leaves_the_lobby_leaves_no_ghost(guarded: School) -> None:
    """[WR-5] At once, without grace."""
    ann = await waiting(guarded)
    ann.drop()
    room = guarded.room()
    await guarded.until(
        lambda: room._lesson.state.participants[ANN].status is ParticipantStatus.LEFT
    )
    assert not room._lesson.room.lobby
    assert len(room._lesson.fanout.members) == 1


async def test_admission_holds_over_a_restart(guarded: School) -> None:
    """[WR-6] It is on disk, with the seat."""
    await guarded.rooms.ask("algebra", AdmitParticipant(by=HOST, user_id=ANN))
    await guarded.restart()
    guarded.clients.clear()
    ann = await guarded.join(ANN)
    assert ann.is_synced
    seat = await guarded.store.participant("algebra", ANN)
    assert seat is not None
    assert seat.is_admitted


async def test_a_restart_shows_nobody_as_waiting(guarded: School) -> None:
    """[WR-5] Who was at the door comes back to it."""
    await waiting(guarded)
    await guarded.restart()
    guarded.clients.clear()
    host = await guarded.join(HOST)
    seat = await guarded.store.participant("algebra", ANN)
    assert seat is not None
    assert seat.status is ParticipantStatus.LEFT
    await waiting(guarded)
    await guarded.until(lambda: bool(of_type(host, "participant_update")))


@pytest.mark.logs_errors
async def test_an_admission_that_was_not_written_is_none(guarded: School) -> None:
    """[WR-4][P19] Its connection is in the lobby again, and hears nothing."""
    ann = await waiting(guarded)
    guarded.store.is_down = True
    host = guarded.clients[0]
    host.call("admit", user_id=ANN)
    await guarded.until(lambda: bool(host.errors))
    guarded.store.is_down = False
    guarded.clock.advance(1)
    await guarded.until(lambda: not guarded.room()._lesson.is_suspended)
    await guarded.rest()
    assert of_type(ann, "notification") == []
    assert list(guarded.room()._lesson.room.lobby) == [ann.connection_id]
    host.call("admit", user_id=ANN)
    await guarded.until(lambda: bool(of_type(ann, "notification")))
