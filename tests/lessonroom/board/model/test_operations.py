"""The nine operations, one by one, and what each of them needs.

Tests also: lessonroom/board/editing/arrangement.py.
"""

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Image, Layer, Note
from lessonroom.board.model.operations import (
    NEEDS,
    AddLayer,
    AddPage,
    Append,
    Clear,
    LoggedAppend,
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
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import ALL_PERMISSIONS, Permission
from lessonroom.scalars import Number
from tests.lessonroom.board.boards import drafted, edit, logged_ops, refused
from tests.lessonroom.lesson import ANN, BEN, put_rect, stroke

EACH: dict[Permission, list[Operation]] = {
    Permission.DRAW: [put_rect(), Patch("r1", {"x": 1}), Append("s1", [1, 1, 0.5, 8], 1)],
    Permission.ERASE: [Remove(["r1"])],
    Permission.CLEAR_BOARD: [Clear()],
    Permission.ADD_LAYERS: [
        AddLayer(Layer(id="l9")),
        PatchLayer("base", {"name": "B"}),
        AddPage(Page(id="p2")),
        PatchPage("p1", {"title": "First"}),
    ],
    Permission.DELETE_LAYERS: [RemoveLayer("top"), RemovePage("p2")],
    Permission.REORDER_LAYERS: [ReorderLayers(["top", "base"]), ReorderPages(["p1"])],
}
PICTURE = Put(Image(id="i1", layer="base", x=0, y=0, w=1, h=1, asset="ab" * 32))


@pytest.fixture
def board() -> Board:
    """Two layers; a rectangle and a stroke of Ann's on the lower one."""
    board = Board()
    edit(board, AddLayer(Layer(id="top", name="Top")), put_rect("r1"), Put(stroke("s1")))
    return board


def fields(board: Board, element_id: str) -> dict[str, object]:
    return board.elements[element_id].fields()


# -- what each needs


@pytest.mark.parametrize(
    ("needed", "op"), [(needed, op) for needed, ops in EACH.items() for op in ops]
)
def test_an_operation_needs_its_permission_and_no_other(
    board: Board, needed: Permission, op: Operation
) -> None:
    """[BD-3] With all but the one it is refused; with the one alone it is not."""
    refused(
        board,
        op,
        permissions=ALL_PERMISSIONS - {needed},
        code=ErrorCode.PERMISSION_DENIED,
        field="ops[0]",
    )
    drafted(board, op, permissions=frozenset({needed}))


def test_every_operation_is_in_the_table_of_needs() -> None:
    """[BD-3] And in the table of this file."""
    assert {type(op): needed for needed, ops in EACH.items() for op in ops} == dict(NEEDS)


def test_an_image_needs_the_permission_to_upload_besides(board: Board) -> None:
    """[BD-3] Drawing alone does not put pictures up."""
    refused(
        board,
        PICTURE,
        permissions=ALL_PERMISSIONS - {Permission.UPLOAD_IMAGES},
        code=ErrorCode.PERMISSION_DENIED,
        field="ops[0]",
    )
    enough = frozenset({Permission.DRAW, Permission.UPLOAD_IMAGES})
    drafted(board, PICTURE, permissions=enough)


# -- put


def test_put_stamps_its_author_whatever_it_claims(board: Board) -> None:
    """[EN-1] `by` in what a client sends is ignored."""
    edit(board, put_rect("r2", by=99), author=BEN)
    assert board.elements["r2"].by == BEN
    assert fields(board, "r2")["by"] == BEN


def test_put_replaces_whole_and_keeps_the_creator(board: Board) -> None:
    """[BD-2][EN-1] The later put wins whole; who made the element first stays known."""
    edit(board, Patch("r1", {"rotation": 45}), author=BEN)
    edit(board, Put(Note(id="r1", layer="top", x=0, y=0, w=1, h=1, by=BEN)), author=BEN)
    assert fields(board, "r1") == {
        "type": "note", "id": "r1", "layer": "top", "by": ANN, "x": 0, "y": 0, "w": 1, "h": 1,
    }  # fmt: skip


def test_put_on_a_layer_that_is_not_there_is_refused(board: Board) -> None:
    """[EN-2] The message names the layers there are."""
    error = refused(
        board,
        put_rect("r2", layer="gone"),
        code=ErrorCode.NOT_FOUND,
        field="ops[0].element.layer",
    )
    assert "base, top" in error.message


# -- patch


def test_patches_of_different_fields_both_last(board: Board) -> None:
    """[BD-2] Per field: the later patch does not undo the earlier one's other fields."""
    edit(board, Patch("r1", {"x": 100}), author=ANN)
    edit(board, Patch("r1", {"y": 200}), author=BEN)
    edit(board, Patch("r1", {"x": 300}), author=BEN)
    assert fields(board, "r1")["x"] == 300
    assert fields(board, "r1")["y"] == 200
    assert fields(board, "r1")["w"] == 30


def test_style_is_merged_field_by_field(board: Board) -> None:
    """[BD-2] One colours, another widens: both have effect."""
    edit(board, Patch("r1", {"style": {"color": "#ff0000"}}))
    edit(board, Patch("r1", {"style": {"width": 5}}), author=BEN)
    assert fields(board, "r1")["style"] == {"color": "#ff0000", "width": 5}


def test_unset_puts_a_field_back_to_its_default(board: Board) -> None:
    """[BD-2] Also a single field of the style."""
    edit(board, Patch("r1", {"rotation": 9, "style": {"color": "#ff0000", "width": 5}}))
    edit(board, Patch("r1", unset=["rotation", "style.color"]))
    assert "rotation" not in fields(board, "r1")
    assert fields(board, "r1")["style"] == {"width": 5}
    edit(board, Patch("r1", unset=["style"]))
    assert "style" not in fields(board, "r1")


def test_a_patch_of_an_element_that_is_gone_changes_nothing_and_is_logged(board: Board) -> None:
    """[BD-2] Somebody removed it a moment ago; the patch is acknowledged all the same."""
    before = board.encode()
    change = edit(board, Patch("gone", {"x": 1}))
    assert board.encode() == before
    assert logged_ops(change) == [Patch("gone", {"x": 1})]


def test_a_patch_cannot_say_who_made_the_element(board: Board) -> None:
    """[EN-1] `by` is dropped, from what is applied and from what is logged and sent."""
    change = edit(board, Patch("r1", {"by": 99, "x": 5}, ["by"]), author=BEN)
    assert fields(board, "r1")["by"] == ANN
    assert logged_ops(change) == [Patch("r1", {"x": 5})]


@pytest.mark.parametrize("name", ["id", "type"])
def test_what_an_element_is_cannot_be_patched(board: Board, name: str) -> None:
    """[EN-2] Neither set nor unset."""
    for op in (Patch("r1", {name: "x"}), Patch("r1", unset=[name])):
        refused(board, op, code=ErrorCode.INVALID, field=f"ops[0].set.{name}")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"w": -1}, ".w"),
        ({"x": "1"}, ".x"),
        ({"x": True}, ".x"),
        ({"x": 1e8}, ".x"),
        ({"x": float("nan")}, ".x"),
        ({"x": None}, ".x"),
        ({"points": [1, 2, 3, 4]}, ".points"),
        ({"nonsense": 1}, ".nonsense"),
        ({"style": {"color": "url(x)"}}, ".style.color"),
        ({"style": {"nonsense": 1}}, ".style.nonsense"),
        ({"style": {"__proto__": 1}}, ".style"),
        ({"style": 1}, ".style"),
        ({"layer": "a b"}, ".layer"),
    ],
)
def test_a_patch_that_makes_no_element_is_refused(
    board: Board, changes: dict[str, object], field: str
) -> None:
    """[EN-2][BD-10] The field at fault is named."""
    refused(board, Patch("r1", changes), code=ErrorCode.INVALID, field=f"ops[0].set{field}")


