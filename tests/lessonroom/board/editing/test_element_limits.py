"""What somebody puts, everybody has to lay out: how much of it one element may ask for."""

from typing import Any

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops, revert
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import (
    Curve,
    Graph,
    Note,
    Polygon,
    Style,
    Table,
    TableLine,
    TextElement,
)
from lessonroom.board.model.operations import Patch, Put, Remove
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.lesson import ANN

HOSTILE = TextElement(id="t", layer="base", by=ANN, x=0, y=0, w=0.001, text="m" * 10_000)
"""One message of one guest that stopped every page for twelve seconds."""


def old_board() -> Board:
    """Return a board as a log from before these limits holds it."""
    return Board(elements=[StoredElement.of(HOSTILE)])


def note(text: str, *, w: float, font_size: float = 20) -> Note:
    return Note(
        id="n", layer="base", x=0, y=0, w=w, h=50, text=text, style=Style(font_size=font_size)
    )


def test_a_text_of_very_many_lines_is_refused() -> None:
    """[BD-9] By its line ends, or by a width that leaves a letter for each."""
    refused(Board(), Put(HOSTILE), code=ErrorCode.TOO_LARGE, field="ops[0].element.text")
    line_ends = TextElement(id="t", layer="base", x=0, y=0, text="\n" * 1_000)
    refused(Board(), Put(line_ends), code=ErrorCode.TOO_LARGE, field="ops[0].element.text")
    for narrow in (
        note("m" * 4_001, w=0),
        note("ab " * 3_000, w=34),
        note("m" * 9_000, w=900, font_size=400),
    ):
        refused(Board(), Put(narrow), code=ErrorCode.TOO_LARGE, field="ops[0].element.text")


@pytest.mark.parametrize(
    "patch",
    [
        Patch("n", {"w": 1}),
        Patch("n", {"style": {"font_size": 200}}),
        Patch("n", {"text": "\n" * 2_000}),
    ],
)
def test_a_patch_that_makes_lines_is_refused_as_a_put_is(patch: Patch) -> None:
    """[BD-9] The other ways to the same element."""
    board = Board()
    edit(board, Put(note("word " * 1_500, w=300)))
    refused(board, patch, code=ErrorCode.TOO_LARGE, field="ops[0].set.text")


def test_a_page_of_text_fits_a_note() -> None:
    """[BD-9] The limit is for what nobody reads: the longest text fits at usual widths."""
    board = Board()
    edit(board, Put(note("word " * 2_000, w=180, font_size=18)))
    edit(board, Put(TextElement(id="t", layer="base", x=0, y=0, w=240, text="word " * 2_000)))
    edit(board, Put(TextElement(id="u", layer="base", x=0, y=0, text="a line of code\n" * 600)))


def test_a_width_below_a_unit_is_refused() -> None:
    """[BD-9] Nothing can be read there; 0 is as wide as the text."""
    short = TextElement(id="t", layer="base", x=0, y=0, w=0.001, text="short")
    refused(Board(), Put(short), code=ErrorCode.INVALID, field="ops[0].element.w")
    board = Board()
    edit(board, Put(TextElement(id="t", layer="base", x=0, y=0, w=1, text="short")))
    refused(board, Patch("t", {"w": 0.5}), code=ErrorCode.INVALID, field="ops[0].set.w")
    edit(board, Patch("t", {"w": 0}))


def test_what_an_old_log_holds_folds_and_can_be_moved_mended_and_brought_back() -> None:
    """[BD-9] A limit of today does not break a board of yesterday; it may not get worse either."""
    board = Board()
    board.apply(replay_ops(board, [Put(HOSTILE)], author=ANN))
    assert board.text_chars == 10_000
    edit(board, Patch("t", {"x": 7}))
    edit(board, Patch("t", {"text": "m" * 9_000}))
    refused(
        board, Patch("t", {"text": "m" * 9_500}), code=ErrorCode.TOO_LARGE, field="ops[0].set.text"
    )
    edit(board, Patch("t", {"w": 300, "text": "short"}))
    board = old_board()
    edit(board, Remove(["t"]))
    back = revert(board, [Put(HOSTILE)], author=ANN, permissions=ALL_PERMISSIONS, limits=Limits())
    board.apply(back)
    assert "t" in board.elements


