"""What only our server is asked for: opening, resuming, many lessons, idle connections, rest."""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import msgspec

from benchmarks.contenders.contenders import Contender, Seat, lessonroom
from benchmarks.contenders.dialects import Lessonroom, Returning
from benchmarks.reporting.results import Result
from benchmarks.scenarios.crowds import Crowd, Figures, measure_rooms
from benchmarks.scenarios.load import Beat, Client, connect, empty, fill

ELEMENTS: Final = 10_000
_OPS: Final = 200
_AWAY_EVENTS: Final = 900
"""Thirty seconds of somebody who draws at 30 Hz."""
_IDLE: Final = (20, 100)
_LESSONS: Final = 1_000
_HALF_LESSONS: Final = 300
_FASTEST_HZ: Final = 15.0
"""Past it a page would put strokes together."""
_LESSON: Final = 3
_SETTLE_S: Final = 2.0
_LOOKS_MOST: Final = 60
_LOOK_EVERY_S: Final = 0.5
_AT_REST: Final = 0.05
"""Of a core: three thousand who say nothing take 2 %."""
_FULL: Final = 0.9
"""Of a core: what is later than that says little."""
_LOAD_FULL: Final = ", the load's own core full: its times are those of the load"


def start_and_rest() -> list[Result]:
    """Measure the way to the first answer, and memory with nothing open.

    The first start on a folder makes the database, and loads what is needed for that.
    """
    first, again = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as name:
            first.append(_start(Path(name)))
            again.append(_start(Path(name)))
    return [
        Result("`serve` to the first 200", f"{_median(again, 0):,.0f} ms", "1,000 ms"),
        Result(
            "the same where there is no database yet", f"{_median(first, 0):,.0f} ms", "1,500 ms"
        ),
        Result("memory with nothing open", f"{_median(again, 1):.0f} MB", "100 MB"),
        Result("the same after the start that made the database", f"{_median(first, 1):.0f} MB"),
    ]


def _start(home: Path) -> tuple[float, float]:
    """Start a server; return the milliseconds to the first answer, and its memory at rest."""
    began = time.perf_counter()
    with lessonroom(home=home) as server:
        httpx.get(f"{server.url}/healthz").raise_for_status()
        took_ms = (time.perf_counter() - began) * 1000
        time.sleep(_SETTLE_S)
        return took_ms, server.memory_mb()


def _median(pairs: list[tuple[float, float]], at: int) -> float:
    return statistics.median(pair[at] for pair in pairs)


def idle_connections() -> list[Result]:
    """Measure what connections take that only listen."""

    async def run(server: Contender) -> float:
        seats = await asyncio.to_thread(server.seats, *_IDLE)
        before_mb = server.memory_mb()
        rooms = await fill(seats)
        await asyncio.sleep(_SETTLE_S)
        each_kb = (server.memory_mb() - before_mb) * 1024 / (_IDLE[0] * _IDLE[1])
        await empty(rooms)
        return each_kb

    with lessonroom() as server:
        each_kb = asyncio.run(run(server))
    name = f"{_IDLE[0] * _IDLE[1]:,} idle connections in {_IDLE[0]} rooms, each"
    return [Result(name, f"{each_kb:.1f} KB", "20 KB")]


def opening() -> list[Result]:
    """Open a room with many elements in a server that has just started."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        with lessonroom(home=home) as server:
            (seats,) = server.seats(1, 2)
            asyncio.run(_draw_many(seats[0]))
        opened: list[Client] = []
        with lessonroom(home=home) as server, _longest_answer(server) as answers_ms:
            time.sleep(0.5)
            usual_ms = statistics.median(answers_ms)
            answers_ms.clear()
            url = server.url.replace("http", "ws") + "/ws/" + seats[1].url.partition("/ws/")[2]
            seat = Seat(url, Lessonroom("opening", 1), token=seats[1].token)
            took_ms = asyncio.run(_open(seat, opened))
    size_mb = len(opened[0].ready_payload) / 1e6
    what = f"opening a room with {ELEMENTS:,} elements ({size_mb:.1f} MB)"
    return [
        Result(f"{what}, to the full board", f"{took_ms:.0f} ms", "300 ms"),
        Result(
            "the event loop away meanwhile, at most",
            f"{max(answers_ms) - usual_ms:.1f} ms",
            "20 ms",
        ),
    ]


async def _open(seat: Seat, opened: list[Client]) -> float:
    began = time.perf_counter()
    opened.append(await connect(seat))
    took_ms = (time.perf_counter() - began) * 1000
    await asyncio.sleep(0.2)
    await empty([opened])
    return took_ms


async def _draw_many(seat: Seat) -> None:
    drawer = await connect(seat, is_drawer=True)
    for n in range(ELEMENTS // _OPS):
        ops = [{"op": "put", "element": _stroke(n * _OPS + k)} for k in range(_OPS)]
        message = {
            "ch": "board",
            "type": "board_event",
            "id": f"opening-bench:{n + 1}",
            "data": {"ops": ops},
        }
        drawer.send(msgspec.json.encode(message))
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    await empty([[drawer]])


def _stroke(n: int) -> dict[str, object]:
    points = [value for k in range(12) for value in (n % 900 + k, n % 700 - k, 0.5, 8)]
    return {"id": f"e{n}", "layer": "base", "type": "stroke", "points": points}


@contextmanager
def _longest_answer(server: Contender) -> Iterator[list[float]]:
    """Ask for the server's health without a pause; what an answer takes, the loop was away."""
    times_ms: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=server.url) as client:
            while not stop.is_set():
                began = time.perf_counter()
                client.get("/healthz")
                times_ms.append((time.perf_counter() - began) * 1000)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield times_ms
    finally:
        stop.set()
        asking.join()


