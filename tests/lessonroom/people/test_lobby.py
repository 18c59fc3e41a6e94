import pytest

from lessonroom.board.model.operations import Clear
from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import (
    AdmitParticipant,
    Disconnect,
    InviteParticipant,
    KickParticipant,
    MoveSession,
    Reconcile,
    RelayDescription,
    SaveBoard,
    SetMedia,
    UpdateSession,
)
from lessonroom.log.events import EventType, ParticipantChange, ParticipantChanged
from lessonroom.outcome import Outcome
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.protocol.server import Kicked
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, connecting, folded

GUARDED = Session(
    session_id="guarded",
    host_id=HOST,
    settings=SessionSettings(waiting_room=True),
    max_participants=1,
)


def waiting() -> Lesson:
    """Return a lesson with its host inside and Ann at the door."""
    lesson = Lesson(GUARDED)
    lesson.bring(HOST, ANN)
    return lesson


def changes(outcome: Outcome) -> list[tuple[ParticipantChange, ParticipantStatus, bool]]:
    bodies = [event.body() for event in outcome.events]
    return [
        (body.change, body.participant.status, body.participant.is_admitted)
        for body in bodies
        if isinstance(body, ParticipantChanged)
    ]


def test_all_but_the_host_connect_into_the_lobby() -> None:
    """[WR-1] The host is inside at once; a seat alone is not waiting yet."""
    lesson = Lesson(GUARDED)
    lesson.bring(HOST)
    assert lesson.participant(HOST).status is ParticipantStatus.CONNECTED
    lesson.seat(ANN)
    assert not lesson.participant(ANN).is_waiting
    lesson.connect(ANN)
    assert lesson.participant(ANN).is_waiting
    assert not lesson.state.permissions_of(ANN)
    assert list(lesson.room.peers) == ["c1"]
    assert list(lesson.room.lobby) == ["c2"]


def test_nothing_can_be_done_from_the_lobby() -> None:
    """[WR-2] Not to the board, not towards a peer, not to the lesson."""
    lesson = waiting()
    lesson.move(Move.START)
    for command in (
        lesson.editing(ANN, Clear()),
        RelayDescription(connection_id="c2", type="offer", to="peer-c1", sdp="v=0"),
        SetMedia(by=ANN, connection_id="c2", audio=False),
        SaveBoard(by=ANN),
        MoveSession(by=ANN, move=Move.PAUSE),
        AdmitParticipant(by=ANN, user_id=ANN),
    ):
        lesson.refuse(command, ErrorCode.PERMISSION_DENIED)
    to_lobby = RelayDescription(connection_id="c1", type="offer", to="peer-c2", sdp="v=0")
    lesson.refuse(to_lobby, ErrorCode.NOT_FOUND)


def test_everyone_inside_hears_who_waits() -> None:
    """[WR-3] At once, and who waits is not present."""
    lesson = Lesson(GUARDED)
    lesson.bring(HOST)
    lesson.seat(ANN)
    outcome = lesson.connect(ANN)
    assert [event.type for event in outcome.events] == [EventType.PARTICIPANT_WAIT]
    assert changes(outcome) == [(ParticipantChange.UPDATED, ParticipantStatus.JOINING, False)]
    assert not lesson.participant(ANN).status.is_present
    assert lesson.participant(ANN).peer_id is None
    assert not outcome.signals


def test_a_second_tab_in_the_lobby_is_no_news() -> None:
    """[WR-3] Until the connections of one person are too many."""
    lesson = waiting()
    assert not lesson.connect(ANN, "second").events
    lesson.connect(ANN, "third")
    outcome = lesson.connect(ANN, "fourth")
    assert [(c.connection_id, c.code) for c in outcome.closures] == [("c2", CloseCode.REPLACED)]


def test_who_is_admitted_is_inside_with_all_connections() -> None:
    """[WR-4] They join, and are introduced to the peers only now."""
    lesson = waiting()
    lesson.connect(ANN, "second")
    outcome = lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    assert [event.type for event in outcome.events] == [
        EventType.PARTICIPANT_ADMIT,
        EventType.PARTICIPANT_JOIN,
    ]
    assert outcome.admitted == ["c2", "second"]
    assert outcome.result == lesson.participant(ANN)
    assert [event.user_id for event in outcome.events] == [HOST, ANN]
    assert {signal.connection_id for signal in outcome.signals} == {"c1", "c2", "second"}
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
    assert lesson.state.permissions_of(ANN)
    assert not lesson.room.lobby


def test_who_is_admitted_beforehand_never_waits() -> None:
    """[WR-4] An invitation alone does not let in; the host may before anyone is there."""
    lesson = Lesson(GUARDED)
    lesson.bring(HOST)
    lesson.do(InviteParticipant(by=HOST, user_id=BEN, name="Ben", role=Role.STUDENT))
    outcome = lesson.do(AdmitParticipant(by=HOST, user_id=BEN))
    (event,) = outcome.events
    assert (event.type, event.user_id) == (EventType.PARTICIPANT_ADMIT, HOST)
    assert changes(outcome) == [(ParticipantChange.UPDATED, ParticipantStatus.INVITED, True)]
    lesson.bring(BEN)
    assert lesson.participant(BEN).status is ParticipantStatus.CONNECTED


