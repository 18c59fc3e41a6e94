"""The scenarios in which servers are compared: who draws, who points, and what it comes to."""

import asyncio
import statistics
from collections.abc import Sequence
from typing import Final

import msgspec

from benchmarks.contenders.contenders import Contender, Seat
from benchmarks.scenarios.load import Beat, Client, Work, connect, empty, fill

_WARM_UP_S: Final = 0.8
_LATE_MS: Final = 1000.0
_PAUSE_S: Final = 0.03


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms in which the first person draws and `pointing` of all, or everyone, point.

    With `senders` so many of a room draw as fast as strokes arrive: `work_ms` of them are under way
    at any time. Only one of the room then times them, or the load would be what is measured.
    """

    name: str
    rooms: int = 1
    people: int
    draw_hz: float = 30
    point_hz: float = 10
    pointing: int | None = None
    senders: int = 0
    work_ms: float = 50


SMALL: Final = Crowd(name="one room of 10", people=10)
LESSON: Final = Crowd(name="one room of 30", people=30)
ROOM: Final = Crowd(name="room of 100", people=100)
LESSONS: Final = Crowd(name="20 rooms of 5", rooms=20, people=5)
LECTURE: Final = Crowd(name="room of 200, 5 point", people=200, pointing=5)
EVERYONE: Final = Crowd(name="room of 200, all point", people=200)
STROKES: Final = Crowd(name="strokes only, 10 of 100 draw", people=100, pointing=0, senders=10)
CROWDS: Final = (SMALL, LESSON, LESSONS, LECTURE, EVERYONE, STROKES)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one window of a crowd came to."""

    strokes: int
    """That reached another client."""
    points: int
    """Pointers that did; one that was replaced by a later one on its way is none."""
    cpu_s: float
    """That the server took meanwhile."""
    seconds: float
    times_ms: Sequence[float] = ()
    """From a stroke's send to its receive, of each client that times them."""
    lost: float = 0.0
    """Share of strokes that did not arrive within a second."""

    @property
    def deliveries(self) -> int:
        """Return how much reached somebody else."""
        return self.strokes + self.points

    @property
    def cpu_s_per_million(self) -> float:
        """Return the CPU time that a million deliveries take."""
        return self.cpu_s / max(1, self.deliveries) * 1e6

    @property
    def core(self) -> float:
        """Return the share of the core that was taken."""
        return self.cpu_s / self.seconds

    def within_ms(self, share: float) -> float:
        """Return the time within which this share of the strokes arrived; 0 where none did."""
        return quantile(self.times_ms, share)


def quantile(values: Sequence[float], share: float) -> float:
    """Return what `share` of the values do not exceed; 0 where there are none."""
    ascending = sorted(values)
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))] if ascending else 0.0


async def measure(
    server: Contender, crowd: Crowd, *, windows: int, seconds: float
) -> list[Figures]:
    """Fill new rooms, warm up, and measure so many windows."""
    scene = await Scene.of(server, crowd)
    for _ in range(windows):
        await scene.window(seconds)
    return await scene.end()


async def measure_rooms(
    server: Contender, rooms: list[list[Client]], crowd: Crowd, *, windows: int, seconds: float
) -> list[Figures]:
    """Have the people of these rooms do what the crowd does; warm up, measure the windows."""
    scene = Scene(server, rooms, crowd)
    await scene.go_on(_WARM_UP_S)
    for _ in range(windows):
        await scene.window(seconds)
    return await scene.figures()


class _Window(msgspec.Struct, frozen=True):
    """What was counted of a window before its late strokes had their second."""

    from_ns: int
    until_ns: int
    strokes: int
    points: int
    expected: int
    cpu_s: float
    seconds: float


