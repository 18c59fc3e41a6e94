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

from benchmarks.crowds import EVERYONE, LECTURE, LESSON, LESSONS, SATURATION, Crowd, Figures
from benchmarks.results import Result

_HEAD: Final = """\
# Performance

Written by `make bench`: do not edit. {date}, commit `{commit}`, {took_s:.0f} s.

Machine: {machine}. The server has one core, the load the other. Load when it ended: {load}. On a \
machine that does other things, or lends its cores, CPU time and the order of the columns hold \
better than times.

Every figure is the median of all windows, with the lowest and the highest in brackets. All \
servers ran in the same run, each warmed up before it was measured. lessonroom checks permissions \
and validates, and has every stroke on disk (`synchronous=FULL`) before anyone sees it; none of \
the others writes anything.

"""
_CROWDS: Final = """\
## Beside what people use

A delivery is a stroke or a pointer that reached somebody else. In each room one person draws at \
30 Hz and all or some point at 10 Hz; at saturation, at 50 Hz. A stroke is lost or late when it \
did not arrive within a second.

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
        commit=_commit(),
        took_s=took_s,
        machine=_machine(),
        load=f"{os.getloadavg()[0]:.1f}",
    )
    return head + _CROWDS + "\n".join(_tables(rows)) + "\n" + _alone(results)


def _tables(rows: Mapping[str, Row]) -> list[str]:
    return [
        "CPU seconds of the server for a million deliveries:\n",
        _table(
            rows,
            [(crowd.name, _column(crowd, _cost)) for crowd in (LESSON, LESSONS, LECTURE, EVERYONE)],
            wanted=("≤ 10", "≤ 25", "≤ 9", "≤ 1"),
        ),
        "Under load, and in a quiet room (one stroke at a time, from send to receive):\n",
        _table(
            rows,
            [
                ("200 all point: strokes lost or late", _column(EVERYONE, _lost)),
                ("200 all point: stroke p99", _column(EVERYONE, _p99)),
                ("room of 100, deliveries per CPU second", _column(SATURATION, _yield)),
                ("its strokes lost or late", _column(SATURATION, _lost)),
                ("its stroke p99", _column(SATURATION, _p99)),
                ("quiet room: median, p99", _quiet),
            ],
            wanted=("0%", "≤ 50 ms", "≥ 1,000,000", "0%", "≤ 50 ms", "≤ 3 ms, ≤ 15 ms"),
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


def _column(crowd: Crowd, show: Callable[[Sequence[Figures]], str]) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        if crowd.name in row.failed:
            return "failed"
        figures = row.figures.get(crowd.name)
        return show(figures) if figures else "—"

    return cell


def _cost(figures: Sequence[Figures]) -> str:
    if statistics.median(each.lost for each in figures) > 0.5:  # noqa: PLR2004 - most of it
        return "most lost"
    return _spread([each.cpu_s_per_million for each in figures], "{:.1f}")


def _yield(figures: Sequence[Figures]) -> str:
    return _spread([each.deliveries / each.cpu_s for each in figures], "{:,.0f}")


def _lost(figures: Sequence[Figures]) -> str:
    return f"{statistics.median(each.lost for each in figures):.0%}"


def _p99(figures: Sequence[Figures]) -> str:
    if not any(each.p99_ms for each in figures):
        return "—"
    return _spread([each.p99_ms for each in figures], "{:,.0f}") + " ms"


def _quiet(row: Row) -> str:
    if not row.quiet_ms:
        return "failed"
    p99 = statistics.quantiles(row.quiet_ms, n=100)[98]
    return f"{statistics.median(row.quiet_ms):.1f} ms, {p99:.1f} ms"


def _spread(values: Sequence[float], form: str) -> str:
    median, low, high = statistics.median(values), min(values), max(values)
    return f"{form} ({form} to {form})".format(median, low, high)


def _alone(results: Sequence[Result]) -> str:
    lines = ["## What only our server was asked for\n", "| | measured | wanted |", "|---|---|---|"]
    lines += [
        f"| {result.name} | {result.value} | {f'≤ {result.target}' if result.target else ''} |"
        for result in results
    ]
    return "\n".join(lines) + "\n"


def _machine() -> str:
    cpu = "a processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} cores, {cpu}, {platform.system()}, Python {platform.python_version()}"


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty=+", "--abbrev=10"]
    here = Path(__file__).parent
    run = subprocess.run(git, capture_output=True, text=True, check=False, cwd=here)  # noqa: S603
    return run.stdout.strip() or "unknown"
