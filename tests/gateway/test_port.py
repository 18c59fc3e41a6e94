import asyncio
import contextlib
import json
import os
import signal
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import Receive, Scope, Send

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime.clock import SystemClock
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig
from gateway.identity.tokens import Tokens
from gateway.port import Address, Port
from gateway.socket.socket_services import SocketServices
from lessonroom.rates import Backoff
from storage.records import Durability
from storage.store import Store

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
DEADLINE_S = 10


class App:
    """Answers with what it knows of the request; not before `answers` is set."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        self.asked.set()
        await self.answers.wait()
        body = json.dumps({"is_operator": scope.get("state", {}).get("is_operator")}).encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Serving:
    """A port that serves."""

    def __init__(self, port: Port, url: str, app: App) -> None:
        self.port = port
        self.url = url
        self.app = app
        self.streams: list[asyncio.StreamWriter] = []

    async def dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a TCP connection."""
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        self.streams.append(writer)
        return reader, writer

    async def ask(self, request: bytes = GET) -> dict[str, object]:
        """Send a request on a connection of its own and return the answer."""
        reader, writer = await self.dial()
        writer.write(request)
        return await answer(reader)


Serve = Callable[..., AbstractAsyncContextManager[Serving]]


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Serves `App` on a free port; what an `Address` says besides is given by name."""
    clock = SystemClock()
    url = f"sqlite+aiosqlite:///{tmp_path}/lessons.db"
    store = await Store.open(url, durability=Durability.PROCESS)
    rooms = Rooms(store, clock=clock, config=RoomConfig())
    services = SocketServices(
        rooms=rooms,
        tokens=Tokens([b"a secret of thirty-two bytes, at least"], leeway_s=30, clock=clock),
        clock=clock,
        config=GatewayConfig(),
        room_config=RoomConfig(),
        proxies=TrustedProxies(()),
        refused_handshakes=Backoff(30),
        sockets=set(),
    )

    @asynccontextmanager
    async def serve_one(
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        operator_socket: Path | None = None,
        request_timeout_s: float = 10,
        stop_rooms: Callable[[], Awaitable[None]] = _nothing,
    ) -> AsyncIterator[Serving]:
        address = Address(
            host=host,
            port=port,
            operator_socket=operator_socket,
            request_timeout_s=request_timeout_s,
            shutdown_timeout_s=1,
        )
        app = App()
        opened = Port(app, sockets=services, address=address, stop_rooms=stop_rooms)
        listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(opened.serve(listening.set_result))
        either: set[asyncio.Future[Any]] = {task, listening}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            listening.cancel()
            task.result()
        serving = Serving(opened, listening.result(), app)
        try:
            yield serving
        finally:
            for writer in serving.streams:
                writer.transport.abort()
            opened.stop()
            async with asyncio.timeout(DEADLINE_S):
                await task

    yield serve_one
    await rooms.stop()
    await store.close()


async def _nothing() -> None:
    pass


async def answer(reader: asyncio.StreamReader) -> dict[str, object]:
    """Read one response."""
    async with asyncio.timeout(DEADLINE_S):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        assert lines[0] == "http/1.1 200 ok"
        (length,) = (line.split(": ")[1] for line in lines if line.startswith("content-length"))
        body: dict[str, object] = json.loads(await reader.readexactly(int(length)))
        return body


async def is_ended(reader: asyncio.StreamReader, *, within_s: float = DEADLINE_S) -> bool:
    """Whether the server ends a connection in that time."""
    try:
        async with asyncio.timeout(within_s):
            with contextlib.suppress(ConnectionError):
                await reader.read()
    except TimeoutError:
        return False
    return True


async def test_it_announces_where_it_can_be_reached(serve: Serve) -> None:
    """With the port that was picked; nothing says what serves."""
    async with serve() as serving:
        assert serving.url.startswith("http://127.0.0.1:")
        assert urlsplit(serving.url).port != 0
        reader, writer = await serving.dial()
        writer.write(GET)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"uvicorn" not in head.lower()


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_ipv6_address_is_announced_in_brackets(serve: Serve) -> None:
    """RFC 3986 section 3.2.2."""
    with contextlib.suppress(OSError):
        async with serve(host="::1") as serving:
            assert serving.url.startswith("http://[::1]:")
            assert await serving.ask() == {"is_operator": None}


async def test_a_port_that_is_taken_is_an_error(serve: Serve, tmp_path: Path) -> None:
    """And no operator's socket is made for a server that does not come to be."""
    path = tmp_path / "operator.sock"
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        async with serve(port=taken.getsockname()[1], operator_socket=path):
            pass
    assert not path.exists()


