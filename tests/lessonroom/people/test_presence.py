"""Connections that come and go, and the grace after a drop."""

import pytest

from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import (
    Command,
    Connect,
    Disconnect,
    KickParticipant,
    PassTime,
    SeatParticipant,
    SetMedia,
)
from lessonroom.limits import Limits
from lessonroom.log.events import EventType, ParticipantChange
from lessonroom.people.participant import MediaState, ParticipantStatus
from lessonroom.people.permissions import Permission, Role
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    change_of,
    connecting,
    put_rect,
)

SMALL = Session(session_id="small", host_id=HOST, max_participants=1)


def status_of(lesson: Lesson, user_id: int) -> ParticipantStatus:
    return lesson.participant(user_id).status


def test_the_first_connection_brings_a_participant_into_the_room() -> None:
    """[EN-1] The event is theirs, stamped by the server."""
    lesson = Lesson()
    lesson.seat(HOST)
    (event,) = lesson.connect(HOST).events
    assert (event.type, event.user_id) == (EventType.PARTICIPANT_JOIN, HOST)
    assert change_of(event).change is ParticipantChange.JOINED
    assert change_of(event).participant.status is ParticipantStatus.CONNECTED
    assert change_of(event).participant.peer_id == "peer-c1"


def test_another_connection_of_one_present_is_no_event() -> None:
    """[SY-2] A second tab brings nobody new."""
    lesson = begun()
    assert not lesson.connect(ANN, "c2b").events
    assert {peer.connection_id for peer in lesson.room.peers.values() if peer.user_id == ANN} == {
        "c2",
        "c2b",
    }


def test_past_its_connections_a_participants_oldest_is_replaced() -> None:
    """[SY-2] 4409, and the others are told that its peer left; nobody else's is touched."""
    lesson = begun(limits=Limits(connections_per_participant=2))
    lesson.connect(ANN, "c2b")
    outcome = lesson.connect(ANN, "c2c")
    (closure,) = outcome.closures
    assert (closure.connection_id, closure.code) == ("c2", CloseCode.REPLACED)
    left = {s.connection_id for s in outcome.signals if s.type == "participant_left"}
    assert left == {"c1", "c2b", "c3", "c4"}
    assert set(lesson.room.peers) == {"c1", "c2b", "c2c", "c3", "c4"}
    assert not outcome.events
    assert not lesson.do(Disconnect(connection_id="c2", is_bye=False)).events


def test_a_replaced_connection_draws_nothing_more() -> None:
    """[BD-3] It is out of the room at that moment."""
    lesson = begun(limits=Limits(connections_per_participant=1))
    lesson.connect(ANN, "newer")
    lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.PERMISSION_DENIED)
    assert status_of(lesson, ANN) is ParticipantStatus.CONNECTED


@pytest.mark.parametrize("issued_s_ago", [0, 3600])
def test_a_person_without_a_seat_is_unauthorized(issued_s_ago: int) -> None:
    """[HS-4] 401: the token is of another session, or of a database that was restored."""
    lesson = begun()
    command = connecting(
        99, now_ms=lesson.now_ms, token_issued_at_ms=lesson.now_ms - issued_s_ago * 1000
    )
    lesson.refuse(command, ErrorCode.UNAUTHORIZED)


def test_one_who_was_kicked_is_refused_as_kicked() -> None:
    """[HS-4][SY-3] 403, at the seat and at the socket, with any token."""
    lesson = begun()
    lesson.kick(ANN)
    lesson.wait(3600)
    lesson.refuse(connecting(ANN, now_ms=lesson.now_ms), ErrorCode.KICKED)
    seat = SeatParticipant(user_id=ANN, name="Ann", role=Role.STUDENT)
    lesson.refuse(seat, ErrorCode.KICKED)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Disconnect(connection_id="c2", is_bye=False), ParticipantStatus.RECONNECTING),
        (Disconnect(connection_id="c2", is_bye=True), ParticipantStatus.LEFT),
        (KickParticipant(by=HOST, user_id=ANN), ParticipantStatus.KICKED),
    ],
)
def test_who_is_gone_is_shown_without_a_peer_and_without_tracks(
    command: Command, status: ParticipantStatus
) -> None:
    """[EN-1][RT-3] In the event itself, before anyone asks for the roster."""
    lesson = begun()
    lesson.do(SetMedia(by=ANN, connection_id="c2", video=True, audio=True))
    (event,) = lesson.do(command).events
    shown = change_of(event).participant
    assert (shown.status, shown.peer_id) == (status, None)
    assert MediaState(shown.video, shown.audio, shown.screen) == MediaState()


