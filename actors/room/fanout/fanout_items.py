"""What a room says: the items of its queue, each to be sent behind an event."""

import asyncio
from typing import Any

import msgspec

from actors.edge.outbox import Wire
from actors.messages import FromClient
from actors.room.fanout.recent import EncodedEvent
from lessonroom.board.model.viewing import EVERYONE, Viewer
from lessonroom.codes import CloseCode, Refused, unavailable


def lost() -> Refused:
    """Return what is answered to whoever waits for something that was not committed.

    A new one each time: an exception that is raised again and again keeps all its tracebacks.
    """
    return unavailable("this could not be written to the database; send it again")


class Broadcast(msgspec.Struct, frozen=True):
    """An event; its author's connection gets `ack` in its place (BD-4).

    `viewers` are the people who may get more of it than others do, everyone the same where None;
    `leaders` those of them who get all of it (CH-4, AU-3).
    """

    event: EncodedEvent
    author: str | None = None
    message_id: str | None = None
    ack: bytes = b""
    viewers: frozenset[int] | None = None
    leaders: frozenset[int] | None = None

    def viewer(self, user_id: int) -> Viewer:
        """Return who looks at it, as it was when it was decided."""
        if self.viewers is None or user_id not in self.viewers:
            return EVERYONE
        return Viewer(user_id, leads=self.leaders is not None and user_id in self.leaders)


class Direct(msgspec.Struct, frozen=True):
    """A message for one connection. `message_id` is that of the request it answers.

    `is_submission`: that request has a place in the order of its client's submissions (BD-6).

    A signal of others is left out while the connection's outbox is over its soft limit (FC-4).
    """

    connection_id: str
    payload: bytes
    message_id: str | None = None
    is_signal: bool = False
    is_submission: bool = False


class SyncAnswer(msgspec.Struct, frozen=True):
    """The answer to a `sync_request`; from its `seq` on the connection gets every event.

    `asked` is the request, to be answered anew where this was never sent.
    """

    connection_id: str
    payload: bytes
    asked: FromClient
    board: list[bytes] | None = None
    """Encoded, in parts that others share who are sent the same; it goes to the payload's end."""
    parts: list[tuple[bytes, list[bytes]]] | None = None
    """What of the board comes behind it, likewise, each as a message; None where it has none."""

    @property
    def size_bytes(self) -> int:
        """How much is sent."""
        size = len(self.payload) + sum(map(len, self.board or ()))
        return size + sum(len(payload) + sum(map(len, part)) for payload, part in self.parts or ())

    def frame(self, wire: Wire) -> list[bytes]:
        """Return the answer as a frame, in parts."""
        if self.board is None:
            return [wire.frame(self.payload)]
        return wire.frame_with(self.payload, self.board)

    def frames_behind(self, wire: Wire) -> list[list[bytes]]:
        """Return what comes behind it: frames, each in parts."""
        return [wire.frame_with(payload, part) for payload, part in self.parts or ()]


class OpenConnection(msgspec.Struct, frozen=True):
    """Admit a connection: its handshake is answered and the welcome is sent."""

    connection_id: str
    welcome: bytes


class Close(msgspec.Struct, frozen=True):
    """End a connection."""

    connection_id: str
    code: CloseCode
    reason: str


class Resolve(msgspec.Struct, frozen=True):
    """Give a result to whoever asked by name."""

    done: asyncio.Future[Any]
    result: Any


Item = Broadcast | Direct | SyncAnswer | OpenConnection | Close | Resolve


def shares(items: list[Item]) -> dict[str, list[Item]]:
    """Return what those connections get, in its order, whose share is not that of everyone.

    Each is given the events and its own alone: where many come in at once, everyone is sent
    something about each of them.
    """
    if len(items) == 1 and isinstance(first := items[0], Broadcast):
        # What is drawn in a small room comes one by one.
        return {} if first.author is None else {first.author: items}
    events: list[tuple[int, Item]] = []
    own: dict[str, list[tuple[int, Item]]] = {}
    for n, item in enumerate(items):
        match item:
            case Broadcast(author=author):
                events.append((n, item))
                if author is not None:
                    own.setdefault(author, [])
            case Resolve():
                pass
            case _:
                own.setdefault(item.connection_id, []).append((n, item))
    return {
        connection_id: [item for _, item in sorted([*events, *mine])]
        for connection_id, mine in own.items()
    }
