"""A session that follows its booking: one message, one turn, whatever it changes."""

import msgspec

from lessonroom.codes import Refused
from lessonroom.commands import FollowBooking, KickParticipant, UpdateSession
from lessonroom.people import admission
from lessonroom.people.participant import ParticipantStatus
from lessonroom.session import amending
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
