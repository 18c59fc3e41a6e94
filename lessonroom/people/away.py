"""Who is there, but looks elsewhere: every page of theirs is hidden (PROTOCOL PE-7)."""

from collections.abc import Iterable

from lessonroom.calls.signalling import Peer
from lessonroom.commands import SetAway
from lessonroom.protocol.server import Notification
from lessonroom.turn import Turn


class Away:
    """Which connections say that nobody looks at them. Not in the log: it is gone with them."""

    def __init__(self) -> None:
        self._hidden: set[str] = set()
        self._told: set[int] = set()
        """Who the others think is away."""

    def put(self, turn: Turn, command: SetAway) -> None:
        """Note what a connection says of itself, and tell the others where the person is other."""
        peer = turn.peers.get(command.connection_id)
        if peer is None:
            # Waiting in the lobby, where nobody sees them.
            return
        if command.is_away:
            self._hidden.add(peer.connection_id)
        else:
            self._hidden.discard(peer.connection_id)
        self._look(turn, peer.user_id)

    def greet(self, turn: Turn, newcomers: Iterable[Peer]) -> None:
        """A person with a new page is there; and it is told who is not."""
        for peer in newcomers:
            if peer.connection_id in turn.peers:
                self._look(turn, peer.user_id)
                others = sorted(self._told - {peer.user_id})
                if others:
                    _tell(turn, [peer], others, is_away=True)

    def follow(self, turn: Turn) -> None:
        """What connections said that are gone is gone; the pages that are left speak for people."""
        self._hidden &= turn.peers.keys()
        for user_id in self._told | {turn.peers[each].user_id for each in self._hidden}:
            self._look(turn, user_id)

    def _look(self, turn: Turn, user_id: int) -> None:
        pages = turn.peers_of(user_id)
        is_away = bool(pages) and all(page.connection_id in self._hidden for page in pages)
        if is_away == (user_id in self._told):
            return
        if is_away:
            self._told.add(user_id)
        else:
            self._told.discard(user_id)
        others = [peer for peer in turn.peers.values() if peer.user_id != user_id]
        _tell(turn, others, [user_id], is_away=is_away)


def _tell(turn: Turn, peers: Iterable[Peer], users: list[int], *, is_away: bool) -> None:
    text = "looks elsewhere" if is_away else "is back"
    notice = Notification("info", "away", text, {"users": users, "is_away": is_away})
    turn.notify(peers, notice)
