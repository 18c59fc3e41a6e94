"""One WebSocket: how fast it may send, and the way to its room."""

from collections import deque
from typing import Final

import msgspec
import pykka

from actors.config import RoomConfig
from actors.edge.outbox import Outbox
from actors.messages import (
    DirectoryMessage,
    FindRoom,
    FromClient,
    Join,
    Leave,
    RoomFound,
    RoomMessage,
)
from actors.room.budgets import rate_class_of
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import tell
from lessonroom.codes import CloseCode, ErrorCode, Refused
from lessonroom.commands import Connect
from lessonroom.log.events import Channel
from lessonroom.protocol.client import Ping, PointerMove, Pong, SyncRequest
from lessonroom.protocol.decoding import Invalid, Message
from lessonroom.protocol.encoding import encode_error, encode_message
from lessonroom.protocol.server import IceServer, ServerPong
from lessonroom.rates import RateClass, TokenBucket

_INVALID_MOST: Final = 20
_INVALID_WINDOW_S: Final = 10.0
_LIMITED_MOST: Final = 100
_LIMITED_WINDOW_S: Final = 10.0
_TRIES: Final = 3
"""Rooms that are looked for in a row, each found dead, before the client is told to come again."""


class Received(msgspec.Struct, frozen=True):
    """Told by the socket: the client sent a message, or something that is none."""

    message: Message | Invalid


class Lost(msgspec.Struct, frozen=True):
    """Told by the socket: the connection is gone. `is_bye`: the client closed with 1000."""

    is_bye: bool


ConnectionMessage = Received | Lost | RoomFound
"""What may be told to a connection."""


class ConnectionActor(AsyncioActor):
    """Brings a connection into its room, then passes on what it sends, as fast as it may.

    Args:
        connect: the command that takes up the connection.
        session_id: the session whose room it wants.
        outbox: the sending end of the socket.
        directory: who knows the rooms.
        ice_servers: what the welcome names for calls.
        clock: for the rates.
        config: rates and limits.

    """

    def __init__(
        self,
        connect: Connect,
        *,
        session_id: str,
        outbox: Outbox,
        directory: Mailbox[DirectoryMessage],
        ice_servers: list[IceServer],
        clock: Clock,
        config: RoomConfig,
        observer: Observer,
    ) -> None:
        super().__init__()
        self._connect = connect
        self._session_id = session_id
        self._outbox = outbox
        self._directory = directory
        self._ice_servers = ice_servers
        self._clock = clock
        self._observer = observer
        self._room: Mailbox[RoomMessage] | None = None
        self._dead_rooms = 0
        now_s = clock.monotonic_s()
        self._buckets = {
            kind: TokenBucket(config.rates.of(kind), now_s=now_s) for kind in RateClass
        }
        self._invalid = _Window(_INVALID_MOST, _INVALID_WINDOW_S)
        self._limited = _Window(_LIMITED_MOST, _LIMITED_WINDOW_S)

    def on_start(self) -> None:
        """Look for the room."""
        self._look_for_room()

    def _look_for_room(self) -> None:
        tell(self._directory, FindRoom(self._session_id, self.actor_ref))

    def on_receive(self, message: object) -> None:
        """Hear from the directory or the socket."""
        match message:
            case Received(message=Message() as received):
                self._received(received)
            case Received(message=Invalid() as invalid):
                self._refuse_invalid(invalid)
            case RoomFound():
                self._found(message.room)
            case Lost():
                if self._room is not None:
                    tell(self._room, Leave(self._connect.connection_id, message.is_bye))
                self.stop()
            case _:
                raise TypeError(f"a connection does not know {message!r}")

    def on_failure(self, *_exc_info: object) -> None:
        """Let the client come back; the room must not keep a connection that nobody serves."""
        if self._room is not None:
            tell(self._room, Leave(self._connect.connection_id, is_bye=False))
        self._outbox.close(CloseCode.INTERNAL, "internal error")

    def _found(self, room: Mailbox[RoomMessage] | Refused) -> None:
        if isinstance(room, Refused):
            self._outbox.refuse(room)
            self.stop()
            return
        try:
            room.tell(Join(self._connect, self._outbox, self._ice_servers))
        except pykka.ActorDeadError:
            # It went to rest, or failed, since the directory named it.
            self._found_dead()
        else:
            self._room = room

    def _found_dead(self) -> None:
        self._dead_rooms += 1
        if self._dead_rooms < _TRIES:
            self._look_for_room()
            return
        self._outbox.refuse(
            Refused(ErrorCode.UNAVAILABLE, "the room ends again and again", retry_after_ms=1000)
        )
        self.stop()

    def _received(self, message: Message) -> None:
        match message.data:
            case Pong():
                return
            case PointerMove() if self._is_on_view(message):
                if self._is_limited(RateClass.POINTER):
                    return
            case Ping(t=t):
                if self._is_limited(RateClass.COMMAND):
                    return
                pong = ServerPong(t, self._clock.now_ms())
                self._answer(encode_message(Channel.SYSTEM, "pong", pong, message_id=message.id))
                return
            case _:
                if not self._is_on_view(message):
                    self._refuse(
                        message.id,
                        Refused(
                            ErrorCode.UNKNOWN_MESSAGE, f"this view does not carry {message.ch}"
                        ),
                    )
                    return
                wait_ms = self._buckets[rate_class_of(message)].take(self._clock.monotonic_s())
                if wait_ms:
                    self._rate_limited(message.id, wait_ms)
                    return
        if self._room is not None:
            tell(self._room, FromClient(self._connect.connection_id, message))

    def _is_on_view(self, message: Message) -> bool:
        return message.ch in self._outbox.channels or isinstance(message.data, SyncRequest)

    def _is_limited(self, kind: RateClass) -> bool:
        return self._buckets[kind].take(self._clock.monotonic_s()) > 0

    def _rate_limited(self, message_id: str | None, wait_ms: int) -> None:
        if self._limited.is_exceeded(self._clock.monotonic_s()):
            self._outbox.close(CloseCode.RATE_LIMITED, f"retry after {wait_ms} ms")
            return
        self._refuse(
            message_id, Refused(ErrorCode.RATE_LIMITED, "too fast", retry_after_ms=wait_ms)
        )

    def _refuse_invalid(self, invalid: Invalid) -> None:
        if self._invalid.is_exceeded(self._clock.monotonic_s()):
            self._outbox.close(CloseCode.TOO_MANY_INVALID, "too many invalid messages")
            return
        self._refuse(invalid.id, invalid.refused)

    def _refuse(self, message_id: str | None, refused: Refused) -> None:
        self._observer.refused(refused.code)
        self._answer(encode_error(refused, message_id=message_id))

    def _answer(self, payload: bytes) -> None:
        self._outbox.write(self._outbox.wire.frame(payload))


class _Window:
    """Tells when something has happened `most` times within `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds = seconds
        self._times_s: deque[float] = deque(maxlen=most)

    def is_exceeded(self, now_s: float) -> bool:
        """Count one more and say whether that makes too many."""
        self._times_s.append(now_s)
        is_full = len(self._times_s) == self._times_s.maxlen
        return is_full and now_s - self._times_s[0] <= self._seconds
