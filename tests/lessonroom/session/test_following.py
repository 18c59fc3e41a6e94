"""A session follows its booking in one turn."""

from msgspec import UNSET, UnsetType

from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import FollowBooking, InviteParticipant, KickParticipant, UpdateSession
from lessonroom.limits import Limits
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, fingerprint, folded

NOTHING = UpdateSession(by=None)


def invitation(user_id: int, name: str = "New") -> InviteParticipant:
    return InviteParticipant(by=None, user_id=user_id, name=name, role=Role.STUDENT)


def test_plan_host_and_people_change_together() -> None:
    """[API bookings] [SY-7] The former host goes where the booking has no place for them."""
    lesson = begun()
    plan = UpdateSession(by=None, title="Geometry", host_id=ANN, booking_id="b-2")
    outcome = lesson.do(
        FollowBooking(
            plan=plan, invited=(invitation(9), invitation(BEN)), removed=(HOST, 55), reason="moved"
        )
    )
    session = lesson.state.session
    assert outcome.result == session
    assert (session.title, session.host_id, session.booking_id) == ("Geometry", ANN, "b-2")
    assert lesson.participant(ANN).role is Role.HOST
    assert lesson.participant(9).status is ParticipantStatus.INVITED
    assert lesson.participant(BEN).status is ParticipantStatus.CONNECTED
    assert [(c.connection_id, c.code) for c in outcome.closures] == [("c1", CloseCode.KICKED)]
    assert lesson.participant(VIEWER).status is ParticipantStatus.CONNECTED
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_a_second_time_it_changes_nothing() -> None:
    """[API bookings] Nor does it remove who leads, or somebody twice."""
    lesson = begun()
    command = FollowBooking(
        plan=UpdateSession(by=None, title="Geometry"),
        invited=(invitation(9),),
        removed=(BEN, HOST),
    )
    lesson.do(command)
    assert lesson.participant(HOST).status is ParticipantStatus.CONNECTED
    assert not lesson.do(command).events


def test_who_books_again_is_invited_again() -> None:
    """[API bookings] [SY-3] Also who was removed before."""
    lesson = begun()
    lesson.do(KickParticipant(by=None, user_id=BEN))
    lesson.do(FollowBooking(plan=NOTHING, invited=(invitation(BEN),)))
    assert lesson.participant(BEN).status is ParticipantStatus.INVITED


def test_no_seat_for_one_costs_the_others_nothing() -> None:
    """[API bookings] As many have one as may; the plan holds for all."""
    lesson = Lesson(limits=Limits(seats_per_session=1))
    plan = UpdateSession(by=None, title="full")
    lesson.do(FollowBooking(plan=plan, invited=(invitation(8), invitation(9))))
    assert list(lesson.state.participants) == [8]
    assert lesson.state.session.title == "full"


def test_half_a_plan_takes_the_other_half_away_where_both_cannot_be() -> None:
    """[API bookings] The message that says more is on its way."""
    lesson = Lesson(
        Session(session_id="s", host_id=HOST, scheduled_start_ms=10, scheduled_end_ms=20)
    )

    def planned(
        start_ms: int | UnsetType = UNSET, end_ms: int | UnsetType = UNSET
    ) -> tuple[int | None, int | None]:
        plan = UpdateSession(by=None, scheduled_start_ms=start_ms, scheduled_end_ms=end_ms)
        lesson.do(FollowBooking(plan=plan))
        session = lesson.state.session
        return session.scheduled_start_ms, session.scheduled_end_ms

    assert planned(start_ms=20) == (20, None)
    assert planned(end_ms=15) == (None, 15)
    assert planned(start_ms=14) == (14, 15)
    assert planned() == (14, 15)


def test_a_lesson_that_is_over_follows_nothing() -> None:
    """[API bookings] Its booking gets a new one."""
    lesson = begun()
    lesson.move(Move.COMPLETE)
    lesson.refuse(FollowBooking(plan=NOTHING), ErrorCode.SESSION_ENDED)
