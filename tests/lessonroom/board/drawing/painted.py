"""Boards to be painted, each with everything that one way of looking at it needs."""

import math
from typing import Final

import msgspec

from lessonroom.board.drawing.face import PLAIN, Face
from lessonroom.board.drawing.formula_outline import FormulaOutline
from lessonroom.board.drawing.scene import scene_of
from lessonroom.board.drawing.svg import page_svg
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import (
    Align,
    Arrow,
    Brush,
    Curve,
    Custom,
    Dash,
    Element,
    Ellipse,
    Font,
    Formula,
    Graph,
    Image,
    Layer,
    Line,
    Note,
    Polygon,
    Rect,
    Stroke,
    Style,
    Table,
    TableLine,
    TextElement,
)
from lessonroom.board.model.stored import StoredElement

ASSET: Final = "ab" * 32
MISSING: Final = "cd" * 32
# 2 by 2 pixels: red, green, blue, white.
IMAGES: Final = {
    ASSET: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGN8YGjon"
    "yvMIFl46P///wAjMwZcjsdkfwAAAABJRU5ErkJggg=="
}

OUTLINES: Final = {
    # A bent triangle with a square hole.
    ASSET: FormulaOutline(
        200,
        100,
        [
            [0, 100, 40, 20, 100, 0, 200, 100, 200, 100],
            [80, 60, 80, 90, 80, 90, 120, 90, 120, 90, 120, 60, 120, 60],
        ],
    )
}


def measure(text: str, size: float, face: Face = PLAIN) -> float:
    """Return a width that needs no font: every character is as wide as the next."""
    return len(text) * size * 0.55


def board_of(*elements: Element, layers: tuple[Layer, ...] = (Layer(id="base"),)) -> Board:
    return Board(layers, (StoredElement.of(element) for element in elements))


def painted(board: Board, *, page: str = "p1", title: str = "Algebra") -> str:
    """Return a page as SVG."""
    scene = msgspec.structs.replace(scene_of(board, page, measure), outlines=OUTLINES)
    return page_svg(
        scene,
        title=title,
        description="The board of a lesson",
        measure=measure,
        images=IMAGES,
    )


def wave(x: float, y: float, *, pressed: bool) -> list[float]:
    """Return the points of a wave drawn by hand."""
    points: list[float] = []
    for n in range(40):
        pressure = round(0.5 + 0.4 * math.sin(n / 6), 2) if pressed else 0.5
        points += [x + n * 5, round(y + 20 * math.sin(n / 4), 2), pressure, 8]
    return points