def test_the_characters_of_a_board_are_counted_through_every_change() -> None:
    """[BD-9] Put, replaced, patched, removed, and taken up from a snapshot."""
    board = Board()
    edit(
        board,
        Put(note("12345", w=100)),
        Put(TextElement(id="t", layer="base", x=0, y=0, text="\u00e9" * 4)),
    )
    assert board.text_chars == 9
    edit(
        board,
        Patch("n", {"text": "123"}),
        Put(TextElement(id="t", layer="base", x=0, y=0, text="1")),
    )
    assert board.text_chars == Board.decode(board.encode()).text_chars == 4
    edit(board, Remove(["n"]))
    assert board.text_chars == 1
    over = Limits(text_chars_per_board=0)
    edit(board, Patch("t", {"text": "2"}), limits=over)
    refused(board, Patch("t", {"text": "22"}), limits=over, code=ErrorCode.TOO_LARGE, field="ops")


def test_the_corners_of_a_polygon_come_in_twos_and_are_no_more_than_a_thousand() -> None:
    """[BD-23] By a put, and by a patch, which moves one of them."""
    triangle = Polygon(id="p", layer="base", points=[0, 0, 10, 0, 5, 9])
    odd = Polygon(id="q", layer="base", points=[0, 0, 10, 0, 5])
    refused(Board(), Put(odd), code=ErrorCode.INVALID, field="ops[0].element.points")
    board = Board()
    edit(board, Put(triangle))
    for points, field in (
        ([0, 0, 10, 0, 5], "ops[0].set.points"),
        ([0, 0], "ops[0].set.points"),
        ([0] * 2_002, "ops[0].set.points"),
    ):
        refused(board, Patch("p", {"points": points}), code=ErrorCode.INVALID, field=field)
    edit(board, Patch("p", {"points": [0, 0, 10, 0, 7, 9], "closed": False}))
    fields = board.elements["p"].fields()
    assert fields["points"] == [0, 0, 10, 0, 7, 9]
    assert fields["closed"] is False


GRAPH = Graph(id="g", layer="base", x=0, y=0, w=200, h=200)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"view": (1, 1, 0, 1)}, ErrorCode.INVALID, "view"),
        ({"view": (0, 1, 2, 1)}, ErrorCode.INVALID, "view"),
        ({"view": (0, 1, 0, 1e-9)}, ErrorCode.INVALID, "view"),
        ({"curves": [Curve(expr="\0")]}, ErrorCode.INVALID, "curves[0].expr"),
        ({"x_name": "\0"}, ErrorCode.INVALID, "x_name"),
        ({"y_name": "\0"}, ErrorCode.INVALID, "y_name"),
        (
            {"curves": [Curve(expr="x", points=[[1, 2, 3]])]},
            ErrorCode.INVALID,
            "curves[0].points[0]",
        ),
        ({"curves": [Curve(expr="x", points=[[0] * 6_000])] * 2}, ErrorCode.TOO_LARGE, "curves"),
        ({"curves": [Curve(expr="x", points=[[]] * 12_001)]}, ErrorCode.TOO_LARGE, "curves"),
    ],
)
def test_what_is_no_graph_is_refused(fields: dict[str, Any], code: ErrorCode, field: str) -> None:
    """[BD-24] Put or patched: numbers are looked at, never what they are said to come of."""
    graph = msgspec.structs.replace(GRAPH, **fields)
    refused(Board(), Put(graph), code=code, field=f"ops[0].element.{field}")
    board = Board()
    edit(board, Put(GRAPH))
    set_ = msgspec.to_builtins(fields)
    refused(board, Patch("g", set_), code=code, field=f"ops[0].set.{field}")


def test_a_graph_as_large_as_a_message_is_accepted() -> None:
    """[BD-24] Eight curves of what a page works out."""
    curves = [Curve(expr="sin x", points=[[0.5] * 1_400])] * 8
    edit(Board(), Put(msgspec.structs.replace(GRAPH, curves=curves)))


