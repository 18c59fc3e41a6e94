"""A small client of `lessonroom.v1`: keeps its own board, resumes, and loses nothing it sent."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

from actors.runtime import chance
from cli.command_errors import CommandRefused, ServerUnreachable
from lessonroom.board.board import Board
from lessonroom.board.draft import draft, redo
from lessonroom.board.operations import Operation
from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS

_SUBPROTOCOL: Final = Subprotocol("lessonroom.v1.json")
_BACK_OFF_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
_GIVE_UP_S: Final = 30.0
_RETRIED: Final = frozenset({ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE})
_TRY_LATER: Final = frozenset({429, 500, 502, 503, 504})
_DEFAULT_RETRY_MS: Final = 1_000
_POINTER_EVERY_S: Final = 0.025

_encode: Final = msgspec.json.Encoder().encode


class _Incoming(msgspec.Struct, frozen=True):
    ch: str
    type: str
    data: msgspec.Raw
    id: str | None = None
    seq: int | None = None
    from_: int | None = msgspec.field(default=None, name="from")


class _Synced(msgspec.Struct, frozen=True):
    mode: str
    epoch: str
    seq: int
    board: msgspec.Raw = msgspec.Raw(b"")
    events: list[_Incoming] = []


class _Welcome(msgspec.Struct, frozen=True):
    limits: Limits


class _BoardEvent(msgspec.Struct, frozen=True):
    ops: list[Operation]


class _RoomOpened(msgspec.Struct, frozen=True):
    epoch: str


class _Fault(msgspec.Struct, frozen=True):
    code: str
    message: str
    retry_after_ms: int | None = None


class _Ping(msgspec.Struct, frozen=True):
    t: int


class _Unsaved(msgspec.Struct, frozen=True):
    """What was sent and is not acknowledged; `is_saved` is told when it is."""

    message_id: str
    ops: list[Operation]
    frame: bytes
    is_saved: asyncio.Future[None]


_decode_message: Final = msgspec.json.Decoder(_Incoming).decode
_decode_welcome: Final = msgspec.json.Decoder(_Welcome).decode
_decode_synced: Final = msgspec.json.Decoder(_Synced).decode
_decode_event: Final = msgspec.json.Decoder(_BoardEvent).decode
_decode_opened: Final = msgspec.json.Decoder(_RoomOpened).decode
_decode_fault: Final = msgspec.json.Decoder(_Fault).decode
_decode_ping: Final = msgspec.json.Decoder(_Ping).decode


class BoardClient:
    """One participant's connection, which comes back after an interruption, and their board.

    `run` serves it until `close`; `draw` and `point` send. Events are applied in the order of
    `seq`, one's own at the place of its `ack` (PROTOCOL BD-4).

    Args:
        url: the session's WebSocket.
        token: the participant's room token.
        user_id: who the server stamps on what they draw.
        on_change: called after each event.
        tls: how to verify the server; None for `ws://`.

    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        user_id: int,
        on_change: Callable[[], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.board = Board()
        self.seq = 0
        self.acks = 0
        self.events = 0
        self.resumes = 0
        self._url = url
        self._token = token
        self._user_id = user_id
        self._on_change = on_change
        self._tls = tls
        self._client_id = chance.new_connection_id()
        self._count = 0
        self._epoch: str | None = None
        self._connection: ClientConnection | None = None
        self._unsaved: _Unsaved | None = None
        self._turn = asyncio.Lock()
        self._is_synced = asyncio.Event()
        self._limits = Limits()
        self._closing = asyncio.Event()
        self._pointed_s = 0.0
        self._pace_s = 0.0

    async def ready(self) -> None:
        """Return once the board is as the server has it."""
        await self._is_synced.wait()

    async def draw(self, ops: Sequence[Mapping[str, Any]]) -> None:
        """Send one `board_event` and return once it is acknowledged, which means: on disk (BD-5).

        One at a time: an event that is sent again must not come after a later one (BD-6).

        Raises:
            CommandRefused: the server refused it for good.

        """
        async with self._turn:
            self._count += 1
            message_id = f"{self._client_id}:{self._count}"
            frame = _frame("board", "board_event", {"ops": ops}, message_id=message_id)
            decoded = _decode_event(_encode({"ops": ops})).ops
            is_saved = asyncio.get_running_loop().create_future()
            self._unsaved = _Unsaved(message_id, decoded, frame, is_saved)
            await self._send_unsaved()
            await is_saved
            if self._pace_s:
                await asyncio.sleep(self._pace_s)

    async def point(self, x: float, y: float, *, tool: str) -> None:
        """Move the pointer; of moves that come too fast to be seen, some are left out."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._pointed_s >= _POINTER_EVERY_S and self._is_synced.is_set():
            self._pointed_s = now_s
            await self._send(_frame("board", "pointer_move", {"x": x, "y": y, "tool": tool}))

    async def close(self) -> None:
        """Say goodbye; `run` returns."""
        self._closing.set()
        if self._connection is not None:
            await self._connection.close()

    async def run(self) -> None:
        """Stay connected until `close`.

        Raises:
            CommandRefused: the server does not let this participant in any more.
            ServerUnreachable: it could not be reached for 30 s.

        """
        loop = asyncio.get_running_loop()
        lost_s, tries = loop.time(), 0
        while not self._closing.is_set():
            try:
                await self._converse()
            except ConnectionClosed as closed:
                if not self._closing.is_set() and not _may_return(closed):
                    raise CommandRefused(f"the server closed the connection: {closed}") from None
            except InvalidStatus as refused:
                status = refused.response.status_code
                if status not in _TRY_LATER:
                    raise CommandRefused(
                        f"the server refused the connection with HTTP {status}"
                    ) from None
            except (OSError, InvalidHandshake, TimeoutError):
                pass  # not there at the moment
            if self._is_synced.is_set():
                lost_s, tries = loop.time(), 0
                self._is_synced.clear()
            if loop.time() - lost_s > _GIVE_UP_S:
                raise ServerUnreachable(f"{self._url} could not be reached for {_GIVE_UP_S:g} s")
            await self._pause(_BACK_OFF_S[min(tries, len(_BACK_OFF_S) - 1)])
            tries += 1

    async def _pause(self, pause_s: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s + chance.jitter_s(pause_s)):
                await self._closing.wait()

    async def _converse(self) -> None:
        """Serve one connection until it ends with `ConnectionClosed`."""
        async with connect(
            self._url,
            subprotocols=[_SUBPROTOCOL, Subprotocol(f"bearer.{self._token}")],
            compression=None,
            # A board is as large as it is: the server bounds it.
            max_size=None,
            proxy=None,
            ssl=self._tls,
        ) as connection:
            self._connection = connection
            while not self._closing.is_set():
                await self._receive(_decode_message(await connection.recv(decode=False)))

    async def _receive(self, message: _Incoming) -> None:
        match (message.ch, message.type):
            case ("system", "welcome"):
                self._limits = _decode_welcome(message.data).limits
                await self._ask_for_sync()
            case ("board", "sync_response"):
                await self._sync(_decode_synced(message.data))
            case ("system", "error"):
                self._refused(message.id, _decode_fault(message.data))
            case ("system", "ping"):
                await self._send(_frame("system", "pong", {"t": _decode_ping(message.data).t}))
            case _ if message.seq is not None:
                await self._take(message, message.seq)
            case _:
                pass  # a signal: nothing of the board

    async def _ask_for_sync(self) -> None:
        point = {"epoch": self._epoch, "seq": self.seq} if self._epoch else {}
        await self._send(_frame("board", "sync_request", point))

    async def _sync(self, answer: _Synced) -> None:
        if self._epoch is not None:
            self.resumes += 1
        if answer.mode == "full":
            self.board = Board.decode(bytes(answer.board))
        for event in answer.events:
            self._apply(event)
        self.seq, self._epoch = answer.seq, answer.epoch
        self._is_synced.set()
        self._on_change()
        await self._send_unsaved()

    async def _take(self, message: _Incoming, seq: int) -> None:
        """Apply the next event; an older one is known already, a gap is a fault (BD-4)."""
        if not self._is_synced.is_set():
            return
        if seq > self.seq + 1:
            self._is_synced.clear()
            await self._ask_for_sync()
            return
        if seq == self.seq + 1:
            self._apply(message)
            self.seq = seq
        elif message.type == "ack":
            # What the board holds since before the interruption.
            self._saved(message.id)
        self._on_change()

    def _apply(self, message: _Incoming) -> None:
        match (message.ch, message.type):
            case ("board", "ack"):
                if self._unsaved is not None and message.id == self._unsaved.message_id:
                    self._draw_own(self._unsaved.ops)
            case ("board", "board_event"):
                self.events += message.from_ != self._user_id
                ops = _decode_event(message.data).ops
                self.board.apply(redo(self.board, ops, author=message.from_ or 0))
            case ("system", "room_open"):
                self._epoch = _decode_opened(message.data).epoch
            case _:
                pass  # roster, permissions, status: nothing of the board
        self._saved(message.id)

    def _draw_own(self, ops: Sequence[Operation]) -> None:
        """Do what the server did with ops that it has not sent back: stamp them, apply them."""
        change = draft(
            self.board,
            ops,
            author=self._user_id,
            permissions=ALL_PERMISSIONS,
            limits=self._limits,
        )
        self.board.apply(change)

    def _saved(self, message_id: str | None) -> None:
        unsaved = self._unsaved
        if unsaved is not None and unsaved.message_id == message_id:
            self._unsaved = None
            self.acks += 1
            if not unsaved.is_saved.done():
                unsaved.is_saved.set_result(None)

    def _refused(self, message_id: str | None, fault: _Fault) -> None:
        unsaved = self._unsaved
        if unsaved is None or unsaved.message_id != message_id:
            return
        if fault.code in _RETRIED:
            wait_s = (fault.retry_after_ms or _DEFAULT_RETRY_MS) / 1000
            # As fast as the limit allows, and not faster only to be told so each time.
            self._pace_s = max(self._pace_s, min(wait_s, 0.1))
            loop = asyncio.get_running_loop()
            loop.call_later(wait_s, lambda: loop.create_task(self._send_unsaved()))
        elif not unsaved.is_saved.done():
            self._unsaved = None
            unsaved.is_saved.set_exception(
                CommandRefused(f"the server refused to draw: {fault.message} ({fault.code})")
            )

    async def _send_unsaved(self) -> None:
        if self._unsaved is not None and self._is_synced.is_set():
            await self._send(self._unsaved.frame)

    async def _send(self, frame: bytes) -> None:
        """Send where there is a connection; what matters is sent again after the next resume."""
        if self._connection is not None:
            try:
                await self._connection.send(frame, text=True)
            except ConnectionClosed:
                return  # `run` hears of it as well


def _frame(channel: str, name: str, data: object, *, message_id: str | None = None) -> bytes:
    message = {"ch": channel, "type": name, "data": data}
    return _encode(message if message_id is None else message | {"id": message_id})


def _may_return(closed: ConnectionClosed) -> bool:
    """Whether a client may come back after this close (PROTOCOL section 8)."""
    if closed.rcvd is None:
        return True
    try:
        return CloseCode(closed.rcvd.code).may_reconnect
    except ValueError:
        return False
