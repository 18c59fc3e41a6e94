"""The scenarios in which servers are compared: who draws, who points, and what it comes to."""

import asyncio
import statistics
from typing import Final

import msgspec

from benchmarks.contenders import Contender, Seat
from benchmarks.load import Beat, Client, connect, empty, fill

_WARM_UP_S: Final = 0.8
_LATE_MS: Final = 1000.0
_PAUSE_S: Final = 0.03


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms in which the first person draws and `pointing` of all, or everyone, point."""

    name: str
    rooms: int = 1
    people: int
    draw_hz: float = 30
    point_hz: float = 10
    pointing: int | None = None


LESSON: Final = Crowd(name="lesson of 30", people=30)
ROOM: Final = Crowd(name="room of 100", people=100)
LESSONS: Final = Crowd(name="20 rooms of 5", rooms=20, people=5)
LECTURE: Final = Crowd(name="room of 200, 5 point", people=200, pointing=5)
EVERYONE: Final = Crowd(name="room of 200, all point", people=200)
SATURATION: Final = Crowd(name="saturation, room of 100", people=100, point_hz=50)
CROWDS: Final = (LESSON, LESSONS, LECTURE, EVERYONE, SATURATION)


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What one window of a crowd came to."""

    deliveries: int
    """Strokes and pointers that reached another client."""
    cpu_s: float
    """That the server took meanwhile."""
    seconds: float
    p99_ms: float = 0.0
    lost: float = 0.0
    """Share of strokes that did not arrive within a second."""

    @property
    def cpu_s_per_million(self) -> float:
        """Return the CPU time that a million deliveries take."""
        return self.cpu_s / max(1, self.deliveries) * 1e6

    @property
    def core(self) -> float:
        """Return the share of the core that was taken."""
        return self.cpu_s / self.seconds


async def measure(
    server: Contender, crowd: Crowd, *, windows: int, seconds: float
) -> list[Figures]:
    """Fill new rooms, warm up, and measure so many windows."""
    rooms = await fill(await asyncio.to_thread(server.seats, crowd.rooms, crowd.people))
    figures = await measure_rooms(server, rooms, crowd, windows=windows, seconds=seconds)
    await empty(rooms)
    return figures


async def measure_rooms(
    server: Contender, rooms: list[list[Client]], crowd: Crowd, *, windows: int, seconds: float
) -> list[Figures]:
    """Have the people of these rooms do what the crowd does; warm up, measure the windows."""
    beat = Beat()
    for room in rooms:
        beat.every(crowd.draw_hz, room[0].draw)
        for person in room[: crowd.pointing]:
            beat.every(crowd.point_hz, person.point)
    await beat.run(_WARM_UP_S)
    return [await _window(server, rooms, beat, seconds) for _ in range(windows)]


async def _window(
    server: Contender, rooms: list[list[Client]], beat: Beat, seconds: float
) -> Figures:
    clients = [client for room in rooms for client in room]
    loop = asyncio.get_running_loop()
    for client in clients:
        client.note_window()
    began_s, cpu_s = loop.time(), server.cpu_s()
    before = sum(client.strokes + client.points for client in clients)
    await beat.run(seconds)
    took_s, cpu_s = loop.time() - began_s, server.cpu_s() - cpu_s
    after = sum(client.strokes + client.points for client in clients)
    own = sum(client.own_points_heard() for client in clients)
    # Whatever is late has its second, while the load goes on as it was.
    drawn = [room[0].drawn for room in rooms]
    await beat.run(_LATE_MS / 1000)
    expected = sum(count * (len(room) - 1) for room, count in zip(rooms, drawn, strict=True))
    until_ns = max((client.window_ns for client in clients), default=0) + int(took_s * 1e9)
    timed = [ms for client in clients for sent_ns, ms in client.timed if sent_ns < until_ns]
    on_time = sum(ms <= _LATE_MS for ms in timed)
    return Figures(
        deliveries=after - before - own,
        cpu_s=cpu_s,
        seconds=took_s,
        p99_ms=statistics.quantiles(timed, n=100)[98] if len(timed) > 1 else 0.0,
        lost=max(0.0, 1 - on_time / max(1, expected)),
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
