"""One WebSocket on the wire: an asyncio protocol over websockets' Sans-I/O core.

uvicorn hands an upgraded connection here: `connection_made`, then `data_received` with the request
again, then `transport.set_protocol`. Frames are the library's; what they mean is not decided here.
"""

import asyncio
import http
from collections.abc import Sequence
from functools import partial
from typing import Final, cast

import structlog
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from actors.edge.connection import ConnectionActor, ConnectionMessage, Lost, Received
from actors.runtime.asyncio_inbox import Dispatcher
from actors.runtime.clock import Cancellable
from actors.runtime.mailbox import AtOnce
from actors.runtime.telling import tell, tell_at_once
from gateway.identity.tokens import RoomClaims
from gateway.socket import handshake
from gateway.socket.close_reasons import reason_of, shortened
from gateway.socket.handshake import Handshake, Target
from gateway.socket.incoming import Incoming
from gateway.socket.intake import SharedTap
from gateway.socket.lifetime import Lifetime, untie
from gateway.socket.outgoing import Outgoing
from gateway.socket.socket_services import SocketServices, connect_of
from gateway.socket.turn_credentials import ice_servers
from gateway.socket.wires import JSON, SocketWire
from lessonroom.codes import (
    CLOSE_FOR_REFUSED_HANDSHAKE,
    CloseCode,
    ErrorCode,
    Refused,
)
from lessonroom.log.events import Channel
from lessonroom.protocol.decoding import Breach
from lessonroom.rates import Rate, TokenBucket

_log: Final = structlog.get_logger(__name__)

_ABORT_AFTER_S: Final = 2.0
"""How long a client may take to read what was written and to answer a close frame."""
_CONTROL_FRAMES: Final = Rate(5, 50)
_FRAGMENTS: Final = Rate(100, 1000)
"""Each costs the library what a message does, and no other budget counts it."""
_HELD: Final = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE})
"""Whoever comes again at once would hear the same."""


