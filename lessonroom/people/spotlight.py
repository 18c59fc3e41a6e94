"""Whose face or screen everyone sees large, and whoever comes later as well (PROTOCOL PE-6)."""

from collections.abc import Iterable
from typing import Any

from lessonroom.calls.signalling import Peer
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import EndSpotlight, Spotlight
from lessonroom.protocol.server import Notification
from lessonroom.turn import Turn


class Spotlighting:
    """Who is in the spotlight, until it ends. Not in the log: it is a gesture."""

    def __init__(self) -> None:
        self._on: Spotlight | None = None

    def put(self, turn: Turn, command: Spotlight) -> None:
        """Tell everyone whom to see large, in place of whoever was before.

        Raises:
            Refused: `not_found`, nobody has the `user_id`; `conflict`, they are not in the room, or
                neither their camera nor, where that is meant, their screen is on.

        """
        turn.require_open()
        turn.require_host(command.by)
        person = turn.participant(command.user_id)
        if not turn.peers_of(command.user_id):
            raise Refused(ErrorCode.CONFLICT, "they are not in the room", field="user_id")
        line = "screen" if command.is_screen else "camera"
        if not (person.media.screen if command.is_screen else person.media.video):
            raise Refused(ErrorCode.CONFLICT, f"their {line} is off", field="user_id")
        self._on = command
        _tell(turn, turn.peers.values(), _notice(command))

    def end(self, turn: Turn, command: EndSpotlight) -> None:
        """Let everyone see what they like; nothing where nobody is in the spotlight."""
        turn.require_open()
        turn.require_host(command.by)
        before, self._on = self._on, None
        if before is not None:
            _tell(turn, turn.peers.values(), _OVER)

    def greet(self, turn: Turn, peers: Iterable[Peer]) -> None:
        """Tell newcomers whom the others see; a host, too, who can end it."""
        if self._on is not None:
            inside = (peer for peer in peers if peer.connection_id in turn.peers)
            _tell(turn, inside, _notice(self._on))

    def follow(self, turn: Turn) -> None:
        """End it where the person is gone for good: whoever drops out comes back into it."""
        on = self._on
        if on is None:
            return
        person = turn.state.participants.get(on.user_id)
        if person is None or not person.status.is_present:
            self._on = None
            _tell(turn, turn.peers.values(), _OVER)


_OVER = Notification("info", "spotlight_over", "see what you like again")


def _notice(on: Spotlight) -> Notification:
    params: dict[str, Any] = {"user_id": on.user_id, "is_screen": on.is_screen}
    if on.by is not None:
        params["by"] = on.by
    return Notification("info", "spotlight", "everyone is to see somebody large", params)


def _tell(turn: Turn, peers: Iterable[Peer], notice: Notification) -> None:
    turn.notify(peers, notice)