def test_unsetting_what_an_element_must_have_is_refused(board: Board) -> None:
    """[EN-2] A rectangle without width is none."""
    refused(board, Patch("r1", unset=["w"]), code=ErrorCode.INVALID, field="ops[0].set.w")


def test_a_patch_of_points_is_checked_like_a_put(board: Board) -> None:
    """[EN-2] A pressure is from 0 to 1."""
    refused(
        board,
        Patch("s1", {"points": [0, 0, 2, 0]}),
        code=ErrorCode.INVALID,
        field="ops[0].set.points",
    )


def test_a_patch_moves_an_element_to_another_layer(board: Board) -> None:
    """[BD-2] The layer is a field like any other, as long as there is such a layer."""
    edit(board, Patch("r1", {"layer": "top"}))
    assert board.elements["r1"].layer == "top"
    refused(
        board, Patch("r1", {"layer": "gone"}), code=ErrorCode.NOT_FOUND, field="ops[0].set.layer"
    )


# -- append


def test_append_extends_ones_own_stroke(board: Board) -> None:
    """[BD-2] Points come at the end, in the order of the log."""
    edit(board, Append("s1", [5, 6, 0.25, 16], 1), Append("s1", [7, 8, 1, 16], 2))
    assert fields(board, "s1")["points"] == [0, 0, 0.5, 0, 5, 6, 0.25, 16, 7, 8, 1, 16]
    assert board.elements["s1"].points == 3


