"""Whose voice is not recorded though it was to be: told while it is so (PROTOCOL RC-11)."""

from collections.abc import Iterable

import msgspec

from lessonroom.calls.signalling import Peer
from lessonroom.commands import SetUnrecorded
from lessonroom.protocol.server import Notification
from lessonroom.recording.recording import UnrecordedTrack
from lessonroom.turn import Turn

_Tracks = tuple[UnrecordedTrack, ...]


class Unrecorded:
    """Which connections say that they do not record. Not in the log: it is gone with them."""

    def __init__(self) -> None:
        self._said: dict[str, _Tracks] = {}
        self._told: dict[int, _Tracks] = {}
        """What everyone was told of a person; who is not in it is recorded as far as is known."""

    def put(self, turn: Turn, command: SetUnrecorded) -> None:
        """Note what a connection says of itself, and tell everyone where the person is other."""
        peer = turn.peers.get(command.connection_id)
        if peer is None:
            # Waiting in the lobby, where nothing is recorded.
            return
        if command.tracks:
            self._said[peer.connection_id] = tuple(command.tracks)
        else:
            self._said.pop(peer.connection_id, None)
        self._look(turn, peer.user_id)

    def greet(self, turn: Turn, newcomers: Iterable[Peer]) -> None:
        """Tell who comes in of those who are not recorded."""
        for peer in newcomers:
            if peer.connection_id in turn.peers:
                for user_id, tracks in sorted(self._told.items()):
                    _tell(turn, [peer], user_id, tracks)

    def follow(self, turn: Turn) -> None:
        """Forget what connections said that are gone."""
        for connection_id in self._said.keys() - turn.peers.keys():
            del self._said[connection_id]
        for user_id in list(self._told):
            self._look(turn, user_id)

    def _look(self, turn: Turn, user_id: int) -> None:
        # Of several pages each speaks for its own tracks; of one kind one reason is enough.
        found = {
            track.kind: track
            for page in turn.peers_of(user_id)
            for track in self._said.get(page.connection_id, ())
        }
        tracks = tuple(found[kind] for kind in sorted(found))
        if tracks == self._told.get(user_id, ()):
            return
        if tracks:
            self._told[user_id] = tracks
        else:
            del self._told[user_id]
        _tell(turn, turn.peers.values(), user_id, tracks)


def _tell(turn: Turn, peers: Iterable[Peer], user_id: int, tracks: _Tracks) -> None:
    text = "something of them is not recorded" if tracks else "all of them is recorded again"
    params = {"user_id": user_id, "tracks": [msgspec.to_builtins(track) for track in tracks]}
    notice = Notification("warning" if tracks else "info", "unrecorded", text, params)
    turn.notify(peers, notice)
