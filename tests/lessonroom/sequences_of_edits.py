"""Operations on a board as hypothesis draws them."""

import random
from typing import Any, Final

import msgspec

from lessonroom.board.model.elements import (
    Curve,
    Custom,
    Element,
    Formula,
    Graph,
    Image,
    Layer,
    Line,
    Note,
    Polygon,
    Rect,
    Stroke,
    Table,
    TableLine,
    TextElement,
)
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Append,
    Clear,
    Operation,
    Patch,
    PatchLayer,
    PatchPage,
    Put,
    Remove,
    RemoveLayer,
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Page

_ELEMENTS: Final = ("e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8")
_LAYERS: Final = (
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "base",
    "l2",
    "l3",
    "l4",
    "l5",
)
PAGES: Final = ("p1", "p1", "p1", "p2", "p3", "p4")

_decode_operation: Final = msgspec.msgpack.Decoder(Operation).decode


def operation(chance: random.Random) -> Operation:
    """Return one operation as the decoder would, more often a possible one than not."""
    op: Operation = _decode_operation(msgspec.msgpack.encode(_operation(chance)))
    return op


def _operation(chance: random.Random) -> Operation:
    element_id = chance.choice(_ELEMENTS)
    match chance.choices(range(10), (10, 8, 6, 3, 1, 2, 2, 1, 1, 5))[0]:
        case 0:
            part_of = chance.choice((None, None, None, *_ELEMENTS[:2]))
            return Put(_element(chance, element_id), part_of)
        case 1:
            return Patch(
                element_id, _patch(chance), chance.choice(([], [], ["style.color"], ["by"], ["id"]))
            )
        case 2:
            points = _points(chance)
            return Append(element_id, points, int(points[0]) % 4 + 1)
        case 3:
            return Remove(chance.sample(_ELEMENTS, chance.randint(1, 3)))
        case 4:
            layer, page = chance.choice(
                ((None, None), ("base", None), ("gone", None), (None, "p1"))
            )
            return Clear(layer, page)
        case 5:
            name = "A" + "\0" * (chance.random() < 0.1)
            page = chance.choice(("p1", "p1", *PAGES))
            return AddLayer(Layer(id=chance.choice(_LAYERS[-5:]), name=name, page=page))
        case 6:
            changes: tuple[dict[str, Any], ...] = (
                {"locked": True},
                {"locked": False},
                {"name": "B"},
                {"page": 0},
                {"page": chance.choice(PAGES)},
                {"id": "l9"},
            )
            return PatchLayer(chance.choice(_LAYERS), chance.choice(changes))
        case 7:
            return RemoveLayer(chance.choice(_LAYERS))
        case 8:
            order = ["base", *chance.sample(_LAYERS[-4:], chance.randint(0, 2))]
            chance.shuffle(order)
            return ReorderLayers(order)
        case _:
            return _page_operation(chance)


def _page_operation(chance: random.Random) -> Operation:
    page_id = chance.choice(PAGES)
    match chance.choices(range(4), (4, 3, 2, 3))[0]:
        case 0:
            layer = chance.choice((None, None, Layer(id=chance.choice(_LAYERS[-5:]))))
            title = "T" + "\0" * (chance.random() < 0.1)
            return AddPage(Page(id=page_id, title=title), layer, chance.choice((None, 0, 1, 99)))
        case 1:
            changes: tuple[dict[str, Any], ...] = (
                {"title": "Homework"},
                {"paper": {"kind": "squares", "step": 16}},
                {"size": [794, 1123]},
                {"background": {"asset": "ab" * 32, "w": 10, "h": 10}},
                {"id": "p9"},
                {"paper": {"kind": "papyrus"}},
                {},
            )
            unset = chance.choice(([], [], ["title", "paper"], ["size"], ["id"]))
            return PatchPage(page_id, chance.choice(changes), unset)
        case 2:
            return RemovePage(page_id)
        case _:
            order = list(dict.fromkeys(("p1", *chance.sample(PAGES[-3:], chance.randint(0, 2)))))
            chance.shuffle(order)
            return ReorderPages(order)