@pytest.mark.parametrize("at", [1, 3, 10_000])
def test_append_goes_on_where_the_stroke_ends_and_nowhere_else(board: Board, at: int) -> None:
    """[BD-15] A piece that is missing, or one that came twice, is never passed over."""
    edit(board, Append("s1", [5, 6, 0.25, 16], 1))
    before = board.encode()
    refused(
        board,
        put_rect("r9"),
        Append("s1", [7, 8, 1, 16], at),
        code=ErrorCode.CONFLICT,
        field="ops[1].at",
    )
    assert board.encode() == before


def test_append_counts_what_its_own_event_has_appended(board: Board) -> None:
    """[BD-1][BD-15] Operations are applied in order: a stroke may come whole in pieces."""
    piece: list[Number] = [5, 6, 0.25, 16]
    edit(board, Put(stroke("s2")), Append("s2", piece * 2, 1), Append("s2", piece, 3))
    assert board.elements["s2"].points == 4
    refused(
        board,
        Put(stroke("s3")),
        Append("s3", piece, 1),
        Append("s3", piece, 1),
        code=ErrorCode.CONFLICT,
        field="ops[2].at",
    )


def test_append_to_a_stroke_that_others_have_redrawn_is_a_conflict(board: Board) -> None:
    """[BD-15] Its author puts the stroke whole; the last writer wins as ever (BD-2)."""
    edit(board, Patch("s1", {"points": [0, 0, 0.5, 0, 9, 9, 0.5, 8, 1, 1, 0.5, 8]}), author=BEN)
    refused(board, Append("s1", [5, 6, 0.5, 16], 1), code=ErrorCode.CONFLICT, field="ops[0].at")


def test_a_logged_append_is_checked_where_it_says_where_it_goes_on(board: Board) -> None:
    """[BD-15] Any fold finds a gap; logs from before `at` fold as ever."""
    points: list[Number] = [5, 6, 0.5, 16]
    with pytest.raises(Refused) as caught:
        replay_ops(board, [LoggedAppend("s1", points, 2)], author=ANN)
    assert caught.value.code is ErrorCode.CONFLICT
    board.apply(replay_ops(board, [LoggedAppend("s1", points)], author=ANN))
    assert board.elements["s1"].points == 2


def test_append_to_a_stroke_of_another_is_refused(board: Board) -> None:
    """[BD-3] The pen is in the author's hand."""
    refused(
        board,
        Append("s1", [5, 6, 0.5, 16], 1),
        author=BEN,
        code=ErrorCode.PERMISSION_DENIED,
        field="ops[0].id",
    )


