"""Breaking text into lines, as the browser does."""

import re
from collections.abc import Callable
from typing import Final

from lessonroom.board.elements import Note, TextElement

Measure = Callable[[str, float], float]
"""Returns the width of a line of text at a font size, in board units."""

LINE_HEIGHT: Final = 1.3
"""Of the font size."""
NOTE_PADDING: Final = 12

_AFTER_SPACE: Final = re.compile(r"(?<=\s)")
_LEAST_WIDTH: Final = 10


def text_lines(element: TextElement | Note, measure: Measure) -> list[str]:
    """Return the lines of an element: broken at its line ends, and between words past its width."""
    width = text_width(element)
    lines = element.text.split("\n")
    if width is None:
        return lines
    size = element.style.font_size
    return [part for line in lines for part in _wrapped(line, width, size, measure)]


def text_width(element: TextElement | Note) -> float | None:
    """Return the width that an element's lines keep to; None where they are as long as they are."""
    if isinstance(element, Note):
        return max(_LEAST_WIDTH, element.w - 2 * NOTE_PADDING)
    return element.w or None


def _wrapped(line: str, width: float, size: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in _AFTER_SPACE.split(line):
        if measure((current + word).rstrip(), size) <= width:
            current += word
            continue
        if current:
            lines.append(current.rstrip())
        *whole, current = _cut(word, width, size, measure)
        lines += whole
    lines.append(current.rstrip())
    return lines


def _cut(word: str, width: float, size: float, measure: Measure) -> list[str]:
    """Return a word in pieces that fit, each of one character at least."""
    pieces: list[str] = []
    while len(word) > 1 and measure(word.rstrip(), size) > width:
        fits = _fitting(word, width, size, measure)
        pieces.append(word[:fits])
        word = word[fits:]
    return [*pieces, word]


def _fitting(word: str, width: float, size: float, measure: Measure) -> int:
    """Return how many characters fit, by bisection: widths grow with every character."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle], size) <= width:
            low = middle
        else:
            high = middle - 1
    return low
