"""The one port: HTTP and WebSockets by uvicorn, and the operator's socket beside it.

What uvicorn leaves to its user is done here: signals that end with exit code 0, readers that do not
drain, and the order in which things stop. Slow requests are the business of `guarded_http`.
"""

import asyncio
import contextlib
import os
import signal
import socket
import stat
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

import msgspec
import structlog
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from gateway.guarded_http import guarded
from gateway.socket.socket import RoomSocket
from gateway.socket.socket_services import SocketServices
from gateway.unix_address import unix_address

_log: Final = structlog.get_logger(__name__)

_TCP_USER_TIMEOUT_MS: Final = 15_000
_BACKLOG: Final = 2_048
_MAX_HEADER_BYTES: Final = 16_384


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where to listen. Port 0 picks a free one; `certificate` and `key` are PEM files."""

    host: str
    port: int
    operator_socket: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    request_timeout_s: float = 10.0
    """Time to send a request's headers, and to show that its body gets on."""
    shutdown_timeout_s: float = 8.0


class Port:
    """Serves an application and the rooms' sockets until it is told to stop.

    Args:
        app: the HTTP application.
        sockets: the neighbours of the WebSockets.
        address: where to listen.
        stop_rooms: called first when the server stops: rooms commit and say goodbye.

    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        sockets: SocketServices,
        address: Address,
        stop_rooms: Callable[[], Awaitable[None]],
    ) -> None:
        self._app = app
        self._sockets = sockets
        self._address = address
        self._stop_rooms = stop_rooms
        self._server: _Server | None = None

    async def serve(self, on_listening: Callable[[str], None]) -> None:
        """Listen and serve until SIGINT, SIGTERM, SIGHUP or `stop`.

        Args:
            on_listening: called with the server's URL as soon as it can be reached there.

        Raises:
            OSError: the address cannot be listened on.

        """
        listener = _listener(self._address.host, self._address.port)
        scheme = "https" if self._address.certificate else "http"
        url = f"{scheme}://{_authority(listener)}"
        self._server = server = _Server(
            self._config(self._app, ws=self._room_socket),
            on_listening=lambda: on_listening(url),
            stop_rooms=self._stop_rooms,
        )
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(listener.close)
            if self._address.operator_socket is not None:
                await stack.enter_async_context(self._operator(self._address.operator_socket))
            await server.serve(sockets=[listener])

    def stop(self) -> None:
        """Have `serve` stop and return."""
        if self._server is not None:
            self._server.should_exit = True

    def _room_socket(
        self,
        config: uvicorn.Config,  # noqa: ARG002 - uvicorn's signature
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - uvicorn's signature
    ) -> RoomSocket:
        return RoomSocket(self._sockets, server_state)

    def _config(self, app: ASGIApp, *, ws: Any, uds: str | None = None) -> uvicorn.Config:  # noqa: ANN401 - a factory
        address = self._address
        return uvicorn.Config(
            app,
            uds=uds,
            http=guarded(address.request_timeout_s),
            ws=ws,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
            timeout_graceful_shutdown=max(1, int(address.shutdown_timeout_s)),
            ssl_certfile=address.certificate if uds is None else None,
            ssl_keyfile=address.key if uds is None else None,
        )

    @contextlib.asynccontextmanager
    async def _operator(self, path: Path) -> Any:  # noqa: ANN401 - a context manager
        """Serve the operator on a socket that only this user may open."""
        listener = _private_listener(path)
        config = self._config(_as_operator(self._app), ws="none", uds=str(path))
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_unix_server(
            lambda: config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=state, app_state={}
            ),
            sock=listener,
        )
        try:
            yield
        finally:
            server.close()
            for connection in list(state.connections):
                connection.shutdown()
            _remove(path)


class _Server(uvicorn.Server):
    """uvicorn's server, with our own beginning and end."""

    def __init__(
        self,
        config: uvicorn.Config,
        *,
        on_listening: Callable[[], None],
        stop_rooms: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(config)
        self._on_listening = on_listening
        self._stop_rooms = stop_rooms

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let the rooms say goodbye, then end what is left (PROMISES P22)."""
        for server in self.servers:
            server.close()
        timeout_s = self.config.timeout_graceful_shutdown or 1
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                await self._stop_rooms()
        except TimeoutError:
            _log.error("the rooms did not stop in time", timeout_s=timeout_s)
        # One deadline for both: what the rooms have used, the requests under way do not get.
        self.config.timeout_graceful_shutdown = max(1, round(deadline_s - loop.time()))
        await super().shutdown(sockets=sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT, SIGTERM and SIGHUP; uvicorn's own would raise them again at the end.

        SIGHUP says that the terminal is gone, or comes from a service manager that knows no
        better: there is nothing to read anew. Under `nohup` it is ignored, and stays so.
        """
        loop = asyncio.get_running_loop()
        signals = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signals.append(signal.SIGHUP)
        for number in signals:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; a second SIGINT does not wait for anyone."""
        _log.info("stopping", signal=signal.Signals(sig).name)
        super().handle_exit(sig, frame)


def _as_operator(app: ASGIApp) -> ASGIApp:
    """Mark requests as the operator's: who may open the socket is (as with Docker)."""

    async def operator_app(scope: Scope, receive: Receive, send: Send) -> None:
        scope = {**scope, "state": {**scope.get("state", {}), "is_operator": True}}
        await app(scope, receive, send)

    return operator_app


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A peer that vanished without a word is given up by the kernel after this time.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _TCP_USER_TIMEOUT_MS)
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    return listener


def _private_listener(path: Path) -> socket.socket:
    _remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with unix_address(path) as address:
            listener.bind(address)
    except OSError as error:
        listener.close()
        # Python does not say of which address.
        raise OSError(error.errno, error.strerror, str(path)) from None
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(mask)
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return listener


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _authority(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
