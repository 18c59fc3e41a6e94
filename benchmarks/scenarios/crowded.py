"""What only our server is asked for while people draw: its latency, and a room of five hundred."""

import asyncio
import statistics
from typing import Final

from benchmarks.contenders.contenders import Contender, lessonroom
from benchmarks.reporting.results import Result
from benchmarks.scenarios.crowds import LESSON, measure, quiet_room
from benchmarks.scenarios.load import Beat, Client, connect, empty

_QUIET_STROKES: Final = 300
_WINDOWS: Final = 3
_WINDOW_S: Final = 2.0
_PEOPLE: Final = 500
_ACTIVE: Final = 50
_DRAW_HZ: Final = 1.0
_POINT_HZ: Final = 10.0
_AT_ONCE: Final = 20
_RUN_S: Final = 8.0
_LATE_S: Final = 1.5


def latency() -> list[Result]:
    """Measure from send to receive, with the commit in between: one stroke at a time, and many."""
    with lessonroom() as server:
        (seats,) = server.seats(1, 2)
        quiet_ms = asyncio.run(quiet_room(seats, strokes=_QUIET_STROKES))
        lesson = asyncio.run(measure(server, LESSON, windows=_WINDOWS, seconds=_WINDOW_S))
    median_ms, p99_ms = statistics.median(quiet_ms), statistics.quantiles(quiet_ms, n=100)[98]
    lesson_ms = statistics.median(figures.within_ms(0.99) for figures in lesson)
    what = f"latency in a quiet room, {len(quiet_ms)} strokes"
    return [
        Result(f"{what}: median", f"{median_ms:.1f} ms", "3 ms"),
        Result(f"{what}: p99", f"{p99_ms:.1f} ms", "15 ms"),
        Result("latency in a lesson of 30: p99", f"{lesson_ms:.0f} ms", "30 ms"),
    ]


def room_of_five_hundred() -> list[Result]:
    """Have a tenth of a large room draw and point: nobody is dropped, and memory stays bounded."""

    async def run(server: Contender) -> list[Result]:
        (seats,) = await asyncio.to_thread(server.seats, 1, _PEOPLE)
        people: list[Client] = []
        for at in range(0, _PEOPLE, _AT_ONCE):
            people += await asyncio.gather(*map(connect, seats[at : at + _AT_ONCE]))
        full_mb = server.memory_mb()
        active = people[:_ACTIVE]
        beat = Beat()
        for person in active:
            beat.every(_DRAW_HZ, person.draw)
            beat.every(_POINT_HZ, person.point)
        cpu_s = server.cpu_s()
        await beat.run(_RUN_S)
        cpu_s = server.cpu_s() - cpu_s
        await asyncio.sleep(_LATE_S)
        drawn = sum(person.drawn for person in active)
        heard = sum(person.strokes for person in people)
        lost = 1 - heard / (drawn * (_PEOPLE - 1))
        dropped = sum(person.is_gone.is_set() for person in people)
        times_ms = [ms for person in people for _, ms in person.timed]
        peak_mb = server.peak_memory_mb()
        await empty([people])
        what = f"room of {_PEOPLE}, {_ACTIVE} draw at {_DRAW_HZ:g} Hz and point at {_POINT_HZ:g} Hz"
        return [
            Result(f"{what}: connections dropped", str(dropped), "0"),
            Result("strokes of it lost", f"{lost:.1%}", "0 %"),
            Result(
                "stroke p99, share of the core",
                f"{statistics.quantiles(times_ms, n=100)[98]:.0f} ms, {cpu_s / _RUN_S:.0%}",
            ),
            Result(
                "memory when all were there, and its peak", f"{full_mb:.0f} MB, {peak_mb:.0f} MB"
            ),
        ]

    with lessonroom() as server:
        return asyncio.run(run(server))