def lines(count: int, size: float = 100) -> list[TableLine]:
    return [TableLine(id=f"n{n}", size=size) for n in range(count)]


TABLE = Table(id="t", layer="base", x=0, y=0, cols=lines(2), rows=lines(2))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"cols": lines(1) * 2}, ErrorCode.INVALID, "cols"),
        ({"rows": lines(1) * 2}, ErrorCode.INVALID, "rows"),
        ({"cols": lines(26), "rows": lines(39)}, ErrorCode.TOO_LARGE, "cells"),
        ({"cells": {"n0:n0": "\0"}}, ErrorCode.INVALID, "cells.n0:n0"),
        ({"cells": {"n0:n0": "x" * 6_000, "n1:n1": "x" * 6_000}}, ErrorCode.TOO_LARGE, "cells"),
        ({"cells": {"n0:n0": "\n" * 2_500}}, ErrorCode.TOO_LARGE, "cells"),
        ({"cells": {f"x:{n}": "" for n in range(2_001)}}, ErrorCode.TOO_LARGE, "cells"),
    ],
)
def test_what_is_no_table_is_refused(fields: dict[str, Any], code: ErrorCode, field: str) -> None:
    """[BD-25] Put or patched: texts are counted as those of notes are."""
    refused(
        Board(),
        Put(msgspec.structs.replace(TABLE, **fields)),
        code=code,
        field=f"ops[0].element.{field}",
    )
    board = Board()
    edit(board, Put(TABLE))
    set_ = msgspec.to_builtins(fields)
    refused(board, Patch("t", set_), code=code, field=f"ops[0].set.{field}")


def test_a_cell_is_patched_by_itself() -> None:
    """[BD-25] Of two who write into two cells each has their words; the board counts them."""
    board = Board()
    edit(board, Put(TABLE))
    edit(board, Patch("t", {"cells": {"n0:n0": "one"}}))
    edit(board, Patch("t", {"cells": {"n1:n1": "two"}}))
    assert board.elements["t"].fields()["cells"] == {"n0:n0": "one", "n1:n1": "two"}
    assert board.text_chars == 6
    assert Board.decode(board.encode()).text_chars == 6
    refused(
        board, Patch("t", {"cells": {"n0": "x"}}), code=ErrorCode.INVALID, field="ops[0].set.cells"
    )


@pytest.mark.parametrize(
    ("style", "field"),
    [
        ({"font": "<script>alert(1)</script>"}, "font"),
        ({"font": "Sans"}, "font"),
        ({"font": None}, "font"),
        ({"bold": 1}, "bold"),
        ({"italic": "yes"}, "italic"),
        ({"weight": 700}, "weight"),
    ],
)
def test_letters_are_of_a_font_that_there_is(style: dict[str, Any], field: str) -> None:
    """[BD-26] Anything else is refused, with the field at fault, and the text stays as it was."""
    board = Board()
    edit(board, Put(TextElement(id="t", layer="base", x=0, y=0, text="a", style=Style(bold=True))))
    before = board.encode()
    found = refused(
        board,
        Patch("t", {"style": style}),
        code=ErrorCode.INVALID,
        field=f"ops[0].set.style.{field}",
    )
    if field == "font" and style["font"] is not None:
        assert "sans, serif, mono, hand" in found.message
    assert board.encode() == before


def test_letters_are_patched_field_by_field_and_taken_back() -> None:
    """[BD-26][BD-2] What is as it is at first is not kept."""
    board = Board()
    edit(board, Put(TextElement(id="t", layer="base", x=0, y=0, text="a")))
    plain = board.encode()
    edit(board, Patch("t", {"style": {"bold": True}}))
    edit(board, Patch("t", {"style": {"font": "hand", "italic": True}}))
    assert board.elements["t"].fields()["style"] == {
        "font": "hand",
        "bold": True,
        "italic": True,
    }
    edit(board, Patch("t", {"style": {"bold": False, "font": "sans"}}, unset=["style.italic"]))
    assert board.encode() == plain
