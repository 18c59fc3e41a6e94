"""The board as a viewer may see it.

Tests also: lessonroom/board/editing/unseen.py.
"""

import msgspec
import pytest

from lessonroom.board.editing.changes import draft, replay_ops
from lessonroom.board.editing.unseen import on_whole
from lessonroom.board.model.board import FIRST_LAYER, Board, BoardChange
from lessonroom.board.model.elements import Layer, Rect
from lessonroom.board.model.operations import (
    AddPage,
    Clear,
    LoggedOperation,
    Operation,
    Put,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Audience, Page
from lessonroom.board.model.stored import StoredElement
from lessonroom.board.model.viewing import EVERYONE, Viewer, drawn_on_by, seen
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS

ANN, BEN = Viewer(2), Viewer(3)
HOST = Viewer(1, leads=True)


def rect(name: str, layer: str) -> Rect:
    return Rect(id=name, layer=layer, x=0, y=0, w=1, h=1)


def a_class() -> Board:
    """Return a board of a page for everyone, one of Ann, one of Ben, and another for everyone."""
    pages = [Page(id="p1"), Page(id="a", audience=Audience(2)), Page(id="b", audience=Audience(3))]
    layers = [Layer(id=f"on-{page}", name="L", page=page) for page in ("a", "b", "last")]
    elements = [StoredElement.of(rect(f"e-{layer.id}", layer.id)) for layer in layers]
    return Board([FIRST_LAYER, *layers], elements, [*pages, Page(id="last")])


@pytest.mark.parametrize(
    ("viewer", "pages"),
    [(EVERYONE, "p1 last"), (ANN, "p1 a last"), (BEN, "p1 b last"), (HOST, "p1 a b last")],
)
def test_everyone_sees_what_is_for_them(viewer: Viewer, pages: str) -> None:
    """[AU-1] Pages, and the layers and elements on them."""
    for board in (seen(a_class(), viewer), drawn_on_by(a_class(), viewer)):
        assert [*board.pages] == pages.split()
        there = [each for each in ("a", "b", "last") if each in board.pages]
        assert [*board.layers] == ["base", *(f"on-{each}" for each in there)]
        assert [*board.elements] == [f"e-on-{each}" for each in there]
        assert ("e-on-b" in board.elements) == ("b" in there)
        assert (board.elements.get("e-on-b") is not None) == ("b" in there)


def test_what_hides_nothing_is_the_board_itself() -> None:
    """[AU-1] A lesson without such pages pays for nothing."""
    board = Board()
    assert seen(board, EVERYONE) is drawn_on_by(board, EVERYONE) is board
    whole = a_class()
    assert seen(whole, HOST) is drawn_on_by(whole, HOST) is whole


def changed(ops: list[Operation], viewer: Viewer = ANN) -> tuple[Board, BoardChange]:
    """Return the board as that viewer changes it, and the change; its log comes to the same."""
    board, again = a_class(), a_class()
    view = drawn_on_by(board, viewer)
    made = draft(
        view,
        ops,
        author=viewer.user_id or 0,
        permissions=ALL_PERMISSIONS,
        limits=Limits(),
        tells_effects=True,
    )
    change = on_whole(board, view, made)
    board.apply(change)
    logged = msgspec.json.decode(change.body())["ops"]
    again.apply(replay_ops(again, msgspec.convert(logged, list[LoggedOperation]), author=2))
    assert again.encode() == board.encode()
    return board, change


def test_orders_are_those_of_what_one_sees() -> None:
    """[AU-5] The others stay behind what they were behind."""
    board, _ = changed([ReorderPages(["last", "a", "p1"])])
    assert [*board.pages] == ["last", "a", "b", "p1"]
    board, _ = changed([ReorderLayers(["on-last", "on-a", "base"])])
    assert [*board.layers] == ["on-last", "on-a", "on-b", "base"]
    board, _ = changed([AddPage(Page(id="new"), at=2)])
    assert [*seen(board, ANN).pages] == ["p1", "a", "new", "last"]


def test_a_clear_takes_what_one_sees() -> None:
    """[AU-5] And says so in the log, which is one for all."""
    board, change = changed([Clear()])
    assert [*board.elements] == ["e-on-b"]
    assert change.is_clear


@pytest.mark.parametrize(
    "op",
    [
        Put(rect("e-on-b", "base")),
        AddPage(Page(id="b")),
        AddPage(Page(id="new"), Layer(id="on-b", name="L")),
    ],
)
def test_an_id_of_what_one_does_not_see_is_taken(op: Operation) -> None:
    """[AU-5]"""
    with pytest.raises(Refused) as refused:
        changed([op])
    assert refused.value.code is ErrorCode.CONFLICT


def test_a_layer_that_one_does_not_see_is_not_there() -> None:
    """[AU-1] As one that nobody has heard of."""
    for layer in ("on-b", "nowhere"):
        with pytest.raises(Refused) as refused:
            changed([Put(rect("new", layer))])
        said = f"there is no layer {layer}; there are: base, on-a, on-last"
        assert (refused.value.code, refused.value.message) == (ErrorCode.NOT_FOUND, said)
