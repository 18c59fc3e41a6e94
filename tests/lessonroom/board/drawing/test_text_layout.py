"""Lines are broken as the browser breaks them."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from lessonroom.board.drawing.face import PLAIN, Face
from lessonroom.board.drawing.text_layout import CUT_MARK, LINES_DRAWN, expected_lines, text_lines
from lessonroom.board.model.elements import Note, Style, TextElement

VECTORS: Final = json.loads(
    (Path(__file__).parent / "text_layout_vectors.json").read_text(encoding="utf-8")
)
"""The tests of the page look at them, too; each letter is as wide as the font is high."""


def width(text: str, size: float, face: Face = PLAIN) -> float:
    return len(text) * size


def text(content: str, w: float | None = None) -> TextElement:
    style = Style(font_size=10)
    return TextElement(id="t", layer="base", x=0, y=0, w=w, text=content, style=style)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"])
def test_text_is_broken_between_words_and_long_words_are_cut(vector: dict[str, Any]) -> None:
    """[WEB export] The page breaks the same ones to the same lines.

    What is read as one character is not cut: marks, joined emoji, flags, tones of skin.
    """
    style = Style(font_size=vector["size"])
    element = TextElement(
        id="t", layer="base", x=0, y=0, w=vector["w"], text=vector["text"], style=style
    )
    assert text_lines(element, width) == vector["lines"]


def test_a_note_keeps_its_padding_free() -> None:
    note = Note(
        id="n", layer="base", x=0, y=0, w=64, h=9, text="four five", style=Style(font_size=10)
    )
    assert text_lines(note, width) == ["four", "five"]


# -- how much is measured


class Ruler:
    """Measures as `width` does, and counts the characters that it is given."""

    def __init__(self) -> None:
        self.measured = 0

    def __call__(self, content: str, size: float, face: Face = PLAIN) -> float:
        self.measured += len(content)
        return width(content, size, face)


def in_prefixes(element: TextElement, measure: Ruler) -> list[str]:
    """Break text as it was once done: each line measured again with every word and letter."""
    lines: list[str] = []
    for line in element.text.split("\n"):
        current = ""
        for letter in line:
            if measure(current + letter, element.style.font_size) > (element.w or 0) and current:
                lines.append(current)
                current = ""
            current += letter
        lines.append(current)
    return lines


_A_FEW_TIMES = 14

HARD = {
    "no room": ("m" * 10_000, 0.001),
    "no room for words": ("ab " * 3_333, 0.001),
    "all room": ("ab " * 3_333, 1e7),
    "a long word": ("m" * 10_000, 300),
    "a word as wide as can be": ("m" * 10_000, 1e7),
    "nothing but spaces": (" " * 10_000, 300),
    "nothing but line ends": ("\n" * 10_000, 300),
    "growing words": (" ".join("m" * n for n in range(140)), 300),
    "marks": ("a" + "\u0301" * 9_999, 300),
    "families": ("\U0001f469\u200d\U0001f469\u200d\U0001f467" * 2_000, 300),
}


@pytest.mark.parametrize("name", HARD)
def test_what_is_measured_is_linear_in_the_text(name: str) -> None:
    """[P16] Ten times the text are ten times the work, whatever it is made of."""
    content, w = HARD[name]
    for part in (content[: len(content) // 10], content):
        ruler = Ruler()
        text_lines(text(part, w), ruler)
        assert ruler.measured <= _A_FEW_TIMES * len(part)


def test_measuring_prefixes_is_not_linear() -> None:
    """The control of the test above."""
    ruler = Ruler()
    in_prefixes(text("m" * 2_000, 1e7), ruler)
    assert ruler.measured > 50 * _A_FEW_TIMES * 2_000


def test_as_many_lines_are_drawn_as_anybody_reads_and_then_a_mark() -> None:
    """[P16] What an old log holds is cut, not computed for a minute."""
    lines = text_lines(text("\n" * 10_000, 300), width)
    assert len(lines) == LINES_DRAWN + 1
    assert lines[-1] == CUT_MARK
    ruler = Ruler()
    assert len(text_lines(text("m" * 100_000, 0.001), ruler)) == LINES_DRAWN + 1
    assert ruler.measured < 300_000
    whole = text_lines(text("\n".join("m" * LINES_DRAWN), 300), width)
    assert whole == ["m"] * LINES_DRAWN


def test_a_line_has_room_for_one_letter() -> None:
    """[BD-9] However narrow an element is: a letter at the font size, and ten units."""
    assert text_lines(text("wide", 0.001), width) == ["w", "i", "d", "e"]
    small = TextElement(id="t", layer="base", x=0, y=0, w=1, text="iiii", style=Style(font_size=2))
    assert text_lines(small, width) == ["iiii"]


def test_marks_on_one_letter_have_an_end() -> None:
    """[P16] A browser takes the square of their number."""
    (line,) = text_lines(text("a" + "\u0301" * 9_999 + "b", None), width)
    assert line == "a" + "\u0301" * 32 + "b"


def test_lines_are_expected_without_a_font() -> None:
    """[BD-9] Half of the font size to a letter."""
    assert expected_lines(text("one two")) == 1
    assert expected_lines(text("a\n\nb", 50)) == 3
    assert expected_lines(text("m" * 100, 50)) == 10
    assert expected_lines(text("m" * 100, 0.001)) == 50
    plain = TextElement(id="t", layer="base", x=0, y=0, w=5, text="a\nb", style=Style(font_size=0))
    assert expected_lines(plain) == 2
