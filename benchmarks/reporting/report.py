"""The page of figures: what was measured, on what, and how far the values lie apart."""

import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.contenders.contenders import YARDSTICK
from benchmarks.contenders.interpreter import prepared
from benchmarks.reporting.results import Result
from benchmarks.scenarios.crowds import (
    CROWDS,
    EVERYONE,
    LECTURE,
    LESSON,
    LESSONS,
    SMALL,
    STROKES,
    Crowd,
    Figures,
    quantile,
    spread,
)

_HEAD: Final = """\
# Performance

Written by `make bench`: do not edit. {date}, commit `{commit}`, {took_s:.0f} s.

Machine: {machine}. Servers in Python run on {python}. The server has one core, the load the \
other. Load when it ended: {load}. On a machine that does other things, or lends its cores, the \
ratios of one run hold better than its figures, and CPU time better than times.

Every figure is the median of {windows} windows, with the lowest and the highest in brackets, and \
its ratio to the bare relay on Node's `ws` in the same run. All servers were warmed up before they \
were measured. lessonroom checks permissions and validates, and has every stroke on disk \
(`synchronous=FULL`) before anyone sees it; none of the others writes anything. Its limits of how \
fast and how much one may draw are widened, or the load would be held by them.

What was tried to make it faster, and what of it helped: decisions \
[7](decisions/0007-what-made-it-fast.md), [8](decisions/0008-one-interval.md), \
[18](decisions/0018-small-rooms.md), [21](decisions/0021-fewer-steps.md), \
[25](decisions/0025-heard-in-the-call.md) and [26](decisions/0026-read-together.md). \
`make bench ARGS="--against PATH"` compares two checkouts in \
turns, `python -m benchmarks.counts` counts what a stroke and a pointer cost in calls and messages.

"""
_CROWDS: Final = """\
## Beside what people use

A delivery is a stroke or a pointer that reached somebody else. In each room one person draws at \
30 Hz and all or some point at 10 Hz. Strokes only: ten of a hundred draw as fast as strokes \
arrive, 50 ms of work under way at any time. A stroke is lost or late when it did not arrive \
within a second.

"""


class Row(msgspec.Struct):
    """What one server came to."""

    figures: dict[str, list[Figures]] = {}
    quiet_ms: list[float] = []
    failed: dict[str, str] = {}


def document(rows: Mapping[str, Row], results: Sequence[Result], *, took_s: float) -> str:
    """Return the page in Markdown."""
    head = _HEAD.format(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        commit=commit(),
        took_s=took_s,
        machine=machine(),
        python=prepared().text,
        windows=max(
            (len(each) for row in rows.values() for each in row.figures.values()), default=0
        ),
        load=f"{os.getloadavg()[0]:.1f}",
    )
    return head + _CROWDS + "\n".join(_tables(rows)) + "\n" + _alone(results)


def _tables(rows: Mapping[str, Row]) -> list[str]:
    costs = (SMALL, LESSON, LESSONS, LECTURE, EVERYONE)
    yard = rows.get(YARDSTICK, Row())
    return [
        "CPU seconds for a million deliveries; for strokes only, deliveries in a CPU second:\n",
        _table(
            rows,
            [
                *((crowd.name, _column(crowd, _cost, yard)) for crowd in costs),
                (STROKES.name, _column(STROKES, _yield, yard)),
            ],
            wanted=("≤ 1.0 ×", "≤ 0.5 ×", "≤ 1.0 ×", "≤ 0.6 ×", "≤ 0.1 ×", "≥ 10 ×"),
        ),
        "Strokes and pointers that reached somebody else, a second, and strokes lost or late:\n",
        _table(
            rows,
            [(crowd.name, _column(crowd, _arrived, yard)) for crowd in CROWDS],
            wanted=("none lost",) * len(CROWDS),
        ),
        "Milliseconds from a stroke's send to its receive: p50, p99, p99.9\n",
        _table(
            rows,
            [
                ("quiet room", _quiet),
                *((crowd.name, _column(crowd, _times, yard)) for crowd in CROWDS),
            ],
            wanted=("3, 15", "", "", "5, 15", "", "", ""),
        ),
    ]


