"""Who may come in: invitations, letting in, and kicks (PROTOCOL SY-3, WR-4)."""

import msgspec

from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import (
    AdmitParticipant,
    InviteParticipant,
    KickParticipant,
)
from lessonroom.log.events import (
    Channel,
    EventType,
    ParticipantChange,
)
from lessonroom.people import lobby, names
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Permission
from lessonroom.people.presence import arrive, hang_up, introduce
from lessonroom.people.seats import emit_change, has_place, require_place, require_seat
from lessonroom.protocol.server import Kicked
from lessonroom.scalars import shown_reason
from lessonroom.turn import Turn

_replace = msgspec.structs.replace


def invite(turn: Turn, command: InviteParticipant) -> None:
    """Let a person in who has no seat, or who was kicked (SY-3)."""
    turn.require_open()
    turn.require(command.by, Permission.INVITE)
    known = turn.state.participants.get(command.user_id)
    if known is not None and known.status is not ParticipantStatus.KICKED:
        raise Refused(ErrorCode.CONFLICT, "this person has a seat already", field="user_id")
    if command.role.leads:
        raise Refused(ErrorCode.INVALID, "one is invited as student or viewer", field="role")
    turn.require_space(command.by, from_reserve=True)
    if known is None:
        require_seat(turn, command.role)
    # What the host has set for a person outlives a kick: no helper lifts it by inviting them anew.
    is_led = command.by is None or turn.state.is_host(command.by)
    role = command.role if known is None or is_led else known.role
    invited = Participant(
        user_id=command.user_id,
        name=known.name if known else names.cleaned(command.name),
        role=role,
        status=ParticipantStatus.INVITED,
        is_admitted=lobby.is_expected(turn, role),
        custom_permissions={} if known is None else known.custom_permissions,
    )
    emit_change(
        turn, EventType.PARTICIPANT_INVITE, ParticipantChange.UPDATED, invited, by=command.by
    )
    turn.outcome.result = turn.state.participants[command.user_id]


def admit(turn: Turn, command: AdmitParticipant) -> None:
    """Let a person in who waits, or will wait; they stay let in until they are kicked (WR-4)."""
    turn.require_open()
    turn.require(command.by, Permission.INVITE)
    participant = turn.participant(command.user_id)
    if participant.status is ParticipantStatus.KICKED:
        raise Refused(
            ErrorCode.CONFLICT, "this participant was kicked: invite them again", field="user_id"
        )
    if participant.is_admitted:
        raise Refused(ErrorCode.CONFLICT, "this participant is let in already", field="user_id")
    if participant.is_waiting:
        require_place(turn, command.user_id, participant.role)
    let_in(turn, participant, by=command.by)
    turn.outcome.result = turn.state.participants[command.user_id]


def admit_everyone(turn: Turn, *, by: int | None) -> None:
    """Let in who waits or will wait; who finds no place any more has to come back later."""
    for participant in list(turn.state.participants.values()):
        if participant.is_admitted or participant.status is ParticipantStatus.KICKED:
            continue
        if not has_place(turn, participant.user_id):
            for peer in turn.waiting_peers_of(participant.user_id):
                turn.close(peer, CloseCode.ROOM_FULL, "the room is full")
        let_in(turn, participant, by=by)


def let_in(turn: Turn, participant: Participant, *, by: int | None) -> None:
    """Let a person in, with the connections that wait."""
    peers = turn.waiting_peers_of(participant.user_id)
    is_gone = participant.is_waiting and not peers
    admitted = _replace(
        participant,
        is_admitted=True,
        status=ParticipantStatus.LEFT if is_gone else participant.status,
    )
    emit_change(turn, EventType.PARTICIPANT_ADMIT, ParticipantChange.UPDATED, admitted, by=by)
    for peer in peers:
        del turn.lobby[peer.connection_id]
        turn.peers[peer.connection_id] = peer
        turn.outcome.admitted.append(peer.connection_id)
    if peers:
        arrive(turn, turn.state.participants[participant.user_id], peers[-1])
    for peer in peers:
        if peer.is_peer:
            introduce(turn, peer)


def kick(turn: Turn, command: KickParticipant) -> None:
    """Remove a participant; not one more operation of theirs is accepted (BD-3, SY-3)."""
    turn.require_open()
    turn.require(command.by, Permission.KICK)
    if command.user_id == command.by:
        raise Refused(ErrorCode.CONFLICT, "nobody kicks themself", field="user_id")
    participant = turn.participant(command.user_id)
    if participant.role.leads:
        raise Refused(ErrorCode.CONFLICT, "a host cannot be kicked", field="user_id")
    if participant.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.CONFLICT, "this participant was kicked already", field="user_id")
    notice = Kicked(command.by, shown_reason(command.reason))
    for peer in turn.waiting_peers_of(command.user_id):
        turn.signal(peer, Channel.SYSTEM, "kicked", notice)
        turn.close(peer, CloseCode.KICKED, "kicked")
    for peer in turn.peers_of(command.user_id):
        turn.signal(peer, Channel.SYSTEM, "kicked", notice)
        hang_up(turn, peer, CloseCode.KICKED, "kicked")
    emit_change(
        turn,
        EventType.PARTICIPANT_KICK,
        ParticipantChange.KICKED,
        participant.gone(ParticipantStatus.KICKED),
        by=command.by,
        reason=shown_reason(command.reason),
    )
    if command.access_code is not None:
        turn.lock_link(command.access_code)
    turn.outcome.result = turn.state.participants[command.user_id]
