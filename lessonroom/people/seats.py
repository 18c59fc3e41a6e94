"""Seats: who has one, who gets one, and whose place is kept (PROTOCOL SY-5)."""

from typing import Final

import msgspec

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    SeatParticipant,
)
from lessonroom.log.events import (
    EventType,
    ParticipantChange,
    ParticipantChanged,
    SessionStatusChanged,
)
from lessonroom.people import lobby, names
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.turn import Turn

_replace = msgspec.structs.replace
_HOLD_MS: Final = 60_000


def seat(turn: Turn, command: SeatParticipant) -> None:
    """Give a person a seat and move a scheduled session to `waiting`."""
    turn.require_open()
    known = turn.state.participants.get(command.user_id)
    if known is not None and known.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.KICKED, "you were removed from this session")
    require_place(turn, command.user_id, command.role if known is None else known.role)
    if known is None:
        require_seat(turn, command.role)
    seated = _seated(turn, known, command)
    if seated.status is ParticipantStatus.JOINING:
        turn.holds[command.user_id] = turn.now_ms + _HOLD_MS
    if turn.state.session.status is SessionStatus.SCHEDULED:
        turn.emit(EventType.SESSION_WAIT, SessionStatusChanged(SessionStatus.WAITING))
    if seated != known:
        emit_change(turn, EventType.PARTICIPANT_SEAT, ParticipantChange.UPDATED, seated)
    turn.outcome.result = turn.state.participants[command.user_id]


def _seated(turn: Turn, known: Participant | None, command: SeatParticipant) -> Participant:
    """Return the seat as it will be. Who was seated before keeps the role; who is there, the name.

    Who comes back under another name, because their platform or they themself say so, has that.
    """
    is_seated = known is not None and known.status is not ParticipantStatus.INVITED
    is_coming = turn.holds.get(command.user_id, 0) > turn.now_ms
    if known is not None and (known.status.is_present or known.is_waiting or is_coming):
        return known
    taken = (
        other.name
        for other in turn.state.participants.values()
        if other.user_id != command.user_id and other.status is not ParticipantStatus.KICKED
    )
    name = names.distinct(names.cleaned(command.name), taken)
    if known is not None and is_seated:
        return _replace(known, name=name)
    role = command.role if known is None else known.role
    is_admitted = lobby.is_expected(turn, role) if known is None else known.is_admitted
    return Participant(
        user_id=command.user_id,
        name=name,
        role=role,
        # Who is to wait does so once they have a connection: a seat alone is nobody at the door.
        status=ParticipantStatus.JOINING if is_admitted else ParticipantStatus.DISCONNECTED,
        is_admitted=is_admitted,
    )


def require_place(turn: Turn, user_id: int, role: Role) -> None:
    """Refuse with `room_full`, but never a host, nor one who holds a place already."""
    if role.leads:
        return
    if not has_place(turn, user_id):
        raise Refused(
            ErrorCode.ROOM_FULL,
            f"the room is full: at most {turn.state.session.max_participants} participants; a place"
            " that was taken and not used is free again after a minute",
        )


def require_seat(turn: Turn, role: Role) -> None:
    """Refuse one seat more with `room_full` where as many people had one as may.

    Never a host, who does not count here either.
    """
    if not role.leads:
        require_seats(turn, 1)


def require_seats(turn: Turn, new: int) -> None:
    """Refuse so many seats more, none of them a host's, where all would be too many."""
    most = turn.limits.seats_per_session
    taken = sum(not seat.role.leads for seat in turn.state.participants.values())
    if new and taken + new > most:
        raise Refused(
            ErrorCode.ROOM_FULL,
            f"{most} people have or had a seat in this session, which is the most"
            if taken >= most
            else f"{most - taken} more may have a seat in this session: at most {most}",
        )


def has_place(turn: Turn, user_id: int) -> bool:
    """Whether there is room for one person more beside all others who are there or awaited.

    Who is there has a place, also where there are too many by now, and while they come back.
    """
    known = turn.state.participants.get(user_id)
    if known is not None and known.status.is_present:
        return True
    # Who leads takes nobody's place: a lesson for one pupil has room for the pupil.
    taken = sum(
        (other.status.is_present or _is_awaited(turn, other))
        and other.user_id != user_id
        and not other.role.leads
        for other in turn.state.participants.values()
    )
    return taken < turn.state.session.max_participants


def _is_awaited(turn: Turn, seated: Participant) -> bool:
    """Whether a place is kept for somebody who has just taken a seat (SY-5)."""
    return seated.status is ParticipantStatus.JOINING and turn.now_ms < turn.holds.get(
        seated.user_id, 0
    )


def emit_change(
    turn: Turn,
    event_type: EventType,
    change: ParticipantChange,
    participant: Participant,
    *,
    by: int | None = None,
    reason: str | None = None,
) -> None:
    """Emit what a participant has become."""
    body = ParticipantChanged(change, participant.view(), reason=reason, by=by)
    turn.emit(event_type, body, by=by)
