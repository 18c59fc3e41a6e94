"""`python -m benchmarks`: our server beside others, in one run; writes docs/performance.md.

The server under test has one core, the load the other. The others are installed into a folder for
temporary files the first time. `--quick` measures once, and writes nothing; `--brief` takes half a
minute: the quiet room and a room of 100, ours beside the broadcast of FastAPI's tutorial.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from benchmarks import contenders, crowded, hour, house, page
from benchmarks.contenders import Start
from benchmarks.crowds import CROWDS, ROOM, measure, quiet_room
from benchmarks.report import Row, document
from benchmarks.results import Result
from benchmarks.scratch import Scratch, prepared

PAGE: Final = Path(__file__).parent.parent / "docs/performance.md"
_WINDOWS: Final = 1
_WINDOW_S: Final = 1.5
_STROKES: Final = 60
_SKIPPED_STROKES: Final = 10
_ALONE: Final = (
    crowded.latency,
    crowded.room_of_five_hundred,
    *house.ALL,
    hour.hour,
    page.page,
)


def measure_contender(start: Start, rows: dict[str, Row]) -> None:
    """Have one server go through all scenarios, and note what they come to."""
    with start() as server:
        row = rows.setdefault(server.name, Row())
        for crowd in CROWDS:
            try:
                figures = asyncio.run(measure(server, crowd, windows=_WINDOWS, seconds=_WINDOW_S))
            except (TimeoutError, OSError) as error:
                row.failed[crowd.name] = str(error) or type(error).__name__
                continue
            row.figures.setdefault(crowd.name, []).extend(figures)
            first = figures[0]
            print(f"{server.name:32} {crowd.name:26} {first.cpu_s_per_million:8.2f} CPU-s/M")
        try:
            (seats,) = server.seats(1, 2)
            row.quiet_ms += asyncio.run(quiet_room(seats, strokes=_STROKES))[_SKIPPED_STROKES:]
        except (TimeoutError, OSError) as error:
            row.failed["quiet room"] = str(error) or type(error).__name__


def measure_briefly(scratch: Scratch) -> None:
    """Print the way of one stroke in a quiet room, and what a room of 100 costs."""
    for start in (contenders.lessonroom, contenders.fastapi_tutorial(scratch)):
        with start() as server:
            (seats,) = server.seats(1, 2)
            quiet_ms = asyncio.run(quiet_room(seats, strokes=_STROKES))[_SKIPPED_STROKES:]
            (figures,) = asyncio.run(measure(server, ROOM, windows=1, seconds=_WINDOW_S))
            print(
                f"{server.name:28} quiet room: median {statistics.median(quiet_ms):.2f} ms;"
                f" {ROOM.name}: {figures.cpu_s_per_million:.2f} CPU seconds a million deliveries,"
                f" {figures.lost:.0%} of the strokes later than a second"
            )


def _measured(scenario: Callable[[], list[Result]]) -> list[Result]:
    """Run one scenario; what goes wrong in it is a line of the page and stops no other."""
    try:
        results = scenario()
    except (OSError, TimeoutError, RuntimeError, AssertionError, httpx.HTTPError) as error:
        results = [Result(scenario.__name__.replace("_", " "), f"failed: {error!r}")]
    for result in results:
        print(f"{result.name}: {result.value}")
    return results


def main() -> None:
    """Print the figures and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--brief", action="store_true")
    options = parser.parse_args()
    scratch = prepared()
    os.sched_setaffinity(0, contenders.LOAD_CORES)
    if options.brief:
        measure_briefly(scratch)
        return
    began = time.monotonic()
    rows: dict[str, Row] = {}
    for _ in range(1 if options.quick else options.rounds):
        for start in (contenders.lessonroom, *contenders.others(scratch)):
            measure_contender(start, rows)
    results = [result for scenario in _ALONE for result in _measured(scenario)]
    text = document(rows, results, took_s=time.monotonic() - began)
    print(text)
    if not options.quick:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
