"""Who leads: the session's host, and those whom a host has made hosts beside them (SY-7)."""

import msgspec

from lessonroom.calls.media import withdrawn
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import ChangeRole
from lessonroom.log.events import (
    EventType,
    ParticipantChange,
    ParticipantChanged,
    PermissionsChanged,
)
from lessonroom.people import admission
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role, as_booleans
from lessonroom.people.presence import hang_up
from lessonroom.session import governing
from lessonroom.session.lifecycle import SessionType
from lessonroom.turn import Turn

_replace = msgspec.structs.replace


def change_role(turn: Turn, command: ChangeRole) -> None:
    """Make somebody a host, or a student or viewer again (SY-7)."""
    turn.require_open()
    turn.require_host(command.by)
    participant = turn.participant(command.user_id)
    _check(turn, command, participant)
    if command.role is not participant.role:
        turn.require_space(command.by, from_reserve=True)
        _play(turn, participant, command.role, by=command.by)
    turn.outcome.result = turn.state.participants[command.user_id]


def _check(turn: Turn, command: ChangeRole, participant: Participant) -> None:
    session = turn.state.session
    if command.role is Role.SOLO or session.session_type is SessionType.SOLO:
        raise Refused(ErrorCode.CONFLICT, "a solo session is for one person", field="role")
    if participant.status is ParticipantStatus.KICKED:
        raise Refused(
            ErrorCode.CONFLICT, "this participant was kicked: invite them again", field="user_id"
        )
    if participant.role is not Role.HOST or command.role is Role.HOST:
        return
    if participant.user_id == session.host_id:
        raise Refused(
            ErrorCode.CONFLICT, "this is the session's host, who always leads", field="user_id"
        )
    if command.by not in {None, session.host_id, participant.user_id}:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "only the session's host takes the lead from another host",
            field="user_id",
        )


def require_host_changeable(turn: Turn, by: int | None) -> None:
    """Refuse where nobody but the server may say who hosts a session, or it is for one person."""
    if by is not None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "who hosts a session is not for its people", field="host"
        )
    if turn.state.session.session_type is SessionType.SOLO:
        raise Refused(ErrorCode.CONFLICT, "a solo session is for one person", field="host")


def hand_over(turn: Turn, *, former: int, by: int | None) -> None:
    """Give the seats of the former host and of the new one, so far there are, their roles.

    The former host stays as a student, until somebody says otherwise.
    """
    seats = turn.state.participants
    if former in seats and seats[former].role is Role.HOST:
        _play(turn, seats[former], Role.STUDENT, by=by)
    host = seats.get(turn.state.session.host_id)
    if host is not None and host.role is not Role.HOST:
        _play(turn, host, Role.HOST, by=by)


def _play(turn: Turn, participant: Participant, role: Role, *, by: int | None) -> None:
    """Change a role, and what the person may do: what was set for them belonged to the old one."""
    if role is Role.HOST and not participant.is_admitted:
        admission.let_in(turn, participant, by=by)
        participant = turn.state.participants[participant.user_id]
    status = participant.status
    if role is Role.HOST and status is ParticipantStatus.KICKED:
        status = ParticipantStatus.INVITED
    changed = _replace(participant, role=role, status=status)
    body = ParticipantChanged(ParticipantChange.UPDATED, changed.view(), by=by)
    was_kicked = participant.status is ParticipantStatus.KICKED
    kind = EventType.PARTICIPANT_INVITE if was_kicked else EventType.PARTICIPANT_SEAT
    turn.emit(kind, body, by=by)
    granted = turn.state.permissions_with(turn.state.participants[participant.user_id], {})
    turn.emit(
        EventType.PERMISSION_UPDATE,
        PermissionsChanged(as_booleans(granted), user_id=participant.user_id, overrides={}, by=by),
        by=by,
    )
    if withdrawn(participant.media, granted) is not None:
        governing.stop_tracks(turn, turn.state.participants[participant.user_id], granted)
    if turn.state.board.has_private:
        # They come back to what they see of the board by now (AU-4).
        for peer in turn.peers_of(participant.user_id):
            hang_up(turn, peer, CloseCode.SIGHT_CHANGED, "you see other pages now; reconnect")
