"""Lines are broken as the browser breaks them."""

import pytest

from lessonroom.board.elements import Note, Style, TextElement
from lessonroom.board.text_layout import text_lines


def width(text: str, size: float) -> float:
    return len(text) * size


def text(content: str, w: float | None = None) -> TextElement:
    style = Style(font_size=10)
    return TextElement(id="t", layer="base", x=0, y=0, w=w, text=content, style=style)


@pytest.mark.parametrize(
    ("content", "w", "lines"),
    [
        ("as long as it is", None, ["as long as it is"]),
        ("one\ntwo", None, ["one", "two"]),
        ("one two", 70, ["one two"]),
        ("one two", 69, ["one", "two"]),
        ("one two three", 80, ["one two", "three"]),
        ("incomprehensible", 60, ["incomp", "rehens", "ible"]),
        ("an incomprehensible", 60, ["an", "incomp", "rehens", "ible"]),
        ("a  b", 10, ["a", "b"]),
        ("wide", 1, ["w", "i", "d", "e"]),
        ("", 50, [""]),
        ("a\n\nb", 50, ["a", "", "b"]),
        ("trailing   ", 80, ["trailing"]),
    ],
)
def test_text_is_broken_between_words_and_long_words_are_cut(
    content: str, w: float | None, lines: list[str]
) -> None:
    """[WEB export] The expectations are what `linesOf` of the page gives."""
    assert text_lines(text(content, w), width) == lines


def test_a_note_keeps_its_padding_free() -> None:
    note = Note(
        id="n", layer="base", x=0, y=0, w=64, h=9, text="four five", style=Style(font_size=10)
    )
    assert text_lines(note, width) == ["four", "five"]
