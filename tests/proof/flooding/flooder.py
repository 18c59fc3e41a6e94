"""A process that floods a server, so that what measures it is not what is slow.

Reads `Order`s, each a line of JSON. Of each it says "ready" once it is connected, floods from the
next line to the one after that, and then says what came of it, an `Account` as JSON.
"""

import asyncio
import contextlib
import os
import socket
import sys
import time
from typing import Final

import msgspec

from tests.e2e.raw import RawSocket
from tests.proof.flooding.frames import FRAMES, flood_of

_SEND_BUFFER_BYTES: Final = 65_536
"""Little, so that what this end takes off the flooder is soon what the server reads."""
_LOOK_EVERY_S: Final = 0.1
_PAUSE_S: Final = 0.05


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to do. `kind` is one of `FRAMES`, `connects`, or `gets` of the paths."""

    kind: str
    url: str
    tokens: list[str]
    reads: bool = True
    subprotocol: str = "lessonroom.v1.json"
    paths: list[str] = []


class Account(msgspec.Struct, kw_only=True):
    """What came of it."""

    ended: int = 0
    """Connections that the server has ended, or not let in."""
    taken: int = 0
    """Bytes that the server's end has taken."""
    taken_late: int = 0
    """Of them, those of the second half."""
    answers: int = 0
    """Answers to requests over HTTP, whatever they said."""
    seconds: float = 0.0


class _Flooder:
    """Writes as fast as TCP takes it, whatever comes back; some do not even read."""

    def __init__(self, order: Order, token: str) -> None:
        self._order = order
        self._token = token
        self._data = flood_of(order.kind, is_msgpack=order.subprotocol.endswith("msgpack"))
        self._raw: RawSocket | None = None
        self._written = 0
        self.ended = 0

    async def enter(self) -> bool:
        """Come in; False where one is not let in."""
        self._raw = raw = await RawSocket.open(self._order.url)
        taken = raw.writer.get_extra_info("socket")
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        protocols = (("Sec-WebSocket-Protocol", self._order.subprotocol),)
        await raw.shake_hands(self._order.url, self._token, protocols)
        if raw.status != 101:
            raw.close()
        return raw.status == 101

    def taken(self) -> int:
        """Return how many bytes have left this process."""
        if self._raw is None:
            return self._written
        return self._written - self._raw.writer.transport.get_write_buffer_size()

    async def run(self) -> None:
        """Flood, and come back whenever the server ends the connection."""
        is_in = True
        while True:
            if is_in:
                await self._flood()
            self.ended += 1
            await asyncio.sleep(_PAUSE_S)
            with contextlib.suppress(OSError, TimeoutError, EOFError):
                is_in = await self.enter()

    async def _flood(self) -> None:
        assert self._raw is not None
        writer = self._raw.writer
        reading = asyncio.create_task(self._read(self._raw)) if self._order.reads else None
        try:
            while True:
                writer.write(self._data)
                self._written += len(self._data)
                await writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            self._written -= writer.transport.get_write_buffer_size()
            self._raw = None
        finally:
            writer.transport.abort()
            if reading is not None:
                reading.cancel()

    async def _read(self, raw: RawSocket) -> None:
        with contextlib.suppress(ConnectionError):
            while await raw.reader.read(2**16):
                pass
        raw.writer.transport.abort()


async def _connects(order: Order, token: str, account: Account) -> None:
    """Come in and be gone, again and again."""
    while True:
        raw = None
        with contextlib.suppress(OSError, TimeoutError, EOFError):
            raw = await RawSocket.open(order.url)
            await raw.shake_hands(order.url, token)
            account.answers += 1
            account.ended += raw.status != 101
        if raw is not None:
            raw.close()
        await asyncio.sleep(0)


async def _gets(order: Order, token: str, account: Account) -> None:
    """Ask for one path after another on connections that are used again, and read the answers."""
    raw: RawSocket | None = None
    while True:
        for path in order.paths:
            try:
                raw = raw or await RawSocket.open(order.url)
                await _get(raw, order.url, path, token)
                account.answers += 1
                account.ended += raw.status != 200
            except (OSError, TimeoutError, EOFError):
                raw = None


async def _get(raw: RawSocket, url: str, path: str, token: str) -> None:
    host = url.partition("://")[2].partition("/")[0]
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", f"Authorization: Bearer {token}", "", ""]
    raw.send("\r\n".join(lines).encode())
    head = (await raw.reader.readuntil(b"\r\n\r\n")).decode().lower()
    raw.status = int(head.split(" ", 2)[1])
    left = int(head.partition("content-length: ")[2].partition("\r\n")[0])
    while left:
        read = await raw.reader.read(min(left, 2**16))
        if not read:
            raise EOFError
        left -= len(read)


async def _flooded(order: Order, orders: asyncio.StreamReader) -> Account:
    """Carry out an order; the next two lines of input say when to begin and when to end."""
    account = Account()
    flooders: list[_Flooder] = []
    if order.kind in FRAMES:
        flooders = [_Flooder(order, token) for token in order.tokens]
        for flooder in flooders:
            assert await flooder.enter(), "nobody floods who is not let in"
        work = [flooder.run() for flooder in flooders]
    else:
        one = _connects if order.kind == "connects" else _gets
        work = [one(order, token, account) for token in order.tokens]
    _say("ready")
    await orders.readline()
    begun_s = time.monotonic()
    running = [asyncio.create_task(each) for each in work]
    over = asyncio.create_task(orders.readline())
    samples: list[tuple[float, int]] = []
    while not over.done():
        samples.append((time.monotonic() - begun_s, sum(each.taken() for each in flooders)))
        await asyncio.wait([over], timeout=_LOOK_EVERY_S)
    account.seconds = time.monotonic() - begun_s
    account.taken = sum(each.taken() for each in flooders)
    half = next((taken for at_s, taken in samples if at_s >= account.seconds / 2), account.taken)
    account.taken_late = account.taken - half
    for task in running:
        task.cancel()
    ends = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends
    account.ended += sum(each.ended for each in flooders)
    return account


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _main() -> None:
    """Carry out one order after another."""
    orders = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while line := await orders.readline():
        account = await _flooded(msgspec.json.decode(line, type=Order), orders)
        _say(msgspec.json.encode(account).decode())


if __name__ == "__main__":
    # Real ones come from other machines, and take nothing of the server's.
    os.nice(5)
    asyncio.run(_main())
