"""Elements of every type that has a bulk, each with fields before it and behind."""

from typing import Final

from lessonroom.board.model.elements import (
    Curve,
    Custom,
    Element,
    Graph,
    Note,
    Polygon,
    Stroke,
    Style,
    Table,
    TableLine,
    TextElement,
)

_STYLE: Final = Style(color="#00ff00", width=9, bold=True)
_POINTS: Final = [1.25, 7, 0.5, 8] * 200
_TEXT: Final = 'Слово, "points":[ \n' * 40

BULKY: Final[dict[str, Element]] = {
    "stroke": Stroke(id="b", layer="base", points=_POINTS, style=_STYLE, rotation=8, z="Z1"),
    "polygon": Polygon(id="b", layer="base", points=_POINTS, style=_STYLE, closed=False),
    "text": TextElement(id="b", layer="base", x=1, y=2, w=500, text=_TEXT, style=_STYLE),
    "note": Note(id="b", layer="base", x=1, y=2, w=500, h=90, text=_TEXT, group="g"),
    "graph": Graph(
        id="b", layer="base", x=1, y=2, w=9, h=9, axes=False, grid=False, style=_STYLE,
        curves=[Curve(expr="x", points=[_POINTS]), Curve(expr="y", color="#ff0000")],
    ),
    "table": Table(
        id="b", layer="base", x=1, y=2, style=_STYLE,
        cols=[TableLine(id=f"c{n}", size=99) for n in range(9)],
        rows=[TableLine(id=f"r{n}", size=40.5) for n in range(9)],
        cells={f"r{n}:c{n}": "Слово" for n in range(9)},
    ),
    "custom": Custom(
        id="b", layer="base", x=1, y=2, w=9, h=9, kind="k", style=_STYLE,
        data={f"k{n}": [1.25, None, {"data": {"a": n}}] for n in range(60)},
    ),
}  # fmt: skip
