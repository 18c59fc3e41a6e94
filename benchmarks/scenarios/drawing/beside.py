"""Our board beside Excalidraw and tldraw, with 2,000 and 10,000 strokes, in one browser."""

import subprocess
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.contenders import boards
from benchmarks.scenarios.in_browser import measured

OURS: Final = "lessonroom"
_SCRIPT: Final = Path(__file__).with_name("beside.mjs")
_PATIENCE_S: Final = 3_600

Figures = dict[str, dict[str, dict[str, list[float]]]]
"""By the number of strokes, by the board, by the figure: what each round came to."""


def beside(counts: list[int], *, rounds: int, alone: bool = False) -> Figures:
    """Return the figures of ours, and of the others where they can be had.

    Raises:
        Lacking: node, Chromium or the page as it was built are not there.
        RuntimeError: the script failed; with its last words.

    """
    try:
        folder = None if alone else boards.built()
    except subprocess.CalledProcessError:
        folder = None
    text = measured(
        _SCRIPT, str(folder or ""), str(rounds), *map(str, counts), patience_s=_PATIENCE_S
    )
    return msgspec.json.decode(text, type=Figures)
