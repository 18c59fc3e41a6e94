"""Who is in the room: seats, connections, kicks, and the grace after a drop."""

from typing import Final

import msgspec

from lessonroom.calls.signalling import Peer
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import (
    AdmitParticipant,
    Connect,
    Disconnect,
    InviteParticipant,
    KickParticipant,
    SeatParticipant,
)
from lessonroom.log.events import (
    Channel,
    EventType,
    MediaStateChanged,
    ParticipantChange,
    ParticipantChanged,
    SessionStatusChanged,
)
from lessonroom.people import lobby, names
from lessonroom.people.participant import MediaState, Participant, ParticipantStatus
from lessonroom.people.permissions import Permission, Role
from lessonroom.protocol.server import Kicked, PeerJoined, PeerLeft
from lessonroom.scalars import shown_reason
from lessonroom.session import emptiness
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.state import RoomState
from lessonroom.turn import Turn

_replace = msgspec.structs.replace
_LEADING: Final = frozenset({Role.HOST, Role.SOLO})

_TOO_OLD: Final = "this board has pages, which your client does not know; load it anew"
_HOLD_MS: Final = 60_000


def seat(turn: Turn, command: SeatParticipant) -> None:
    """Give a person a seat and move a scheduled session to `waiting`."""
    turn.require_open()
    known = turn.state.participants.get(command.user_id)
    if known is not None and known.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.KICKED, "you were removed from this session")
    _require_place(turn, command.user_id, command.role if known is None else known.role)
    if known is None:
        _require_seat(turn, command.role)
    seated = _seated(turn, known, command)
    if seated.status is ParticipantStatus.JOINING:
        turn.holds[command.user_id] = turn.now_ms + _HOLD_MS
    if turn.state.session.status is SessionStatus.SCHEDULED:
        turn.emit(EventType.SESSION_WAIT, SessionStatusChanged(SessionStatus.WAITING))
    if seated != known:
        _emit(turn, EventType.PARTICIPANT_SEAT, ParticipantChange.UPDATED, seated)
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


def invite(turn: Turn, command: InviteParticipant) -> None:
    """Let a person in who has no seat, or who was kicked (SY-3)."""
    turn.require_open()
    turn.require(command.by, Permission.INVITE)
    known = turn.state.participants.get(command.user_id)
    if known is not None and known.status is not ParticipantStatus.KICKED:
        raise Refused(ErrorCode.CONFLICT, "this person has a seat already", field="user_id")
    if command.role in _LEADING:
        raise Refused(ErrorCode.INVALID, "one is invited as student or viewer", field="role")
    turn.require_space(command.by, from_reserve=True)
    if known is None:
        _require_seat(turn, command.role)
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
    _emit(turn, EventType.PARTICIPANT_INVITE, ParticipantChange.UPDATED, invited, by=command.by)
    turn.outcome.result = turn.state.participants[command.user_id]


def connect(turn: Turn, command: Connect, *, pause_after_ms: int) -> None:
    """Take up a connection: the first one brings the participant into the room."""
    turn.require_open()
    participant = turn.state.participants.get(command.user_id)
    if participant is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "this token's person has no seat in the session")
    if participant.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.KICKED, "you were removed from this session")
    if command.token_issued_at_ms < participant.not_before_ms:
        raise Refused(ErrorCode.UNAUTHORIZED, "this token was issued before you were removed")
    if command.board_schema < turn.state.board.least_schema:
        raise Refused(ErrorCode.CLIENT_TOO_OLD, _TOO_OLD, field="schema")
    peer = Peer(
        command.connection_id,
        command.peer_id,
        command.user_id,
        command.is_peer,
        command.board_schema,
    )
    turn.outcome.result = peer
    if not participant.is_admitted:
        lobby.knock(turn, participant, peer)
        return
    _require_place(turn, command.user_id, participant.role)
    emptiness.wake(turn, pause_after_ms=pause_after_ms)

    earlier = turn.peers_of(command.user_id)
    if len(earlier) >= turn.limits.connections_per_participant:
        _hang_up(turn, earlier[0], CloseCode.REPLACED, "replaced by a newer connection")
    turn.holds.pop(command.user_id, None)
    turn.greet(peer)
    turn.peers[peer.connection_id] = peer
    if participant.status is not ParticipantStatus.CONNECTED:
        _arrive(turn, participant, peer)
    if peer.is_peer:
        _introduce(turn, peer)


def _arrive(turn: Turn, participant: Participant, peer: Peer) -> None:
    is_return = participant.status is ParticipantStatus.RECONNECTING
    _emit(
        turn,
        EventType.PARTICIPANT_RECONNECT if is_return else EventType.PARTICIPANT_JOIN,
        ParticipantChange.UPDATED if is_return else ParticipantChange.JOINED,
        _replace(
            participant,
            status=ParticipantStatus.CONNECTED,
            peer_id=peer.peer_id,
            media=MediaState(),
            joined_at_ms=participant.joined_at_ms or turn.now_ms,
        ),
        by=participant.user_id,
    )


