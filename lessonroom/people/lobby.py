"""The lobby: where people wait until a host lets them in (PROTOCOL WR-1 to WR-6).

Its connections are kept apart from those of the room. What looks for a live peer does not find
them, so that whatever is built later is closed to them unless it says otherwise.
"""

import msgspec

from lessonroom.calls.signalling import Peer
from lessonroom.codes import CloseCode
from lessonroom.commands import Disconnect
from lessonroom.log.events import EventType, ParticipantChange, ParticipantChanged
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.turn import Turn

_replace = msgspec.structs.replace


def is_expected(turn: Turn, role: Role) -> bool:
    """Whether a new seat of that role needs nobody to let its person in."""
    return role.leads or not turn.state.session.settings.waiting_room


def knock(turn: Turn, participant: Participant, peer: Peer) -> None:
    """Take up a connection of a person who was not let in yet; everyone inside hears of it."""
    earlier = turn.waiting_peers_of(participant.user_id)
    if len(earlier) >= turn.limits.connections_per_participant:
        turn.close(earlier[0], CloseCode.REPLACED, "replaced by a newer connection")
    turn.lobby[peer.connection_id] = peer
    if not participant.is_waiting:
        _emit(turn, EventType.PARTICIPANT_WAIT, ParticipantChange.UPDATED, participant)


def leave(turn: Turn, command: Disconnect) -> None:
    """Let go of a connection in the lobby; with the last one the person waits no more (WR-5)."""
    peer = turn.lobby.pop(command.connection_id, None)
    if peer is None or turn.waiting_peers_of(peer.user_id):
        return
    participant = turn.state.participants[peer.user_id]
    if participant.is_waiting:
        _emit(turn, EventType.PARTICIPANT_LEAVE, ParticipantChange.LEFT, participant)


def empty(turn: Turn) -> None:
    """Show nobody as waiting: the room was opened anew, and whoever waited has to come back."""
    for participant in list(turn.state.participants.values()):
        if participant.is_waiting:
            _emit(turn, EventType.PARTICIPANT_LEAVE, ParticipantChange.LEFT, participant)


def reconcile(turn: Turn) -> None:
    """Bring the lobby in line with the state, which was loaded anew while connections went on."""
    for peer in [*turn.peers.values(), *turn.lobby.values()]:
        is_admitted = turn.state.participants[peer.user_id].is_admitted
        here, there = (turn.peers, turn.lobby) if is_admitted else (turn.lobby, turn.peers)
        there.pop(peer.connection_id, None)
        here[peer.connection_id] = peer
    for participant in list(turn.state.participants.values()):
        is_here = bool(turn.waiting_peers_of(participant.user_id))
        if participant.is_waiting and not is_here:
            _emit(turn, EventType.PARTICIPANT_LEAVE, ParticipantChange.LEFT, participant)
        elif is_here and not participant.is_waiting:
            _emit(turn, EventType.PARTICIPANT_WAIT, ParticipantChange.UPDATED, participant)


def _emit(
    turn: Turn, event_type: EventType, change: ParticipantChange, participant: Participant
) -> None:
    waits = event_type is EventType.PARTICIPANT_WAIT
    status = ParticipantStatus.JOINING if waits else ParticipantStatus.LEFT
    view = _replace(participant, status=status, peer_id=None).view()
    body = ParticipantChanged(change, view, by=participant.user_id)
    turn.emit(event_type, body, by=participant.user_id)
