import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
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
    ReorderLayers,
)
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode
from lessonroom.scalars import without_direction_controls
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.lesson import put_rect, stroke


@pytest.fixture
def board() -> Board:
    """Two layers; a rectangle and a stroke of Ann's on the lower one."""
    board = Board()
    edit(board, AddLayer(Layer(id="top", name="Top")), put_rect("r1"), Put(stroke("s1")))
    return board


def test_a_new_layer_comes_on_top(board: Board) -> None:
    """[BD-2] A second one of the same id is a conflict."""
    edit(board, AddLayer(Layer(id="l3", name="Third")))
    assert list(board.layers) == ["base", "top", "l3"]
    refused(board, AddLayer(Layer(id="top")), code=ErrorCode.CONFLICT, field="ops[0].layer.id")


def test_a_patch_of_a_layer_merges_its_fields(board: Board) -> None:
    """[BD-2] Per field; a layer that is gone is passed over."""
    edit(board, PatchLayer("top", {"visible": False}))
    edit(board, PatchLayer("top", {"name": "Upper"}), PatchLayer("gone", {"name": "x"}))
    assert board.layers["top"] == Layer(id="top", name="Upper", visible=False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "x"}, ".id"),
        ({"name": ""}, ".name"),
        ({"name": "a\0"}, ".name"),
        ({"page": 0}, ".page"),
        ({"locked": 1}, ".locked"),
        ({"nonsense": 1}, ".nonsense"),
        ({"constructor": 1}, ""),
    ],
)
def test_a_patch_that_makes_no_layer_is_refused(
    board: Board, changes: dict[str, object], field: str
) -> None:
    """[EN-2][BD-10] The field at fault is named."""
    refused(board, PatchLayer("top", changes), code=ErrorCode.INVALID, field=f"ops[0].set{field}")


def test_removing_a_layer_removes_what_lies_on_it(board: Board) -> None:
    """[BD-2] A layer that is gone is passed over; the last one stays."""
    edit(board, put_rect("t1", layer="top"))
    edit(board, RemoveLayer("base"), RemoveLayer("base"))
    assert list(board.layers) == ["top"]
    assert list(board.elements) == ["t1"]
    refused(board, RemoveLayer("top"), code=ErrorCode.CONFLICT, field="ops[0].id")


def test_the_last_layer_cannot_be_removed_within_one_event_either(board: Board) -> None:
    """[BD-1] And so the first of the two has no effect."""
    refused(
        board,
        RemoveLayer("base"),
        RemoveLayer("top"),
        code=ErrorCode.CONFLICT,
        field="ops[1].id",
    )


@pytest.mark.parametrize(
    "order", [["base"], ["base", "base"], ["base", "top", "gone"], ["base", "top", "top"]]
)
def test_an_order_that_is_no_permutation_is_refused(board: Board, order: list[str]) -> None:
    """[EN-2] The message names the layers there are."""
    error = refused(board, ReorderLayers(order), code=ErrorCode.CONFLICT, field="ops[0].order")
    assert "base, top" in error.message


def test_layers_are_put_in_another_order(board: Board) -> None:
    """[BD-2] The elements are not touched."""
    edit(board, ReorderLayers(["top", "base"]))
    assert list(board.layers) == ["top", "base"]
    assert list(board.elements) == ["r1", "s1"]


# -- locked layers


@pytest.mark.parametrize(
    ("op", "field"),
    [
        (put_rect("r9"), "ops[0].element.layer"),
        (put_rect("r1", layer="top"), "ops[0].element.id"),
        (Patch("r1", {"x": 1}), "ops[0].id"),
        (Patch("t1", {"layer": "base"}), "ops[0].set.layer"),
        (Append("s1", [1, 1, 1, 1], 1), "ops[0].id"),
        (Remove(["t1", "r1"]), "ops[0].ids[1]"),
        (Clear(layer="base"), "ops[0].layer"),
        (RemoveLayer("base"), "ops[0].id"),
    ],
)
def test_nothing_on_a_locked_layer_can_be_changed(board: Board, op: Operation, field: str) -> None:
    """[BD-1] Neither on it, nor onto it, nor away from it."""
    edit(board, put_rect("t1", layer="top"), PatchLayer("base", {"locked": True}))
    refused(board, op, code=ErrorCode.CONFLICT, field=field)
    edit(board, PatchLayer("base", {"locked": False}), op)


def test_clearing_the_board_leaves_locked_layers(board: Board) -> None:
    """[BD-2] And a replay of the log leaves them too."""
    edit(board, put_rect("t1", layer="top"), PatchLayer("base", {"locked": True}))
    edit(board, Clear())
    assert list(board.elements) == ["r1", "s1"]


def test_equal_layers_have_equal_bytes() -> None:
    """[P7] A name that comes off the wire is the default like one that was never given."""
    named = msgspec.json.decode(b'{"id":"top","name":"Layer"}', type=Layer)
    assert msgspec.json.encode(named) == msgspec.json.encode(Layer(id="top")) == b'{"id":"top"}'


_MISLEADING = ["a\u202egnp.exe", "\u2067a", "a\u2069", "two\nlines", "a\u2028b", "bell\x07", "\x85"]


@pytest.mark.parametrize("name", _MISLEADING)
def test_a_name_that_would_mislead_is_refused(board: Board, name: str) -> None:
    """[PG-1] [SECURITY names] Of layers and pages, new or changed; other fields can be changed."""
    edit(board, AddPage(Page(id="p2")))
    for op, field in (
        (AddLayer(Layer(id="l9", name=name)), "layer.name"),
        (PatchLayer("top", {"name": name}), "set.name"),
        (AddPage(Page(id="p9", title=name)), "page.title"),
        (PatchPage("p2", {"title": name}), "set.title"),
    ):
        refused(board, op, code=ErrorCode.INVALID, field=f"ops[0].{field}")


@pytest.mark.parametrize("name", _MISLEADING)
def test_a_name_from_before_stays_and_comes_back(name: str) -> None:
    """[PG-1] [PG-2] Logs fold, other fields are changed; a copy for others is without it."""
    board = Board()
    layer = AddLayer(Layer(id="old", name=name))
    board.apply(replay_ops(board, [layer, AddPage(Page(id="p2", title=name))], author=1))
    edit(
        board, PatchLayer("old", {"visible": False}), PatchPage("p2", {"paper": {"kind": "lined"}})
    )
    assert board.layers["old"].name == board.pages["p2"].title == name
    (copied,) = PageCopy.of(board, "p2", as_id="p3").pages
    assert copied.title == without_direction_controls(name)


@pytest.mark.parametrize("name", ["שלום (abc)\u200f", "हिन्दी\u200d", "المعادلات ١", "Ünïcode — 図"])
def test_names_of_every_script_are_taken(board: Board, name: str) -> None:
    """[PG-1] Joiners and marks that no more than a letter would do are part of writing."""
    edit(board, AddLayer(Layer(id="l9", name=name)), AddPage(Page(id="p2", title=name)))
    assert board.layers["l9"].name == board.pages["p2"].title == name
