"""A load of clients that draw and point, light enough not to be what is measured."""

import asyncio
import contextlib
import heapq
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from picows import WSFrame, WSListener, WSTransport, ws_connect

from benchmarks.contenders.contenders import Seat
from benchmarks.contenders.dialects import MARK, MARK_DIGITS, Dialect

_AT_ONCE: Final = 20
"""Connections that are made at the same time."""


class Client(WSListener):
    """One connection. Counts what reaches it; times the strokes of others."""

    def __init__(self, dialect: Dialect, *, is_drawer: bool) -> None:
        self.is_drawer = is_drawer
        self.is_timing = not is_drawer
        """Whether it notes how long each stroke took, which costs more than to count it."""
        self.strokes = 0
        self.points = 0
        self.drawn = 0
        """Strokes sent in the present window."""
        self.pointed = 0
        self.timed: list[tuple[int, float]] = []
        """Of each stroke that was heard: when it was sent, and the milliseconds it took."""
        self.ready_payload = b""
        self.ready_after_ms = 0.0
        """From what the client says first to the answer that it waits for."""
        self._asked_ns = 0
        self.heard = asyncio.Event()
        self.is_ready = asyncio.Event()
        self.is_gone = asyncio.Event()
        self._dialect = dialect
        self._transport: WSTransport | None = None
        self._strokes_drawn = itertools.count(1)

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Say what the protocol wants first."""
        self._transport = transport
        self._asked_ns = time.perf_counter_ns()
        for message in self._dialect.hello():
            self.send(message)
        if not self._dialect.ready_mark:
            self.is_ready.set()

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002
        """Note that the server, or we, have ended it."""
        self._transport = None
        self.is_gone.set()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002
        """Count a message."""
        payload = frame.get_payload_as_bytes()
        if not self.is_ready.is_set():
            self._hear_hello(payload)
            return
        at = payload.find(MARK)
        if at < 0:
            points = self._dialect.points_in(payload)
            if points:
                self.points += points
            elif (answer := self._dialect.answer(payload)) is not None:
                self.send(answer)
        elif self.is_timing:
            self._hear_strokes(payload, at)
        elif not self.is_drawer:
            self.strokes += payload.count(MARK)

    def _hear_hello(self, payload: bytes) -> None:
        if self._dialect.ready_mark in payload:
            self.ready_after_ms = (time.perf_counter_ns() - self._asked_ns) / 1e6
            self.ready_payload = payload
            self.is_ready.set()
        elif (answer := self._dialect.answer(payload)) is not None:
            self.send(answer)

    def _hear_strokes(self, payload: bytes, at: int) -> None:
        now_ns = time.perf_counter_ns()
        while at >= 0:
            end = at + len(MARK) + MARK_DIGITS
            sent_ns = int(payload[at + len(MARK) : end])
            self.strokes += 1
            self.timed.append((sent_ns, (now_ns - sent_ns) / 1e6))
            at = payload.find(MARK, end)
        self.heard.set()

    def note_window(self) -> None:
        """Begin to count what is sent anew."""
        self.drawn = self.pointed = 0

    @staticmethod
    def now_ns() -> int:
        """Return the clock that strokes are timed by."""
        return time.perf_counter_ns()

    def own_points_heard(self) -> int:
        """Return how many of its own pointers it has heard at most, where the server echoes."""
        return self.pointed if self._dialect.hears_own_points else 0

    def draw(self) -> None:
        """Put a small stroke that says when it was sent."""
        mark = MARK + b"%0*d" % (MARK_DIGITS, time.perf_counter_ns())
        self.drawn += 1
        self.send(self._dialect.stroke(next(self._strokes_drawn), mark))

    def point(self) -> None:
        """Move the pointer."""
        self.pointed += 1
        self.send(self._dialect.point(self.pointed))

    def send(self, message: bytes) -> None:
        """Send one message."""
        if self._transport is not None:
            self._transport.send(self._dialect.msg_type, message)

    def disconnect(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.disconnect()


async def connect(seat: Seat, *, is_drawer: bool = False) -> Client:
    """Connect a client and have it synced."""
    client = Client(seat.dialect, is_drawer=is_drawer)
    headers = {"Authorization": f"Bearer {seat.token}"} if seat.token else None
    await ws_connect(
        lambda: client, seat.url, extra_headers=headers, websocket_handshake_timeout=30
    )
    async with asyncio.timeout(30):
        await client.is_ready.wait()
    return client


async def fill(seats: Sequence[Sequence[Seat]]) -> list[list[Client]]:
    """Connect everyone, the first of each room as its drawer."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(seat: Seat, *, is_drawer: bool) -> Client:
        async with gate:
            return await connect(seat, is_drawer=is_drawer)

    return await asyncio.gather(
        *(
            asyncio.gather(*(one(seat, is_drawer=not n) for n, seat in enumerate(room)))
            for room in seats
        )
    )


