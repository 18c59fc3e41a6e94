"""Boards as SVG, against drawings that were looked at.

Tests also: lessonroom/board/drawing/shapes.py, lessonroom/board/drawing/geometry.py,
lessonroom/board/drawing/scene.py.
"""

import re
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from lessonroom.board.drawing.scene import scene_of
from lessonroom.board.drawing.svg import escaped
from lessonroom.board.model.elements import (
    Brush,
    Image,
    Layer,
    Note,
    Rect,
    Stroke,
    Style,
    TextElement,
)
from tests.lessonroom.board.drawing.painted import ASSET, BOARDS, board_of, measure, painted

GOLDEN: Final = Path(__file__).parent / "golden"
SVG: Final = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", BOARDS)
def test_a_board_is_drawn_as_it_was_looked_at(name: str) -> None:
    """[API export] scripts/write_golden_drawings.py writes them anew; look before you commit."""
    assert painted(BOARDS[name]) == (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_board() -> None:
    assert {path.stem for path in GOLDEN.glob("*.svg")} == set(BOARDS)


def test_a_drawing_is_well_formed_whatever_people_write() -> None:
    """[SECURITY XSS] Markup, quotes and what XML cannot hold are text, in the title as well."""
    nasty = "<script>alert(1)</script>\"'&]]>\x01\x0b\ufffe"
    board = board_of(
        TextElement(id="t", layer="base", x=0, y=0, text=nasty),
        Note(id="n", layer="base", x=0, y=0, w=900, h=50, text=nasty),
        Image(id="i", layer="base", x=0, y=0, w=9, h=9, asset=ASSET, alt=nasty),
        layers=(Layer(id="base", name='"><script>'),),
    )
    root = ET.fromstring(painted(board, title=nasty))  # noqa: S314 - our own
    assert not list(root.iter("script"))
    assert not list(root.iter(f"{SVG}script"))
    readable = "<script>alert(1)</script>\"'&]]>\ufffd\ufffd\ufffd"
    assert [text.text for text in root.iter(f"{SVG}text")] == [readable, readable]
    assert root.findtext(f"{SVG}title") == readable
    assert root.findtext(f".//{SVG}image/{SVG}title") == readable


def test_a_drawing_refers_to_nothing_outside_of_itself() -> None:
    """[SECURITY SSRF] Whoever opens or renders it fetches nothing and reads no file."""
    for board in BOARDS.values():
        references = re.findall(r'(?:href|src|url)\s*[=(]\s*"?([^"]{0,11})', painted(board))
        assert all(reference.startswith("data:image/") for reference in references)


def test_elements_lie_by_layer_then_z_then_id() -> None:
    """[WEB] The same order as in the browser, and nothing of hidden layers."""
    assert re.findall(r'data-id="([^"]+)"', painted(BOARDS["layered"])) == ["a", "b", "up", "top"]


def test_each_page_has_its_own_drawing() -> None:
    """[WEB] Layers make the pages."""
    board = BOARDS["layered"]
    assert list(board.pages) == ["p1", "p2"]
    assert re.findall(r'data-id="([^"]+)"', painted(board, page="p2")) == ["second"]


def test_the_view_holds_everything_that_is_painted() -> None:
    """[API export] Turned elements, wide pens and text that runs over its note included."""
    board = board_of(
        Rect(id="r", layer="base", x=0, y=0, w=100, h=0, rotation=90, style=Style(width=10)),
        Stroke(id="s", layer="base", points=[-200, 0, 1, 0], style=Style(width=20)),
        Note(id="n", layer="base", x=0, y=0, w=10, h=10, text="a\n" * 9),
    )
    x, y, w, h = scene_of(board, "p1", measure).bounds
    assert (x, y) == (-200 - 26 - 16, -50 - 5 - 16)
    assert x + w == pytest.approx(50 + 5 + 16)
    assert y + h == pytest.approx(10 * 20 * 1.3 + 24 + 16)


def test_a_highlighter_darkens_and_a_pen_covers() -> None:
    def drawn(brush: Brush) -> str:
        points = [0, 0, 0.5, 0, 9, 9, 0.5, 8]
        return painted(board_of(Stroke(id="s", layer="base", brush=brush, points=points)))

    assert "multiply" in drawn(Brush.HIGHLIGHTER)
    assert "multiply" not in drawn(Brush.PEN)


def test_numbers_are_written_without_an_exponent() -> None:
    """SVG knows exponents, and half of its readers do not."""
    board = board_of(
        Rect(id="r", layer="base", x=-1e7, y=1e-7, w=1e7, h=0.123456),
        Stroke(id="s", layer="base", points=[1e7, -1e7, 0.5, 0, 1e-9, 1e-9, 0.5, 1]),
    )
    numbers = re.findall(r'(?:[xydhw]|width|height|viewBox|points)="([^"]*)"', painted(board))
    assert len(numbers) > 8
    assert not [text for text in numbers if re.search(r"\de", text)]


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert escaped("a\x00\x1f\ud800\uffffb\t\n") == "a\ufffd\ufffd\ufffd\ufffdb\t\n"
