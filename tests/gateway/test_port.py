"""The one port: HTTP, sockets, the operator, and how it stops.

Tests also: actors/runtime/clock.py.
"""

import asyncio
import contextlib
import os
import signal
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.gateway.served_port import DEADLINE_S, GET, Serve, answer, is_ended


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
