"""A client light enough for hundreds at once: no board, but it misses no event and no `ack`."""

import asyncio
import itertools
import secrets
import zlib
from collections.abc import Callable
from typing import Final

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from lessonroom.log.events import Event, EventType
from tests.e2e.lesson import Person

DEADLINE_S: Final = 60.0
_ELEMENTS: Final = 20
"""Each draws over their own elements again and again: the board stays small."""


class _Element(msgspec.Struct, frozen=True):
    id: str = ""
    x: float = 0


class _Op(msgspec.Struct, frozen=True):
    element: _Element = _Element()


class _Data(msgspec.Struct, frozen=True):
    epoch: str = ""
    seq: int = 0
    mode: str = ""
    from_seq: int | None = None
    events: list["_Message"] = []
    ops: list[_Op] = []
    code: str = ""


class _Message(msgspec.Struct, frozen=True):
    type: str
    id: str | None = None
    seq: int | None = None
    data: _Data = _Data()


_decode: Final = msgspec.json.Decoder(_Message).decode
_decode_data: Final = msgspec.json.Decoder(_Data).decode
_encode: Final = msgspec.json.Encoder().encode


def mark_of(event: Event) -> str:
    """Return what tells a stroke of the log from others; empty for other events."""
    return _mark(_decode_data(event.data)) if event.type is EventType.BOARD_OP else ""


def _mark(data: _Data) -> str:
    return f"{data.ops[0].element.id} {data.ops[0].element.x:g}" if data.ops else ""


def chained(chain: int, seq: int, mark: str) -> int:
    """Return the digest of a row of events with one more: the same only for the same row."""
    return zlib.crc32(f"{seq} {mark}".encode(), chain)


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
        self.epoch = ""
        self.head = self.since = self.chain = 0
        """The last event applied; the one from which on they were all applied, and their digest."""
        self.acks: dict[str, int] = {}
        self.pending: dict[str, tuple[str, bytes]] = {}
        """What has no `ack`: its mark, and the message."""
        self.faults: list[str] = []
        self._url = url
        self._token = person.token
        self._on_mark = on_mark
        self._client_id = secrets.token_urlsafe(12)
        self._numbers = itertools.count(1)
        self._transport: WSTransport | None = None
        self._synced = asyncio.Event()
        self._gone = asyncio.Event()
        self._is_dropping = False

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
        message_id = f"{self._client_id}:{n}"
        data = {"ops": [{"op": "put", "element": rect | {"x": n}}]}
        message = {"ch": "board", "type": "board_event", "id": message_id, "data": data}
        mark = f"{element_id} {n}"
        self.pending[message_id] = mark, _encode(message)
        self._send(self.pending[message_id][1])
        return mark

    def point(self, x: int) -> None:
        """Move the pointer."""
        self._send(_encode({"ch": "board", "type": "pointer_move", "data": {"x": x, "y": x}}))

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Ask for what is missing."""
        self._transport = transport
        had = {"epoch": self.epoch, "seq": self.head} if self.epoch else {}
        self._send(_encode({"ch": "board", "type": "sync_request", "data": had}))

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - there is one
        """Note the end, and whose doing it was."""
        self._transport = None
        self._gone.set()
        if not self._is_dropping:
            self.faults.append("[P16] the server ended a connection")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - as above
        """Take up a message."""
        if frame.msg_type is not WSMsgType.TEXT:
            return
        message = _decode(frame.get_payload_as_bytes())
        match message.type:
            case "sync_response":
                self._sync(message.data)
            case "ack":
                self._take_ack(message.id or "", message.seq or 0)
            case "error":
                self.faults.append(f"[P16] {message.id} was refused: {message.data.code}")
            case _ if message.seq is not None:
                self._take(message.seq, _mark(message.data))
            case _:
                pass

    def _send(self, message: bytes) -> None:
        if self._transport is not None:
            self._transport.send(WSMsgType.TEXT, message)

    def _sync(self, answer: _Data) -> None:
        if answer.mode == "full":
            self.head = self.since = answer.seq
            self.chain = 0
        elif answer.from_seq != self.head:
            self.faults.append(f"[P6] asked from {self.head}, answered from {answer.from_seq}")
        for event in answer.events:
            if event.id in self.pending:
                self._note_ack(event.id or "", event.seq or 0)
            self._take(event.seq or 0, _mark(event.data))
        if self.head != answer.seq:
            self.faults.append(f"[P6] a delta to {answer.seq} ended at {self.head}")
        self.epoch = answer.epoch
        self._synced.set()
        for _, message in list(self.pending.values()):
            self._send(message)

    def _take_ack(self, message_id: str, seq: int) -> None:
        mark = self._note_ack(message_id, seq)
        if seq > self.head:
            self._take(seq, mark)

    def _note_ack(self, message_id: str, seq: int) -> str:
        known = self.acks.setdefault(message_id, seq)
        if known != seq:
            self.faults.append(f"[P4] {message_id} has the seq {known} and {seq}")
        mark, _ = self.pending.pop(message_id, ("", b""))
        return mark

    def _take(self, seq: int, mark: str) -> None:
        if seq != self.head + 1:
            self.faults.append(f"[P3] event {seq} came after {self.head}")
        self.head = seq
        self.chain = chained(self.chain, seq, mark)
        self._on_mark(self, mark)
