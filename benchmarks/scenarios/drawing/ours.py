"""Our page with 2,000 and 10,000 strokes: frames, and what each move costs the main thread."""

from pathlib import Path
from typing import Final

import msgspec

from benchmarks.reporting.results import Result
from benchmarks.scenarios.in_browser import Lacking, measured

_SCRIPT: Final = Path(__file__).with_name("ours.mjs")
_STROKES: Final = ("2000", "10000")
_PATIENCE_S: Final = 600


def drawing() -> list[Result]:
    """Return the figures in milliseconds; one line that says so where something lacks."""
    try:
        figures = measured(_SCRIPT, *_STROKES, patience_s=_PATIENCE_S)
    except Lacking as lacking:
        return [Result("drawing", f"not measured: there is no {lacking}")]
    rows = msgspec.json.decode(figures, type=dict[str, dict[str, float]])
    return [
        Result(f"drawing, {int(count):,} strokes: {name}", f"{value:.1f} ms")
        for count, figures in rows.items()
        for name, value in figures.items()
    ]
