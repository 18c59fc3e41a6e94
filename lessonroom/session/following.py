"""A session that follows what others say of it: one message, one turn, whatever it changes."""

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    ChangeRole,
    ExpectedPerson,
    ExpectPeople,
    FollowBooking,
    KickParticipant,
    UpdateSession,
)
from lessonroom.log.events import EventType, ParticipantChange
from lessonroom.people import admission, leading, lobby, names
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.people.seats import emit_change, require_seats
from lessonroom.session import amending
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session
from lessonroom.turn import Turn


def follow(turn: Turn, command: FollowBooking) -> None:
    """Change plan and host, then seat those who are new and remove those who are not in it."""
    turn.require_open()
    amending.update(turn, _sound(turn.state.session, command.plan))
    for user_id in command.removed:
        seat = turn.state.participants.get(user_id)
        is_here = seat is not None and seat.status is not ParticipantStatus.KICKED
        if seat is not None and is_here and not seat.role.leads:
            admission.kick(turn, KickParticipant(by=None, user_id=user_id, reason=command.reason))
    for invitation in command.invited:
        known = turn.state.participants.get(invitation.user_id)
        if known is not None and known.status is not ParticipantStatus.KICKED:
            continue
        try:
            admission.invite(turn, invitation)
        except Refused:
            # There are as many seats as there may be: it costs nobody else theirs.
            continue
    turn.outcome.result = turn.state.session


def expect(turn: Turn, command: ExpectPeople) -> None:
    """Give a seat to those who have none, and everyone the role that is said; or refuse it all."""
    turn.require_open()
    session, seats = turn.state.session, turn.state.participants
    if session.session_type is SessionType.SOLO:
        raise Refused(ErrorCode.CONFLICT, "a solo session is for one person")
    for person in command.people:
        if person.user_id == session.host_id and person.role not in {None, Role.HOST}:
            message = "this is the session's host, who always leads"
            raise Refused(ErrorCode.CONFLICT, message, field=f"{person.field}.role")
    new = [person for person in command.people if person.user_id not in seats]
    require_seats(turn, sum(_role_of(turn, person) is not Role.HOST for person in new))
    name_of = {person.user_id: names.cleaned(person.name) for person in new}
    for person in command.people:
        if person.user_id in name_of:
            _invite(turn, person, name_of[person.user_id])
            continue
        seat = seats[person.user_id]
        role = seat.role if person.role is None else person.role
        if role is not seat.role and seat.status is not ParticipantStatus.KICKED:
            leading.change_role(turn, ChangeRole(by=None, user_id=person.user_id, role=role))
    turn.outcome.result = tuple(seats[person.user_id] for person in command.people)


def _role_of(turn: Turn, person: ExpectedPerson) -> Role:
    """Return the role of a seat that is new."""
    if person.user_id == turn.state.session.host_id:
        return Role.HOST
    return person.role or Role.STUDENT


def _invite(turn: Turn, person: ExpectedPerson, name: str) -> None:
    """Give somebody a seat; unlike `admission.invite` that of a host, too."""
    others = turn.state.participants.values()
    taken = (seat.name for seat in others if seat.status is not ParticipantStatus.KICKED)
    role = _role_of(turn, person)
    seat = Participant(
        user_id=person.user_id,
        name=names.distinct(name, taken),
        role=role,
        status=ParticipantStatus.INVITED,
        is_admitted=lobby.is_expected(turn, role),
    )
    emit_change(turn, EventType.PARTICIPANT_INVITE, ParticipantChange.UPDATED, seat)


def _sound(session: Session, plan: UpdateSession) -> UpdateSession:
    """Return a plan without an end before its start: a message that says more is under way."""
    start_ms, end_ms = (
        getattr(session, name) if getattr(plan, name) is msgspec.UNSET else getattr(plan, name)
        for name in ("scheduled_start_ms", "scheduled_end_ms")
    )
    if start_ms is None or end_ms is None or end_ms > start_ms:
        return plan
    if plan.scheduled_end_ms is msgspec.UNSET:
        return msgspec.structs.replace(plan, scheduled_end_ms=None)
    return msgspec.structs.replace(plan, scheduled_start_ms=None)
