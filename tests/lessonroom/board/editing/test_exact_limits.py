"""Limits are what a board may hold, not what it must stay below; what is over them may stay.

Tests also: lessonroom/limits.py.
"""

import pytest

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, Operation, Patch, PatchLayer, Put
from lessonroom.board.model.stored import StoredElement
from lessonroom.codes import ErrorCode
from lessonroom.limits import Limits
from tests.lessonroom.board.boards import edit, refused
from tests.lessonroom.lesson import ANN, put_rect, rect


@pytest.fixture
def board() -> Board:
    """A board with three elements on three layers."""
    board = Board()
    edit(board, *(put_rect(f"r{n}") for n in range(3)))
    edit(board, AddLayer(Layer(id="a")), AddLayer(Layer(id="b")))
    return board


@pytest.mark.parametrize(
    "limits",
    [Limits(elements_per_board=2), Limits(board_bytes=10), Limits(layers=2)],
    ids=["elements", "bytes", "layers"],
)
def test_what_does_not_grow_is_possible_on_a_board_that_is_over(
    board: Board, limits: Limits
) -> None:
    """[BD-9] Of the same size and number as before: nobody is locked out."""
    edit(board, Patch("r1", {"x": 7}), limits=limits)
    assert '"x":7' in board.encode().decode()


def test_a_board_of_exactly_its_limit_is_within(board: Board) -> None:
    """[BD-9] One byte less is too little."""
    grown = Board.decode(board.encode())
    edit(grown, put_rect("r9"))
    edit(
        Board.decode(board.encode()),
        put_rect("r9"),
        limits=Limits(board_bytes=grown.size_bytes, elements_per_board=4, layers=3),
    )
    less = Limits(board_bytes=grown.size_bytes - 1)
    refused(board, put_rect("r9"), limits=less, code=ErrorCode.TOO_LARGE, field="ops")
    more = AddLayer(Layer(id="c"))
    refused(board, more, limits=Limits(layers=3), code=ErrorCode.TOO_LARGE, field="ops")
    edit(board, more, limits=Limits(layers=4))


def test_an_element_of_exactly_its_limit_is_within() -> None:
    """[BD-9] Counted as it is kept, with its creator."""
    element = rect("r1", by=ANN)
    size = len(StoredElement.of(element).encoded)
    edit(Board(), Put(element), limits=Limits(element_bytes=size))
    refused(
        Board(),
        Put(element),
        limits=Limits(element_bytes=size - 1),
        code=ErrorCode.TOO_LARGE,
        field="ops[0]",
    )


def test_what_was_logged_is_applied_whatever_is_locked_by_now(board: Board) -> None:
    """[BD-1] A restore, say, put it there; the log is not judged again."""
    edit(board, PatchLayer("base", {"locked": True}))
    ops: list[Operation] = [Patch("r1", {"x": 9}), put_rect("r9")]
    board.apply(replay_ops(board, ops, author=ANN))
    assert "r9" in board.elements


def test_a_change_of_elements_alone_names_no_layers(board: Board) -> None:
    """[BD-1] So that applying it does not copy them."""
    assert edit(board, Patch("r1", {"x": 9})).layers is None
    layers = edit(board, PatchLayer("a", {"name": "top"})).layers
    assert layers is not None
    assert layers["a"].name == "top"
