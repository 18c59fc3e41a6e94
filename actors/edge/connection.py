"""One WebSocket: how fast it may send, and the way to its room."""

from collections import deque
from collections.abc import Callable
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
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Cancellable, Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import tell
from lessonroom.codes import CloseCode, ErrorCode, Refused, unavailable
from lessonroom.commands import Connect
from lessonroom.log.events import Channel
from lessonroom.protocol.client import Ping, PointerMove, Pong, SyncRequest, TokenRenewal
from lessonroom.protocol.decoding import Invalid, Message
from lessonroom.protocol.encoding import encode_error, encode_message
from lessonroom.protocol.server import IceServer, ServerPong, TokenTaken
from lessonroom.rates import (
    RateClass,
    TokenBucket,
    Window,
    message_cost,
    rate_class_of,
    too_often,
)

_INVALID_MOST: Final = 20
_INVALID_WINDOW_S: Final = 10.0
_TRIES: Final = 3
"""Rooms that are looked for in a row, each found dead, before the client is told to come again."""
_A_REFUSAL: Final = 10
"""What it costs of the tolerance; what is dropped without an answer costs one."""
_UNREAD_ANSWER_BYTES: Final = 64 * 1024
"""Answers that may wait for a reader who has more than enough to read already."""


# Looked up by type here and in the core: that something is of none of these types takes a struct's
# isinstance() 70 ns for each, and is asked thirty times for each stroke.
_ANSWERED_HERE: Final = frozenset({Ping, Pong, TokenRenewal})
_ON_EVERY_VIEW: Final = frozenset({SyncRequest, Ping, Pong, TokenRenewal})

Renew = Callable[[str], TokenTaken]
"""Has a connection live on by another token; raises `Refused` where that is not its person's."""


def _no_token(_token: str) -> TokenTaken:
    raise Refused(ErrorCode.UNKNOWN_MESSAGE, "this connection has no token")


class Received(msgspec.Struct, frozen=True):
    """Told by the socket: the client sent a message, or something that is none."""

    message: Message | Invalid
    payload: bytes = b""


class Lost(msgspec.Struct, frozen=True):
    """Told by the socket: the connection is gone. `is_bye`: the client closed with 1000."""

    is_bye: bool


class _GoOn(msgspec.Struct, frozen=True):
    """Told by a connection to itself: its budget may have a token again."""


ConnectionMessage = Received | Lost | RoomFound | _GoOn
"""What may be told to a connection."""


