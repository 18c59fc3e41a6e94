"""A port that serves a small application, and what a client does with it."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from gateway.port import Port

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
DEADLINE_S = 10


class App:
    """Answers with what it knows of the request, once its body was read and `answers` is set.

    Where `reads` is false it answers at once.
    """

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = asyncio.Event()
        self.answered = asyncio.Event()
        """An answer was sent, or given up."""
        self.reads = True
        self.body: bytes | None = None
        """What to answer in place of what is known."""
        self.paths: list[str] = []
        """What was asked for."""
        self.hosts: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"])
        self.hosts += [value for name, value in scope["headers"] if name == b"host"]
        while self.reads and (await receive()).get("more_body"):
            pass
        self.asked.set()
        await self.answers.wait()
        known = json.dumps({"is_operator": scope.get("state", {}).get("is_operator")}).encode()
        body = known if self.body is None else self.body
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        # Waits until the client has read most of it, or is gone.
        await send({"type": "http.response.body", "body": b""})
        self.answered.set()


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

    async def exchange(self, request: bytes) -> bytes:
        """Send bytes on a connection of their own and return all that comes back."""
        reader, writer = await self.dial()
        writer.write(request)
        async with asyncio.timeout(DEADLINE_S):
            return await reader.read()


Serve = Callable[..., AbstractAsyncContextManager[Serving]]


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