def test_a_drop_is_reconnecting_until_the_grace_is_over() -> None:
    """[SY-1] Exactly `grace_s`; then `left`, never a removal."""
    lesson = begun()
    (drop,) = lesson.disconnect(ANN).events
    assert change_of(drop).change is ParticipantChange.RECONNECTING
    assert status_of(lesson, ANN) is ParticipantStatus.RECONNECTING
    lesson.wait(19.999)
    assert not lesson.do(PassTime()).events
    lesson.wait(0.001)
    (leave,) = lesson.do(PassTime()).events
    assert change_of(leave).change is ParticipantChange.LEFT
    assert status_of(lesson, ANN) is ParticipantStatus.LEFT
    assert not lesson.do(PassTime()).events


def test_who_comes_back_within_the_grace_is_connected_again() -> None:
    """[SY-1] Same seat; counted as a reconnect; the time away does not count as in the room."""
    lesson = begun()
    joined_ms = lesson.now_ms
    lesson.wait(100)
    lesson.disconnect(ANN)
    lesson.wait(10)
    (event,) = lesson.connect(ANN, "again").events
    assert event.type is EventType.PARTICIPANT_RECONNECT
    lesson.wait(1000)
    assert not lesson.do(PassTime()).events
    seat = lesson.participant(ANN)
    assert (seat.status, seat.peer_id, seat.reconnect_count, seat.joined_at_ms) == (
        ParticipantStatus.CONNECTED,
        "peer-again",
        1,
        joined_ms,
    )
    assert seat.total_time_ms(lesson.now_ms) == 1_100_000


def test_who_says_bye_has_left_at_once() -> None:
    """[SY-1] The grace is for the network, not for those who close the page."""
    lesson = begun()
    (event,) = lesson.disconnect(ANN, is_bye=True).events
    assert (event.type, event.user_id) == (EventType.PARTICIPANT_LEAVE, ANN)
    shown = change_of(event).participant
    assert (shown.status, shown.peer_id) == (ParticipantStatus.LEFT, None)
    assert lesson.participant(ANN).left_at_ms == lesson.now_ms


@pytest.mark.parametrize("grace_s", [0, 3])
def test_the_grace_is_that_of_the_session_where_it_has_one(grace_s: int) -> None:
    """[SY-1] 0 means none."""
    session = Session(session_id="s", host_id=HOST, settings=SessionSettings(grace_s=grace_s))
    lesson = begun(session)
    lesson.disconnect(ANN)
    lesson.wait(grace_s)
    lesson.do(PassTime())
    assert status_of(lesson, ANN) is ParticipantStatus.LEFT


def test_without_a_grace_who_drops_has_left() -> None:
    """[SY-1] At once, not with the next tick."""
    session = Session(session_id="s", host_id=HOST, settings=SessionSettings(grace_s=0))
    (event,) = begun(session).disconnect(ANN).events
    assert event.type is EventType.PARTICIPANT_LEAVE


def test_a_late_close_of_an_old_connection_harms_no_newer_one() -> None:
    """[SY-2] Everything is keyed by connection."""
    lesson = begun()
    lesson.connect(ANN, "newer")
    outcome = lesson.do(Disconnect(connection_id="c2", is_bye=True))
    assert not outcome.events
    assert status_of(lesson, ANN) is ParticipantStatus.CONNECTED
    assert "newer" in lesson.room.peers
    again = lesson.do(Disconnect(connection_id="c2", is_bye=True))
    assert not again.events
    assert not again.signals


def test_who_leaves_is_told_to_the_peers_that_stay() -> None:
    """[RT-1] So that they take down the call."""
    lesson = begun()
    signals = lesson.disconnect(ANN).signals
    assert {(s.connection_id, s.type, s.data.peer_id) for s in signals} == {
        ("c1", "participant_left", "peer-c2"),
        ("c3", "participant_left", "peer-c2"),
        ("c4", "participant_left", "peer-c2"),
    }


def test_after_a_restart_everyone_is_reconnecting_and_has_the_grace() -> None:
    """[SY-1][SY-4] Counted from the opening; no peer of the old process is in the roster."""
    lesson = begun()
    lesson.wait(50)
    lesson.draw(ANN)
    lesson.wait(7200)
    lesson.restart()
    for user_id in (HOST, ANN, BEN, VIEWER):
        seat = lesson.participant(user_id)
        assert (seat.status, seat.peer_id) == (ParticipantStatus.RECONNECTING, None)
        assert seat.total_ms == 50_000, "seen last at the last event of the log"
    lesson.wait(19)
    assert lesson.connect(ANN, "again").events[0].type is EventType.PARTICIPANT_RECONNECT
    lesson.wait(1)
    lesson.do(PassTime())
    assert status_of(lesson, ANN) is ParticipantStatus.CONNECTED
    assert status_of(lesson, BEN) is ParticipantStatus.LEFT


def test_the_answer_to_a_connection_is_its_peer() -> None:
    """[RT-2] The ids are the server's, handed in by the shell."""
    lesson = begun()
    command: Connect = connecting(ANN, "c2b", now_ms=lesson.now_ms)
    assert lesson.do(command).result == lesson.room.peers["c2b"]
    assert Permission.DRAW in lesson.state.permissions_of(ANN)
