"""Elements are patched without a look at what of them stays as it is."""

from typing import Any

import msgspec
import pytest

from lessonroom.board.editing.draft import DECODED_MOST
from lessonroom.board.editing.patching import fields_apart
from lessonroom.board.model.board import Board, BoardChange
from lessonroom.board.model.elements import Element, Layer, Table, TableLine
from lessonroom.board.model.operations import AddLayer, Patch, Put
from lessonroom.board.model.stored import StoredElement, merged
from lessonroom.codes import ErrorCode
from lessonroom.limits import Limits
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.board.bulky import BULKY
from tests.lessonroom.lesson import stroke


def _patched(name: str, changes: dict[str, Any], unset: list[str]) -> tuple[BoardChange, int]:
    """Patch an element on a board, and see that it has the bytes of one that was looked at.

    Returned is how large it was before, too.
    """
    board = Board()
    edit(board, AddLayer(Layer(id="top", name="Top")), Put(BULKY[name]))
    before, size_bytes = board.elements["b"].fields(), len(board.elements["b"].encoded)
    change = edit(board, Patch("b", dict(changes), list(unset)))
    after = msgspec.convert(merged(before, dict(changes), unset), Element)
    assert board.elements["b"] == StoredElement.of(after)
    return change, size_bytes


@pytest.mark.parametrize(
    ("changes", "unset"),
    [
        ({"x": 7, "y": -2.5, "rotation": 3}, []),
        ({"style": {"color": "#ff0000", "italic": True}}, ["rotation"]),
        ({"layer": "top", "z": "Zz", "locked": True}, []),
        ({}, ["style.bold", "z"]),
    ],
)
@pytest.mark.parametrize("name", BULKY)
def test_what_stays_is_copied_and_not_decoded(
    name: str, changes: dict[str, Any], unset: list[str]
) -> None:
    """[BD-2] [P16] What comes of it has the same bytes all the same."""
    change, size_bytes = _patched(name, changes, unset)
    assert change.decoded_bytes == 0
    assert change.copied_bytes == size_bytes


@pytest.mark.parametrize(
    ("name", "changes", "unset"),
    [
        ("stroke", {"points": [1, 2, 0.25, 4, 5, 6, 0.5, 8], "x": 9}, ["style"]),
        ("polygon", {"points": [1, 2, 0.25, 4]}, []),
        ("text", {"text": "short", "w": 80}, []),
        ("note", {}, ["text"]),
        ("graph", {"curves": [], "axes": True}, ["grid"]),
        ("graph", {}, ["curves"]),
        ("custom", {"data": {"b": [1, 2]}}, []),
        ("custom", {}, ["data", "style"]),
    ],
)
def test_what_is_replaced_is_not_decoded_either(
    name: str, changes: dict[str, Any], unset: list[str]
) -> None:
    """[BD-2] [P16] Nothing of the old bulk is in the new element."""
    change, _ = _patched(name, changes, unset)
    assert change.decoded_bytes == 0


@pytest.mark.parametrize(
    ("name", "changes", "unset"),
    [
        ("text", {"w": 80}, []),
        ("text", {}, ["w"]),
        ("note", {"style": {"font_size": 9}}, []),
        ("note", {"w": 300}, ["style"]),
        ("table", {"cells": {"r1:c1": "new", "r2:c2": ""}}, []),
        ("table", {"cols": [{"id": "c1", "size": 8}]}, []),
        ("table", {"style": {"font_size": 9}}, []),
        ("table", {}, ["cells"]),
    ],
)
def test_what_a_limit_depends_on_is_looked_at(
    name: str, changes: dict[str, Any], unset: list[str]
) -> None:
    """[BD-2] [BD-9] Lines are those of a text at its width."""
    change, size_bytes = _patched(name, changes, unset)
    assert change.decoded_bytes == size_bytes * (3 if name == "table" else 1)
    assert change.copied_bytes == 0


def _full_table() -> Table:
    return Table(
        id="b",
        layer="base",
        x=1,
        y=2,
        cols=[TableLine(id=f"c{n}", size=200) for n in range(25)],
        rows=[TableLine(id=f"r{n}", size=40) for n in range(40)],
        cells={f"r{row}:c{col}": "abcdefghi" for row in range(40) for col in range(25)},
    )


def test_one_event_has_only_so_much_looked_at() -> None:
    """[FC-7] [P16] One table 200 times took a third of a second, in which nobody drew."""
    board = Board()
    edit(board, Put(_full_table()))
    each = 3 * len(board.elements["b"].encoded)
    fits = DECODED_MOST // each

    def cells(count: int) -> list[Patch]:
        return [Patch("b", {"cells": {"r0:c0": f"{n % 10}"}}) for n in range(count)]

    assert edit(board, *cells(fits)).decoded_bytes <= DECODED_MOST
    before = board.encode()
    refused(board, *cells(fits + 2), code=ErrorCode.TOO_LARGE, field=f"ops[{fits}].id")
    assert board.encode() == before
    # All of them in one patch, and moves, are as many as anyone likes.
    edit(board, Patch("b", {"cells": {f"r{n}:c1": "new" for n in range(40)}}))
    edit(board, *(Patch("b", {"x": n}) for n in range(200)))


def test_a_text_that_was_not_looked_at_is_counted() -> None:
    """[BD-9] Moved and coloured, it still has all its characters and its lines."""
    board, text = Board(), BULKY["text"]
    edit(board, Put(text))
    chars = board.text_chars
    edit(board, Patch("b", {"x": 5}))
    assert chars > 700
    assert board.text_chars == chars
    limits = Limits(lines_per_text=50)
    narrow = Patch("b", {"w": 1})
    refused(board, narrow, limits=limits, code=ErrorCode.TOO_LARGE, field="ops[0].set.text")


def test_a_stand_in_is_no_bulk_of_anybody() -> None:
    """[BD-2] What is no bulk is refused, beside others or alone."""
    board = Board()
    edit(board, Put(stroke()))
    for points in ([], [1, 2, 7, 4]):
        refused(
            board,
            Patch("s1", {"points": points}),
            code=ErrorCode.INVALID,
            field="ops[0].set.points",
        )
    refused(board, Patch("s1", {"brush": 7}), code=ErrorCode.INVALID, field="ops[0].set.brush")
    refused(board, Patch("s1", unset=["points"]), code=ErrorCode.INVALID, field="ops[0].set.points")


@pytest.mark.parametrize("name", BULKY)
def test_what_is_apart_is_told_by_field(name: str) -> None:
    """[BD-27] Without a look at what is the same."""
    stored = StoredElement.of(BULKY[name])
    assert fields_apart(stored, stored) == []
    whole = StoredElement.of(msgspec.convert(merged(stored.fields(), {"x": 9}, []), Element))
    assert fields_apart(stored, whole) == ["x"]
    assert fields_apart(stored, None) is None
