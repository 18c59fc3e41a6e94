"""What is taken out of a board to be kept apart from it."""

from collections.abc import Callable

import pytest

from lessonroom.board.editing.excerpt import pages_of, selection_of
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, AddPage, Patch, PatchLayer
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode, Refused
from tests.lessonroom.lesson import ANN, BEN, HOST, begun, put_rect


@pytest.fixture
def board() -> Board:
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="two", title="Exercise", size=(794, 1123))))
    lesson.edit(HOST, AddLayer(Layer(id="over", name="Over", page="two")))
    lesson.edit(ANN, put_rect("r1"), Patch("r1", {"group": "g"}), put_rect("r2", layer="two"))
    lesson.edit(BEN, put_rect("r3", layer="over"))
    lesson.edit(HOST, PatchLayer("over", {"locked": True, "visible": False}))
    return lesson.state.board


def test_pages_are_kept_whole_and_are_whoever_keeps_them(board: Board) -> None:
    """[PG-10] In the order that is asked for; nothing tells who drew what."""
    kept = pages_of(board, ["two", "p1"], by=ANN)
    assert list(kept.pages) == ["two", "p1"]
    assert kept.pages["two"] == board.pages["two"]
    assert kept.layers == board.layers
    assert kept.elements.keys() == board.elements.keys()
    for element_id, element in kept.elements.items():
        assert element.fields() == {**board.elements[element_id].fields(), "by": ANN}
    assert Board.decode(kept.encode()).encode() == kept.encode()


def test_without_names_it_is_the_whole_board(board: Board) -> None:
    """[PG-10]"""
    assert list(pages_of(board, [], by=HOST).pages) == list(board.pages)


def test_a_page_alone_leaves_the_others(board: Board) -> None:
    """[PG-10]"""
    kept = pages_of(board, ["two"], by=HOST)
    assert set(kept.layers) == {"two", "over"}
    assert set(kept.elements) == {"r2", "r3"}


def test_a_selection_has_no_paper_and_can_be_seen(board: Board) -> None:
    """[PG-10] What was on a hidden or locked layer was chosen nevertheless."""
    kept = selection_of(board, ["r3"], by=HOST)
    (page,) = kept.pages.values()
    assert (page.title, page.size, page.background) == ("", None, None)
    (layer,) = kept.layers.values()
    assert (layer.id, layer.locked, layer.visible) == ("over", False, True)
    assert set(kept.elements) == {"r3"}


@pytest.mark.parametrize(
    ("take", "code", "field"),
    [
        (lambda board: pages_of(board, ["p1", "gone"], by=HOST), ErrorCode.NOT_FOUND, "pages[1]"),
        (lambda board: pages_of(board, ["p1", "p1"], by=HOST), ErrorCode.INVALID, "pages"),
        (lambda board: selection_of(board, ["x"], by=HOST), ErrorCode.NOT_FOUND, "elements[0]"),
        (lambda board: selection_of(board, ["r1", "r2"], by=HOST), ErrorCode.INVALID, "elements"),
        (lambda board: selection_of(board, ["r1", "r1"], by=HOST), ErrorCode.INVALID, "elements"),
    ],
    ids=["no page", "page twice", "no element", "two pages", "element twice"],
)
def test_what_cannot_be_taken_is_named(
    board: Board, take: Callable[[Board], Board], code: ErrorCode, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        take(board)
    assert (refused.value.code, refused.value.field) == (code, field)
