"""Pages: operations of them, the layers on them, and boards of before pages had ids.

Tests also: lessonroom/board/model/page.py.
"""

import msgspec
import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Clear,
    LoggedOperation,
    Operation,
    Patch,
    PatchLayer,
    PatchPage,
    RemoveLayer,
    RemovePage,
    ReorderPages,
)
from lessonroom.board.model.page import Background, Page, Paper, PaperKind
from lessonroom.codes import ErrorCode
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS, Permission
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.lesson import put_rect

A4 = (794, 1123)
SHEET = Background(asset="ab" * 32, w=794, h=1123)


@pytest.fixture
def board() -> Board:
    """Return two pages; something lies on the first, and on both layers of the second."""
    board = Board()
    edit(board, AddPage(Page(id="two", title="Second"), Layer(id="low", name="Low")))
    edit(board, AddLayer(Layer(id="high", page="two")))
    edit(board, put_rect("r1"), put_rect("r2", layer="low"), put_rect("r3", layer="high"))
    return board


def replayed(board: Board, *ops: LoggedOperation) -> Board:
    """Return what a log comes to that no room of now has checked."""
    board.apply(replay_ops(board, ops, author=1))
    assert Board.decode(board.encode()).encode() == board.encode()
    return board


def test_a_new_board_has_one_page_and_says_nothing_of_it() -> None:
    """[PG-1] So that the bytes of a board of before are what they were."""
    board = Board()
    assert list(board.pages.values()) == [Page(id="p1")]
    assert board.encode() == b'{"layers":[{"id":"base","name":"Layer 1"}],"elements":{}}'
    edit(board, PatchPage("p1", {"title": "First"}))
    assert board.encode().startswith(b'{"pages":[{"id":"p1","title":"First"}],"layers":')
    edit(board, PatchPage("p1", {}, ["title"]))
    assert board.encode().startswith(b'{"layers":')


@pytest.mark.parametrize(
    ("at", "order"),
    [
        (None, ["p1", "two", "new"]),
        (0, ["new", "p1", "two"]),
        (1, ["p1", "new", "two"]),
        (9, ["p1", "two", "new"]),
    ],
)
def test_a_page_comes_with_a_layer_where_it_is_wanted(
    board: Board, at: int | None, order: list[str]
) -> None:
    """[PG-1] Without one named it has the page's id."""
    edit(board, AddPage(Page(id="new"), at=at))
    assert list(board.pages) == order
    assert board.layers["new"] == Layer(id="new", name="Layer 1", page="new")


def test_the_layer_of_a_new_page_lies_on_it_whatever_it_says(board: Board) -> None:
    """[PG-1] So that one may leave its page out."""
    edit(board, AddPage(Page(id="new"), Layer(id="n", name="N", locked=True, page="two")))
    assert board.layers["n"] == Layer(id="n", name="N", locked=True, page="new")


