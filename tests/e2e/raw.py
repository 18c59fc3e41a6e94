"""A client that may break every rule: bytes over TCP."""

import asyncio
import json
import socket
import struct
from typing import Any, Final, Self
from urllib.parse import urlsplit

from websockets.frames import Frame, Opcode

DEADLINE_S: Final = 15.0
_KEY: Final = "dGhlIHNhbXBsZSBub25jZQ=="


class RawSocket:
    """A TCP connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""

    @classmethod
    async def open(cls, url: str, receive_buffer_bytes: int | None = None) -> Self:
        """Connect to the host of `url` and say nothing."""
        parts = urlsplit(url)
        connection = socket.socket()
        connection.setblocking(False)  # noqa: FBT003 - its signature
        if receive_buffer_bytes is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        await asyncio.get_running_loop().sock_connect(connection, (parts.hostname, parts.port))
        return cls(*await asyncio.open_connection(sock=connection, limit=2**16))

    async def shake_hands(
        self, url: str, token: str | None = None, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Ask for a WebSocket and read the answer; `token` goes into `Authorization`."""
        parts = urlsplit(url)
        lines = [
            f"GET {parts.path}{'?' if parts.query else ''}{parts.query} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {_KEY}",
            *([f"Authorization: Bearer {token}"] if token is not None else []),
            *(f"{name}: {text}" for name, text in headers),
        ]
        self.send("\r\n".join([*lines, "", ""]).encode())
        await self.read_response()

    async def read_response(self) -> None:
        """Read status, headers and, where the connection stays HTTP, the body."""
        async with asyncio.timeout(DEADLINE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            status, *lines = head.rstrip().split("\r\n")
            self.status = int(status.split(" ")[1])
            pairs = (line.split(": ", 1) for line in lines)
            self.headers = {name.lower(): text for name, text in pairs}
            if self.status != 101:
                self.body = await self.reader.read(int(self.headers.get("content-length", "0")))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    def send_frame(self, opcode: Opcode, data: bytes, *, fin: bool = True) -> None:
        """Send a frame, masked as a client's must be."""
        self.send(Frame(opcode, data, fin=fin).serialize(mask=True))

    def send_message(self, ch: str, name: str, data: object, message_id: str | None = None) -> None:
        """Send a message of the JSON sub-protocol."""
        message = {"ch": ch, "type": name, "id": message_id, "data": data}
        self.send_frame(Opcode.TEXT, json.dumps(message).encode())

    async def frame(self) -> tuple[Opcode, bytes]:
        """Return the next frame of the server."""
        async with asyncio.timeout(DEADLINE_S):
            first, second = await self.reader.readexactly(2)
            assert first & 0x70 == 0, "an extension that nobody agreed on"
            assert second < 0x80, "a server's frame is not masked"
            size = second
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return Opcode(first & 0x0F), await self.reader.readexactly(size)

    async def message(self) -> dict[str, Any]:
        """Return the next text message."""
        while True:
            opcode, data = await self.frame()
            if opcode is Opcode.TEXT:
                message: dict[str, Any] = json.loads(data)
                return message

    async def close_code(self) -> int:
        """Read up to the close frame and return its code."""
        while True:
            opcode, data = await self.frame()
            if opcode is Opcode.CLOSE:
                return int.from_bytes(data[:2], "big")

    async def until_gone(self, *, timeout_s: float = DEADLINE_S) -> bytes:
        """Wait until the server has ended the connection; return what it still sent."""
        left = bytearray()
        try:
            async with asyncio.timeout(timeout_s):
                while data := await self.reader.read(2**16):
                    left += data
        except ConnectionError:
            pass
        return bytes(left)

    def close(self) -> None:
        """Be gone."""
        self.writer.transport.abort()
