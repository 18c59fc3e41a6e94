"""An endpoint of webhooks on a port of this machine, which can go away and come back."""

import asyncio
import socket


class Receiver:
    """An HTTP server that answers as it is told, and keeps what it was sent.

    Its port stays its own while it is stopped, and refuses connections meanwhile.
    """

    def __init__(self) -> None:
        self.answer = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self._held = _bound(0)
        self.port: int = self._held.getsockname()[1]
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=_bound(self.port))

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def give_up_port(self) -> None:
        """Let go of the port, at the end."""
        self._held.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((headers, body))
        writer.write(self.answer)
        await writer.drain()
        writer.close()


def _bound(port: int) -> socket.socket:
    """Return a socket on a port that several sockets of this process may share."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound.bind(("127.0.0.1", port))
    return bound
