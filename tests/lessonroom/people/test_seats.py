"""Seats and places: who gets one, and for whom it is kept."""

from lessonroom.codes import ErrorCode
from lessonroom.commands import (
    InviteParticipant,
    PassTime,
    SeatParticipant,
)
from lessonroom.limits import Limits
from lessonroom.log.events import EventType
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus
from lessonroom.session.session import Session
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    connecting,
)

SMALL = Session(session_id="small", host_id=HOST, max_participants=1)


def test_the_first_seat_makes_a_scheduled_session_wait() -> None:
    """[SY-4] In one outcome: the session's event first."""
    lesson = Lesson()
    assert [event.type for event in lesson.seat(HOST).events] == [
        EventType.SESSION_WAIT,
        EventType.PARTICIPANT_SEAT,
    ]
    assert lesson.state.session.status is SessionStatus.WAITING
    assert lesson.participant(HOST).status is ParticipantStatus.JOINING


def test_a_seat_taken_again_is_the_same_seat() -> None:
    """[SY-4] Name and role stay those of the first time, and nothing is logged."""
    lesson = begun()
    outcome = lesson.seat(ANN, name="Host", role=Role.HOST)
    assert not outcome.events
    assert outcome.result == lesson.participant(ANN)
    assert lesson.participant(ANN).name == "Ann"
    assert lesson.participant(ANN).role is Role.STUDENT


def test_names_in_a_room_are_not_alike() -> None:
    """[EN-1] Nobody passes as another: the second one that looks the same is numbered."""
    lesson = Lesson()
    lesson.seat(HOST, name="Alice")
    lesson.seat(ANN, name="Аlice")
    assert lesson.participant(ANN).name == "Аlice (2)"


def test_a_name_without_anything_visible_gets_no_seat() -> None:
    """[EN-2] And the session goes on waiting for its first."""
    lesson = Lesson()
    command = SeatParticipant(user_id=ANN, name="\u200b", role=Role.STUDENT)
    assert lesson.refuse(command, ErrorCode.INVALID).field == "name"


def test_an_ended_session_gives_no_seat() -> None:
    """[HS-4] 410."""
    lesson = begun()
    lesson.move(Move.COMPLETE)
    seat = SeatParticipant(user_id=99, name="Late", role=Role.STUDENT)
    lesson.refuse(seat, ErrorCode.SESSION_ENDED)


def test_a_full_room_takes_nobody_but_a_host() -> None:
    """[HS-4] 409, at the seat and at the socket."""
    lesson = Lesson(SMALL)
    lesson.bring(ANN)
    seat = SeatParticipant(user_id=VIEWER, name="V", role=Role.VIEWER)
    lesson.refuse(seat, ErrorCode.ROOM_FULL)
    lesson.bring(HOST)
    assert lesson.participant(HOST).status is ParticipantStatus.CONNECTED


def test_who_leads_takes_nobodys_place() -> None:
    """[HS-4] A lesson for one pupil has room for the pupil, whoever comes first."""
    for first, then in ((HOST, ANN), (ANN, HOST)):
        lesson = Lesson(SMALL)
        lesson.bring(first, then)
        assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
        assert lesson.participant(HOST).status is ParticipantStatus.CONNECTED


def test_a_seat_keeps_a_place_for_a_minute() -> None:
    """[SY-5] Five who take seats and do not come keep nobody out for longer than that."""
    lesson = Lesson(SMALL)
    lesson.bring(HOST)
    lesson.seat(ANN)
    ben = SeatParticipant(user_id=BEN, name="Ben", role=Role.STUDENT)
    lesson.refuse(ben, ErrorCode.ROOM_FULL)
    lesson.wait(59.9)
    lesson.do(PassTime())
    lesson.refuse(ben, ErrorCode.ROOM_FULL)
    lesson.wait(0.1)
    lesson.do(ben)
    assert lesson.connect(BEN).events


def test_one_who_comes_late_has_the_place_if_there_is_one() -> None:
    """[SY-5] Somebody who needs 90 s for the camera is let in, unless another was quicker."""
    lesson = Lesson(SMALL)
    lesson.bring(HOST)
    lesson.seat(ANN)
    lesson.wait(90)
    lesson.do(PassTime())
    lesson.seat(BEN)
    late = connecting(ANN, now_ms=lesson.now_ms)
    lesson.refuse(late, ErrorCode.ROOM_FULL)
    lesson.connect(BEN)
    lesson.disconnect(BEN, is_bye=True)
    assert lesson.connect(ANN).events


def test_two_seats_for_one_place_and_the_first_connection_has_it() -> None:
    """[HS-4][SY-5] A place is taken by being there, once the minute is over."""
    lesson = Lesson(SMALL)
    lesson.bring(HOST)
    lesson.seat(ANN)
    lesson.wait(60)
    lesson.seat(BEN)
    lesson.wait(60)
    lesson.connect(ANN)
    lesson.refuse(connecting(BEN, now_ms=lesson.now_ms), ErrorCode.ROOM_FULL)
    lesson.disconnect(ANN, is_bye=True)
    assert lesson.connect(BEN).events


def test_a_place_that_is_kept_is_not_counted_twice() -> None:
    """[SY-5] Neither for one who comes, nor for one who was removed meanwhile."""
    lesson = Lesson(SMALL)
    lesson.bring(HOST)
    lesson.seat(ANN)
    assert lesson.connect(ANN).events
    lesson.kick(ANN)
    lesson.seat(BEN)
    lesson.kick(BEN)
    lesson.seat(VIEWER)
    assert lesson.connect(VIEWER).events
    lesson.wait(60)
    lesson.do(PassTime())
    assert not lesson.room.holds


def test_a_session_has_a_number_of_seats() -> None:
    """[SY-5] Whoever had one keeps it; the host always gets one."""
    lesson = Lesson(limits=Limits(seats_per_session=2))
    lesson.seat(ANN)
    lesson.seat(BEN)
    viewer = SeatParticipant(user_id=VIEWER, name="V", role=Role.VIEWER)
    lesson.refuse(viewer, ErrorCode.ROOM_FULL)
    lesson.seat(ANN)
    lesson.bring(HOST)
    invite = InviteParticipant(by=HOST, user_id=VIEWER, name="V", role=Role.VIEWER)
    lesson.refuse(invite, ErrorCode.ROOM_FULL)


def test_who_reconnects_has_their_place_still() -> None:
    """[SY-1] Nobody takes it within the grace, and nobody is locked out by it."""
    lesson = Lesson(SMALL)
    lesson.bring(HOST, ANN)
    lesson.disconnect(ANN)
    seat = SeatParticipant(user_id=BEN, name="Ben", role=Role.STUDENT)
    lesson.refuse(seat, ErrorCode.ROOM_FULL)
    assert lesson.connect(ANN, "again").events
    assert not lesson.connect(ANN, "tab").events