@pytest.mark.parametrize("user_id", [HOST, ANN])
def test_nobody_is_admitted_twice(user_id: int) -> None:
    """[WR-4] Nor the host, who never waited."""
    lesson = waiting()
    lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    command = AdmitParticipant(by=HOST, user_id=user_id)
    assert lesson.refuse(command, ErrorCode.CONFLICT).field == "user_id"


def test_a_full_room_takes_nobody_from_the_lobby() -> None:
    """[WR-4] The place counts when one is let in, not while one waits."""
    lesson = waiting()
    lesson.bring(BEN)
    lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    lesson.refuse(AdmitParticipant(by=HOST, user_id=BEN), ErrorCode.ROOM_FULL)


def test_who_leaves_the_lobby_is_gone_at_once() -> None:
    """[WR-5] Without grace, with the last of the connections."""
    lesson = waiting()
    lesson.connect(ANN, "second")
    assert not lesson.disconnect(ANN).events
    outcome = lesson.do(Disconnect(connection_id="second", is_bye=False))
    assert changes(outcome) == [(ParticipantChange.LEFT, ParticipantStatus.LEFT, False)]
    assert not lesson.room.lobby
    lesson.connect(ANN)
    assert lesson.participant(ANN).is_waiting


def test_a_restart_leaves_no_ghost_at_the_door() -> None:
    """[WR-5] Who waited is shown again only once they are back."""
    lesson = waiting()
    lesson.restart()
    assert lesson.participant(ANN).status is ParticipantStatus.LEFT
    assert lesson.log[-1].type is EventType.PARTICIPANT_LEAVE
    lesson.connect(ANN)
    assert lesson.participant(ANN).is_waiting


def test_the_end_of_the_session_ends_the_wait() -> None:
    """[WR-5] Their connections close as everyone's do."""
    lesson = waiting()
    outcome = lesson.move(Move.TERMINATE)
    assert {(c.connection_id, c.code) for c in outcome.closures} == {
        ("c1", CloseCode.SESSION_ENDED),
        ("c2", CloseCode.SESSION_ENDED),
    }
    assert lesson.participant(ANN).status is ParticipantStatus.LEFT


def test_admitted_once_is_admitted_for_good() -> None:
    """[WR-6] Through a reconnect and a restart, until a kick."""
    lesson = waiting()
    lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    lesson.disconnect(ANN, is_bye=True)
    lesson.restart()
    lesson.connect(ANN)
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
    lesson.kick(ANN)
    lesson.do(InviteParticipant(by=HOST, user_id=ANN, name="Ann", role=Role.STUDENT))
    lesson.wait(1)
    lesson.bring(ANN)
    assert lesson.participant(ANN).is_waiting


def test_a_kick_declines_who_waits() -> None:
    """[WR-6][SY-3] They are told, and their token is void."""
    lesson = waiting()
    outcome = lesson.do(KickParticipant(by=HOST, user_id=ANN))
    assert [(signal.type, signal.data) for signal in outcome.signals] == [
        ("kicked", Kicked(HOST, None))
    ]
    assert [(c.connection_id, c.code) for c in outcome.closures] == [("c2", CloseCode.KICKED)]
    lesson.refuse(connecting(ANN, now_ms=lesson.now_ms), ErrorCode.KICKED)
    error = lesson.refuse(AdmitParticipant(by=HOST, user_id=ANN), ErrorCode.CONFLICT)
    assert error.field == "user_id"


def test_without_a_waiting_room_nobody_waits_any_more() -> None:
    """[WR-6] Whoever finds no place has to come back."""
    lesson = waiting()
    lesson.bring(BEN)
    outcome = lesson.do(UpdateSession(by=HOST, settings={"waiting_room": False}))
    assert outcome.admitted == ["c2"]
    admissions = [
        (event.user_id, body.participant.user_id)
        for event in outcome.events
        if event.type is EventType.PARTICIPANT_ADMIT
        and isinstance(body := event.body(), ParticipantChanged)
    ]
    assert admissions == [(HOST, ANN), (HOST, BEN)], "the host did it, and was inside already"
    assert [(c.connection_id, c.code) for c in outcome.closures] == [("c3", CloseCode.ROOM_FULL)]
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
    assert lesson.participant(BEN).status is ParticipantStatus.LEFT
    assert lesson.participant(BEN).is_admitted


def test_a_waiting_room_switched_on_keeps_nobody_out_who_is_in() -> None:
    """[WR-6] But whoever comes new."""
    lesson = Lesson()
    lesson.bring(HOST, ANN)
    lesson.do(UpdateSession(by=HOST, settings={"waiting_room": True}))
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
    lesson.bring(BEN)
    assert lesson.participant(BEN).is_waiting


def test_a_lost_commit_puts_people_back_at_the_door() -> None:
    """[WR-5] The room was loaded anew, as it was before the admission."""
    lesson = waiting()
    log = list(lesson.log)
    lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    lesson.room.state = folded(GUARDED, log)
    lesson.log = log
    lesson.do(Reconcile())
    assert list(lesson.room.lobby) == ["c2"]
    assert list(lesson.room.peers) == ["c1"]
    assert lesson.participant(ANN).is_waiting
