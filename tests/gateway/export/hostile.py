"""A board with one of each element that somebody might put to stop whoever draws it."""

from typing import Any, Final

import msgspec

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

FAR: Final = 10_000_000
MISSING: Final = "cd" * 32
_BASE: Final[dict[str, Any]] = {"layer": "base"}


def _zigzag(reach: float, count: int = 10_000) -> list[float]:
    return [value for at in range(count) for value in (at % 2 * reach, at / 10, 0.5, 0)]


def _deep(depth: int) -> dict[str, object]:
    return {"deeper": _deep(depth - 1)} if depth else {}


def elements() -> list[Element]:
    """Return the elements; each is one that the rules let in, or once let in."""
    thin = Style(width=0.01, dash=Dash.DASHED)
    wide = Style(width=FAR, dash=Dash.DOTTED)
    tiny, huge = Style(font_size=1e-9), Style(font_size=FAR)
    found: dict[str, Element] = {
        "narrow": TextElement(id="", **_BASE, x=0, y=0, w=0.001, text="m" * 10_000),
        "wide": TextElement(id="", **_BASE, x=0, y=0, w=FAR, text="ab " * 3_333),
        "line-ends": TextElement(id="", **_BASE, x=0, y=0, text="\n" * 10_000),
        "marks": TextElement(id="", **_BASE, x=0, y=0, w=50, text="a" + "\u0301" * 9_999),
        "families": TextElement(
            id="", **_BASE, x=0, y=0, w=50, text="\U0001f469\u200d\U0001f467" * 2_000
        ),
        "bidi": TextElement(id="", **_BASE, x=0, y=0, w=50, text="\u202ea\u202b\u05d0" * 2_500),
        "ligature": TextElement(id="", **_BASE, x=0, y=0, w=50, text="\ufdfd" * 10_000),
        "tiny": TextElement(id="", **_BASE, x=0, y=0, w=50, text="abc " * 100, style=tiny),
        "huge": TextElement(id="", **_BASE, x=-FAR, y=FAR, text="abc\n" * 100, style=huge),
        "huge-narrow": Note(id="", **_BASE, x=0, y=0, w=0, h=0, text="abc" * 100, style=huge),
        "no-note": Note(
            id="", **_BASE, x=0, y=0, w=0, h=0, text="m " * 5_000, style=Style(align=Align.END)
        ),
        "zigzag": Stroke(id="", **_BASE, points=_zigzag(FAR)),
        "hatching": Stroke(id="", **_BASE, points=_zigzag(1)),
        "still": Stroke(id="", **_BASE, points=[0, 0, 0.5, 0] * 10_000),
        "scaled": Stroke(
            id="", **_BASE, points=_zigzag(FAR, 100), scale_x=FAR, scale_y=-FAR, rotation=FAR
        ),
        "flat": Stroke(id="", **_BASE, points=_zigzag(9, 100), scale_x=0, scale_y=0),
        "no-pen": Stroke(id="", **_BASE, points=_zigzag(9, 100), style=Style(width=0)),
        "marker": Stroke(
            id="", **_BASE, brush=Brush.HIGHLIGHTER, points=_zigzag(FAR), style=thin
        ),
        "fat": Stroke(id="", **_BASE, points=_zigzag(9, 100), style=wide),
        "dashes": Line(id="", **_BASE, x1=-FAR, y1=0, x2=FAR, y2=1, style=thin),
        "fat-line": Line(id="", **_BASE, x1=-FAR, y1=0, x2=FAR, y2=1, style=wide),
        "arrow": Arrow(id="", **_BASE, x1=5, y1=5, x2=5, y2=5, style=wide),
        "sheet": Rect(
            id="", **_BASE, x=-FAR, y=-FAR, w=FAR, h=FAR, rotation=1e-9,
            style=Style(fill="#ff0000", opacity=0.5, width=0.01, dash=Dash.DASHED),
        ),
        "point": Rect(id="", **_BASE, x=FAR, y=FAR, w=0, h=0, rotation=45),
        "hair": Ellipse(id="", **_BASE, x=0, y=0, w=FAR, h=1e-9, style=thin),
        "image": Image(id="", **_BASE, x=0, y=0, w=FAR, h=1e-9, asset=MISSING, alt="a" * 1_000),
        "formula": Formula(
            id="", **_BASE, x=0, y=0, w=FAR, h=1e-9, tex="<&" * 1_000, outline=MISSING
        ),
        "polygon": Polygon(
            id="", **_BASE, points=[FAR, -FAR, -FAR, FAR] * 500,
            style=Style(fill="#ff0000", dash=Dash.DOTTED),
        ),
        "corner": Polygon(id="", **_BASE, points=[1, 1, 1, 1], rotation=FAR, style=wide),
        "graph": Graph(
            id="", **_BASE, x=-FAR, y=FAR, w=FAR, h=1e-9, view=(-FAR, FAR, 0, 1e-6),
            curves=[Curve(expr="<&", points=[_zigzag(FAR, 1_000)])] * 2,
            style=wide,
        ),
        "plane": Graph(id="", **_BASE, x=0, y=0, w=0, h=FAR, view=(9.999999e6, FAR, -FAR, -9e6)),
        "table": Table(
            id="", **_BASE, x=-FAR, y=FAR, cols=[TableLine(id="a", size=8)],
            rows=[TableLine(id=f"r{n}", size=8) for n in range(100)],
            cells={f"r{n}:a": "m\u0301" * 50 for n in range(100)}, style=huge,
        ),
        "deep": Custom(id="", **_BASE, x=0, y=0, w=1, h=1, kind="k" * 64, data=_deep(16)),
        "top": Rect(id="", **_BASE, z="z" * 64, x=0, y=0, w=1, h=1),
    }  # fmt: skip
    return [_named(name, element) for name, element in found.items()]


def _named(name: str, element: Element) -> Element:
    return msgspec.structs.replace(element, id=name)


def board(*chosen: Element) -> Board:
    """Return a board of these elements, all of them where none is named."""
    stored = (StoredElement.of(element) for element in chosen or elements())
    return Board((Layer(id="base"),), stored)
