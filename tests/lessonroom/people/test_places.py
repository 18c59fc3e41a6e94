"""Wherever places are counted, those who lead take none [SY-5]."""

from collections.abc import Callable

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import (
    AdmitParticipant,
    ChangeRole,
    Disconnect,
    InviteParticipant,
    SeatParticipant,
    UpdateSession,
)
from lessonroom.limits import Limits
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, connecting

COHOST = 9
SMALL = Session(session_id="small", host_id=HOST, max_participants=1)
TWO = Session(session_id="two", host_id=HOST, max_participants=2)
GUARDED = Session(
    session_id="guarded",
    host_id=HOST,
    max_participants=1,
    settings=SessionSettings(waiting_room=True),
)


def on_the_way(lesson: Lesson) -> None:
    """Keep a place for hosts that are not there yet, if any is kept."""
    lesson.seat(HOST)
    lesson.seat(COHOST, role=Role.HOST)


def inside(lesson: Lesson) -> None:
    on_the_way(lesson)
    lesson.connect(HOST)
    lesson.connect(COHOST)


def dropped(lesson: Lesson) -> None:
    inside(lesson)
    lesson.disconnect(HOST)
    lesson.disconnect(COHOST)


HOSTS: list[Callable[[Lesson], None]] = [on_the_way, inside, dropped]


@pytest.mark.parametrize("hosts", HOSTS)
def test_a_pupil_takes_a_seat_and_comes_where_hosts_are(hosts: Callable[[Lesson], None]) -> None:
    """[SY-5] By `join` and by the connection; the next pupil finds no place by either."""
    lesson = Lesson(SMALL)
    hosts(lesson)
    lesson.bring(ANN)
    seat = SeatParticipant(user_id=BEN, name="Ben", role=Role.STUDENT)
    lesson.refuse(seat, ErrorCode.ROOM_FULL)


@pytest.mark.parametrize("hosts", HOSTS)
def test_a_pupil_comes_late_or_again_where_hosts_are(hosts: Callable[[Lesson], None]) -> None:
    """[SY-5] Also once no place is kept for them any more."""
    lesson = Lesson(SMALL)
    lesson.seat(ANN)
    lesson.wait(61)
    hosts(lesson)
    lesson.connect(ANN)
    lesson.do(Disconnect(connection_id="c2", is_bye=True))
    lesson.connect(ANN)
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED


@pytest.mark.parametrize("hosts", HOSTS)
@pytest.mark.parametrize("is_admitted_by_name", [True, False])
def test_a_pupil_is_let_in_where_hosts_are(
    hosts: Callable[[Lesson], None],
    is_admitted_by_name: bool,  # noqa: FBT001 - a parameter
) -> None:
    """[SY-5] [WR-4] One by one, and by switching the waiting room off."""
    lesson = Lesson(GUARDED)
    lesson.bring(ANN)
    hosts(lesson)
    if is_admitted_by_name:
        lesson.do(AdmitParticipant(by=HOST, user_id=ANN))
    else:
        outcome = lesson.do(UpdateSession(by=HOST, settings={"waiting_room": False}))
        assert not outcome.closures
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED


@pytest.mark.parametrize("is_host_first", [True, False])
def test_hosts_find_a_place_in_a_full_room(is_host_first: bool) -> None:  # noqa: FBT001 - a parameter
    """[SY-5] And push nobody out by coming."""
    lesson = Lesson(SMALL)
    if is_host_first:
        inside(lesson)
    lesson.bring(ANN)
    if not is_host_first:
        inside(lesson)
    assert {seat.status for seat in lesson.state.participants.values()} == {
        ParticipantStatus.CONNECTED
    }


@pytest.mark.parametrize("why", ["lowered", "no host any more"])
def test_who_is_there_stays_though_there_are_too_many_by_now(why: str) -> None:
    """[SY-1] [SY-5] A network that is gone for seconds locks nobody out; who has left is out."""
    lesson = Lesson(SMALL if why == "no host any more" else TWO)
    lesson.bring(HOST, ANN)
    if why == "lowered":
        lesson.bring(BEN)
        lesson.do(UpdateSession(by=HOST, max_participants=1))
    else:
        lesson.do(ChangeRole(by=HOST, user_id=ANN, role=Role.HOST))
        lesson.bring(BEN)
        lesson.do(ChangeRole(by=HOST, user_id=ANN, role=Role.STUDENT))
    lesson.disconnect(BEN)
    lesson.connect(BEN, "again")
    assert lesson.participant(BEN).status is ParticipantStatus.CONNECTED
    lesson.do(Disconnect(connection_id="again", is_bye=True))
    lesson.refuse(SeatParticipant(user_id=BEN, name="Ben", role=Role.STUDENT), ErrorCode.ROOM_FULL)


@pytest.mark.parametrize("hosts", HOSTS)
def test_the_seats_of_hosts_are_not_counted_either(hosts: Callable[[Lesson], None]) -> None:
    """[SY-5] Neither where a seat is taken nor where one is given by invitation."""
    lesson = Lesson(limits=Limits(seats_per_session=2))
    hosts(lesson)
    lesson.seat(ANN)
    lesson.do(InviteParticipant(by=HOST, user_id=BEN, name="Ben", role=Role.STUDENT))
    more = InviteParticipant(by=None, user_id=5, name="Eve", role=Role.STUDENT)
    lesson.refuse(more, ErrorCode.ROOM_FULL)
    lesson.refuse(SeatParticipant(user_id=5, name="Eve", role=Role.STUDENT), ErrorCode.ROOM_FULL)
    lesson.do(connecting(ANN, now_ms=lesson.now_ms))
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