@pytest.mark.parametrize(
    ("op", "code", "field"),
    [
        (AddPage(Page(id="two")), ErrorCode.CONFLICT, "ops[0].page.id"),
        (AddPage(Page(id="low")), ErrorCode.CONFLICT, "ops[0].layer.id"),
        (AddPage(Page(id="n", title="\0")), ErrorCode.INVALID, "ops[0].page.title"),
        (AddPage(Page(id="n"), Layer(id="n", name="\0")), ErrorCode.INVALID, "ops[0].layer.name"),
        (AddLayer(Layer(id="n", page="gone")), ErrorCode.NOT_FOUND, "ops[0].layer.page"),
        (AddLayer(Layer(id="n", page=2)), ErrorCode.NOT_FOUND, "ops[0].layer.page"),
        (PatchLayer("low", {"page": "gone"}), ErrorCode.NOT_FOUND, "ops[0].set.page"),
        (PatchLayer("base", {"page": "two"}), ErrorCode.CONFLICT, "ops[0].set.page"),
        (RemoveLayer("base"), ErrorCode.CONFLICT, "ops[0].id"),
        (ReorderPages(["two"]), ErrorCode.CONFLICT, "ops[0].order"),
        (ReorderPages(["two", "two"]), ErrorCode.CONFLICT, "ops[0].order"),
        (PatchPage("two", {"title": "x" * 129}), ErrorCode.INVALID, "ops[0].set.title"),
        (PatchPage("two", {"title": "a\0"}), ErrorCode.INVALID, "ops[0].set.title"),
        (PatchPage("two", {"paper": {"kind": ""}}), ErrorCode.INVALID, "ops[0].set.paper.kind"),
        (PatchPage("two", {"paper": {"step": 3}}), ErrorCode.INVALID, "ops[0].set.paper.step"),
        (PatchPage("two", {"paper": None}), ErrorCode.INVALID, "ops[0].set.paper"),
        (PatchPage("two", {"size": [794]}), ErrorCode.INVALID, "ops[0].set.size"),
        (PatchPage("two", {"size": [794, 20_001]}), ErrorCode.INVALID, "ops[0].set.size[1]"),
        (PatchPage("two", {"id": "three"}), ErrorCode.INVALID, "ops[0].set.id"),
        (PatchPage("two", {}, ["id"]), ErrorCode.INVALID, "ops[0].unset[0]"),
        (PatchPage("two", {}, ["paper.kind"]), ErrorCode.INVALID, "ops[0].unset[0]"),
        (PatchPage("two", {"sise": A4}), ErrorCode.INVALID, "ops[0].set.sise"),
        (Clear("low", "two"), ErrorCode.INVALID, "ops[0].page"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_makes_no_board_is_refused(
    board: Board, op: Operation, code: ErrorCode, field: str
) -> None:
    """[PG-1][EN-2] The field at fault is named, and the board stays as it was."""
    refused(board, op, code=code, field=field)


def test_a_patch_of_a_page_merges_its_fields(board: Board) -> None:
    """[PG-1] `unset` puts them back; a page that is gone is passed over."""
    paper = {"kind": "squares", "step": 18.9, "color": "#cfe2ff"}
    edit(board, PatchPage("two", {"paper": paper, "size": list(A4)}), PatchPage("gone", {}))
    made = Paper(kind=PaperKind.SQUARES, step=18.9, color="#cfe2ff")
    assert board.pages["two"] == Page(id="two", title="Second", paper=made, size=A4)
    edit(board, PatchPage("two", {"background": msgspec.to_builtins(SHEET)}, ["paper", "title"]))
    assert board.pages["two"] == Page(id="two", size=A4, background=SHEET)


def test_a_page_goes_with_its_layers_and_what_lies_on_them(board: Board) -> None:
    """[PG-1] The last one stays; one that is gone is passed over."""
    edit(board, RemovePage("two"), RemovePage("two"))
    assert (list(board.pages), list(board.layers), list(board.elements)) == (
        ["p1"],
        ["base"],
        ["r1"],
    )
    refused(board, RemovePage("p1"), code=ErrorCode.CONFLICT, field="ops[0].id")


def test_a_page_with_a_locked_layer_stays(board: Board) -> None:
    """[PG-1] As the layer would."""
    edit(board, PatchLayer("high", {"locked": True}))
    refused(board, RemovePage("two"), code=ErrorCode.CONFLICT, field="ops[0].id")


def test_a_page_is_cleared_but_for_its_locked_layers(board: Board) -> None:
    """[PG-1] And one that is gone does nothing."""
    edit(board, PatchLayer("high", {"locked": True}), Clear(page="gone"))
    edit(board, Clear(page="two"))
    assert list(board.elements) == ["r1", "r3"]


def test_elements_move_to_another_page_by_their_layer(board: Board) -> None:
    edit(board, Patch("r1", {"layer": "high"}), RemovePage("p1"))
    assert sorted(board.elements) == ["r1", "r2", "r3"]


def test_there_are_so_many_pages_and_layers_at_most(board: Board) -> None:
    """[BD-9][PG-5] Exactly."""
    limits = Limits(pages=3, layers=4)
    edit(board, AddPage(Page(id="a")), limits=limits)
    refused(board, AddPage(Page(id="b")), code=ErrorCode.TOO_LARGE, field="ops", limits=limits)
    edit(board, RemoveLayer("high"), limits=limits)
    refused(board, AddPage(Page(id="b")), code=ErrorCode.TOO_LARGE, field="ops", limits=limits)


@pytest.mark.parametrize(
    "op",
    [
        AddPage(Page(id="a", background=SHEET)),
        PatchPage("p1", {"background": msgspec.to_builtins(SHEET)}),
    ],
)
def test_a_background_needs_the_permission_to_upload(op: Operation) -> None:
    """[BD-3] As a picture does; taking it away does not."""
    few = ALL_PERMISSIONS - {Permission.UPLOAD_IMAGES}
    refused(Board(), op, code=ErrorCode.PERMISSION_DENIED, field="ops[0]", permissions=few)
    edit(Board(), PatchPage("p1", {"background": None}))


# -- before pages had ids


def test_a_layer_of_a_number_lies_on_the_page_of_that_number() -> None:
    """[PG-3] On the wire, in a patch and in a snapshot."""
    assert Layer(id="l", page=2) == Layer(id="l", page="p2")
    assert msgspec.json.encode(Layer(id="l", page=1)) == b'{"id":"l"}'
    board = Board.decode(
        b'{"layers":[{"id":"a","page":12},{"id":"b"},{"id":"c","page":2}],"elements":{}}'
    )
    assert list(board.pages) == ["p1", "p2", "p12"]
    edit(board, AddLayer(Layer(id="d", page=12)), PatchLayer("a", {"page": 2}))
    assert board.layers["a"].page_id == "p2"


def test_pages_of_before_come_and_go_with_their_layers() -> None:
    """[PG-3] In order of their numbers, by the end of each event."""
    board = replayed(Board(), AddLayer(Layer(id="c", page=10)), AddLayer(Layer(id="b", page=2)))
    assert list(board.pages) == ["p1", "p2", "p10"]
    replayed(board, PatchLayer("b", {"page": 1}), PatchLayer("base", {"page": 2}))
    assert list(board.pages) == ["p1", "p2", "p10"]
    replayed(board, RemoveLayer("c"), PatchLayer("b", {"page": 3}))
    assert list(board.pages) == ["p2", "p3"]


def test_elements_of_many_layers_are_looked_for_once(board: Board) -> None:
    """[PG-5] Two hundred operations that clear do not look at each element two hundred times."""
    many = [put_rect(f"e{n}") for n in range(50)]
    edit(board, *many, Clear(page="p1"), put_rect("last"), Clear(layer="low"), Clear(page="two"))
    assert list(board.elements) == ["last"]
