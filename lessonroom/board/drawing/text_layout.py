"""Breaking text into lines, as the browser does.

Whoever puts a text has all others lay it out, so the work is linear in its length: each word is
measured once, and a word that is cut is measured in pieces that grow only as far as they fit. What
is drawn has an end, too: a log may hold what no limit would let in today.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from lessonroom.board.drawing.face import Face, face_of
from lessonroom.board.model.elements import Note, TextElement

Measure = Callable[[str, float, Face], float]
"""Returns the width of a line of text at a font size and in a face, in board units.

Words stand apart: the width of a line is that of its words and spaces.
"""

LINE_HEIGHT: Final = 1.3
"""Of the font size."""
NOTE_PADDING: Final = 12
LINES_DRAWN: Final = 2_000
"""Of one element; a browser takes 20 µs for each, and more the more there are."""
CUT_MARK: Final = "\u2026"
"""The last line of a text that has more of them than are drawn."""

LEAST_WIDTH: Final = 10
LETTER_WIDTH: Final = 0.5
"""Of the font size: what a letter of running text takes."""
TAB: Final = "    "
"""A tab is so many spaces: as typed, and the same in every font."""
_RIGHT_TO_LEFT: Final = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters of scripts that are written from right to left, and the mark that counts as one."""
_PILE: Final = 32
"""Marks that are drawn on one letter: the time of a browser grows with the square of their number,
to 0.2 s for a text of nothing else."""
_WORD: Final = re.compile(r"\S+\s*|\s+")
_CLINGING: Final = re.compile(
    # What no category tells: joiners, skin tones, tags, vowels of Korean, Thai and Lao, voicing.
    "[\u200c\u200d\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_BEGUN: Final = re.compile(
    # A joined emoji; a syllable of Korean; consonants of India that a virama joins; half a flag.
    "(?:\u200d.|[\u1100-\u115f\ua960-\ua97c][\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]"
    "|[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d][\u0900-\u0d7f])\\Z",
    re.DOTALL,
)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)


class Row(NamedTuple):
    """A line as it is drawn; `is_rtl` goes for all lines of a paragraph."""

    text: str
    is_rtl: bool


def text_rows(element: TextElement | Note, measure: Measure) -> list[Row]:
    """Return the lines of an element: broken at its line ends, and between words past its width.

    A word that is too long is cut, never within what is read as one character. Past `LINES_DRAWN`
    lines there is a mark in place of the others.
    """
    rows = list(islice(_rows(element, measure), LINES_DRAWN + 1))
    if len(rows) > LINES_DRAWN:
        rows[LINES_DRAWN] = Row(CUT_MARK, is_rtl=False)
    return rows


def text_lines(element: TextElement | Note, measure: Measure) -> list[str]:
    """Return the lines of an element without their directions."""
    return [row.text for row in text_rows(element, measure)]


def note_height(note: Note, measure: Measure) -> float:
    """Return how high a note is: its paper grows with what is written on it."""
    lines = len(text_rows(note, measure)) * note.style.font_size * LINE_HEIGHT
    return max(note.h, lines + 2 * NOTE_PADDING)


