"""Ways to hold a WebSocket: Python's `websockets`, and Node's own `WebSocket`."""

import asyncio
import contextlib
import json
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any, Final, Protocol, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

JSON: Final = "lessonroom.v1.json"
MSGPACK: Final = "lessonroom.v1.msgpack"
NODE: Final = shutil.which("node")
_NODE_CLIENT: Final = Path(__file__).parent.parent / "node" / "websocket.mjs"


class Closed(Exception):  # noqa: N818 - how every connection ends
    """The connection has ended; 1006 is the end without a close frame."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Wire(Protocol):
    """One connection, message by message."""

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            Closed: the connection has ended.

        """

    async def receive(self) -> dict[str, Any]:
        """Return the next message.

        Raises:
            Closed: there is none.

        """

    async def close(self) -> None:
        """Say goodbye (1000); `receive` tells when that is through."""

    async def drop(self) -> None:
        """Be gone without a word, as when the network fails."""


class PythonWire:
    """A connection by `websockets`, in JSON or MessagePack."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        is_binary = connection.subprotocol == MSGPACK
        self._encode = msgspec.msgpack.encode if is_binary else _to_text
        self._decode = msgspec.msgpack.decode if is_binary else msgspec.json.decode

    @classmethod
    async def open(cls, url: str, token: str, *, subprotocol: str = JSON) -> Self:
        """Connect with the token as a sub-protocol, as a browser does."""
        protocols = [Subprotocol(subprotocol), Subprotocol(f"bearer.{token}")]
        return cls(
            await connect(url, subprotocols=protocols, proxy=None, max_size=None, max_queue=None)
        )

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        try:
            await self.connection.send(self._encode(message))
        except ConnectionClosed as error:
            raise _closed(error) from None

    async def receive(self) -> dict[str, Any]:
        """Return the next message."""
        try:
            message: dict[str, Any] = self._decode(await self.connection.recv(decode=False))
        except ConnectionClosed as error:
            raise _closed(error) from None
        return message

    async def close(self) -> None:
        """Say goodbye."""
        await self.connection.close()

    async def drop(self) -> None:
        """Reset the connection."""
        self.connection.transport.abort()
        await self.connection.wait_closed()


class NodeWire:
    """A connection by Node's own `WebSocket`, driven line by line."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._closed: Closed | None = None

    @classmethod
    async def open(cls, url: str, token: str) -> Self:
        """Start Node and have it connect."""
        assert NODE is not None
        process = await asyncio.create_subprocess_exec(
            NODE,
            "--experimental-websocket",
            "--no-warnings",
            str(_NODE_CLIENT),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=2**24,
        )
        wire = cls(process)
        await wire._tell({"url": url, "protocols": [JSON, f"bearer.{token}"]})
        opened = await wire._hear()
        assert opened == {"open": JSON}, opened
        return wire

    async def send(self, message: dict[str, Any]) -> None:
        """Have Node send a message."""
        await self._tell({"send": json.dumps(message)})

    async def receive(self) -> dict[str, Any]:
        """Return the next message that Node got."""
        heard = await self._hear()
        if "message" in heard:
            message: dict[str, Any] = json.loads(heard["message"])
            return message
        self._closed = Closed(heard["close"], heard["reason"])
        await self._end()
        raise self._closed

    async def close(self) -> None:
        """Have Node close with 1000."""
        with contextlib.suppress(Closed):
            await self._tell({"close": 1000})

    async def drop(self) -> None:
        """Kill Node: its operating system closes the connection without a frame."""
        self._closed = Closed(1006, "")
        if self._process.returncode is None:
            self._process.kill()
        await self._end()

    async def _tell(self, order: dict[str, Any]) -> None:
        if self._closed is not None:
            raise self._closed
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()

    async def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise self._closed or Closed(1006, "")
        heard: dict[str, Any] = json.loads(line)
        return heard

    async def _end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def _to_text(message: dict[str, Any]) -> str:
    return msgspec.json.encode(message).decode()


def _closed(error: ConnectionClosed) -> Closed:
    return Closed(error.rcvd.code, error.rcvd.reason) if error.rcvd else Closed(1006, "")
