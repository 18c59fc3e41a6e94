"""The ruler of exports: exact, and small.

Tests also: lessonroom/board/drawing/face.py.
"""

import json
import random

import pytest
from PIL import ImageFont

from gateway.export import font
from lessonroom.board.drawing.face import PLAIN, Face
from lessonroom.board.model.elements import Font

LETTERS = "AVTo.,WYapqx Lйїа fi1/=²≥\U0001f469\u200dﷺ\u0301\t"
FACES = [
    Face(kind, is_bold, is_italic)
    for kind in Font
    for is_bold in (False, True)
    for is_italic in (False, True)
]
UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяАБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯʼ’«»—№₴"


@pytest.mark.parametrize("face", FACES, ids=font.name_of)
def test_a_line_is_as_wide_as_its_letters(face: Face) -> None:
    """[BD-26] In each program that sets it: nothing is moved together, in any order."""
    ruler = font.Ruler()
    chance = random.Random(1)  # noqa: S311 - a seed, not a secret
    for _ in range(100):
        text = "".join(chance.choices(LETTERS, k=chance.randint(0, 40)))
        pieces = font.pieces_of(text, face)
        parts = [
            ImageFont.truetype(
                font.path_of(face) if is_own else font.OTHERS_PATH,
                1_000,
                layout_engine=ImageFont.Layout.BASIC,
            ).getlength(letter)
            for piece, is_own in pieces
            for letter in piece
        ]
        assert ruler(text, 1_000, face) == pytest.approx(sum(parts)), text


@pytest.mark.parametrize("face", FACES, ids=font.name_of)
def test_each_face_has_all_letters_of_both_languages(face: Face) -> None:
    """[BD-26] English and Ukrainian, with all that stands between words; digits, too."""
    text = UKRAINIAN + "".join(map(chr, range(0x20, 0x7F)))
    assert list(font.pieces_of(text, face)) == [(text, True)]
    loaded = ImageFont.truetype(font.path_of(face), 100)
    nothing = bytes(loaded.getmask("\U000f0000"))
    assert [letter for letter in UKRAINIAN if bytes(loaded.getmask(letter)) == nothing] == []


def test_the_faces_are_different_ones() -> None:
    widths = {font.Ruler()("Множення wide", 1_000, face) for face in FACES}
    # The letters of a typewriter are all as wide, however thick or slanted.
    assert len(widths) >= 11


def test_pieces_come_to_the_line() -> None:
    """[BD-26] Mathematics and arrows come from another font, and so do scripts without a face."""
    text = "x ≤ √2 → שלום \U0001f469 α"
    pieces = list(font.pieces_of(text, PLAIN))
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if not piece.is_own] == [
        "≤",
        "√",
        "→",
        "שלום",
        "\U0001f469",
    ]
    assert font.needs_symbols("≤", PLAIN)
    assert not font.needs_symbols("xїα שלום", PLAIN)
    assert font.needs_symbols("α", Face(Font.SERIF))


def test_the_symbols_are_none_that_all_faces_have() -> None:
    """[WEB 70 kB] A browser does not load them for the sake of a dash."""
    ranges = json.loads((font.FOLDER / "letters.json").read_text(encoding="utf-8"))
    codes = {name: {n for a, b in rows for n in range(a, b + 1)} for name, rows in ranges.items()}
    symbols = codes.pop("symbols")
    assert not any(all(code in drawn for drawn in codes.values()) for code in symbols)
    assert {ord(letter) for letter in "≤√→∞∈"} <= symbols


def test_what_the_ruler_keeps_has_an_end() -> None:
    """[P15] However many letters a text has, and in whatever order."""
    ruler = font.Ruler(keeps_at_most=64)
    text = "".join(map(chr, range(0x400, 0x500)))
    width = ruler(text, 20)
    assert ruler.kept <= 64
    assert ruler(text, 20) == width
