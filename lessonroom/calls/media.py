"""A participant's own tracks: what may be on (PROTOCOL RT-3)."""

from typing import Final

from lessonroom.calls.signalling import Peer
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SetMedia
from lessonroom.log.events import EventType, MediaStateChanged
from lessonroom.people.participant import MediaState
from lessonroom.people.permissions import Permission, PermissionSet
from lessonroom.turn import Turn

TRACKS: Final = {
    "video": Permission.TOGGLE_VIDEO,
    "audio": Permission.TOGGLE_AUDIO,
    "screen": Permission.SHARE_SCREEN,
}
"""The permission that turning each track on needs; turning off is always allowed."""


def set_media(turn: Turn, command: SetMedia) -> None:
    """Turn one's own tracks on or off, and tell everyone."""
    turn.require_open()
    peer = _own_peer(turn, command)
    participant = turn.state.participants[peer.user_id]
    before = participant.media if participant.peer_id == peer.peer_id else MediaState()
    wanted = {"video": command.video, "audio": command.audio, "screen": command.screen}
    permissions = turn.state.permissions_of(peer.user_id)
    for track, is_on in wanted.items():
        if is_on and not getattr(before, track) and TRACKS[track] not in permissions:
            raise Refused(
                ErrorCode.PERMISSION_DENIED, f"this needs {TRACKS[track]}", field=f"data.{track}"
            )
    if any(is_on and not getattr(before, track) for track, is_on in wanted.items()):
        turn.require_space(peer.user_id, from_reserve=True)
    media = MediaState(
        *(getattr(before, track) if is_on is None else is_on for track, is_on in wanted.items())
    )
    if media != before or participant.peer_id != peer.peer_id:
        turn.emit(
            EventType.MEDIA_STATE,
            MediaStateChanged(peer.peer_id, peer.user_id, media.video, media.audio, media.screen),
            by=peer.user_id,
        )
    turn.outcome.result = media


def _own_peer(turn: Turn, command: SetMedia) -> Peer:
    if command.connection_id is not None:
        return turn.peer(command.connection_id)
    peers = [peer for peer in turn.peers_of(command.by) if peer.is_peer]
    if not peers:
        raise Refused(ErrorCode.CONFLICT, "you are not connected to the room")
    return peers[-1]


def withdrawn(media: MediaState, granted: PermissionSet) -> MediaState | None:
    """Return the tracks without those no longer permitted; None where nothing changes."""
    remaining = MediaState(
        *(getattr(media, track) and needed in granted for track, needed in TRACKS.items())
    )
    return None if remaining == media else remaining
