"""People who are expected: seats and roles for all who are named, in one turn."""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import Connect, ExpectedPerson, ExpectPeople, KickParticipant
from lessonroom.limits import Limits
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, fingerprint, folded


def person(user_id: int, role: Role | None = None, name: str = "New") -> ExpectedPerson:
    return ExpectedPerson(user_id=user_id, name=name, role=role, field=f"people[{user_id}]")


def expected(*people: ExpectedPerson) -> ExpectPeople:
    return ExpectPeople(people=people)


def test_seats_and_roles_come_in_one_turn() -> None:
    """[SY-14] Who has a seat keeps it, and its role where none is said."""
    lesson = begun()
    outcome = lesson.do(
        expected(
            person(9, Role.HOST), person(ANN, Role.HOST), person(BEN), person(VIEWER), person(8)
        )
    )
    assert [(seat.user_id, seat.role) for seat in outcome.result] == [
        (9, Role.HOST),
        (ANN, Role.HOST),
        (BEN, Role.STUDENT),
        (VIEWER, Role.VIEWER),
        (8, Role.STUDENT),
    ]
    assert lesson.participant(9).status is ParticipantStatus.INVITED
    assert lesson.participant(BEN).status is ParticipantStatus.CONNECTED
    assert lesson.participant(9).name == "New"
    assert lesson.participant(8).name == "New (2)"
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_a_second_time_it_changes_nothing() -> None:
    """[SY-14] The host of the session is one, whether that is said or not."""
    lesson = begun()
    command = expected(person(9, Role.VIEWER), person(ANN, Role.HOST), person(HOST))
    lesson.do(command)
    again = lesson.do(command)
    assert not again.events
    assert [seat.user_id for seat in again.result] == [9, ANN, HOST]


def test_whom_the_host_removed_stays_out() -> None:
    """[SY-14] Also as a host."""
    lesson = begun()
    lesson.do(KickParticipant(by=HOST, user_id=BEN))
    (seat,) = lesson.do(expected(person(BEN, Role.HOST))).result
    assert (seat.status, seat.role) == (ParticipantStatus.KICKED, Role.STUDENT)


def test_where_one_finds_no_seat_nothing_changes() -> None:
    """[SY-14] Hosts take none."""
    lesson = Lesson(limits=Limits(seats_per_session=2))
    lesson.do(expected(person(7), person(9, Role.HOST)))
    lesson.refuse(expected(person(5, Role.HOST), person(6), person(8)), ErrorCode.ROOM_FULL)
    assert set(lesson.state.participants) == {7, 9}
    lesson.do(expected(person(6), person(5, Role.HOST)))
    lesson.refuse(expected(person(8)), ErrorCode.ROOM_FULL)
    lesson.do(expected(person(10, Role.HOST), person(7)))


@pytest.mark.parametrize("role", [Role.STUDENT, Role.VIEWER])
def test_the_session_s_own_host_stays_one(role: Role) -> None:
    """[SY-7] And nobody is seated beside them."""
    lesson = Lesson()
    refused = lesson.refuse(expected(person(9), person(HOST, role)), ErrorCode.CONFLICT)
    assert refused.field == "people[1].role"
    assert not lesson.state.participants


def test_solo_sessions_and_those_that_are_over_expect_nobody() -> None:
    """[SY-6] A solo session is for one person."""
    lesson = begun()
    lesson.move(Move.COMPLETE)
    lesson.refuse(expected(person(9)), ErrorCode.SESSION_ENDED)
    alone = Session(
        session_id="s",
        session_type=SessionType.SOLO,
        host_id=HOST,
        max_participants=1,
        settings=SessionSettings(allow_guests=False),
    )
    Lesson(alone).refuse(expected(person(9)), ErrorCode.CONFLICT)


def test_who_comes_by_a_seat_of_before_begins_the_waiting() -> None:
    """[SY-1] A token of the seat is all that they need, and the session waits for its start."""
    lesson = Lesson()
    lesson.do(expected(person(9)))
    before = lesson.state.session.status
    lesson.do(
        Connect(
            connection_id="c9",
            peer_id="p9",
            user_id=9,
            token_issued_at_ms=lesson.now_ms,
            is_peer=True,
        )
    )
    assert (before, lesson.state.session.status) == (
        *(SessionStatus.SCHEDULED, SessionStatus.WAITING),
    )
    assert lesson.participant(9).status is ParticipantStatus.CONNECTED


def test_a_name_that_cannot_be_seen_seats_nobody() -> None:
    """[SY-14] All names are looked at before anybody has a seat."""
    lesson = Lesson()
    lesson.refuse(expected(person(9), person(8, name="\u200d")), ErrorCode.INVALID)
    assert not lesson.state.participants