class Scene:
    """A crowd at a server, that can be measured in several windows and stands still in between."""

    def __init__(self, server: Contender, rooms: list[list[Client]], crowd: Crowd) -> None:
        self._server = server
        self._rooms = rooms
        self._clients = [client for room in rooms for client in room]
        self._windows: list[_Window] = []
        self._beat = Beat()
        self._works: list[Work] = []
        for room in rooms:
            if crowd.senders:
                self._works.append(Work(room, senders=crowd.senders, work_ms=crowd.work_ms))
                continue
            if crowd.draw_hz:
                self._beat.every(crowd.draw_hz, room[0].draw)
            for person in room[: crowd.pointing]:
                self._beat.every(crowd.point_hz, person.point)

    @classmethod
    async def of(cls, server: Contender, crowd: Crowd) -> "Scene":
        """Fill new rooms and warm up."""
        rooms = await fill(await asyncio.to_thread(server.seats, crowd.rooms, crowd.people))
        scene = cls(server, rooms, crowd)
        await scene.go_on(_WARM_UP_S)
        return scene

    async def go_on(self, seconds: float) -> None:
        """Have everyone do what they do for so long."""
        for work in self._works:
            work.begin()
        await self._beat.run(seconds)
        for work in self._works:
            work.stop()

    async def window(self, seconds: float) -> None:
        """Count what happens in so many seconds."""
        for client in self._clients:
            client.note_window()
        from_ns, cpu_s = Client.now_ns(), self._server.cpu_s()
        strokes, points = self._heard()
        await self.go_on(seconds)
        until_ns, cpu_s = Client.now_ns(), self._server.cpu_s() - cpu_s
        strokes_after, points_after = self._heard()
        own = sum(client.own_points_heard() for client in self._clients)
        self._windows.append(
            _Window(
                from_ns=from_ns,
                until_ns=until_ns,
                strokes=strokes_after - strokes,
                points=points_after - points - own,
                expected=sum(_expected(room) for room in self._rooms),
                cpu_s=cpu_s,
                seconds=(until_ns - from_ns) / 1e9,
            )
        )

    async def figures(self) -> list[Figures]:
        """Return what the windows came to; whatever is late has its second, under the same load."""
        await self._beat.run(_LATE_MS / 1000)
        timed = [each for client in self._clients for each in client.timed]
        return [_figures(window, timed) for window in self._windows]

    async def end(self) -> list[Figures]:
        """Return what the windows came to, and send everyone home."""
        figures = await self.figures()
        await empty(self._rooms)
        return figures

    def _heard(self) -> tuple[int, int]:
        clients = self._clients
        return sum(client.strokes for client in clients), sum(client.points for client in clients)


def _expected(room: Sequence[Client]) -> int:
    """Return how many strokes of the window the clients of a room should have timed."""
    drawn = sum(client.drawn for client in room)
    return sum(drawn - client.drawn for client in room if client.is_timing)


def _figures(window: _Window, timed: Sequence[tuple[int, float]]) -> Figures:
    times_ms = [ms for sent_ns, ms in timed if window.from_ns <= sent_ns < window.until_ns]
    on_time = sum(ms <= _LATE_MS for ms in times_ms)
    return Figures(
        strokes=window.strokes,
        points=window.points,
        cpu_s=window.cpu_s,
        seconds=window.seconds,
        times_ms=times_ms,
        lost=max(0.0, 1 - on_time / max(1, window.expected)),
    )


async def quiet_room(seats: list[Seat], *, strokes: int) -> list[float]:
    """Draw one stroke at a time; return the milliseconds from send to the other's receive."""
    drawer, watcher = [await connect(seat, is_drawer=not n) for n, seat in enumerate(seats)]
    for _ in range(strokes):
        watcher.heard.clear()
        drawer.draw()
        async with asyncio.timeout(5):
            await watcher.heard.wait()
        await asyncio.sleep(_PAUSE_S)
    await empty([[drawer, watcher]])
    return [ms for _, ms in watcher.timed]


def spread(values: Sequence[float], form: str) -> str:
    """Return the median, with the lowest and the highest."""
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{form} ({form} to {form})".format(median, low, high)
