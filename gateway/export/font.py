"""The one font of exports: DejaVu Sans, which has Latin, Cyrillic, Greek and mathematics."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise
from typing import Final

from PIL import ImageFont

FAMILY: Final = "DejaVu Sans"
PATH: Final = str(files("gateway.export") / "fonts" / "DejaVuSans.ttf")

_MEASURED_AT: Final = 1_000
_KEPT: Final = 65_536
"""Letters and pairs of letters: a few megabytes."""


class Ruler:
    """Measures text as `lessonroom.board.drawing.text_layout` wants it.

    A line is as wide as its letters, and what pairs of them are moved together: exactly what the
    font's own measuring comes to, at a fifth of its time, since letters and pairs come again.
    """

    def __init__(self, *, keeps_at_most: int = _KEPT) -> None:
        self._keeps_at_most = keeps_at_most
        self._font = ImageFont.truetype(PATH, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
        self._widths: dict[str, float] = {}

    def __call__(self, text: str, size: float) -> float:
        """Return the width of a line of text at a font size."""
        return sum(self._parts(text)) * size / _MEASURED_AT

    @property
    def kept(self) -> int:
        """How many widths are kept."""
        return len(self._widths)

    def _parts(self, text: str) -> Iterator[float]:
        widths = self._widths
        for letter in text:
            yield widths[letter] if letter in widths else self._measured(letter)
        for first, second in pairwise(text):
            pair = first + second
            yield widths[pair] if pair in widths else self._moved(first, second)

    def _measured(self, letter: str) -> float:
        return self._keep(letter, self._font.getlength(letter))

    def _moved(self, first: str, second: str) -> float:
        pair = first + second
        apart = self._font.getlength(first) + self._font.getlength(second)
        return self._keep(pair, self._font.getlength(pair) - apart)

    def _keep(self, text: str, width: float) -> float:
        if len(self._widths) >= self._keeps_at_most:
            self._widths.clear()
        self._widths[text] = width
        return width
