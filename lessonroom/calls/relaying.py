"""Passing on what peers say to each other in order to talk directly (PROTOCOL RT-2)."""

from lessonroom.calls.signalling import (
    HIDDEN,
    Peer,
    callee,
    visible_candidate,
    visible_description,
)
from lessonroom.commands import RelayCandidate, RelayDescription
from lessonroom.log.events import Channel
from lessonroom.protocol.server import RelayedCandidate, RelayedDescription
from lessonroom.session.session import IcePolicy
from lessonroom.turn import Turn


def relay_description(turn: Turn, command: RelayDescription, *, policy: IcePolicy) -> None:
    """Pass an offer or an answer on, without the addresses that `policy` hides."""
    caller = turn.peer(command.connection_id)
    sdp = visible_description(command.sdp, policy=policy, limits=turn.limits)
    to = _callee(turn, caller, command.to)
    turn.signal(to, Channel.WEBRTC, command.type, RelayedDescription(caller.peer_id, sdp))


def relay_candidate(turn: Turn, command: RelayCandidate, *, policy: IcePolicy) -> None:
    """Pass a candidate on, unless `policy` hides it."""
    caller = turn.peer(command.connection_id)
    candidate = visible_candidate(command.candidate, policy=policy, limits=turn.limits)
    to = _callee(turn, caller, command.to)
    if candidate is not HIDDEN:
        relayed = RelayedCandidate(caller.peer_id, candidate)
        turn.signal(to, Channel.WEBRTC, "ice_candidate", relayed)


def _callee(turn: Turn, caller: Peer, to: str) -> Peer:
    """Return whom `caller` may call by that name."""
    return callee(
        turn.peers,
        turn.state.participants,
        caller=caller,
        to=to,
        settings=turn.state.session.settings,
    )
