"""What elements weigh, and what is drawn of a board that would take for ever."""

import json
import math
import re
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from lessonroom.board.drawing.scene import scene_of
from lessonroom.board.drawing.weight import DRAWN, dash_of, heaviest, weight_of
from lessonroom.board.model.elements import Brush, Dash, Element, Ellipse, Rect, Stroke, Style
from tests.lessonroom.board.drawing.painted import board_of, measure, painted, wave

VECTORS: Final = json.loads(
    (Path(__file__).parent / "weight_vectors.json").read_text(encoding="utf-8")
)
"""The tests of the page look at them, too."""


def handwriting(n: int) -> Stroke:
    return Stroke(id=f"s{n}", layer="base", points=wave(n % 50 * 10, n, pressed=False))


def zigzag(n: int) -> Stroke:
    points = [value for at in range(2_000) for value in (at % 2 * 5_000, at / 10, 0.5, 0)]
    return Stroke(id=f"z{n}", layer="base", points=points)


@pytest.mark.parametrize("vector", VECTORS)
def test_an_element_weighs_what_it_does_on_the_page(vector: dict[str, Any]) -> None:
    """[WEB export] One unit, one rule: the same is framed."""
    fields = {"id": "e", "layer": "base", **vector["element"]}
    element: Element = msgspec.convert(fields, Element)
    assert weight_of(element) == pytest.approx(vector["painting"])


def test_the_fullest_board_of_handwriting_is_drawn_whole() -> None:
    """[P16] The bound is for what nobody draws by hand."""
    assert heaviest([weight_of(handwriting(n)) for n in range(10_000)]) == math.inf


def test_what_is_drawn_fits_and_the_lightest_come_first() -> None:
    assert heaviest([]) == math.inf
    assert heaviest([3, 1, 2], most=6) == math.inf
    assert heaviest([3, 1, 2], most=5) == 3
    assert heaviest([9], most=5) == 9
    assert heaviest([2, 2, 2], most=5) == 2


def test_what_is_too_heavy_is_a_frame_and_handwriting_beside_it_is_not() -> None:
    """[P16] What an old log holds is drawn in seconds, whatever it is."""
    board = board_of(*(zigzag(n) for n in range(8)), *(handwriting(n) for n in range(20)))
    page = scene_of(board, "p1", measure)
    assert page.framed == frozenset(f"z{n}" for n in range(8))
    svg = painted(board)
    assert len(re.findall(r'<g data-id="z\d"><rect', svg)) == 8
    assert len(re.findall(r'<g data-id="s\d+"><path', svg)) == 20
    assert len(svg) < 500_000


def test_what_is_seen_through_weighs_more_where_it_is_drawn_on_a_sheet_of_its_own() -> None:
    """[P16] Each such sheet is as large as the picture."""
    sheets = [
        Rect(id=f"r{n}", layer="base", x=0, y=0, w=2_000, h=2_000, style=Style(fill="#ff0000"))
        for n in range(900)
    ]
    assert not scene_of(board_of(*sheets), "p1", measure).framed
    seen_through = [
        msgspec.structs.replace(each, style=Style(fill="#ff0000", opacity=0.5)) for each in sheets
    ]
    assert scene_of(board_of(*seen_through), "p1", measure).framed


def test_a_line_with_more_dashes_than_anybody_sees_is_drawn_whole() -> None:
    """[P16] 1e7 units at a width of 0.01 are 140 million dashes."""
    style = Style(dash=Dash.DASHED, width=0.01)
    assert dash_of(1e7, style) == ()
    assert dash_of(300, style) == pytest.approx((0.04, 0.03))
    far = Ellipse(id="e", layer="base", x=-1e7, y=0, w=1e7, h=1e7, style=style)
    marker = Stroke(
        id="m",
        layer="base",
        points=[0, 0, 0, 0, 1e7, 0, 0, 0],
        brush=Brush.HIGHLIGHTER,
        style=style,
    )
    near = Ellipse(id="n", layer="base", x=0, y=0, w=10, h=10, style=Style(dash=Dash.DASHED))
    svg = painted(board_of(far, marker, near))
    assert svg.count("stroke-dasharray") == 1
    assert weight_of(far) < DRAWN
