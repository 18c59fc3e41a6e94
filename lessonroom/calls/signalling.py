"""Who may call whom, and what of an address a call may show (PROTOCOL section 5)."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

import msgspec

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.calls.addresses import holds_address, relayed_candidate, without_addresses
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.protocol.client import IceCandidate
from lessonroom.session.session import IcePolicy, SessionSettings, SignalPolicy


class Hidden(Enum):
    """What the policy does not let anybody see."""

    HIDDEN = "hidden"


HIDDEN: Final = Hidden.HIDDEN


class Peer(msgspec.Struct, frozen=True):
    """One live connection. `is_peer`: it carries the webrtc channel and can be called.

    `board_schema` is what its client knows of boards (BD-16).
    """

    connection_id: str
    peer_id: str
    user_id: int
    is_peer: bool
    board_schema: int = BOARD_SCHEMA


def callee(
    peers: Mapping[str, Peer],
    participants: Mapping[int, Participant],
    *,
    caller: Peer,
    to: str,
    settings: SessionSettings,
) -> Peer:
    """Return the peer that a signal of `caller` reaches.

    Raises:
        Refused: `not_found`, there is no such live peer in the session (RT-1);
            `permission_denied`, the session's policy does not let these two call each other.

    """
    found = next(
        (peer for peer in peers.values() if peer.peer_id == to and peer.is_peer and peer != caller),
        None,
    )
    if found is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such peer in the room", field="data.to")
    if settings.signal_policy is SignalPolicy.HOST_ONLY:
        roles = {participants[caller.user_id].role, participants[found.user_id].role}
        if Role.HOST not in roles:
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                "in this session calls are between the host and the others",
                field="data.to",
            )
    return found


def visible_description(sdp: str, *, policy: IcePolicy, limits: Limits) -> str:
    """Return a description as it is passed on: unchanged, but for addresses the policy hides.

    Raises:
        Refused: `too_large`.

    """
    if len(sdp.encode(errors="surrogatepass")) > limits.sdp_bytes:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"a description has at most {limits.sdp_bytes} bytes",
            field="data.sdp",
        )
    if policy is IcePolicy.ALL:
        return sdp
    return without_addresses(sdp)


def visible_candidate(
    candidate: IceCandidate | None, *, policy: IcePolicy, limits: Limits
) -> IceCandidate | Hidden | None:
    """Return a candidate as it is passed on; under `relay` only relayed addresses are.

    Raises:
        Refused: `too_large`.

    """
    if candidate is None:
        return None
    if len(candidate.candidate.encode(errors="surrogatepass")) > limits.candidate_bytes:
        raise Refused(
            ErrorCode.TOO_LARGE,
            f"a candidate has at most {limits.candidate_bytes} bytes",
            field="data.candidate.candidate",
        )
    if policy is IcePolicy.ALL:
        return candidate
    beside = f"{candidate.sdp_mid} {candidate.username_fragment}"
    relayed = relayed_candidate(candidate.candidate) if candidate.candidate.strip() else ""
    if relayed is None or holds_address(beside):
        return HIDDEN
    return msgspec.structs.replace(candidate, candidate=relayed)