async def empty(rooms: Iterable[Iterable[Client]]) -> None:
    """Disconnect everyone."""
    clients = [client for room in rooms for client in room]
    for client in clients:
        client.disconnect()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            for client in clients:
                await client.is_gone.wait()


class Beat:
    """Does things at their rates, spread evenly, until a time."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, float, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._began_s = self._stood_s = asyncio.get_running_loop().time()

    def every(self, hz: float, action: Callable[[], None]) -> None:
        """Do `action` so many times a second, from a moment of its own on."""
        number = next(self._numbers)
        phase = (number * 0.618034) % 1
        heapq.heappush(self._due, (self._began_s + phase / hz, number, 1 / hz, action))

    async def run(self, seconds: float) -> None:
        """Go on for so long."""
        loop = asyncio.get_running_loop()
        # What stood still goes on as it was: else all would come at once, and go on like that.
        stood_s = loop.time() - self._stood_s
        self._due = due = [
            (at_s + stood_s, number, period_s, action)
            for at_s, number, period_s, action in self._due
        ]
        until_s = loop.time() + seconds
        while (now_s := loop.time()) < until_s:
            while due and due[0][0] <= now_s:
                at_s, number, period_s, action = due[0]
                # What could not be sent in time is not made up for: nobody draws faster later.
                next_s = max(at_s + period_s, now_s - period_s)
                heapq.heapreplace(due, (next_s, number, period_s, action))
                action()
            next_s = due[0][0] if due else until_s
            await asyncio.sleep(max(0, min(next_s, until_s) - loop.time()))
        self._stood_s = loop.time()


class Work:
    """Has some of a room draw as fast as strokes arrive: so many milliseconds of it are under way.

    How many strokes that is follows from how fast they arrive, which is looked at again and again.
    """

    def __init__(self, room: Sequence[Client], *, senders: int, work_ms: float) -> None:
        self._senders = itertools.cycle(room[:senders])
        for client in room[:-1]:
            client.is_drawer = client.is_timing = False
        self._watcher = room[-1]
        self._work_s = work_ms / 1000
        self._most = senders
        self._sent = 0
        self._looked: tuple[float, int] = (0.0, 0)
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Go on until `stop`."""
        self._looked = (time.perf_counter(), self._watcher.strokes)
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Send nothing more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            while self._sent - self._watcher.strokes < self._most:
                self._sent += 1
                next(self._senders).draw()
            self._watcher.heard.clear()
            try:
                async with asyncio.timeout(1):
                    await self._watcher.heard.wait()
            except TimeoutError:
                # What did not come by now is lost, and nothing waits for it.
                self._sent = self._watcher.strokes
            self._look()

    def _look(self) -> None:
        at_s, strokes = self._looked
        now_s = time.perf_counter()
        if now_s - at_s >= 4 * self._work_s:
            per_s = (self._watcher.strokes - strokes) / (now_s - at_s)
            self._most = max(10, round(per_s * self._work_s))
            self._looked = (now_s, self._watcher.strokes)


with contextlib.suppress(ImportError):
    import uvloop

    # `loop_factory` of asyncio.run, which takes its place, is not in Python 3.11.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())  # type: ignore[deprecated]
