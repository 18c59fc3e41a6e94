"""A lesson, ours beside the naive broadcast, in one run: latency, and CPU for a million deliveries.

Run: `python -m benchmarks.lesson [--seconds 20] [--repeat 3]`. The server has one core, the load
the other. Ours checks permissions, validates, and has every stroke on disk (fsync) before anyone
sees it; the broadcast of FastAPI's tutorial does nothing of that.
"""

import argparse
import asyncio
import os
import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager

from benchmarks import contenders
from benchmarks.contenders import Contender
from benchmarks.load import lesson, quiet_room

Start = Callable[[], AbstractContextManager[Contender]]
_CONTENDERS: tuple[Start, ...] = (contenders.lessonroom, contenders.naive_fastapi)


def _quiet(start: Start, strokes: int) -> tuple[str, str]:
    with start() as server:
        (seats,) = server.seats(1, 2)
        times = asyncio.run(quiet_room(seats, strokes=strokes))[strokes // 10 :]
    ordered = sorted(times)
    median, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    return server.name, f"median {median:6.2f} ms   p99 {p99:6.2f} ms"


def _crowd(start: Start, people: int, seconds: float) -> tuple[str, float, float, float]:
    with start() as server:
        seats = server.seats(1, people)
        asyncio.run(lesson(seats, seconds=2))
        before_s = server.cpu_s()
        figures = asyncio.run(lesson(seats, seconds=seconds))
        cpu_s = server.cpu_s() - before_s
    p99 = sorted(figures.latencies_ms)[int(len(figures.latencies_ms) * 0.99)]
    lost = 1 - figures.strokes / figures.strokes_expected
    return server.name, cpu_s / figures.deliveries * 1e6, p99, lost


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--strokes", type=int, default=200)
    options = parser.parse_args()
    os.sched_setaffinity(0, contenders.LOAD_CORES)

    print("Quiet room: from a client's send to another client's receive")
    for start in _CONTENDERS:
        name, line = _quiet(start, options.strokes)
        print(f"  {name:28} {line}")

    print(f"Room of {options.people}: one draws at 30 Hz, everyone points at 10 Hz")
    runs: dict[str, list[tuple[float, float, float]]] = {}
    for _ in range(options.repeat):
        for start in _CONTENDERS:
            name, *figures = _crowd(start, options.people, options.seconds)
            runs.setdefault(name, []).append((figures[0], figures[1], figures[2]))
    for name, values in runs.items():
        cpu, p99, lost = (statistics.median(column) for column in zip(*values, strict=True))
        low, high = min(value[0] for value in values), max(value[0] for value in values)
        print(
            f"  {name:28} {cpu:6.1f} CPU-s per million deliveries ({low:.1f} to {high:.1f})"
            f"   stroke p99 {p99:7.1f} ms   strokes not delivered {lost:6.1%}"
        )


if __name__ == "__main__":
    main()