def has_rtl(text: str) -> bool:
    """Return whether some of a text is written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def starts_from_right(paragraph: str) -> bool:
    """Return the direction of a paragraph: that of its first letter."""
    if not has_rtl(paragraph):
        return False
    for char in paragraph:
        if char in "\u200e\u200f" or unicodedata.category(char).startswith("L"):
            return _RIGHT_TO_LEFT.match(char) is not None
    return False


def text_width(element: TextElement | Note) -> float | None:
    """Return the width that an element's lines keep to; None where they are as long as they are.

    There is room for one letter at least: no line is added to a text by making it narrower still.
    """
    size = element.style.font_size
    if isinstance(element, Note):
        return _at_least(element.w - 2 * NOTE_PADDING, size)
    return _at_least(element.w, size) if element.w else None


def _at_least(width: float, size: float) -> float:
    return max(LEAST_WIDTH, size, width)


def expected_lines(element: TextElement | Note) -> int:
    """Return about how many lines an element has, as can be told without a font."""
    return lines_at(element.text, _letters(text_width(element), element.style.font_size))


def letters_within(width: float, size: float) -> int | None:
    """Return about how many letters of a size one line of a text has that is so wide."""
    return _letters(_at_least(width, size), size)


def lines_at(text: str, letters: int | None) -> int:
    """Return about how many lines a text has, of so many letters each; None: of any number."""
    if letters is None:
        return text.count("\n") + 1
    if "\n" not in text:
        return max(1, math.ceil(len(text) / letters))
    return sum(max(1, math.ceil(len(line) / letters)) for line in text.split("\n"))


def _letters(width: float | None, size: float) -> int | None:
    return None if width is None or not size else max(1, int(width / (size * LETTER_WIDTH)))


def _rows(element: TextElement | Note, measure: Measure) -> Iterator[Row]:
    width, size, face = text_width(element), element.style.font_size, face_of(element.style)
    for paragraph in _without_piles(element.text).replace("\t", TAB).split("\n"):
        is_rtl = starts_from_right(paragraph)
        if width is None:
            yield Row(paragraph, is_rtl)
        else:
            for line in _wrapped(paragraph, width, lambda text: measure(text, size, face)):
                yield Row(line, is_rtl)


def _wrapped(line: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    current, current_width = "", 0.0
    for word in _WORD.findall(line):
        body = word.rstrip()
        body_width = measure(body)
        # Spaces that reach over the end are not seen.
        if current_width + body_width > width and body:
            if current:
                yield current.rstrip()
            current, current_width = "", 0.0
            if body_width > width:
                *whole, body = _cut(body, width, measure)
                yield from whole
                body_width = measure(body)
        spaces = word[len(word.rstrip()) :]
        current += body + spaces
        current_width += body_width + measure(spaces)
    yield current.rstrip()


def _cut(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Yield a word in pieces that fit, each of one character at least."""
    ends = list(_character_ends(word))
    begin = done = 0
    fitting = 1
    while done < len(ends):
        fitting = _fitting(word, ends, done, width=width, guess=fitting, measure=measure)
        done += fitting
        yield word[begin : ends[done - 1]]
        begin = ends[done - 1]


def _fitting(
    word: str,
    ends: Sequence[int],
    done: int,
    *,
    width: float,
    guess: int,
    measure: Callable[[str], float],
) -> int:
    """Return how many characters fit after those that are `done`: widths grow with each.

    What is measured on the way is a few times as long as what fits, not as what is left.
    """
    begin, left = (ends[done - 1] if done else 0), len(ends) - done

    def fits(count: int) -> bool:
        return measure(word[begin : ends[done + count - 1]]) <= width

    low, high = 1, max(2, guess)
    while high <= left and fits(high):
        low, high = high, 2 * high
    high = min(high, left + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def _character_ends(word: str) -> Iterator[int]:
    """Yield where each of what is read as one character ends.

    The grapheme clusters of UAX #29, as the page has them: marks, joined emoji, flags and the
    syllables of Korea and India stay whole.
    """
    if word.isascii():
        yield from range(1, len(word) + 1)
        return
    flag_letters = 0
    for at in range(1, len(word)):
        before, char = word[at - 1], word[at]
        flag_letters = flag_letters + 1 if ord(before) in _FLAG_LETTERS else 0
        is_flag = flag_letters % 2 == 1 and ord(char) in _FLAG_LETTERS
        if not (is_flag or _clings(char) or _BEGUN.match(before + char)):
            yield at
    yield len(word)


def _clings(char: str) -> bool:
    return unicodedata.category(char).startswith("M") or _CLINGING.match(char) is not None


def _without_piles(text: str) -> str:
    """Return text with `_PILE` marks on a letter at most."""
    if text.isascii() or len(text) <= _PILE:
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= _PILE:
            kept.append(char)
    return "".join(kept)
