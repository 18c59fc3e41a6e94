"""Outlines of formulas: what is one, and how long it may be."""

import msgspec
import pytest

from lessonroom.board.drawing.formula_outline import (
    OUTLINE_BYTES,
    FormulaOutline,
    allowed_bytes,
    decoded,
)
from lessonroom.board.drawing.svg import contour_code

SQUARE = FormulaOutline(100, 100, [[0, 0, 100, 0, 100, 0, 100, 100, 100, 100, 0, 100, 0, 100]])


def test_an_outline_is_read_as_it_was_written() -> None:
    """[BD-21] Whole numbers, and nothing else."""
    assert decoded(msgspec.json.encode(SQUARE), "x") == SQUARE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG",
        b"[]",
        b'{"w":1,"h":1}',
        b'{"w":0,"h":1,"contours":[]}',
        b'{"w":1.5,"h":1,"contours":[]}',
        b'{"w":1,"h":1,"contours":[[0]]}',
        b'{"w":1,"h":1,"contours":[[0,0,1,1]]}',
        b'{"w":1,"h":1,"contours":[[0,"0"]]}',
        b'{"w":1,"h":1,"contours":["M0 0"]}',
        b'{"w":1,"h":1,"contours":[[0,10000000]]}',
        b'{"w":1,"h":1,"contours":[]}' + b" " * OUTLINE_BYTES,
    ],
)
def test_what_is_none_is_told(content: bytes) -> None:
    assert decoded(content) is None


def test_what_weighs_much_is_not_passed_off_as_light() -> None:
    """[BD-21] A short formula has a short outline, a long one 64 KiB at most."""
    long = msgspec.json.encode(FormulaOutline(9, 9, [[0, 0] * 5_001]))
    assert decoded(long, "x") is None
    assert decoded(long, "x" * 100) is not None
    assert allowed_bytes("x" * 2_000) == OUTLINE_BYTES


def test_pieces_are_straight_where_their_control_point_is_their_end() -> None:
    assert "".join(contour_code([0, 0, 5, 5, 5, 5, 9, 0, 9, 9])) == "M0 0L5 5Q9 0 9 9Z"
