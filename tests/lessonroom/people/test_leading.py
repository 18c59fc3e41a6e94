"""Who leads a lesson, and how that changes while people are in it [SY-7]."""

import pytest

from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import ChangeRole, InviteParticipant, KickParticipant, UpdateSession
from lessonroom.log.events import EventType, ParticipantChanged, PermissionsChanged
from lessonroom.outcome import Outcome
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import ALL_PERMISSIONS, DEFAULT_PERMISSIONS, Role
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    fingerprint,
    folded,
)


def make(lesson: Lesson, user_id: int, role: Role = Role.HOST, *, by: int | None = HOST) -> Outcome:
    return lesson.do(ChangeRole(by=by, user_id=user_id, role=role))


def test_a_host_makes_another_one_who_may_do_all_a_host_may() -> None:
    """[SY-7] Everyone is told of the role, and of what they may do from now on."""
    lesson = begun()
    lesson.permit(ANN, can_draw=False)
    outcome = make(lesson, ANN)
    seated, permitted = (event.body() for event in outcome.events)
    assert isinstance(seated, ParticipantChanged)
    assert isinstance(permitted, PermissionsChanged)
    assert (seated.participant.role, seated.participant.status) == (Role.HOST, "connected")
    assert (permitted.user_id, permitted.overrides) == (ANN, {})
    assert all(permitted.permissions.values())
    assert lesson.state.permissions_of(ANN) == ALL_PERMISSIONS
    assert lesson.state.session.host_id == HOST
    lesson.do(KickParticipant(by=ANN, user_id=BEN))
    lesson.refuse(KickParticipant(by=HOST, user_id=ANN), ErrorCode.CONFLICT)
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


@pytest.mark.parametrize("by", [HOST, ANN, None])
def test_the_role_goes_back_by_the_host_and_by_oneself(by: int | None) -> None:
    """[SY-7] What was sent and is not permitted to a student is off."""
    lesson = begun()
    make(lesson, ANN)
    make(lesson, ANN, Role.VIEWER, by=by)
    assert lesson.participant(ANN).role is Role.VIEWER
    assert lesson.state.permissions_of(ANN) == DEFAULT_PERMISSIONS[Role.VIEWER]


def test_no_other_host_takes_it_away() -> None:
    """[SY-7] Nor from the session's own host, nor anybody who leads nothing."""
    lesson = begun()
    make(lesson, ANN)
    make(lesson, BEN)
    demote = ChangeRole(by=ANN, user_id=BEN, role=Role.STUDENT)
    assert lesson.refuse(demote, ErrorCode.PERMISSION_DENIED).field == "user_id"
    for by in (ANN, HOST, None):
        own = ChangeRole(by=by, user_id=HOST, role=Role.STUDENT)
        assert lesson.refuse(own, ErrorCode.CONFLICT).field == "user_id"
    for role in Role:
        lesson.refuse(ChangeRole(by=VIEWER, user_id=VIEWER, role=role), ErrorCode.PERMISSION_DENIED)


def test_a_role_that_somebody_has_already_is_no_news() -> None:
    """[SY-7] Also to the host."""
    lesson = begun()
    assert not make(lesson, HOST).events
    assert not make(lesson, VIEWER, Role.VIEWER).events


@pytest.mark.parametrize(
    ("user_id", "role", "code"),
    [
        (BEN, Role.HOST, ErrorCode.CONFLICT),
        (ANN, Role.SOLO, ErrorCode.CONFLICT),
        (99, Role.HOST, ErrorCode.NOT_FOUND),
    ],
)
def test_who_was_kicked_or_is_nobody_leads_nothing(
    user_id: int, role: Role, code: ErrorCode
) -> None:
    """[SY-7] And a lesson is no solo."""
    lesson = begun()
    lesson.kick(BEN)
    lesson.refuse(ChangeRole(by=HOST, user_id=user_id, role=role), code)


def test_a_solo_session_has_one_person_who_leads() -> None:
    """[SY-7] It can be given to nobody."""
    solo = Session(
        session_id="solo",
        host_id=HOST,
        session_type=SessionType.SOLO,
        max_participants=1,
        settings=SessionSettings(allow_guests=False),
    )
    lesson = Lesson(solo)
    lesson.seat(HOST, role=Role.SOLO)
    lesson.connect(HOST)
    lesson.refuse(ChangeRole(by=HOST, user_id=HOST, role=Role.STUDENT), ErrorCode.CONFLICT)
    lesson.refuse(UpdateSession(by=None, host_id=ANN), ErrorCode.CONFLICT)


