"""Where a room stands: each transition, and every message in every standing.

Tests also: actors/room/room.py, actors/room/outflow.py.
"""

from typing import Any, Final, get_args

import pykka
import pytest

from actors.messages import (
    CommitLost,
    Committed,
    Do,
    Flush,
    FromClient,
    GiveUp,
    Join,
    JournalWritable,
    Leave,
    LoadedAgain,
    LoadedBoard,
    LoadedPage,
    Released,
    Rest,
    RoomMessage,
    Shutdown,
    Tick,
)
from actors.room.room import RoomActor
from actors.room.standing import (
    Ended,
    Lost,
    Open,
    Reading,
    Standing,
    Stopping,
    after_commit,
    after_loss,
    after_reading,
    after_reconnect,
    after_shutdown,
)
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import Connect, SaveBoard
from lessonroom.protocol.client import PointerMove
from lessonroom.protocol.decoding import Message
from tests.actors.support.faulty_store import Fault
from tests.actors.support.recording_outbox import RecordingOutbox
from tests.actors.support.school import ANN, HOST, School

# -- transitions


@pytest.mark.parametrize(
    ("is_writable", "reading"), [(True, Reading.UNDER_WAY), (False, Reading.TOO_EARLY)]
)
def test_a_room_that_lost_a_commit_reads(is_writable: bool, reading: Reading) -> None:  # noqa: FBT001 - a parameter
    """[P19] At once; with the disk away that is not the last time."""
    assert after_loss(is_writable=is_writable) == Lost(reading)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Reading.UNDER_WAY, Open()),
        (Reading.ONCE_MORE, Open()),
        (Reading.TOO_EARLY, Lost(Reading.AWAITING_DISK)),
        (Reading.AWAITING_DISK, Lost(Reading.AWAITING_DISK)),
        (Reading.TOO_LATE, Lost(Reading.UNDER_WAY)),
    ],
)
def test_what_was_read_opens_the_room_only_where_it_is_certain(
    before: Reading, after: Standing
) -> None:
    """[P19] Read before the database was opened anew, it is not."""
    assert after_reading(Lost(before)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Reading.UNDER_WAY, Reading.TOO_LATE),
        (Reading.TOO_EARLY, Reading.TOO_LATE),
        (Reading.TOO_LATE, Reading.TOO_LATE),
        (Reading.ONCE_MORE, Reading.TOO_LATE),
        (Reading.AWAITING_DISK, Reading.ONCE_MORE),
    ],
)
def test_a_database_that_is_opened_anew_is_read_anew(before: Reading, after: Reading) -> None:
    """[P19] Only then is it certain what the disk holds."""
    assert after_reconnect(Lost(before)) == Lost(after)


def test_a_stop_remembers_whether_anything_may_be_written() -> None:
    """[SY-4] What was accepted is committed, unless a commit was lost before."""
    assert after_shutdown(Open()) == Stopping(has_lost=False)
    for reading in Reading:
        assert after_shutdown(Lost(reading)) == Stopping(has_lost=True)
    for has_lost in (True, False):
        assert after_shutdown(Stopping(has_lost)) == Stopping(has_lost)


def test_only_an_open_room_writes_and_only_what_was_read_is_known() -> None:
    """[P2] [P19] A state that tells of what was lost is shown to nobody."""
    releasing = after_commit(Stopping(has_lost=False))
    known = {
        Lost(Reading.AWAITING_DISK),
        Lost(Reading.ONCE_MORE),
        Open(),
        Stopping(has_lost=False),
        releasing,
    }
    every: list[Standing] = [
        Open(),
        *map(Lost, Reading),
        Stopping(has_lost=True),
        Stopping(has_lost=False),
        releasing,
        Ended(),
    ]
    assert {standing for standing in every if standing.is_state_known} == known
    writing = {standing for standing in every if standing.is_writing}
    assert writing == {Open(), Stopping(has_lost=False)}


# -- every message in every standing