def _element(chance: random.Random, element_id: str) -> Element:
    x = chance.choice((0, 1.5, -2e6, 7))
    named: dict[str, Any] = {
        "id": element_id, "layer": chance.choice(_LAYERS), "by": chance.randint(0, 9),
    }  # fmt: skip
    box: dict[str, Any] = {"x": x, "y": x, "w": 5, "h": 5.25}
    match chance.choices(range(11), (6, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1))[0]:
        case 0:
            return Stroke(**named, points=_points(chance))
        case 1:
            return Rect(**named, **box)
        case 2:
            return Line(**named, x1=x, y1=0, x2=1, y2=1)
        case 3:
            return TextElement(**named, x=x, y=x, text="t" * chance.choice((1, 20, 21)))
        case 4:
            return Note(**named, **box, text=chance.choice(("note", "\0")))
        case 5:
            return Image(**named, **box, asset="ab" * 32)
        case 6:
            tex = chance.choice(("x", "\\frac{1}{2}", "\0"))
            return Formula(**named, **box, tex=tex, outline=chance.choice(("ab", "cd")) * 32)
        case 7:
            corners = [0, 0, x, 1, 5, 5.5, *chance.choice(([], [7], [9, 9]))]
            return Polygon(**named, x=x, closed=chance.random() < 0.7, points=corners)
        case 8:
            view = chance.choice(((-1, 1, -1, 1), (1, 1, 0, 5)))
            runs: list[list[int | float]] = [[0, 0, 1, chance.random()]]
            runs.append([2] * chance.choice((1, 2)))
            return Graph(**named, **box, view=view, curves=[Curve(expr="x", points=runs)])
        case 9:
            lines = [TableLine(id=name, size=9) for name in chance.choice(("a", "ab", "aa"))]
            cells = chance.choice(({}, {"a:a": "x"}, {"a:b": "t" * 21}, {"c:c": "\0"}))
            return Table(**named, x=x, y=x, rows=lines, cols=lines, cells=cells)
        case _:
            data = chance.choice(({"a": [1, None]}, {"__proto__": 1}, {"long": "x" * 400}))
            return Custom(**named, **box, kind="chart", data=data)


def _patch(chance: random.Random) -> dict[str, Any]:
    patches: tuple[dict[str, Any], ...] = (
        {"x": chance.randint(-9, 9)},
        {"y": chance.random()},
        {"x": 1, "rotation": 30, "by": 9},
        {"style": {"color": "#ff0000"}},
        {"style": {"width": 4}},
        {"style": {"width": -1}},
        {"layer": chance.choice(_LAYERS)},
        {"points": _points(chance)},
        {"z": "b1"},
        {"locked": chance.random() < 0.3},
        {"locked": True, "x": 2},
        {"group": chance.choice(("g1", None, "a b"))},
        {"mirrored": True},
        {"tex": "y", "outline": chance.choice(("ab", "ef")) * 32},
        {"tex": ""},
        {"cells": chance.choice(({"a:a": "y"}, {"b:a": ""}, {"b:a": "z", "a:a": "w"}, {"a": "b"}))},
        {"cells": {"a:b": "v"}, "style": {"color": "#00ff00"}},
        {"view": chance.choice(([-2, 2, -2, 2], [2, -2, 0, 1], [1]))},
        {"curves": [{"expr": "x", "points": chance.choice(([[1, 2]], [[1]], [1]))}]},
        {"type": "rect"},
        {"prototype": 1},
        {"x": float("nan")},
    )
    return chance.choice(patches)


def _points(chance: random.Random) -> list[int | float]:
    points: list[int | float] = []
    for _ in range(chance.choice((1, 1, 2, 3, 9))):
        points += [chance.randint(0, 99), chance.random(), chance.choice((0, 0.5, 1)), 16]
    if chance.random() < 0.05:
        points.append(1)
    return points