class ConnectionActor(AsyncioActor):
    """Brings a connection into its room, then passes on what it sends, as fast as it may.

    Each message costs of one budget, whatever it is and whatever becomes of it; what is past that
    budget, or of a class that waits past the one of its class, waits here with all that came
    behind it (PROTOCOL FC-6). How much that can be is the socket's part: it counts what was handed
    over until `Outbox.handled` tells that it was dealt with, here or in the room.

    Args:
        connect: the command that takes up the connection.
        session_id: the session whose room it wants.
        outbox: the sending end of the socket.
        directory: who knows the rooms.
        ice_servers: what the welcome names for calls.
        clock: for the rates.
        config: rates and limits.
        observer: who counts.
        renew: what takes up another token; without it none is taken.

    """

    def __init__(  # noqa: PLR0913 - the neighbours of a connection
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
        renew: Renew = _no_token,
    ) -> None:
        super().__init__()
        self._connect = connect
        self._renew = renew
        self._session_id = session_id
        self._outbox = outbox
        self._directory = directory
        self._ice_servers = ice_servers
        self._clock = clock
        self._config = config
        self._observer = observer
        self._room: Mailbox[RoomMessage] | None = None
        self._dead_rooms = 0
        now_s = clock.monotonic_s()
        self._everything = TokenBucket(config.rates.everything, now_s=now_s)
        self._buckets: dict[RateClass, TokenBucket] = {}
        self._tolerance = TokenBucket(config.rates.tolerance, now_s=now_s)
        self._invalid = Window(_INVALID_MOST, _INVALID_WINDOW_S)
        self._waiting: deque[Received] | None = None
        """What is past its budget, in order; None for nothing, which an empty deque takes 700 B to
        say."""
        self._wake: Cancellable | None = None
        self._handled_messages = 0
        self._handled_bytes = 0
        self._is_closed = False
        self._unread_answer_bytes = 0

    def on_start(self) -> None:
        """Look for the room."""
        self._look_for_room()

    def _look_for_room(self) -> None:
        tell(self._directory, FindRoom(self._session_id, self.actor_ref))

    def on_receive(self, message: object) -> None:
        """Hear from the directory or the socket."""
        match message:
            case Received():
                if self._waiting:
                    # Nothing overtakes what waits: later messages build on earlier ones (BD-6).
                    self._waiting.append(message)
                elif wait_ms := self._take(message):
                    self._waiting = deque([message])
                    self._go_on_in(wait_ms)
            case _GoOn():
                self._go_on()
            case RoomFound():
                self._found(message.room)
            case Lost():
                self._leave(is_bye=message.is_bye)
                self.stop()
            case _:
                raise TypeError(f"a connection does not know {message!r}")

    def after_batch(self) -> None:
        """Tell the socket what was dealt with here; of the rest the room tells it."""
        # Once a batch: each call may have the transport go on, and would for each message.
        if self._handled_messages:
            self._outbox.handled(self._handled_messages, self._handled_bytes, 0)
            self._handled_messages = self._handled_bytes = 0

    def on_stop(self) -> None:
        """Nothing is left behind."""
        if self._wake is not None:
            self._wake.cancel()

    def on_failure(self, *_exc_info: object) -> None:
        """Let the client come back; the room must not keep a connection that nobody serves."""
        self.on_stop()
        if self._room is not None:
            tell(self._room, Leave(self._connect.connection_id, is_bye=False))
        self._outbox.close(CloseCode.INTERNAL, "internal error")

    # -- the room

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
        self._outbox.refuse(unavailable("the room ends again and again"))
        self.stop()

    def _pass_on(self, received: Received, message: Message) -> None:
        if self._room is None:
            self._note_handled(received)
            return
        try:
            self._room.tell(FromClient(self._connect.connection_id, message, received.payload))
        except pykka.ActorDeadError:
            # It ended without a word: nobody would ever tell the socket that this was handled.
            self._close(CloseCode.INTERNAL, "the room has closed; reconnect")

    def _leave(self, *, is_bye: bool) -> None:
        """Leave the room, behind what was sent before and only waited for its turn."""
        # A copy: where the room turns out to be dead, closing lets go of what waits.
        for received in list(self._waiting or ()):
            if self._is_closed:
                break
            if isinstance(received.message, Message) and rate_class_of(received.message.data).waits:
                self._pass_on(received, received.message)
        if self._room is not None:
            tell(self._room, Leave(self._connect.connection_id, is_bye))

    # -- what comes in

    def _take(self, received: Received) -> int:
        """Deal with a message and return 0, or return the milliseconds until it has its turn."""
        if self._is_closed:
            return 0
        now_s = self._clock.monotonic_s()
        cost = message_cost(len(received.payload))
        # What counts everything comes first: invalid and unwanted messages cost us as much.
        if wait_ms := self._everything.take(now_s, cost):
            return wait_ms
        message = received.message
        if isinstance(message, Invalid):
            self._refuse_invalid(message)
        elif message.ch not in self._outbox.channels and type(message.data) not in _ON_EVERY_VIEW:
            reason = f"this view does not carry {message.ch}"
            self._refuse(message.id, Refused(ErrorCode.UNKNOWN_MESSAGE, reason))
        else:
            kind = rate_class_of(message.data)
            bucket = self._buckets.get(kind) or self._new_bucket(kind, now_s)
            wait_ms = bucket.take(now_s)
            if wait_ms and kind.waits:
                # It is counted when its turn has come.
                self._everything.charge(-cost, now_s)
                return wait_ms
            if not wait_ms and type(message.data) not in _ANSWERED_HERE:
                self._pass_on(received, message)
                return 0
            self._answer_here(message, wait_ms)
        self._note_handled(received)
        return 0

    def _answer_here(self, message: Message, wait_ms: int) -> None:
        """Deal with what goes to no room: what is too fast, and pings."""
        match message.data:
            case PointerMove() | Ping() | Pong() if wait_ms:
                self._bear(1, wait_ms)
            case Ping(t=t):
                pong = ServerPong(t, self._clock.now_ms())
                payload = encode_message(Channel.SYSTEM, "pong", pong, message_id=message.id)
                self._answer(payload, may_be_dropped=True)
            case Pong():
                pass
            case TokenRenewal(token=token) if not wait_ms:
                self._take_token(message.id, token)
            case _:
                if self._bear(_A_REFUSAL, wait_ms):
                    self._refuse(message.id, too_often(wait_ms / 1000, "too fast"))

    def _take_token(self, message_id: str | None, token: str) -> None:
        try:
            taken = self._renew(token)
        except Refused as refused:
            self._refuse(message_id, refused)
        else:
            payload = encode_message(Channel.SYSTEM, "token", taken, message_id=message_id)
            self._answer(payload)

    def _go_on_in(self, wait_ms: int) -> None:
        self._wake = self._clock.call_later(wait_ms / 1000, lambda: tell(self.actor_ref, _GoOn()))

    def _go_on(self) -> None:
        waiting = self._waiting
        while waiting:
            if wait_ms := self._take(waiting[0]):
                self._go_on_in(wait_ms)
                return
            if waiting:
                waiting.popleft()
        self._waiting = None

    def _new_bucket(self, kind: RateClass, now_s: float) -> TokenBucket:
        bucket = self._buckets[kind] = TokenBucket(self._config.rates.of(kind), now_s=now_s)
        return bucket

    def _note_handled(self, received: Received) -> None:
        self._handled_messages += 1
        self._handled_bytes += len(received.payload)

    # -- what is not borne for ever

    def _bear(self, cost: float, wait_ms: int) -> bool:
        """Count what was too fast; False where that goes on for too long, and is ended."""
        if self._tolerance.take(self._clock.monotonic_s(), cost):
            self._close(CloseCode.RATE_LIMITED, f"retry after {wait_ms} ms")
        return not self._is_closed

    def _refuse_invalid(self, invalid: Invalid) -> None:
        if self._invalid.is_exceeded(self._clock.monotonic_s()):
            self._close(CloseCode.TOO_MANY_INVALID, "too many invalid messages")
        else:
            self._refuse(invalid.id, invalid.refused)

    def _refuse(self, message_id: str | None, refused: Refused) -> None:
        self._observer.refused(refused.code)
        self._answer(encode_error(refused, message_id=message_id))

    def _answer(self, payload: bytes, *, may_be_dropped: bool = False) -> None:
        """Write an answer. One that somebody waits for is written, or the connection ends.

        A submission whose refusal was dropped would be waited for for ever. The room's flushes look
        after slow readers, but none comes of what is answered here; so it is counted here, apart
        from a large board that may be on its way.
        """
        frame = self._outbox.wire.frame(payload)
        if self._outbox.unsent_bytes() <= self._config.outbox_hard_bytes:
            self._unread_answer_bytes = 0
        elif may_be_dropped:
            return
        else:
            self._unread_answer_bytes += len(frame)
            if self._unread_answer_bytes > _UNREAD_ANSWER_BYTES:
                self._close(CloseCode.TOO_SLOW, "read faster; resume by seq")
                return
        self._outbox.write(frame)

    def _close(self, code: CloseCode, reason: str) -> None:
        # Before the outbox, which may tell us at once that the socket is gone.
        self._is_closed = True
        if self._waiting is not None:
            self._waiting.clear()
        self._outbox.close(code, reason)