def _introduce(turn: Turn, newcomer: Peer) -> None:
    """Tell the peers of each other; the later joiner is the polite one (RT-4)."""
    names_of = turn.state.participants
    for other in turn.callable_peers():
        if other == newcomer:
            continue
        turn.signal(
            other,
            Channel.WEBRTC,
            "participant_joined",
            PeerJoined(
                newcomer.peer_id, newcomer.user_id, names_of[newcomer.user_id].name, polite=False
            ),
        )
        turn.signal(
            newcomer,
            Channel.WEBRTC,
            "participant_joined",
            PeerJoined(other.peer_id, other.user_id, names_of[other.user_id].name, polite=True),
        )


def disconnect(turn: Turn, command: Disconnect) -> None:
    """Let go of a connection; a newer one of the same participant is not touched (SY-2)."""
    peer = turn.peers.pop(command.connection_id, None)
    if peer is None:
        lobby.leave(turn, command)
        return
    _take_leave(turn, peer)
    if turn.peers_of(peer.user_id):
        return
    participant = turn.state.participants[peer.user_id]
    if participant.status is ParticipantStatus.CONNECTED:
        if command.is_bye or turn.grace_ms == 0:
            _leave(turn, participant)
        else:
            _drop(turn, participant)


def hang_up_on_old(turn: Turn) -> None:
    """End the connections whose clients cannot show what the board has become (BD-16)."""
    least = turn.state.board.least_schema
    for peer in [*turn.peers.values(), *turn.lobby.values()]:
        if peer.board_schema < least:
            _hang_up(turn, peer, CloseCode.CLIENT_TOO_OLD, _TOO_OLD)


def reconcile(turn: Turn) -> None:
    """Mark who has no connection as dropped, and who has one as connected.

    The state was loaded anew while connections went on: what they did meanwhile was not logged.
    """
    turn.require_open()
    lobby.reconcile(turn)
    for participant in list(turn.state.participants.values()):
        peers = turn.peers_of(participant.user_id)
        is_connected = participant.status is ParticipantStatus.CONNECTED
        if is_connected and not peers:
            _drop(turn, participant)
        elif peers and not is_connected:
            _arrive(turn, participant, peers[-1])


def kick(turn: Turn, command: KickParticipant) -> None:
    """Remove a participant; not one more operation of theirs is accepted (BD-3, SY-3)."""
    turn.require_open()
    turn.require(command.by, Permission.KICK)
    if command.user_id == command.by:
        raise Refused(ErrorCode.CONFLICT, "nobody kicks themself", field="user_id")
    participant = turn.participant(command.user_id)
    if participant.role in _LEADING:
        raise Refused(ErrorCode.CONFLICT, "a host cannot be kicked", field="user_id")
    if participant.status is ParticipantStatus.KICKED:
        raise Refused(ErrorCode.CONFLICT, "this participant was kicked already", field="user_id")
    notice = Kicked(command.by, shown_reason(command.reason))
    for peer in turn.waiting_peers_of(command.user_id):
        turn.signal(peer, Channel.SYSTEM, "kicked", notice)
        turn.close(peer, CloseCode.KICKED, "kicked")
    for peer in turn.peers_of(command.user_id):
        turn.signal(peer, Channel.SYSTEM, "kicked", notice)
        _hang_up(turn, peer, CloseCode.KICKED, "kicked")
    _emit(
        turn,
        EventType.PARTICIPANT_KICK,
        ParticipantChange.KICKED,
        _replace(participant, status=ParticipantStatus.KICKED, media=MediaState(), peer_id=None),
        by=command.by,
        reason=shown_reason(command.reason),
    )
    if command.access_code is not None:
        turn.lock_link(command.access_code)
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
        _require_place(turn, command.user_id, participant.role)
    let_in(turn, participant, by=command.by)
    turn.outcome.result = turn.state.participants[command.user_id]


def admit_everyone(turn: Turn, *, by: int | None) -> None:
    """Let in who waits or will wait; who finds no place any more has to come back later."""
    for participant in list(turn.state.participants.values()):
        if participant.is_admitted or participant.status is ParticipantStatus.KICKED:
            continue
        if not _has_place(turn, participant.user_id):
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
    _emit(turn, EventType.PARTICIPANT_ADMIT, ParticipantChange.UPDATED, admitted, by=by)
    for peer in peers:
        del turn.lobby[peer.connection_id]
        turn.peers[peer.connection_id] = peer
        turn.outcome.admitted.append(peer.connection_id)
    if peers:
        _arrive(turn, turn.state.participants[participant.user_id], peers[-1])
    for peer in peers:
        if peer.is_peer:
            _introduce(turn, peer)