def _everything() -> Board:
    """Return one element of each type, and what styles do to them."""
    return board_of(
        Stroke(id="pen", layer="base", points=wave(20, 40, pressed=True), style=Style(width=6)),
        Stroke(
            id="mouse",
            layer="base",
            points=wave(0, 0, pressed=False),
            x=240,
            y=40,
            scale_x=0.5,
            scale_y=2,
            style=Style(width=4, color="#1971c2"),
        ),
        Stroke(
            id="marker",
            layer="base",
            z="b0",
            brush=Brush.HIGHLIGHTER,
            points=[10, 40, 0.5, 0, 230, 44, 0.5, 90],
            style=Style(width=24, color="#f08c00", opacity=0.4),
        ),
        Stroke(id="dot", layer="base", points=[380, 40, 0.7, 0], style=Style(width=8)),
        Line(id="solid", layer="base", x1=20, x2=180, y1=100, y2=110),
        Line(
            id="dashed", layer="base", x1=20, x2=180, y1=120, y2=130, style=Style(dash=Dash.DASHED)
        ),
        Line(
            id="dotted",
            layer="base",
            x1=20,
            x2=180,
            y1=140,
            y2=150,
            style=Style(dash=Dash.DOTTED, width=4),
        ),
        Arrow(id="arrow", layer="base", x1=220, y1=100, x2=380, y2=150, style=Style(width=3)),
        Rect(
            id="rect",
            layer="base",
            x=20,
            y=180,
            w=120,
            h=60,
            style=Style(fill="#b2f2bb", color="#2f9e44"),
        ),
        Rect(id="turned", layer="base", x=170, y=180, w=100, h=50, rotation=30),
        Ellipse(
            id="ellipse",
            layer="base",
            x=300,
            y=180,
            w=100,
            h=60,
            style=Style(fill="#ffc9c9", opacity=0.5, dash=Dash.DASHED),
        ),
        Polygon(
            id="triangle",
            layer="base",
            x=420,
            y=260,
            points=[0, 60, 40, 0, 90, 60],
            style=Style(fill="#a5d8ff", color="#1971c2"),
            rotation=10,
        ),
        Polygon(
            id="polyline",
            layer="base",
            closed=False,
            points=[420, 340, 450, 370, 480, 340, 510, 370],
            style=Style(fill="#ffc9c9", dash=Dash.DASHED),
        ),
        TextElement(id="text", layer="base", x=20, y=260, text="Рівняння: x² + 1 ≥ 0\n<b>&"),
        TextElement(
            id="wrapped",
            layer="base",
            x=20,
            y=330,
            w=160,
            text="a line that is broken where it is too long",
            style=Style(font_size=14, align=Align.CENTER, color="#c2255c"),
        ),
        TextElement(
            id="formatted",
            layer="base",
            x=20,
            y=410,
            text="важливо",
            style=Style(font=Font.HAND, bold=True, italic=True),
        ),
        TextElement(
            id="code", layer="base", x=140, y=410, text="x += 1", style=Style(font=Font.MONO)
        ),
        Note(
            id="note",
            layer="base",
            x=220,
            y=270,
            w=160,
            h=100,
            text="Домашнє завдання: с. 42",
            style=Style(fill="#ffec99", font_size=16),
        ),
        Image(id="image", layer="base", x=420, y=20, w=80, h=60, asset=ASSET, alt="four colours"),
        Image(
            id="mirrored",
            layer="base",
            x=520,
            y=20,
            w=80,
            h=60,
            asset=ASSET,
            mirrored=True,
            rotation=180,
            locked=True,
            group="g",
        ),
        Image(id="lost", layer="base", x=420, y=100, w=80, h=60, asset=MISSING, alt="not there"),
        Formula(
            id="formula",
            layer="base",
            x=540,
            y=100,
            w=80,
            h=60,
            tex="a<b",
            outline=ASSET,
            style=Style(color="#1971c2", opacity=0.5),
        ),
        Formula(id="gone", layer="base", x=540, y=180, w=80, h=60, tex="c", outline=MISSING),
        Graph(
            id="graph",
            layer="base",
            x=660,
            y=20,
            w=160,
            h=120,
            view=(-4, 4, -1, 5),
            x_name="t, s",
            y_name="s < m",
            curves=[
                Curve(expr="x^2", points=[[-3, 9, -2, 4, -1, 1, 0, 0, 1, 1, 2, 4, 3, 9]]),
                Curve(
                    expr="1/x", color="#e03131", points=[[-4, -0.25, -0.1, -10], [0.1, 10, 4, 0.25]]
                ),
            ],
        ),
        Table(
            id="table",
            layer="base",
            x=660,
            y=260,
            cols=[TableLine(id="a", size=80), TableLine(id="b", size=60)],
            rows=[TableLine(id="1", size=30), TableLine(id="2", size=30)],
            cells={"1:a": "x", "1:b": "a<b", "2:a": "a text that is broken", "gone:a": "not shown"},
            style=Style(fill="#f8f9fa", font_size=14, width=1),
        ),
        Graph(id="bare", layer="base", x=660, y=180, w=100, h=60, axes=False, grid=False),
        Custom(id="custom", layer="base", x=420, y=180, w=100, h=60, kind="dice", data={"n": 6}),
    )


def _layered() -> Board:
    """Return layers that are hidden, in an order of their own, and on two pages."""
    return board_of(
        Rect(id="top", layer="over", x=0, y=0, w=40, h=40, style=Style(fill="#ff0000")),
        Rect(id="b", layer="under", x=10, y=10, w=40, h=40, style=Style(fill="#00ff00")),
        Rect(id="a", layer="under", x=20, y=20, w=40, h=40, style=Style(fill="#0000ff")),
        Rect(id="up", layer="under", z="a1", x=30, y=30, w=40, h=40, style=Style(fill="#ffff00")),
        Rect(id="hidden", layer="answers", x=0, y=0, w=400, h=400),
        Rect(id="second", layer="second", x=0, y=0, w=10, h=10),
        layers=(
            Layer(id="under", name="Under"),
            Layer(id="answers", name="Answers", visible=False),
            Layer(id="over", name='"Over" & above'),
            Layer(id="second", page=2),
        ),
    )


BOARDS: Final = {"everything": _everything(), "layered": _layered(), "empty": Board()}
"""By the name of their golden file."""
