"""A small client of `lessonroom.v1`: a replica on a socket that comes back after interruptions."""

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
from lessonroom.board.model.board import Board
from lessonroom.codes import CloseCode
from lessonroom.replica import messages
from lessonroom.replica.happenings import Acknowledged, Happening, Held, Synced
from lessonroom.replica.messages import Incoming, Outgoing
from lessonroom.replica.queue import Cut, RefusedForGood
from lessonroom.replica.replica import Phase, Reaction, Replica
from lessonroom.replica.squashing import Absorbed
from lessonroom.replica.view import BoardView

_SUBPROTOCOL: Final = Subprotocol("lessonroom.v1.json")
_BACK_OFF_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
_GIVE_UP_S: Final = 30.0
_TRY_LATER: Final = frozenset({429, 500, 502, 503, 504})
_POINTER_EVERY_S: Final = 0.025


class _Ping(msgspec.Struct, frozen=True):
    t: float | None = None


_decode_ping: Final = msgspec.json.Decoder(_Ping).decode


class _CountingView(BoardView):
    """The board, and how many events of others have changed it."""

    def __init__(self) -> None:
        super().__init__()
        self.events = 0

    def apply(self, event: Incoming) -> None:
        super().apply(event)
        self.events += event.type == "board_event" and event.from_ != self.user_id


class BoardClient:
    """One participant's connection, which comes back after an interruption, and their board.

    `run` serves it until `close`; `draw` and `point` send.

    Args:
        url: the session's WebSocket.
        token: the participant's room token.
        on_change: called after each message.
        tls: how to verify the server; None for `ws://`.

    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        on_change: Callable[[], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.acks = 0
        self.resumes = 0
        self._url = url
        self._token = token
        self._on_change = on_change
        self._tls = tls
        self._replica = Replica(chance.new_connection_id(), _CountingView())
        self._connection: ClientConnection | None = None
        self._unsaved: dict[str, asyncio.Future[None]] = {}
        self._is_synced = asyncio.Event()
        self._closing = asyncio.Event()
        self._sending = asyncio.Lock()
        self._pointed_s = 0.0

    @property
    def board(self) -> Board:
        """The board as the server has confirmed it."""
        return self._replica.view.board

    @property
    def seq(self) -> int:
        """The last event applied."""
        return self._replica.seq

    @property
    def events(self) -> int:
        """How many events of others have changed the board."""
        return self._replica.view.events

    async def ready(self) -> None:
        """Return once the board is as the server has it."""
        await self._is_synced.wait()

    async def draw(self, ops: Sequence[Mapping[str, Any]]) -> None:
        """Send one `board_event` and return once it is acknowledged, which means: on disk (BD-5).

        Raises:
            CommandRefused: the server refused it for good.

        """
        is_saved = asyncio.get_running_loop().create_future()
        pending, reaction = self._replica.submit(ops)
        self._unsaved[pending.id] = is_saved
        await self._do(reaction)
        await is_saved

    async def point(self, x: float, y: float, *, tool: str) -> None:
        """Move the pointer; of moves that come too fast to be seen, some are left out."""
        now_s = asyncio.get_running_loop().time()
        if now_s - self._pointed_s >= _POINTER_EVERY_S and self._is_synced.is_set():
            self._pointed_s = now_s
            await self._send(Outgoing("board", "pointer_move", {"x": x, "y": y, "tool": tool}))

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
            self._replica.closed()
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
            self._replica.opened()
            while not self._closing.is_set():
                await self._receive(messages.decode(await connection.recv(decode=False)))

    async def _receive(self, message: Incoming) -> None:
        if message.type == "ping":
            await self._send(Outgoing("system", "pong", {"t": _decode_ping(message.data).t}))
            return
        is_known = self._replica.epoch is not None
        reaction = self._replica.receive(message)
        self.resumes += is_known and any(isinstance(one, Synced) for one in reaction.happened)
        await self._do(reaction)
        self._on_change()

    async def _do(self, reaction: Reaction) -> None:
        for what in reaction.happened:
            self._take(what)
        # A gap is a fault: nothing is shown as the server has it until it has told the rest.
        if self._replica.phase is Phase.LIVE:
            self._is_synced.set()
        else:
            self._is_synced.clear()
        # In the order in which the replica was asked, whoever asked it: numbers count up (BD-6).
        async with self._sending:
            for message in reaction.send:
                await self._send(message)

    def _take(self, what: Happening) -> None:
        match what:
            case Acknowledged(id=submission_id):
                self.acks += 1
                self._settle(submission_id)
            case RefusedForGood(pending=pending, fault=fault):
                self._settle(
                    pending.id,
                    CommandRefused(f"the server refused to draw: {fault.message} ({fault.code})"),
                )
            case Absorbed(id=submission_id, by=by):
                self._follow(submission_id, by)
            case Cut(id=submission_id, into=parts):
                self._follow(submission_id, parts[-1].id if parts else None)
            case Held(retry_after_ms=wait_ms):
                loop, connection = asyncio.get_running_loop(), self._connection
                go_on = lambda: loop.create_task(self._go_on(connection))  # noqa: E731
                loop.call_later(wait_ms / 1000, go_on)
            case _:
                pass

    async def _go_on(self, connection: ClientConnection | None) -> None:
        # A connection that is gone has taken its waits with it.
        if self._connection is connection:
            await self._do(self._replica.release())

    def _settle(self, submission_id: str, error: CommandRefused | None = None) -> None:
        is_saved = self._unsaved.pop(submission_id, None)
        if is_saved is None or is_saved.done():
            return
        if error is None:
            is_saved.set_result(None)
        else:
            is_saved.set_exception(error)

    def _follow(self, submission_id: str, by: str | None) -> None:
        """Wait for another submission in the place of one that it says as well."""
        is_saved = self._unsaved.pop(submission_id, None)
        if is_saved is None:
            return
        other = None if by is None else self._unsaved.setdefault(by, _future())
        if other is None:
            is_saved.set_result(None)
        else:
            other.add_done_callback(lambda done: _copy(done, is_saved))

    async def _send(self, message: Outgoing) -> None:
        """Send where there is a connection; what matters is sent again after the next resume."""
        if self._connection is not None:
            try:
                await self._connection.send(message.encode(), text=True)
            except ConnectionClosed:
                return  # `run` hears of it as well


def _future() -> "asyncio.Future[None]":
    return asyncio.get_running_loop().create_future()


def _copy(done: "asyncio.Future[None]", to: "asyncio.Future[None]") -> None:
    if to.done() or done.cancelled():
        return
    error = done.exception()
    if error is None:
        to.set_result(None)
    else:
        to.set_exception(error)


def _may_return(closed: ConnectionClosed) -> bool:
    """Whether a client may come back after this close (PROTOCOL section 8)."""
    if closed.rcvd is None:
        return True
    try:
        return CloseCode(closed.rcvd.code).may_reconnect
    except ValueError:
        return False