async def test_who_may_open_the_unix_socket_is_the_operator(serve: Serve, tmp_path: Path) -> None:
    """Only this user may; over TCP nobody is, whatever they claim."""
    path = tmp_path / "operator.sock"
    path.write_text("left behind by a server that was killed")
    async with serve(operator_socket=path) as serving:
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(GET)
        assert await answer(reader) == {"is_operator": True}
        writer.transport.abort()
        claims = GET.replace(b"\r\n\r\n", b"\r\nis_operator: true\r\nstate: is_operator\r\n\r\n")
        assert await serving.ask(claims) == {"is_operator": None}
    assert not path.exists()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n",
        GET + b"GET / HT",
    ],
    ids=["nothing", "half a line", "half a header", "no body", "half a chunk", "half a second one"],
)
async def test_a_request_that_does_not_come_to_its_end_is_cut_off(
    serve: Serve, sent: bytes
) -> None:
    """[HS-7] uvicorn alone waits for ever."""
    async with serve(request_timeout_s=0.2) as serving:
        reader, writer = await serving.dial()
        writer.write(sent)
        # Less than the 5 s after which uvicorn ends a connection that was used and rests.
        assert await is_ended(reader, within_s=3)


async def test_an_answer_may_take_longer_than_a_request(serve: Serve) -> None:
    """The deadline is the client's, not the application's."""
    async with serve(request_timeout_s=0.1) as serving:
        serving.app.answers.clear()
        reader, writer = await serving.dial()
        writer.write(GET)
        await serving.app.asked.wait()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await reader.readexactly(1)
        serving.app.answers.set()
        assert await answer(reader) == {"is_operator": None}


async def test_a_connection_is_used_again(serve: Serve) -> None:
    """One request after another, each with a deadline of its own."""
    async with serve(request_timeout_s=0.5) as serving:
        reader, writer = await serving.dial()
        for _ in range(3):
            writer.write(GET[:10])
            await writer.drain()
            writer.write(GET[10:])
            await answer(reader)


async def test_headers_have_a_limit(serve: Serve) -> None:
    """16 KiB; what comes without an end is not held."""
    async with serve() as serving:
        reader, writer = await serving.dial()
        writer.write(b"GET / HTTP/1.1\r\nHost: h\r\nX-Long: " + b"a" * 100_000)
        assert (await reader.readline()).startswith(b"HTTP/1.1 400 ")
        assert await is_ended(reader)


@pytest.mark.logs_errors
async def test_rooms_and_requests_that_do_not_end_do_not_hold_the_server(serve: Serve) -> None:
    """[SY-4] There is one deadline for all of it."""
    never = asyncio.Event()

    async def stop_rooms() -> None:
        await never.wait()

    began_s = asyncio.get_running_loop().time()
    async with serve(stop_rooms=stop_rooms) as serving:
        serving.app.answers.clear()
        _, writer = await serving.dial()
        writer.write(GET)
        await serving.app.asked.wait()
        serving.streams.clear()
        serving.port.stop()
    assert asyncio.get_running_loop().time() - began_s < 4
    writer.transport.abort()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_in_order(serve: Serve, number: signal.Signals) -> None:
    """[SY-4] The rooms first; `serve` returns, and nothing raises the signal again."""
    stopped = asyncio.Event()

    async def stop_rooms() -> None:
        stopped.set()

    async with serve(stop_rooms=stop_rooms):
        os.kill(os.getpid(), number)
        async with asyncio.timeout(DEADLINE_S):
            await stopped.wait()