class RoomSocket(asyncio.Protocol):
    """The sending and the receiving end of one connection; an `Outbox` to its room.

    Args:
        services: the neighbours.
        server_state: uvicorn's; knows which connections there are.

    """

    def __init__(self, services: SocketServices, server_state: ServerState) -> None:
        self.wire: SocketWire = JSON
        self.channels: frozenset[Channel] = frozenset(Channel)
        self._services = services
        self._server_state = server_state
        self._clock = services.clock
        self._protocol = ServerProtocol(
            extensions=[], max_size=services.room_config.limits.max_message_bytes
        )
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._has_request = False
        self._subprotocol: str | None = None
        self._switch: Response | None = None
        self._wants_close = False
        self._is_answered = False
        self.is_open = False
        """Whether messages may be written and are read: from the welcome to the close frame."""
        self._connection: AtOnce[ConnectionMessage] | None = None
        self._incoming: Incoming | None = None
        self._tap: SharedTap | None = None
        self._outgoing: Outgoing = cast("Outgoing", None)
        self._dispatcher = cast("Dispatcher", None)
        self._fragments: list[bytes] = []
        self._deadline: Cancellable | None = None
        now_s = self._clock.monotonic_s()
        self._opened_at_s = self._pinged_at_s = now_s
        self._lifetime = Lifetime(services)
        self._has_spoken = False
        self._control = TokenBucket(_CONTROL_FRAMES, now_s=now_s)
        self._fragment = TokenBucket(_FRAGMENTS, now_s=now_s)

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over an upgraded connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._dispatcher = Dispatcher.of(asyncio.get_running_loop())
        self._outgoing = Outgoing(self._transport)
        # No call of ours around it: a room asks each of its connections with each flush.
        self.unsent_bytes = self._outgoing.unsent_bytes  # type: ignore[method-assign]
        self._server_state.connections.add(self)  # type: ignore[arg-type]
        self._services.sockets.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Tell the room; uvicorn waits for this set to become empty."""
        self._server_state.connections.discard(self)
        self._services.sockets.discard(self)
        self.is_open = False
        if self._deadline is not None:
            self._deadline.cancel()
        if self._tap is not None:
            self._tap.end()
            self._tap = None
        if self._incoming is not None:
            self._incoming.end()
            self._incoming = None
        self._outgoing.end()
        if self._connection is not None:
            received = self._protocol.close_rcvd
            is_bye = received is not None and received.code == CloseCode.NORMAL
            tell(self._connection, Lost(is_bye))
            self._connection = None
        untie(self._protocol)

    def data_received(self, data: bytes) -> None:
        """Read the handshake, then frames."""
        if self._incoming is not None:
            self._dispatcher.at_once_where_quiet(self._incoming.received, data)
        elif not self._has_request:
            self.frames_received(data)

    def frames_received(self, data: bytes) -> None:
        """Have the library read, and do what comes of it."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._frame_received(event)
            elif isinstance(event, Request):
                self._handshake(event)
        if not self._has_request:
            # The library could not read the request, and has said so as far as it makes sense.
            self._is_answered = True
            self._outgoing.write_pending(self._protocol)
            self._hang_up()
            return
        # The library has answered a close frame or a breach, and ended our side: a room that goes
        # on writing behind that would fail, for everyone in it.
        self.is_open = self.is_open and self._protocol.state is OPEN
        self._outgoing.write_pending(self._protocol)
        if self._protocol.close_expected():
            self._abort_later()

    def pause_writing(self) -> None:
        """The transport holds as much as it should of what the client does not read."""
        self._outgoing.pause()

    def resume_writing(self) -> None:
        """The client has read most of it."""
        self._outgoing.resume()

    def eof_received(self) -> bool:
        """The client will send no more."""
        self.is_open = False
        self._protocol.receive_eof()
        self._outgoing.write_pending(self._protocol)
        self._abort_later()
        return False

    # -- the handshake

    def _handshake(self, request: Request) -> None:
        """Decide what can be decided here, then let the room decide (PROTOCOL HS-4)."""
        self._has_request = True
        self._transport.pause_reading()
        response = self._protocol.accept(request)
        if response.status_code != http.HTTPStatus.SWITCHING_PROTOCOLS:
            self._answer(response)
            return
        self._switch = response
        services = self._services
        party = address = services.address_of(self._transport, request)
        try:
            target = Target.of(request, services.config.public)
            self._wants_close = target.wants_close
            asked = services.read(request, target, address)
            self.wire, self.channels = asked.wire, asked.channels
            self._subprotocol = asked.subprotocol
            claims = services.verify(asked)
            party = f"user {claims.user_id}"
            services.connects.check(claims.user_id, address, self._clock.monotonic_s())
        except Refused as refused:
            if refused.code is ErrorCode.UNAUTHORIZED:
                services.refused_handshakes.failed(address, self._clock.monotonic_s())
            if refused.code in _HELD:
                services.held_refusals.tell(party, partial(self.refuse, refused))
            else:
                self.refuse(refused)
        except ValueError:
            self.refuse(Refused(ErrorCode.INVALID, "the request line is malformed"))
        else:
            # All is read. The library's parser holds the request as long as there is a connection.
            request.headers.clear()
            self._connect(asked, claims)

    def _connect(self, asked: Handshake, claims: RoomClaims) -> None:
        services, config = self._services, self._services.room_config
        self._lifetime.live_by(claims)
        self._deadline = self._clock.call_later(config.first_message_s, self._transport.abort)
        started = ConnectionActor.start(
            connect_of(asked, claims),
            session_id=asked.session_id,
            outbox=self,
            directory=services.rooms.directory,
            ice_servers=ice_servers(
                claims.user_id, claims.expires_at_ms // 1000, services.config.turn
            ),
            clock=self._clock,
            config=config,
            observer=services.rooms.observer,
            renew=self._lifetime.renew,
        )
        # Its inbox: what is read is handled in this very call, not in a turn of its own.
        self._connection = cast("AtOnce[ConnectionMessage]", started.actor_inbox)

    # -- Outbox

    def open(self, welcome: bytes) -> None:
        """Answer the handshake and send the welcome as the first message."""
        if self._accept():
            self._opened_at_s = self._clock.monotonic_s()
            incoming = self._listen()
            self.write(self.wire.frame(welcome))
            self._tap = self._services.intake.tap(self._transport, incoming.received)
            incoming.begin(self._tap or self._transport)

    def refuse(self, refused: Refused) -> None:
        """Answer the handshake with a problem document, or accept and close (HS-4)."""
        if self._is_answered or self._transport.is_closing():
            return
        if self._wants_close:
            if self._accept():
                code = CLOSE_FOR_REFUSED_HANDSHAKE.get(refused.code, CloseCode.TOKEN_INVALID)
                incoming = self._listen()
                self.close(code, reason_of(refused))
                incoming.begin(self._transport)
            return
        self._answer(handshake.refusal(refused))

    def _listen(self) -> Incoming:
        self._incoming = Incoming(
            self, self._protocol, clock=self._clock, config=self._services.room_config
        )
        self._incoming.opcode = self.wire.opcode
        self.is_open = True
        return self._incoming

    def write(self, frames: bytes) -> None:
        """Send frames; nothing goes out behind a close frame."""
        if self.is_open:
            self._outgoing.write(frames)

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Send frames when nothing else is to be sent; a close frame goes before them."""
        if self.is_open:
            self._outgoing.write_behind(frames)

    def unsent_bytes(self) -> int:
        """Return how many bytes wait in this process for the client to read."""
        return self._outgoing.unsent_bytes()

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:
        """Read on, or not yet, now that so much was dealt with (FC-5)."""
        if self._incoming is not None:
            self._incoming.handled(messages, size_bytes, hold_ms)

    def keep_alive(self, now_s: float) -> None:
        """Ping the silent, close those who stay so, and those whose token has expired.

        One that nothing is read of is not silent. It is pinged all the same: where nobody takes
        the pings the kernel ends the connection, and a writer learns that without reading.
        """
        config, incoming = self._services.room_config, self._incoming
        if not self.is_open or incoming is None:
            return
        if (reason := self._lifetime.over(now_s)) is not None:
            self.close(CloseCode.TOKEN_INVALID, reason)
        elif not self._has_spoken and now_s - self._opened_at_s >= config.first_message_s:
            self.close(CloseCode.SILENT, "no message after the welcome")
        elif not incoming.is_refusing and now_s - incoming.heard_at_s >= config.idle_timeout_s:
            self.close(CloseCode.SILENT, "silent for too long")
        elif now_s - max(incoming.heard_at_s, self._pinged_at_s) >= config.ping_interval_s:
            self._pinged_at_s = now_s
            self._protocol.send_ping(b"")
            self._outgoing.write_pending(self._protocol)

    def close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame behind what was written, and end the connection in any case."""
        if not self.is_open or self._incoming is None:
            self.refuse(Refused(ErrorCode.UNAVAILABLE, reason))
            return
        self.is_open = False
        self._outgoing.write_behind(())
        if self._protocol.state is OPEN:
            self._protocol.send_close(code, shortened(reason))
        self._outgoing.write_pending(self._protocol)
        self._abort_later()
        self._incoming.close()

    def shutdown(self) -> None:
        """Called by uvicorn when the server stops."""
        self.close(CloseCode.RESTARTING, "restarting")
        self._abort_later()

    # -- frames

    def _frame_received(self, frame: Frame) -> None:
        if self._incoming is None:
            return
        self._incoming.heard_at_s = self._clock.monotonic_s()
        match frame.opcode:
            case Opcode.TEXT | Opcode.BINARY:
                if frame.opcode is not self.wire.opcode:
                    self.close(CloseCode.PROTOCOL_ERROR, f"{self.wire.name} has no such frames")
                elif frame.fin:
                    self._incoming.take(bytes(frame.data))
                else:
                    self._fragments = [bytes(frame.data)]
            case Opcode.CONT:
                # The core has checked the order of fragments and their sum against max_size.
                self._fragments.append(bytes(frame.data))
                if frame.fin:
                    message, self._fragments = b"".join(self._fragments), []
                    self._incoming.take(message)
                else:
                    self._count(self._fragment if frame.data else self._control)
            case Opcode.PING | Opcode.PONG:
                self._count(self._control)
            case _:
                pass

    def message_received(self, payload: bytes) -> None:
        """Decode a message and pass it on."""
        if not self.is_open or self._connection is None:
            return
        self._has_spoken = True
        try:
            message = self.wire.decode(payload)
        except Breach as breach:
            self.close(breach.code, breach.reason)
            return
        tell_at_once(self._connection, Received(message, payload))

    def _count(self, bucket: TokenBucket) -> None:
        if wait_ms := bucket.take(self._clock.monotonic_s()):
            reason = f"too many frames that are no message; retry after {wait_ms} ms"
            self.close(CloseCode.RATE_LIMITED, reason)

    def stop_listening(self) -> None:
        """End the stream; what the client goes on sending stays in its own buffers."""
        (self._tap or self._transport).pause_reading()
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()

    # -- bytes

    def _accept(self) -> bool:
        """Send the response that opens the connection; False where it is gone already."""
        # Given away: it would be kept as long as the connection, with its headers.
        switch, self._switch = self._switch, None
        if switch is None or self._is_answered or self._transport.is_closing():
            return False
        if self._deadline is not None:
            self._deadline.cancel()
        if self._subprotocol is not None:
            switch.headers["Sec-WebSocket-Protocol"] = self._subprotocol
        self._is_answered = True
        self._protocol.send_response(switch)
        self._outgoing.write_pending(self._protocol)
        return True

    def _answer(self, response: Response) -> None:
        """Send a response that ends the connection."""
        self._is_answered = True
        self._transport.write(response.serialize())
        self._hang_up()

    def _hang_up(self) -> None:
        self._transport.close()
        self._abort_later()

    def _abort_later(self) -> None:
        """A client that does not read must not keep the connection (PROMISES P16)."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self._clock.call_later(_ABORT_AFTER_S, self._transport.abort)
