"""A client light enough for hundreds at once: no board, but it misses no event and no `ack`."""

import asyncio
import itertools
import secrets
import zlib
from collections.abc import Callable
from typing import Final

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from lessonroom.board.model.board import Board
from lessonroom.log.events import Event, EventType
from lessonroom.replica import messages
from lessonroom.replica.happenings import Held, Synced
from lessonroom.replica.messages import Incoming, Outgoing
from lessonroom.replica.pending import Entry, Pending
from lessonroom.replica.replica import Reaction, Replica
from tests.e2e.lesson import Person
from tests.watch import Watch

DEADLINE_S: Final = 60.0
_ELEMENTS: Final = 20
"""Each draws over their own elements again and again: the board stays small."""


class _Element(msgspec.Struct, frozen=True):
    id: str = ""
    x: float = 0


class _Op(msgspec.Struct, frozen=True):
    element: _Element = _Element()


class _Data(msgspec.Struct, frozen=True):
    ops: list[_Op] = []


_decode_data: Final = msgspec.json.Decoder(_Data).decode


def mark_of(event: Event) -> str:
    """Return what tells a stroke of the log from others; empty for other events."""
    return _mark(_decode_data(event.data)) if event.type is EventType.BOARD_OP else ""


def _mark(data: _Data) -> str:
    return f"{data.ops[0].element.id} {data.ops[0].element.x:g}" if data.ops else ""


def chained(chain: int, seq: int, mark: str) -> int:
    """Return the digest of a row of events with one more: the same only for the same row."""
    return zlib.crc32(f"{seq} {mark}".encode(), chain)


class ChainView:
    """Keeps no board: of each event only a mark, and of all a digest that tells their order.

    Args:
        on_mark: told of each event as it is applied, by its mark.

    """

    def __init__(self, on_mark: Callable[[str], None]) -> None:
        self.board = Board()
        self.since = self.chain = 0
        """The event from which on they were all applied, and their digest."""
        self._on_mark = on_mark

    def welcome(self, data: msgspec.Raw) -> None:
        """Nothing of it is kept."""

    def replace(self, data: msgspec.Raw, *, seq: int) -> None:  # noqa: ARG002 - a view's
        """Begin anew."""
        self.since, self.chain = seq, 0

    def add_part(self, data: msgspec.Raw, *, is_last: bool) -> None:
        """Nothing of it is kept."""

    def apply(self, event: Incoming) -> None:
        """Take up an event of the room."""
        is_board = event.type == "board_event"
        self._take(event.seq or 0, _mark(_decode_data(event.data)) if is_board else "")

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:  # noqa: ARG002 - a view's
        """Take up one's own event."""
        self._take(seq, _mark(msgspec.convert({"ops": pending.ops}, _Data)))

    def _take(self, seq: int, mark: str) -> None:
        self.chain = chained(self.chain, seq, mark)
        self._on_mark(mark)


class LightClient(WSListener):
    """One page of one person: it resumes, and sends again what has no `ack`.

    Args:
        url: of the room.
        person: whose page it is.
        on_mark: told of each event as it is applied: this client, and the event's mark.

    """

    def __init__(
        self, url: str, person: Person, *, on_mark: Callable[["LightClient", str], None]
    ) -> None:
        self.user_id = person.user_id
        self.faults: list[str] = []
        self._watch = Watch(self.faults.append)
        self._url = url
        self._token = person.token
        self._client_id = secrets.token_urlsafe(12)
        self._view = ChainView(lambda mark: on_mark(self, mark))
        self._replica = Replica(self._client_id, self._view)
        self._numbers = itertools.count(1)
        self._transport: WSTransport | None = None
        self._synced = asyncio.Event()
        self._gone = asyncio.Event()
        self._is_dropping = False
        self._said = "without a word"

    @property
    def head(self) -> int:
        """The last event applied."""
        return self._replica.seq

    @property
    def since(self) -> int:
        """The event from which on they were all applied one by one."""
        return self._view.since

    @property
    def chain(self) -> int:
        """The digest of what was applied since."""
        return self._view.chain

    @property
    def acks(self) -> dict[str, int]:
        """The event that each acknowledged submission is."""
        return self._watch.acks

    @property
    def pending(self) -> list[Entry]:
        """What has no `ack`."""
        return self._replica.pending

    async def connect(self) -> None:
        """Connect, go on after the last event applied, send again what was not acknowledged."""
        self._synced.clear()
        self._gone.clear()
        self._is_dropping = False
        headers = {"Authorization": f"Bearer {self._token}"}
        await ws_connect(
            lambda: self,
            self._url,
            extra_headers=headers,
            websocket_handshake_timeout=DEADLINE_S,
        )
        async with asyncio.timeout(DEADLINE_S):
            await self._synced.wait()

    async def drop(self) -> None:
        """Vanish."""
        assert self._transport is not None, self.faults
        self._is_dropping = True
        self._transport.disconnect(graceful=False)
        async with asyncio.timeout(DEADLINE_S):
            await self._gone.wait()

    def draw(self) -> str:
        """Put a rectangle; return the mark of its event."""
        n = next(self._numbers)
        element_id = f"{self._client_id}-{n % _ELEMENTS}"
        rect = {"type": "rect", "id": element_id, "layer": "base", "y": 0, "w": 9, "h": 9}
        self._do(self._replica.submit([{"op": "put", "element": rect | {"x": n}}])[1])
        return f"{element_id} {n}"

    def point(self, x: int) -> None:
        """Move the pointer."""
        self._send(Outgoing("board", "pointer_move", {"x": x, "y": x}))

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Wait for the welcome."""
        self._transport = transport
        self._replica.opened()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - there is one
        """Note the end, and whose doing it was."""
        self._transport = None
        self._replica.closed()
        self._gone.set()
        if not self._is_dropping:
            self.faults.append(f"[P16] the server ended a connection: {self._said}")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - as above
        """Take up a message."""
        if frame.msg_type is WSMsgType.CLOSE:
            self._said = f"{frame.get_close_code()} {frame.get_close_message()!r}"
        if frame.msg_type is not WSMsgType.TEXT:
            return
        message = messages.decode(frame.get_payload_as_bytes())
        self._watch.hear(message, self._replica)
        if message.type == "error":
            code = messages.decode_fault(message.data).code
            self.faults.append(f"[P16] {message.id} was refused: {code}")
        self._do(self._replica.receive(message))

    def _send(self, message: Outgoing) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, message.encode())

    def _do(self, reaction: Reaction) -> None:
        for what in reaction.happened:
            match what:
                case Synced():
                    self._synced.set()
                case Held(retry_after_ms=wait_ms):
                    loop = asyncio.get_running_loop()
                    loop.call_later(wait_ms / 1000, self._go_on, self._transport)
                case _:
                    pass
        for message in reaction.send:
            self._send(message)

    def _go_on(self, transport: WSTransport | None) -> None:
        if self._transport is transport:
            self._do(self._replica.release())
