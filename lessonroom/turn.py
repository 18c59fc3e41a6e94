"""One command's turn in the room: what deciding may look at, and how it speaks."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.viewing import Viewer, drawn_on_by
from lessonroom.calls.signalling import Peer
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.log.audience import PRIVATE_TYPES, Circle, circle_of, shares_of
from lessonroom.log.events import Channel, Event, EventBody, EventType, Submission
from lessonroom.log.quotas import Near, Quota
from lessonroom.outcome import Ack, Closure, Outcome, Signal
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Permission
from lessonroom.protocol.server import Notification
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.state import RoomState

_encode: Final = msgspec.json.Encoder().encode
_FOR_FEW: Final = PRIVATE_TYPES | {EventType.ASSET_ADD}


class Turn:
    """The room's state, the live peers, those who wait in the lobby, and the outcome in the making.

    A decision checks everything first and emits after: once the first event was emitted nothing
    may be refused, because an emitted event is applied at once.
    """

    def __init__(
        self,
        state: RoomState,
        peers: dict[str, Peer],
        lobby: dict[str, Peer],
        limits: Limits,
        *,
        quota: Quota,
        holds: dict[int, int],
        grace_ms: int,
        now_ms: int,
    ) -> None:
        self.state = state
        self.peers = peers
        self.lobby = lobby
        self.limits = limits
        self.quota = quota
        self.holds = holds
        """Until when a place is kept for who took a seat and is not there yet, ms (SY-5)."""
        self.grace_ms = grace_ms
        self.now_ms = now_ms
        self.outcome = Outcome()

    # -- checks

    def peer(self, connection_id: str) -> Peer:
        """Return a live connection; one that was kicked or replaced a moment ago is refused."""
        peer = self.peers.get(connection_id)
        if connection_id in self.lobby:
            raise waiting_for_the_host()
        if peer is None:
            raise Refused(ErrorCode.PERMISSION_DENIED, "this connection is no longer in the room")
        return peer

    def participant(self, user_id: int, *, field: str = "user_id") -> Participant:
        """Return a participant, or refuse with `not_found`."""
        participant = self.state.participants.get(user_id)
        if participant is None:
            raise Refused(ErrorCode.NOT_FOUND, "there is no such participant", field=field)
        return participant

    def is_host(self, by: int | None) -> bool:
        """Whether `by` leads the session: its host, the one person of a solo, or the operator."""
        return by is None or self.state.is_host(by)

    def viewer(self, by: int | None) -> Viewer:
        """Return `by` as somebody who looks at the board."""
        return Viewer(by, leads=self.is_host(by))

    def board_of(self, by: int | None) -> Board:
        """Return the board as `by` may see it, to draft a change on (AU-5)."""
        board = self.state.board
        return drawn_on_by(board, self.viewer(by)) if board.has_private else board

    def require(self, by: int | None, permission: Permission) -> None:
        """Refuse with `permission_denied` unless `by` has the permission now (BD-3)."""
        if permission not in self.state.permissions_of(by):
            raise Refused(ErrorCode.PERMISSION_DENIED, f"this needs {permission}")

    def require_host(self, by: int | None) -> None:
        """Refuse with `permission_denied` unless `by` leads the session."""
        if not self.is_host(by):
            raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may do this")

    def require_present(self, user_id: int) -> Participant:
        """Return one who is in the room, or refuse with `not_found` or `conflict`."""
        participant = self.participant(user_id)
        if not participant.is_admitted or not participant.status.is_present:
            raise Refused(ErrorCode.CONFLICT, "only who is in the room does this")
        return participant

    def require_open(self) -> None:
        """Refuse with `session_ended` where the session is over."""
        if self.state.session.status.has_ended:
            raise Refused(
                ErrorCode.SESSION_ENDED, f"the session is over: {self.state.session.status}"
            )

    def require_board_open(self, user_id: int) -> None:
        """Refuse with `session_not_active` where `user_id` may not change the board (BD-8)."""
        status = self.state.session.status
        if status is SessionStatus.ACTIVE or (not status.has_ended and self.is_host(user_id)):
            return
        raise Refused(ErrorCode.SESSION_NOT_ACTIVE, f"the session is {status}; the board is closed")

    def require_space(
        self, by: int | None, data_bytes: int = 0, *, from_reserve: bool = False
    ) -> None:
        """Refuse with `too_large` where the log has no room for an event of so many bytes (QU-2).

        Whoever runs the server (`by` None) has no quota. What must go on where everything else is
        full takes `from_reserve`.
        """
        if by is not None:
            self.quota.check(self.state.usage, by, data_bytes, from_reserve=from_reserve)

    def peers_of(self, user_id: int) -> list[Peer]:
        """Return the live connections of a participant, oldest first."""
        return [peer for peer in self.peers.values() if peer.user_id == user_id]

    def waiting_peers_of(self, user_id: int) -> list[Peer]:
        """Return the connections of a participant that are in the lobby, oldest first."""
        return [peer for peer in self.lobby.values() if peer.user_id == user_id]

    # -- effects

    def emit(
        self,
        event_type: EventType,
        body: EventBody,
        *,
        by: int | None = None,
        submission: Submission | None = None,
    ) -> Event:
        """Add an event to the log and apply it."""
        return self._emit(event_type, _encode(body), by=by, submission=submission)

    def emit_board(
        self, change: BoardChange, *, by: int, submission: Submission | None = None
    ) -> Event:
        """Add a board event, already drafted, and apply it."""
        self.outcome.decoded_bytes += change.decoded_bytes
        self.outcome.copied_bytes += change.copied_bytes
        event_type = EventType.BOARD_CLEAR if change.is_clear else EventType.BOARD_OP
        return self._emit(event_type, change.body(), by=by, submission=submission, change=change)

    def emit_restore(self, change: BoardChange, *, by: int | None, version: int) -> Event:
        """Add the event that brings the board of `version` back, and apply it."""
        body = change.body(restored=version)
        return self._emit(EventType.BOARD_RESTORE, body, by=by, change=change)

    def lock_link(self, access_code: str) -> None:
        """Give the session another access code; where it has none, nobody comes in by one.

        No event: the log is told to everyone, and a code is not for everyone.
        """
        session = self.state.session
        if session.access_code:
            self.state.session = msgspec.structs.replace(session, access_code=access_code)
            self.outcome.session_changed = True

    def greet(self, peer: Peer) -> None:
        """Tell a host who comes in what of the session's log is nearly full (QU-3)."""
        if self.is_host(peer.user_id):
            for near in self.quota.near_for_host(self.state.usage):
                self._tell(peer, near)

    def ack(
        self,
        peer: Peer,
        submission: Submission,
        *,
        seq: int,
        channel: Channel = Channel.BOARD,
    ) -> None:
        """Acknowledge a submission once event `seq` is on disk, on the channel that it came on."""
        self.outcome.acks.append(Ack(peer.connection_id, str(submission), seq, channel))

    def signal(self, peer: Peer, channel: Channel, name: str, data: Any) -> None:  # noqa: ANN401
        """Say something to one connection that is not stored."""
        self.outcome.signals.append(Signal(peer.connection_id, channel, name, data))

    def notify(self, peers: Iterable[Peer], notice: Notification) -> None:
        """Say something in words to some connections that is not stored."""
        for peer in list(peers):
            self.signal(peer, Channel.SYSTEM, "notification", notice)

    def close(self, peer: Peer, code: CloseCode, reason: str) -> None:
        """End a connection; from here on the room does not know it."""
        self.peers.pop(peer.connection_id, None)
        self.lobby.pop(peer.connection_id, None)
        self.outcome.closures.append(Closure(peer.connection_id, code, reason))

    def callable_peers(self) -> Iterator[Peer]:
        """Iterate over the peers that carry the webrtc channel."""
        return (peer for peer in list(self.peers.values()) if peer.is_peer)

    def _emit(
        self,
        event_type: EventType,
        data: bytes,
        *,
        by: int | None,
        submission: Submission | None = None,
        change: BoardChange | None = None,
    ) -> Event:
        event = Event(
            seq=self.state.head + 1,
            type=event_type,
            # A log never goes back in time, though the clock may be set back.
            at_ms=max(self.now_ms, self.state.head_at_ms),
            data=data,
            user_id=by,
            submission=submission,
        )
        if change is None:
            if event.type in _FOR_FEW:
                self._share_for_few(event)
        elif (board := self.state.board).has_private or change.pages is not None:
            shares = shares_of(board, change)
            if shares is not None:
                self.outcome.shares[event.seq] = shares
        # Applied at once: later events of the same command build on it.
        touched = self.state.apply(event, change=change)
        self.outcome.events.append(event)
        for user_id in touched.participants:
            self.outcome.participants[user_id] = self.state.participants[user_id]
        self.outcome.session_changed |= touched.session
        if by is not None:
            self._tell_near(by)
        return event

    def _share_for_few(self, event: Event) -> None:
        circle = circle_of(event)
        if event.type is EventType.ASSET_ADD and self.state.session.private_from is not None:
            # Nobody can say on which page it will be shown.
            circle = frozenset() if event.user_id is None else frozenset({event.user_id})
        if circle is not None:
            self.outcome.shares[event.seq] = Circle(circle)

    def _tell_near(self, by: int) -> None:
        """Tell of what is nearly full: a person of their own part, the host of the rest (QU-3)."""
        for near in self.quota.newly_near(self.state.usage, by):
            for peer in list(self.peers.values()):
                if peer.user_id == by if near.of == "person" else self.is_host(peer.user_id):
                    self._tell(peer, near)

    def _tell(self, peer: Peer, near: Near) -> None:
        params = {"full": near.of, "used_bytes": near.used_bytes, "limit_bytes": near.limit_bytes}
        notice = Notification("warning", "quota_near", near.message, params)
        self.signal(peer, Channel.SYSTEM, "notification", notice)