def expire_grace(turn: Turn, *, opened_at_ms: int = 0) -> None:
    """Whoever has been `reconnecting` for the grace has left (SY-1).

    It runs at the earliest from when the room was opened: before that nobody could come back.
    """
    for user_id, until_ms in list(turn.holds.items()):
        if turn.now_ms >= until_ms:
            del turn.holds[user_id]
    for participant in list(turn.state.participants.values()):
        if (
            participant.status is ParticipantStatus.RECONNECTING
            and turn.now_ms - max(participant.dropped_at_ms or 0, opened_at_ms) >= turn.grace_ms
        ):
            _leave(turn, participant)


def note_attendance(turn: Turn) -> None:
    """Have the seats of those who are there written, reckoned up to now.

    No event, and the state stays what the log comes to: only the rows say a later moment. A server
    that is killed beside a silent board has nothing else by which to tell when people were last
    there.
    """
    # Times of a room never go back, though the clock on the wall does: nobody is noted as being
    # there since before they came (P21).
    at_ms = max(turn.now_ms, turn.state.head_at_ms)
    for seat in turn.state.participants.values():
        if seat.present_since_ms is not None:
            turn.outcome.participants[seat.user_id] = _replace(
                seat, total_ms=seat.total_time_ms(at_ms), present_since_ms=at_ms
            )


def noted_since_the_last_event(state: RoomState) -> dict[int, int]:
    """Return when people were last there, by what was noted of them after the last event."""
    return {
        seat.user_id: seat.present_since_ms
        for seat in state.participants.values()
        if seat.present_since_ms is not None and seat.present_since_ms > state.head_at_ms
    }


def let_go(turn: Turn) -> None:
    """Note that everyone's connection ends now, because the server stops (SY-4)."""
    for seat in list(turn.state.participants.values()):
        if seat.status is ParticipantStatus.CONNECTED:
            _drop(turn, seat)


def _drop(turn: Turn, participant: Participant) -> None:
    _emit(
        turn,
        EventType.PARTICIPANT_DROP,
        ParticipantChange.RECONNECTING,
        _replace(
            participant, status=ParticipantStatus.RECONNECTING, media=MediaState(), peer_id=None
        ),
        by=participant.user_id,
    )


def _leave(turn: Turn, participant: Participant) -> None:
    _emit(
        turn,
        EventType.PARTICIPANT_LEAVE,
        ParticipantChange.LEFT,
        _replace(participant, status=ParticipantStatus.LEFT, media=MediaState(), peer_id=None),
        by=participant.user_id,
    )


def _hang_up(turn: Turn, peer: Peer, code: CloseCode, reason: str) -> None:
    turn.close(peer, code, reason)
    _take_leave(turn, peer)


def _take_leave(turn: Turn, peer: Peer) -> None:
    """Tell the others that a peer is gone, and that its tracks are off."""
    if not peer.is_peer:
        return
    participant = turn.state.participants[peer.user_id]
    left = PeerLeft(peer.peer_id, peer.user_id, participant.name)
    for other in turn.callable_peers():
        turn.signal(other, Channel.WEBRTC, "participant_left", left)
    remaining = turn.peers_of(peer.user_id)
    if remaining and participant.peer_id == peer.peer_id and participant.media != MediaState():
        turn.emit(
            EventType.MEDIA_STATE,
            MediaStateChanged(
                remaining[-1].peer_id, peer.user_id, video=False, audio=False, screen=False
            ),
            by=peer.user_id,
        )


def _require_place(turn: Turn, user_id: int, role: Role) -> None:
    """Refuse with `room_full`, but never a host, nor one who holds a place already."""
    if role in _LEADING:
        return
    if not _has_place(turn, user_id):
        raise Refused(
            ErrorCode.ROOM_FULL,
            f"the room is full: at most {turn.state.session.max_participants} participants; a place"
            " that was taken and not used is free again after a minute",
        )


def _require_seat(turn: Turn, role: Role) -> None:
    """Refuse one seat more with `room_full` where as many people had one as may.

    Never a host, who does not count here either.
    """
    most = turn.limits.seats_per_session
    taken = sum(seat.role not in _LEADING for seat in turn.state.participants.values())
    if taken >= most and role not in _LEADING:
        raise Refused(
            ErrorCode.ROOM_FULL, f"{most} people had a seat in this session, which is the most"
        )


def _has_place(turn: Turn, user_id: int) -> bool:
    # Who leads takes nobody's place: a lesson for one pupil has room for the pupil.
    taken = sum(
        (other.status.is_present or _is_awaited(turn, other))
        and other.user_id != user_id
        and other.role not in _LEADING
        for other in turn.state.participants.values()
    )
    return taken < turn.state.session.max_participants


def _is_awaited(turn: Turn, seated: Participant) -> bool:
    """Whether a place is kept for somebody who has just taken a seat (SY-5)."""
    return seated.status is ParticipantStatus.JOINING and turn.now_ms < turn.holds.get(
        seated.user_id, 0
    )


def _emit(
    turn: Turn,
    event_type: EventType,
    change: ParticipantChange,
    participant: Participant,
    *,
    by: int | None = None,
    reason: str | None = None,
) -> None:
    body = ParticipantChanged(change, participant.view(), reason=reason, by=by)
    turn.emit(event_type, body, by=by)
