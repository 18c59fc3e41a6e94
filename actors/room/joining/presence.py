"""What a newcomer is told, and what an operator sees of a room."""

from collections import deque

import msgspec

from actors.config import RoomConfig
from actors.room.fanout.fanout import Fanout
from lessonroom.commands import Connect
from lessonroom.log.events import Channel
from lessonroom.people.permissions import as_booleans
from lessonroom.protocol.encoding import encode_message
from lessonroom.protocol.server import IceServer, Notification, Welcome
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import IcePolicy
from lessonroom.state import RoomState
from lessonroom.views import session_view


class LiveRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room as it runs now. Times are milliseconds since the Unix epoch."""

    session_id: str
    title: str
    status: SessionStatus
    participants: int
    connections: int
    outbox_bytes: int
    """Sent to connections and not yet read by them."""
    head: int
    written_seq: int
    """No event after this one says anything that is text."""
    events: int
    """Events since the room was opened."""
    events_per_s: float
    """Over the last ten seconds."""
    elements: int
    board_bytes: int
    opened_at_ms: int


def live_room(
    state: RoomState,
    fanout: Fanout,
    *,
    head: int,
    written_seq: int,
    opened_head: int,
    opened_at_ms: int,
    events_per_s: float,
) -> LiveRoom:
    """Return what an operator may know of a room."""
    return LiveRoom(
        session_id=state.session.session_id,
        title=state.session.title,
        status=state.session.status,
        participants=sum(person.status.is_present for person in state.participants.values()),
        connections=len(fanout.members),
        outbox_bytes=fanout.unsent_bytes(),
        head=head,
        written_seq=written_seq,
        events=head - opened_head,
        events_per_s=events_per_s,
        elements=len(state.board.elements),
        board_bytes=state.board.size_bytes,
        opened_at_ms=opened_at_ms,
    )


def welcome(
    state: RoomState,
    connect: Connect,
    ice_servers: list[IceServer],
    *,
    ice_policy: IcePolicy,
    config: RoomConfig,
    durability: str,
    now_ms: int,
) -> bytes:
    """Return the first message on a connection (PROTOCOL HS-5), in the lobby too (WR-1)."""
    newcomer = state.participants[connect.user_id]
    shown = state.participants.values() if newcomer.is_admitted else [newcomer]
    return encode_message(
        Channel.SYSTEM,
        "welcome",
        Welcome(
            connection_id=connect.connection_id,
            peer_id=connect.peer_id,
            participant=newcomer.view(),
            session=session_view(state.session, now_ms=now_ms),
            permissions=as_booleans(state.permissions_of(connect.user_id)),
            roster=[participant.view() for participant in shown],
            head=state.head,
            epoch=state.epoch,
            ice_servers=ice_servers if newcomer.is_admitted else [],
            ice_policy=ice_policy,
            limits=config.limits,
            server_time=now_ms,
            resume_window=config.resume_window,
            durability="power" if durability == "power" else "process",
        ),
    )


def admission(state: RoomState, user_id: int, ice_servers: list[IceServer]) -> bytes:
    """Return what a connection is told that was let in from the lobby (WR-4)."""
    notice = Notification(
        "info",
        "admitted",
        "you were let in; sync to see the board",
        {"permissions": as_booleans(state.permissions_of(user_id)), "ice_servers": ice_servers},
    )
    return encode_message(Channel.SYSTEM, "notification", notice)


class EventRate:
    """Events a second over the last ten seconds, from counts that come once a second."""

    def __init__(self) -> None:
        self._counts: deque[tuple[float, int]] = deque(maxlen=11)

    def note(self, now_s: float, events: int) -> None:
        """Note how many events there have been so far."""
        self._counts.append((now_s, events))

    def per_s(self) -> float:
        """Return the rate; 0 while too little is known."""
        if len(self._counts) < 2:  # noqa: PLR2004 - a rate needs two points
            return 0.0
        (since_s, before), (now_s, after) = self._counts[0], self._counts[-1]
        return round((after - before) / max(now_s - since_s, 0.001), 1)
