"""Bringing people to one page of the board, and whoever comes later as well (PROTOCOL PG-4)."""

from collections.abc import Iterable
from typing import Any

from lessonroom.calls.signalling import Peer
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import BringPeople, ReleasePeople
from lessonroom.protocol.server import Notification
from lessonroom.turn import Turn


class Gathering:
    """Where people were brought to, until they are released. Not in the log: it is a gesture."""

    def __init__(self) -> None:
        self._brought: BringPeople | None = None

    def bring(self, turn: Turn, command: BringPeople) -> None:
        """Tell everyone, or some, which page to look at.

        Those of the time before who are not among them now are released.

        Raises:
            Refused: `not_found`, there is no such page or nobody of a `user_id`.

        """
        turn.require_open()
        turn.require_host(command.by)
        board = turn.state.board
        if command.page not in board.pages:
            there = ", ".join(board.pages)
            message = f"there is no page {command.page}; there are: {there}"
            raise Refused(ErrorCode.NOT_FOUND, message, field="page")
        for n, user_id in enumerate(command.users or ()):
            if user_id not in turn.state.participants:
                message = f"nobody has the user_id {user_id} here"
                raise Refused(ErrorCode.NOT_FOUND, message, field=f"users[{n}]")
        before, self._brought = self._brought, command
        peers = list(turn.peers.values())
        _bring(turn, command, peers)
        if before is not None:
            gone = (p for p in peers if _is_meant(before, p) and not _is_meant(command, p))
            _tell(turn, gone, _RELEASED)

    def release(self, turn: Turn, command: ReleasePeople) -> None:
        """Let people look where they like; nothing where nobody is brought anywhere."""
        turn.require_open()
        turn.require_host(command.by)
        before, self._brought = self._brought, None
        if before is not None:
            peers = list(turn.peers.values())
            _tell(turn, (peer for peer in peers if _is_meant(before, peer)), _RELEASED)

    def page_for(self, user_id: int) -> str | None:
        """Return the page that somebody was brought to, or would be; it may be gone by now."""
        brought = self._brought
        return brought.page if brought is not None and _means(brought, user_id) else None

    def greet(self, turn: Turn, peers: Iterable[Peer]) -> None:
        """Tell newcomers where the others were brought to, if that page is still there."""
        brought = self._brought
        if brought is not None and brought.page in turn.state.board.pages:
            _bring(turn, brought, (peer for peer in peers if peer.connection_id in turn.peers))


_RELEASED = Notification("info", "released", "look where you like again")


def _bring(turn: Turn, brought: BringPeople, peers: Iterable[Peer]) -> None:
    # Who does not see the page hears nothing of it (AU-1).
    page = turn.state.board.pages[brought.page]
    meant = (peer for peer in peers if _is_meant(brought, peer))
    seeing = (peer for peer in meant if turn.viewer(peer.user_id).sees(page))
    _tell(turn, seeing, _notice(brought))


def _is_meant(brought: BringPeople, peer: Peer) -> bool:
    return _means(brought, peer.user_id)


def _means(brought: BringPeople, user_id: int) -> bool:
    return user_id != brought.by and (brought.users is None or user_id in brought.users)


def _notice(brought: BringPeople) -> Notification:
    params: dict[str, Any] = {"page": brought.page, "by": brought.by}
    if brought.view is not None:
        params["view"] = list(brought.view)
    return Notification("info", "brought", "you were brought to a page of the board", params)


def _tell(turn: Turn, peers: Iterable[Peer], notice: Notification) -> None:
    turn.notify(peers, notice)