def require_audiences(
    turn: Turn, change: BoardChange, *, by: int, brings_back: bool = False
) -> None:
    """Refuse a change by which somebody shows or hides pages who may not, or to nobody (AU-5).

    Whoever `brings_back` a page of their own brings its audience back with it.

    Raises:
        Refused: `permission_denied`; `not_found`, no seat is that user's.

    """
    pages, present = change.pages or {}, turn.state.board.pages
    for page_id, page in pages.items():
        there = present.get(page_id)
        if page.audience == (None if there is None else there.audience):
            continue
        is_own = there is None and page.audience is not None and page.audience.user == by
        if not turn.is_host(by) and not (is_own and brings_back):
            raise Refused(
                ErrorCode.PERMISSION_DENIED,
                "only the host says who sees a page",
                field=f"pages.{page_id}.audience",
            )
        if page.audience is not None and page.audience.user not in turn.state.participants:
            raise Refused(
                ErrorCode.NOT_FOUND,
                f"nobody has the user_id {page.audience.user} here",
                field=f"pages.{page_id}.audience.user",
            )


def waiting_for_the_host() -> Refused:
    """Return the one answer to whatever is asked from the lobby (WR-2)."""
    return Refused(ErrorCode.PERMISSION_DENIED, "you wait until a host lets you in")
