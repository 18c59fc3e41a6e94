"""Our board beside Excalidraw and tldraw, with 2,000 and 10,000 strokes, in one browser."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.contenders import boards
from benchmarks.scenarios.in_browser import lines

OURS: Final = "lessonroom"
_SCRIPT: Final = Path(__file__).with_name("beside.mjs")
_PATIENCE_S: Final = 600
"""For one board with so many strokes: the slowest takes half of it on an idle machine."""
_CLOSING_S: Final = 60


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one round came to for one board: its figures, or why there are none."""

    round: int
    count: int
    board: str
    figures: dict[str, float] = {}
    failed: str | None = None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """All rounds."""

    figures: dict[int, dict[str, dict[str, list[float]]]] = {}
    """By the number of strokes, by the board, by the figure: what each round came to."""
    failures: list[str] = []
    """A line for each that was not measured."""

    def take(self, told: Told) -> None:
        """Take in what one round came to for one board."""
        row = self.figures.setdefault(told.count, {}).setdefault(told.board, {})
        if told.failed is not None:
            words = f"{told.board} with {told.count:,} strokes, round {told.round}"
            self.failures.append(f"{words}: {told.failed}")
        for name, value in told.figures.items():
            row.setdefault(name, []).append(value)


def beside(counts: list[int], *, rounds: int, alone: bool = False) -> Beside:
    """Return the figures of ours, and of the others where they can be had.

    A board that takes too long, or fails, is a line of the result and costs the others nothing.

    Raises:
        Lacking: node, Chromium or the page as it was built are not there.
        RuntimeError: nothing was measured.

    """
    try:
        folder = None if alone else boards.built()
    except subprocess.CalledProcessError:
        folder = None
    found = Beside()
    of_all = rounds * len(counts) * (1 + len(boards.VERSIONS)) * (_PATIENCE_S + _CLOSING_S)
    arguments = [str(folder or ""), str(rounds), str(_PATIENCE_S), *map(str, counts)]
    try:
        for line in lines(_SCRIPT, *arguments, patience_s=of_all):
            told = msgspec.json.decode(line, type=Told)
            print(f"round {told.round}, {told.count}, {told.board}:", file=sys.stderr, end=" ")
            print(told.failed or told.figures, file=sys.stderr, flush=True)
            found.take(told)
    except RuntimeError as error:
        if not found.figures:
            raise
        found.failures.append(str(error))
    return found