def resuming() -> list[Result]:
    """Come back after thirty seconds in which somebody drew."""

    async def run(server: Contender) -> list[float]:
        (seats,) = await asyncio.to_thread(server.seats, 1, 11)
        (clients,) = await fill([seats])
        *drawers, away = clients
        await empty([[away]])
        beat = Beat()
        for drawer in drawers:
            beat.every(30, drawer.draw)
        await beat.run(_AWAY_EVENTS / 300)
        await asyncio.sleep(0.5)
        times_ms = []
        for n in range(10):
            back = Returning("resuming", n, synced=away.ready_payload)
            seat = Seat(seats[-1].url, back, token=seats[-1].token)
            client = await connect(seat)
            assert b'"mode":"delta"' in client.ready_payload
            times_ms.append(client.ready_after_ms)
            await empty([[client]])
        await empty([drawers])
        return times_ms

    with lessonroom() as server:
        times_ms = asyncio.run(run(server))
    what = f"resume by delta of {_AWAY_EVENTS} events, from request to answer"
    return [Result(what, f"{statistics.median(times_ms):.1f} ms", "20 ms")]


def many_lessons() -> list[Result]:
    """Raise what a thousand lessons do until the first wall."""
    results = []

    async def run(server: Contender) -> None:
        rooms = await fill(await asyncio.to_thread(server.seats, _LESSONS, _LESSON))
        await _settled(server)
        for hz in (0.5, 1, 2, 4):
            crowd = Crowd(name="", people=_LESSON, draw_hz=hz, point_hz=hz)
            figures, is_load_full = await _measured(server, rooms, crowd, seconds=2)
            name = f"{_LESSONS:,} lessons of {_LESSON}: one draws and all point, each {hz:g} Hz"
            value = f"{figures.core:.0%} of the core, stroke p99 {figures.within_ms(0.99):.0f} ms"
            lost = f", {figures.lost:.0%} later than a second" if figures.lost else ""
            results.append(Result(name, value + lost + (_LOAD_FULL if is_load_full else "")))
            if figures.lost or figures.core > _FULL:
                break
        results.append(Result("memory with them", f"{server.memory_mb():.0f} MB"))
        await empty(rooms)

    with lessonroom() as server:
        asyncio.run(run(server))
    return results


def half_a_core() -> list[Result]:
    """Find the rate at which 300 lessons take half the core, and how late strokes are then."""

    async def run(server: Contender) -> Result:
        rooms = await fill(await asyncio.to_thread(server.seats, _HALF_LESSONS, _LESSON))
        await _settled(server)
        hz = at_hz = 4.0
        core = 0.0
        is_load_full = False
        figures: Figures | None = None
        for seconds in (2, 2, 4):
            crowd = Crowd(name="", people=_LESSON, draw_hz=hz, point_hz=hz)
            figures, is_load_full = await _measured(server, rooms, crowd, seconds=seconds)
            at_hz, core = hz, figures.core
            # A machine that does other things meanwhile knows little of its own core.
            hz = min(_FASTEST_HZ, hz * (0.8 if is_load_full else 0.5 / core))
        await empty(rooms)
        assert figures is not None
        times = (f"{figures.within_ms(share):.1f}" for share in (0.5, 0.99, 0.999))
        name = f"{_HALF_LESSONS} lessons of {_LESSON}, one draws and all point, each {at_hz:.1f} Hz"
        text = f"{core:.0%} of the core, stroke p50, p99, p99.9: {', '.join(times)} ms"
        return Result(name, text + (_LOAD_FULL if is_load_full else ""))

    with lessonroom() as server:
        return [asyncio.run(run(server))]


async def _settled(server: Contender) -> None:
    """Wait until a server has done what many who came in at once have left it to do.

    A thousand boards are saved after their people came: the first window took that for its own.
    """
    for _ in range(_LOOKS_MOST):
        cpu_s = server.cpu_s()
        await asyncio.sleep(_LOOK_EVERY_S)
        if server.cpu_s() - cpu_s < _AT_REST * _LOOK_EVERY_S:
            return


async def _measured(
    server: Contender, rooms: list[list[Client]], crowd: Crowd, *, seconds: float
) -> tuple[Figures, bool]:
    """Measure a window, and whether the load took all of its own core: then it times itself."""
    cpu_s, began_s = time.process_time(), time.perf_counter()
    (figures,) = await measure_rooms(server, rooms, crowd, windows=1, seconds=seconds)
    share = (time.process_time() - cpu_s) / (time.perf_counter() - began_s)
    return figures, share > _FULL


ALL: Final = (start_and_rest, idle_connections, opening, resuming, half_a_core, many_lessons)
