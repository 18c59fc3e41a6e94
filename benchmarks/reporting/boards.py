"""The part of the page of figures that holds boards beside each other; it is written by itself."""

import statistics
from collections.abc import Mapping
from typing import Final

from benchmarks.contenders.boards import VERSIONS
from benchmarks.reporting.sections import written_by
from benchmarks.scenarios.drawing.beside import Beside

_HEAD: Final = """\
## Boards under a hand

{written_by} Excalidraw \
{excalidraw} and tldraw {tldraw}, as their documentation shows them, built by vite. The same \
strokes, 40 points each, the same hand, in the same Chromium without a GPU, rounds in turn: \
{rounds}; the median, and of more than one round the lowest and the highest in brackets. In bold \
what is best. Ours speaks to a real server with a disk while it draws, the others keep to \
themselves.

From press to ink is from a move of the mouse to the frame in which it is seen; the main thread's \
time is what the browser itself counts, and holds on a machine that does other things. The eraser \
passes over 200 strokes: ours takes parts of them, theirs take them whole.

"""


def section(found: Beside) -> str:
    """Return it in Markdown; what was not measured is a line below the tables."""
    figures = found.figures
    boards = [board for row in figures.values() for board in row.values()]
    each = (len(values) for board in boards for values in board.values())
    rounds = max(each, default=0)
    head = _HEAD.format(
        written_by=written_by("make bench ARGS=--boards"),
        rounds=rounds,
        **VERSIONS,
    )
    failures = "".join(f"- Not measured: {failure}\n" for failure in found.failures)
    tables = [_table(count, row) for count, row in figures.items()]
    return head + "\n".join([*tables, failures] if failures else tables)


def _table(count: int, row: Mapping[str, Mapping[str, list[float]]]) -> str:
    lines = [f"| {count:,} strokes | " + " | ".join(row) + " |", "|---|" + "---|" * len(row)]
    names = dict.fromkeys(name for each in row.values() for name in each)
    for name in names:
        values = [each.get(name, []) for each in row.values()]
        medians = [statistics.median(value) if value else float("inf") for value in values]
        best = min(medians)
        cells = [
            "—" if not value else f"**{_spread(value)}**" if median == best else _spread(value)
            for value, median in zip(values, medians, strict=True)
        ]
        unit = "" if name.endswith(("MB", "kB")) else ", ms"
        lines.append(f"| {name}{unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _spread(values: list[float]) -> str:
    middle = f"{statistics.median(values):,.1f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.1f} to {max(values):,.1f})"