def _table(
    rows: Mapping[str, Row],
    columns: Sequence[tuple[str, Callable[[Row], str]]],
    *,
    wanted: Sequence[str],
) -> str:
    lines = [
        "| | " + " | ".join(name for name, _ in columns) + " |",
        "|---|" + "---|" * len(columns),
    ]
    for name, row in rows.items():
        cells = " | ".join(cell(row) for _, cell in columns)
        lines.append(f"| {name} | {cells} |")
    lines.append("| *wanted of lessonroom* | " + " | ".join(wanted) + " |")
    return "\n".join(lines) + "\n"


_Show = Callable[[Sequence[Figures], Sequence[Figures]], str]
"""Shows figures beside those of the yardstick, of which there may be none."""


def _column(crowd: Crowd, show: _Show, yard: Row) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        if crowd.name in row.failed:
            return "failed"
        figures = row.figures.get(crowd.name)
        return show(figures, yard.figures.get(crowd.name, ())) if figures else "—"

    return cell


def _cost(figures: Sequence[Figures], yard: Sequence[Figures]) -> str:
    def cost(each: Figures) -> float:
        return each.cpu_s_per_million

    if statistics.median(each.lost for each in figures) > 0.5:  # noqa: PLR2004 - most of it
        return "most lost"
    return spread(list(map(cost, figures)), "{:.1f}") + _ratio(cost, figures, yard)


def _yield(figures: Sequence[Figures], yard: Sequence[Figures]) -> str:
    def deliveries(each: Figures) -> float:
        return each.deliveries / each.cpu_s

    return spread(list(map(deliveries, figures)), "{:,.0f}") + _ratio(deliveries, figures, yard)


def _ratio(
    of: Callable[[Figures], float], figures: Sequence[Figures], yard: Sequence[Figures]
) -> str:
    base = statistics.median(map(of, yard)) if yard else 0.0
    return f", **{statistics.median(map(of, figures)) / base:.2f} ×**" if base else ""


def _arrived(figures: Sequence[Figures], _: Sequence[Figures]) -> str:
    strokes = statistics.median(each.strokes / each.seconds for each in figures)
    points = statistics.median(each.points / each.seconds for each in figures)
    lost = statistics.median(each.lost for each in figures)
    return f"{strokes:,.0f} + {points:,.0f}" + (f", {lost:.0%} lost" if lost else "")


def _times(figures: Sequence[Figures], _: Sequence[Figures]) -> str:
    return _quantiles([ms for each in figures for ms in each.times_ms])


def _quiet(row: Row) -> str:
    return _quantiles(row.quiet_ms) if row.quiet_ms else "failed"


def _quantiles(times_ms: Sequence[float]) -> str:
    if not times_ms:
        return "—"
    return ", ".join(f"{quantile(times_ms, share):.1f}" for share in (0.5, 0.99, 0.999))


def _alone(results: Sequence[Result]) -> str:
    lines = ["## What only our server was asked for\n", "| | measured | wanted |", "|---|---|---|"]
    lines += [
        f"| {result.name} | {result.value} | {f'≤ {result.target}' if result.target else ''} |"
        for result in results
    ]
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Return what the figures were measured on."""
    cpu = "a processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores, {cpu}, {platform.system()}"


def commit() -> str:
    """Return the commit that was measured, with a + where files are changed."""
    git = ["git", "describe", "--always", "--dirty=+", "--abbrev=10"]
    here = Path(__file__).parent
    run = subprocess.run(git, capture_output=True, text=True, check=False, cwd=here)  # noqa: S603
    return run.stdout.strip() or "unknown"