_STANDINGS: Final[dict[str, Standing]] = {
    "open": Open(),
    "lost": Lost(Reading.TOO_LATE),
    "stopping": Stopping(has_lost=False),
    "ended": Ended(),
}
_STAYS: Final[dict[str, type[Any]]] = {
    "open": Open,
    "lost": Lost,
    "stopping": Stopping,
    "ended": Ended,
}
OUTCOMES: Final[dict[type[Any], dict[str, type[Any]]]] = {
    FromClient: _STAYS,
    Join: _STAYS,
    Leave: _STAYS,
    Do: _STAYS,
    Committed: _STAYS,
    Flush: _STAYS,
    Tick: _STAYS,
    LoadedBoard: _STAYS,
    LoadedPage: _STAYS,
    Rest: _STAYS,
    LoadedAgain: _STAYS,
    JournalWritable: _STAYS,
    CommitLost: {**_STAYS, "open": Lost, "stopping": Ended},
    Shutdown: {**_STAYS, "open": Stopping, "lost": Stopping},
    GiveUp: dict.fromkeys(_STANDINGS, Ended),
    # Whoever is asked next has the session: a room that goes on could write no more.
    Released: dict.fromkeys(_STANDINGS, Ended),
}
"""In which standing a message leaves a room where somebody draws, by the one that it finds."""


def _message(kind: type[Any], room: RoomActor) -> Any:  # noqa: ANN401 - one of RoomMessage
    pointer = Message("board", "pointer_move", None, PointerMove(x=1, y=1))
    unknown: Any = None
    nobody = Connect(
        connection_id="late", peer_id="late", user_id=999, token_issued_at_ms=0, is_peer=True
    )
    match kind.__name__:
        case "FromClient":
            return FromClient("hoster-1", pointer)
        case "Join":
            return Join(nobody, RecordingOutbox(), [])
        case "Leave":
            return Leave("gone", is_bye=False)
        case "Do":
            return Do(SaveBoard(by=HOST))
        case "Committed":
            return Committed(room._lesson.committed)
        case "CommitLost":
            return CommitLost(room._outflow.generation, is_writable=True)
        case "LoadedAgain":
            return LoadedAgain(unknown)
        case "LoadedBoard":
            return LoadedBoard(FromClient("gone", pointer), 1, Refused(ErrorCode.NOT_FOUND, ""))
        case "LoadedPage":
            return LoadedPage(FromClient("gone", pointer), Refused(ErrorCode.NOT_FOUND, ""))
        case _:
            return kind()


def test_every_message_has_its_outcomes() -> None:
    """[P20] The table below knows them all."""
    kinds = {getattr(message, "__origin__", message) for message in get_args(RoomMessage)}
    assert set(OUTCOMES) == kinds


@pytest.mark.parametrize("kind", OUTCOMES, ids=lambda kind: kind.__name__)
async def test_every_message_has_an_outcome_in_every_standing(
    school: School, kind: type[Any]
) -> None:
    """[P20] [SY-4] Nothing that can be told to a room finds it in a standing that it is not for."""
    for name, standing in _STANDINGS.items():
        await school.lesson(name)
        host = await school.join(HOST, name)
        await school.rest()
        room = school.room(name)
        room._lesson.standing = standing
        try:
            room.on_receive(_message(kind, room))
        except pykka.ActorDeadError:
            assert (name, kind) == ("ended", Do)
        after = room._lesson.standing
        # It goes on from there as a room that is open, so that the school can close it.
        if not isinstance(after, Ended) or name == "ended":
            room._lesson.standing = Open()
        assert isinstance(after, OUTCOMES[kind][name]), (name, kind, after)
        host.drop()
        await school.rest()


# -- a session that another process owns


@pytest.mark.logs_errors
async def test_a_room_that_is_fenced_lets_go_and_does_not_read_again(school: School) -> None:
    """[SY-4] [P3] 1012 "moved", nothing acknowledged, no crash counted; who comes back resumes."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    for _ in range(school.config.crashes_before_parking + 1):
        before = school.room()
        school.store.fail_next(Fault.FENCED)
        drawn = host.draw("elsewhere")
        await school.until(lambda: host.outbox.has_ended and ann.outbox.has_ended)
        assert drawn not in host.acked
        for client in (host, ann):
            assert client.outbox.closed is CloseCode.RESTARTING
            assert client.outbox.close_reason == "moved"
        await school.rest()
        assert not before.actor_ref.is_alive()
        for client in (host, ann):
            await school.connect(client)
        await school.until(lambda: not host.pending)
        await school.rest()
    await school.check()
