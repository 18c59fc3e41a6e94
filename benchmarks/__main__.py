"""`python -m benchmarks`: our server beside others, in one run; writes docs/performance.md.

The server under test has one core, the load the other. The others are installed into a folder for
temporary files the first time. `--quick` measures once, and writes nothing; `--brief` takes half a
minute: the quiet room and small rooms, ours beside a bare relay. `--against PATH` measures this
checkout beside another one, in turns. `--boards` measures our board beside others in a browser, and
writes that section of the page alone.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import httpx

from benchmarks import hour
from benchmarks.contenders import contenders
from benchmarks.contenders.contenders import YARDSTICK, Ours, Start
from benchmarks.contenders.scratch import prepared
from benchmarks.reporting import boards, sections
from benchmarks.reporting.paired import WINDOWS, compare
from benchmarks.reporting.report import Row, document
from benchmarks.reporting.results import Result
from benchmarks.scenarios import crowded, house, page
from benchmarks.scenarios.crowds import CROWDS, LESSONS, SMALL, Crowd, measure, quantile, quiet_room
from benchmarks.scenarios.drawing.beside import beside

_ROUNDS: Final = 2
_WINDOWS: Final = 3
"""In each round, so that every figure is the median of at least five."""
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
_BOARD_STROKES: Final = (2_000, 10_000)
_BOARD_ROUNDS: Final = 3


def measure_contender(
    start: Start, rows: dict[str, Row], *, crowds: Sequence[Crowd], windows: int
) -> None:
    """Have one server go through all scenarios, and note what they come to."""
    with start() as server:
        row = rows.setdefault(server.name, Row())
        for crowd in crowds:
            try:
                figures = asyncio.run(measure(server, crowd, windows=windows, seconds=_WINDOW_S))
            except (TimeoutError, OSError) as error:
                row.failed[crowd.name] = str(error) or type(error).__name__
                continue
            row.figures.setdefault(crowd.name, []).extend(figures)
            first = figures[0]
            print(
                f"{server.name:32} {crowd.name:30} {first.cpu_s_per_million:8.2f} CPU-s/M,"
                f" p50 {first.within_ms(0.5):.1f} ms, p99 {first.within_ms(0.99):.1f} ms"
            )
        try:
            (seats,) = server.seats(1, 2)
            row.quiet_ms += asyncio.run(quiet_room(seats, strokes=_STROKES))[_SKIPPED_STROKES:]
        except (TimeoutError, OSError) as error:
            row.failed["quiet room"] = str(error) or type(error).__name__


def measure_briefly(starts: Sequence[Start]) -> None:
    """Print what small rooms cost, as ratios to the bare relay, and the way of one stroke."""
    rows: dict[str, Row] = {}
    for start in starts:
        measure_contender(start, rows, crowds=(SMALL, LESSONS), windows=1)
    yard = rows[YARDSTICK]
    for name, row in rows.items():
        ratios = [
            f"{crowd.name} {row.figures[crowd.name][0].cpu_s_per_million / base:.2f} ×"
            for crowd in (SMALL, LESSONS)
            if (base := yard.figures[crowd.name][0].cpu_s_per_million)
        ]
        print(f"{name}: {', '.join(ratios)}, quiet room p50 {quantile(row.quiet_ms, 0.5):.2f} ms")


def measure_boards(*, rounds: int) -> None:
    """Write the section of boards beside each other, and leave the rest of the page as it is."""
    text = boards.section(beside(list(_BOARD_STROKES), rounds=rounds))
    print(text)
    sections.write("boards", text)


def _measured(scenario: Callable[[], list[Result]]) -> list[Result]:
    """Run one scenario; what goes wrong in it is a line of the page and stops no other."""
    try:
        results = scenario()
    except (OSError, TimeoutError, RuntimeError, AssertionError, httpx.HTTPError) as error:
        results = [Result(scenario.__name__.replace("_", " "), f"failed: {error!r}")]
    for result in results:
        print(f"{result.name}: {result.value}")
    return results


def _crowds(names: str) -> list[Crowd]:
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    return [
        crowd
        for crowd in CROWDS
        if not wanted or any(crowd.name.startswith(name) for name in wanted)
    ]


def main() -> None:
    """Print the figures and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--against", type=Path, help="another checkout of this repository")
    parser.add_argument("--crowds", default="", help="only those whose names begin so, by comma")
    parser.add_argument("--boards", action="store_true", help="boards in a browser, alone")
    options = parser.parse_args()
    if options.boards:
        measure_boards(rounds=options.rounds or _BOARD_ROUNDS)
        return
    os.sched_setaffinity(0, contenders.LOAD_CORES)
    if options.against is not None:
        rounds = options.rounds or WINDOWS
        compare(options.against.resolve(), _crowds(options.crowds), rounds=rounds)
        return
    scratch = prepared()
    others = contenders.others(scratch)
    if options.brief:
        measure_briefly([Ours().start, others[YARDSTICK]])
        return
    began = time.monotonic()
    rows: dict[str, Row] = {}
    for _ in range(1 if options.quick else options.rounds or _ROUNDS):
        for start in (Ours().start, *others.values()):
            windows = 1 if options.quick else _WINDOWS
            measure_contender(start, rows, crowds=_crowds(options.crowds), windows=windows)
    results = [result for scenario in _ALONE for result in _measured(scenario)]
    text = document(rows, results, took_s=time.monotonic() - began)
    print(text)
    if not options.quick:
        kept = sections.kept(sections.PAGE.read_text())
        sections.PAGE.write_text(f"{text.rstrip()}\n\n{kept}")
        # Boards are measured by themselves: with both cores to the browser.
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        measure_boards(rounds=_BOARD_ROUNDS)


if __name__ == "__main__":
    main()
