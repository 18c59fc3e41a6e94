"""Who is there: connections that come and go, and the grace after a drop (PROTOCOL SY-1, SY-2)."""

from typing import Final

import msgspec

from lessonroom.calls.signalling import Peer
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import (
    Connect,
    Disconnect,
)
from lessonroom.log.events import (
    Channel,
    EventType,
    MediaStateChanged,
    ParticipantChange,
    SessionStatusChanged,
)
from lessonroom.people import lobby
from lessonroom.people.participant import MediaState, Participant, ParticipantStatus
from lessonroom.people.seats import emit_change, require_place
from lessonroom.protocol.server import PeerJoined, PeerLeft
from lessonroom.session import emptiness
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.state import RoomState
from lessonroom.turn import Turn

_replace = msgspec.structs.replace
_TOO_OLD: Final = "this board has pages, which your client does not know; load it anew"


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
    require_place(turn, command.user_id, participant.role)
    if turn.state.session.status is SessionStatus.SCHEDULED:
        # They came by a token of a seat that they were given before anybody joined.
        turn.emit(EventType.SESSION_WAIT, SessionStatusChanged(SessionStatus.WAITING))
    emptiness.wake(turn, pause_after_ms=pause_after_ms)

    earlier = turn.peers_of(command.user_id)
    if len(earlier) >= turn.limits.connections_per_participant:
        hang_up(turn, earlier[0], CloseCode.REPLACED, "replaced by a newer connection")
    turn.holds.pop(command.user_id, None)
    turn.greet(peer)
    turn.peers[peer.connection_id] = peer
    if participant.status is not ParticipantStatus.CONNECTED:
        arrive(turn, participant, peer)
    if peer.is_peer:
        introduce(turn, peer)


def arrive(turn: Turn, participant: Participant, peer: Peer) -> None:
    """Show a person as being there, by their first connection."""
    is_return = participant.status is ParticipantStatus.RECONNECTING
    emit_change(
        turn,
        EventType.PARTICIPANT_RECONNECT if is_return else EventType.PARTICIPANT_JOIN,
        ParticipantChange.UPDATED if is_return else ParticipantChange.JOINED,
        _replace(
            participant,
            status=ParticipantStatus.CONNECTED,
            peer_id=peer.peer_id,
            media=MediaState(),
            joined_at_ms=participant.joined_at_ms or turn.now_ms,
            connection_quality=None,
        ),
        by=participant.user_id,
    )


def introduce(turn: Turn, newcomer: Peer) -> None:
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
            hang_up(turn, peer, CloseCode.CLIENT_TOO_OLD, _TOO_OLD)


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
            arrive(turn, participant, peers[-1])


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
    emit_change(
        turn,
        EventType.PARTICIPANT_DROP,
        ParticipantChange.RECONNECTING,
        _replace(
            participant, status=ParticipantStatus.RECONNECTING, media=MediaState(), peer_id=None
        ),
        by=participant.user_id,
    )


def _leave(turn: Turn, participant: Participant) -> None:
    emit_change(
        turn,
        EventType.PARTICIPANT_LEAVE,
        ParticipantChange.LEFT,
        participant.gone(ParticipantStatus.LEFT),
        by=participant.user_id,
    )


def hang_up(turn: Turn, peer: Peer, code: CloseCode, reason: str) -> None:
    """End a connection of somebody who is there, and tell the others that the peer is gone."""
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