def test_append_to_what_is_no_stroke_is_refused(board: Board) -> None:
    """[EN-2] A rectangle has no points."""
    refused(board, Append("r1", [5, 6, 0.5, 16], 1), code=ErrorCode.INVALID, field="ops[0].id")


def test_append_to_a_stroke_that_is_gone_changes_nothing(board: Board) -> None:
    """[BD-2] Somebody erased it under the pen."""
    before = board.encode()
    edit(board, Append("gone", [5, 6, 0.5, 16], 1))
    assert board.encode() == before


@pytest.mark.parametrize(
    "points", [[0, 0, 0.5], [0, 0, 0.5, 0, 1], [0, 0, 1.5, 0], [0, 0, -0.1, 0], [0, 0, 0.5, -1]]
)
def test_points_come_in_fours_within_their_ranges(board: Board, points: list[float]) -> None:
    """[EN-2] x, y, pressure from 0 to 1, milliseconds from 0."""
    refused(board, Append("s1", points, 1), code=ErrorCode.INVALID, field="ops[0].points")
    refused(board, Append("gone", points, 1), code=ErrorCode.INVALID, field="ops[0].points")
    refused(board, Put(stroke("s2", points)), code=ErrorCode.INVALID, field="ops[0].element.points")


@pytest.mark.parametrize("at", range(4))
def test_each_point_of_a_stroke_is_looked_at(board: Board, at: int) -> None:
    """[EN-2] The last as the first; 0 and 1 are pressures."""
    points: list[Number] = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0.5, 0, 0, 0, 1, 0]
    edit(board, Put(stroke("s2", points)))
    for field, bad in ((2, -0.1), (2, 1.1), (3, -1)):
        wrong = [*points]
        wrong[4 * at + field] = bad
        refused(board, Append("s1", wrong, 1), code=ErrorCode.INVALID, field="ops[0].points")


# -- remove, clear


def test_remove_passes_over_what_is_gone_already(board: Board) -> None:
    """[BD-2] Two people erase at once: both are acknowledged."""
    edit(board, Remove(["gone", "r1", "r1"]))
    assert list(board.elements) == ["s1"]


def test_clear_empties_the_board_or_one_layer(board: Board) -> None:
    """[BD-2] Layers stay."""
    edit(board, put_rect("t1", layer="top"))
    assert edit(board, Clear(layer="top")).is_clear
    assert list(board.elements) == ["r1", "s1"]
    assert edit(board, Clear()).is_clear
    assert not board.elements
    assert list(board.layers) == ["base", "top"]
    assert board.size_bytes == 0


def test_clearing_a_layer_that_is_gone_changes_nothing(board: Board) -> None:
    """[BD-2] Nor is it told as a clear."""
    assert not edit(board, Clear(layer="gone")).is_clear
    assert len(board.elements) == 2


# -- as structs


@pytest.mark.parametrize("op", [op for ops in EACH.values() for op in ops])
def test_an_operation_survives_both_encodings(op: Operation) -> None:
    """[BD-2] What is logged is what was asked."""
    assert msgspec.json.decode(msgspec.json.encode(op), type=Operation) == op
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(op), type=Operation) == op


@pytest.mark.parametrize(
    "encoded",
    [
        b'{"op":"paint"}',
        b'{"op":"remove","ids":[]}',
        b'{"op":"remove","ids":["a b"]}',
        b'{"op":"append","id":"s1","at":1,"points":[1,2,3]}',
        b'{"op":"put","element":{"type":"svg","id":"a","layer":"base"}}',
        b'{"op":"put","element":{"type":"rect","id":"a","layer":"base","x":0,"y":0,"w":-1,"h":1}}',
        b'{"op":"clear","extra":1}',
        b'{"op":"patch","id":"r1","unset":["a.b.c"]}',
        b'{"op":"reorder_layers","order":[]}',
        b'{"id":"r1"}',
    ],
)
def test_what_is_no_operation_is_not_decoded(encoded: bytes) -> None:
    """[EN-2] Unknown fields and values out of range are refused at the edge."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(encoded, type=Operation)