def test_who_waits_is_let_in_by_being_made_a_host() -> None:
    """[SY-7] [WR-4] Also where the room is full."""
    guarded = Session(
        session_id="guarded",
        host_id=HOST,
        max_participants=1,
        settings=SessionSettings(waiting_room=True),
    )
    lesson = Lesson(guarded)
    lesson.bring(HOST, ANN)
    outcome = make(lesson, ANN)
    assert outcome.admitted == ["c2"]
    assert lesson.participant(ANN).status is ParticipantStatus.CONNECTED
    assert lesson.participant(ANN).role is Role.HOST


def test_a_session_is_given_to_another_host() -> None:
    """[SY-7] While both are in it: the former one is a student then, their screen is off."""
    lesson = begun()
    outcome = lesson.do(UpdateSession(by=None, host_id=ANN))
    assert [event.type for event in outcome.events] == [
        EventType.SESSION_UPDATE,
        EventType.PARTICIPANT_SEAT,
        EventType.PERMISSION_UPDATE,
        EventType.PARTICIPANT_SEAT,
        EventType.PERMISSION_UPDATE,
    ]
    assert lesson.state.session.host_id == ANN
    roles = {user_id: seat.role for user_id, seat in lesson.state.participants.items()}
    assert roles == {HOST: Role.STUDENT, ANN: Role.HOST, BEN: Role.STUDENT, VIEWER: Role.VIEWER}
    assert {seat.status for seat in lesson.state.participants.values()} == {
        ParticipantStatus.CONNECTED
    }
    lesson.kick(HOST, by=ANN)
    assert lesson.state.participants[HOST].status is ParticipantStatus.KICKED
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    lesson.restart()
    assert lesson.state.session.host_id == ANN


@pytest.mark.parametrize("by", [HOST, ANN])
def test_nobody_in_it_gives_a_session_away(by: int) -> None:
    """[SY-7] An account is not filled with lessons of others."""
    lesson = begun()
    make(lesson, ANN)
    refused = lesson.refuse(
        UpdateSession(by=by, host_id=BEN, title="mine"), ErrorCode.PERMISSION_DENIED
    )
    assert refused.field == "host"


def test_somebody_who_was_kicked_is_invited_by_becoming_the_host() -> None:
    """[SY-7] Their earlier tokens stay void (SY-3); one who has no seat yet takes theirs."""
    lesson = begun()
    outcome = lesson.kick(ANN)
    assert [closure.code for closure in outcome.closures] == [CloseCode.KICKED]
    lesson.do(UpdateSession(by=None, host_id=ANN))
    seat = lesson.participant(ANN)
    assert (seat.role, seat.status) == (Role.HOST, ParticipantStatus.INVITED)
    assert seat.not_before_ms > lesson.now_ms
    lesson.do(UpdateSession(by=None, host_id=77))
    lesson.seat(77, role=Role.HOST)
    assert lesson.state.is_host(77)
    assert not lesson.state.is_host(ANN)


def test_a_log_from_before_hosts_changed_keeps_its_host() -> None:
    """[SY-7] Its updates name none."""
    lesson = begun()
    lesson.do(UpdateSession(by=HOST, title="renamed"))
    update = next(event for event in lesson.log if event.type is EventType.SESSION_UPDATE)
    assert b'"host_id":1' in update.data
    old = [
        event
        if event is not update
        else type(event)(
            seq=event.seq,
            type=event.type,
            at_ms=event.at_ms,
            data=event.data.replace(b',"host_id":1', b""),
            user_id=event.user_id,
        )
        for event in lesson.log
    ]
    assert folded(lesson.initial, old).session == lesson.state.session


def test_an_invitation_to_lead_is_by_role_alone() -> None:
    """[SY-7] One is invited as student or viewer, and made a host then."""
    lesson = begun()
    invitation = InviteParticipant(by=HOST, user_id=9, name="Cleo", role=Role.HOST)
    lesson.refuse(invitation, ErrorCode.INVALID)
    lesson.do(InviteParticipant(by=HOST, user_id=9, name="Cleo", role=Role.STUDENT))
    make(lesson, 9)
    assert lesson.participant(9).status is ParticipantStatus.INVITED
    lesson.bring(9)
    assert lesson.state.is_host(9)
