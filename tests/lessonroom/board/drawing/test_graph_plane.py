"""What of a graph is seen, and its numbers: the same as on the page."""

import json
from pathlib import Path
from typing import Final

import pytest

from lessonroom.board.drawing.graph_plane import Plane, number, ticks
from lessonroom.board.model.elements import Align, Graph

VECTORS: Final = json.loads(
    (Path(__file__).parent / "graph_vectors.json").read_text(encoding="utf-8")
)
"""The tests of the page look at them, too."""


def test_numbers_stand_where_they_do_on_the_page() -> None:
    """[BD-24] Round ones, as far apart as there is room."""
    for vector in VECTORS["ticks"]:
        found = ticks(vector["from"], vector["to"], vector["length"])
        assert found == pytest.approx(vector["ticks"])
    for value, text in VECTORS["numbers"]:
        assert number(value) == text


def test_what_lies_outside_the_window_is_not_drawn() -> None:
    """[BD-24] A curve that leaves it and comes back is two pieces."""
    for vector in VECTORS["seen"]:
        graph = Graph(id="g", layer="base", x=0, y=0, w=100, h=100, view=tuple(vector["view"]))
        pieces = [
            [number for point in piece for number in (point.real, point.imag)]
            for piece in Plane.of(graph).seen(vector["run"])
        ]
        assert pieces == [pytest.approx(piece) for piece in vector["pieces"]]


def test_names_of_axes_stand_where_they_do_on_the_page() -> None:
    """[BD-24] And none of the numbers lies below one."""
    for vector in VECTORS["names"]:
        plane = Plane(0, 0, 100, 100, *vector["view"])._replace(x_name="t in s", y_name="s in m")
        found = [[round(at.real), round(at.imag), align] for at, _, align in plane.names()]
        assert found == [vector["x"], vector["y"]]
        numbers = [text for _, text, align in plane.numbers() if align is not Align.CENTER]
        assert numbers == vector["numbers"]
    assert not list(Plane(0, 0, 100, 100, -1, 1, -1, 1).names())
