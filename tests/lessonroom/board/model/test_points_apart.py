"""Strokes and polygons are patched beside their points, which are nearly all of them."""

from typing import Any

import msgspec
import pytest

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Element, Layer, Polygon, Stroke, Style
from lessonroom.board.model.operations import AddLayer, Patch, Put
from lessonroom.board.model.stored import StoredElement, merged
from lessonroom.codes import ErrorCode
from lessonroom.scalars import Number
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.lesson import stroke


@pytest.mark.parametrize(
    ("changes", "unset"),
    [
        ({"x": 7, "y": -2.5, "rotation": 3}, []),
        ({"style": {"color": "#ff0000"}}, ["rotation"]),
        ({"layer": "top", "z": "Zz", "locked": True}, []),
        ({}, ["style.width", "z"]),
        ({"points": [1, 2, 0.25, 4]}, []),
        ({"points": [1, 2, 0.25, 4, 5, 6, 0.5, 8], "x": 9}, ["style"]),
    ],
)
def test_what_has_points_is_patched_as_if_all_were_looked_at(
    changes: dict[str, Any], unset: list[str]
) -> None:
    """[BD-2] [P16] Points that stay are not decoded: what comes of it has the same bytes."""
    style = Style(color="#00ff00", width=9)
    points: list[Number] = [1.25, 7, 0.5, 8] * 400
    board = Board()
    edit(
        board,
        AddLayer(Layer(id="top", name="Top")),
        Put(Stroke(id="s1", layer="base", points=points, style=style, rotation=8, z="Z1")),
        Put(Polygon(id="s2", layer="base", points=points, style=style, closed=False)),
    )
    before = {name: board.elements[name].fields() for name in ("s1", "s2")}
    change = edit(board, *(Patch(name, dict(changes), list(unset)) for name in before))
    for name, was in before.items():
        after = msgspec.convert(merged(was, dict(changes), unset), Element)
        assert board.elements[name] == StoredElement.of(after)
    assert (change.decoded_bytes == 0) is ("points" not in changes)


def test_points_that_nobody_sees_are_not_kept_either() -> None:
    """[BD-2] What is no list of points is refused, beside others or alone."""
    board = Board()
    edit(board, Put(stroke()))
    refused(
        board,
        Patch("s1", {"points": []}),
        code=ErrorCode.INVALID,
        field="ops[0].set.points",
    )
    refused(board, Patch("s1", {"brush": 7}), code=ErrorCode.INVALID, field="ops[0].set.brush")
    refused(board, Patch("s1", unset=["points"]), code=ErrorCode.INVALID, field="ops[0].set.points")
