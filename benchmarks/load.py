"""A load of clients that draw and point, light enough not to be what is measured."""

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.contenders import Seat

_SENT_AT: Final = b'"t_'
_ROW: Final = b"],["
_POINTERS: Final = b'"pointers":[['


class Client(WSListener):
    """One connection. Counts what reaches it; times the strokes of others."""

    def __init__(self) -> None:
        self.transport: WSTransport | None = None
        self.strokes = 0
        self.points = 0
        self.latencies_ms: list[float] = []
        self.heard = asyncio.Event()
        self.is_ours = False
        self.is_synced = asyncio.Event()

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Ask for the board, where the server has one."""
        self.transport = transport
        if self.is_ours:
            transport.send(WSMsgType.TEXT, b'{"ch":"board","type":"sync_request","data":{}}')

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002
        """Count a message."""
        payload = frame.get_payload_as_bytes()
        at = payload.find(_SENT_AT)
        if at >= 0 and b'"board_event"' in payload:
            sent_ns = int(payload[at + 3 : payload.index(b'"', at + 3)])
            self.latencies_ms.append((time.perf_counter_ns() - sent_ns) / 1e6)
            self.strokes += 1
            self.heard.set()
        elif _POINTERS in payload:
            self.points += payload.count(_ROW) + 1
        elif b'"pointer_move"' in payload:
            self.points += 1
        elif b'"sync_response"' in payload:
            self.is_synced.set()

    def draw(self, client_id: str, n: int) -> None:
        """Put a small stroke whose id says when it was sent."""
        element = {
            "id": f"t_{time.perf_counter_ns()}",
            "layer": "base",
            "type": "stroke",
            "points": [n % 700, 100, 0.5, 0, n % 700 + 3, 104, 0.6, 8, n % 700 + 7, 109, 0.6, 8],
        }
        data = {"ops": [{"op": "put", "element": element}]}
        message = {"ch": "board", "type": "board_event", "id": f"{client_id}:{n}", "data": data}
        self.send(message)

    def point(self, n: int) -> None:
        """Move the pointer."""
        self.send({"ch": "board", "type": "pointer_move", "data": {"x": n % 800, "y": n % 600}})

    def send(self, message: object) -> None:
        """Send one message."""
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, json.dumps(message).encode())


async def connect(seat: Seat) -> Client:
    """Connect a client and have it synced."""
    client = Client()
    client.is_ours = bool(seat.token)
    headers = {"Authorization": f"Bearer {seat.token}"} if seat.token else None
    await ws_connect(lambda: client, seat.url, extra_headers=headers)
    if client.is_ours:
        await client.is_synced.wait()
    return client


class Figures(msgspec.Struct):
    """What a run came to."""

    deliveries: int
    """Strokes and pointers that reached another client."""
    strokes: int
    strokes_expected: int
    latencies_ms: list[float]
    seconds: float


async def lesson(
    seats: Sequence[Sequence[Seat]],
    *,
    seconds: float,
    draw_hz: float = 30,
    point_hz: float = 10,
    pointing: int | None = None,
) -> Figures:
    """Run lessons: in each room one draws and everyone, or the first `pointing`, points."""
    rooms = [[await connect(seat) for seat in room] for room in seats]
    clients = [client for room in rooms for client in room]
    loop = asyncio.get_running_loop()
    started_s = loop.time()
    until_s = started_s + seconds
    strokes_expected = 0
    tasks = []
    for number, room in enumerate(rooms):
        tasks.append(_repeat(until_s, draw_hz, _drawing(room[0], f"drawer-{number:04}")))
        tasks.extend(_repeat(until_s, point_hz, _pointing(person)) for person in room[:pointing])
    counts = await asyncio.gather(*tasks)
    step = 1 + (pointing or len(rooms[0]))
    for number, room in enumerate(rooms):
        strokes_expected += counts[number * step] * (len(room) - 1)
    await asyncio.sleep(0.5)
    own = sum(counts) - sum(counts[::step])
    points = sum(client.points for client in clients)
    strokes = sum(client.strokes for client in clients)
    figures = Figures(
        # Our pointer frames are one for all and hold the receiver's own pointer too.
        deliveries=strokes + (points - own if clients[0].is_ours else points),
        strokes=strokes,
        strokes_expected=strokes_expected,
        latencies_ms=[value for client in clients for value in client.latencies_ms],
        seconds=seconds,
    )
    for client in clients:
        if client.transport is not None:
            client.transport.disconnect()
    return figures


async def quiet_room(seats: Sequence[Seat], *, strokes: int) -> list[float]:
    """Draw one stroke at a time; return the milliseconds from send to the other's receive."""
    drawer, watcher = [await connect(seat) for seat in seats]
    for n in range(1, strokes + 1):
        watcher.heard.clear()
        drawer.draw("quiet-room", n)
        await watcher.heard.wait()
        await asyncio.sleep(0.03)
    for client in (drawer, watcher):
        if client.transport is not None:
            client.transport.disconnect()
    return watcher.latencies_ms


async def _repeat(until_s: float, hz: float, action: Iterator[None]) -> int:
    loop = asyncio.get_running_loop()
    next_s = loop.time()
    count = 0
    while next_s < until_s:
        next(action)
        count += 1
        next_s += 1 / hz
        await asyncio.sleep(max(0.0, next_s - loop.time()))
    return count


def _drawing(client: Client, client_id: str) -> Iterator[None]:
    n = 0
    while True:
        n += 1
        client.draw(client_id, n)
        yield


def _pointing(client: Client) -> Iterator[None]:
    n = 0
    while True:
        n += 7
        client.point(n)
        yield


with contextlib.suppress(ImportError):
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
