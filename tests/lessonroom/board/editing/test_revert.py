"""Taking back an earlier change: checked as any change is, but for who made it and how many."""

import pytest

from lessonroom.board.editing.changes import revert
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, Operation, PatchLayer, Remove
from lessonroom.codes import ErrorCode, Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS, Permission
from tests.lessonroom.board.boards import edit
from tests.lessonroom.lesson import ANN, BEN, put_rect


@pytest.fixture
def board() -> Board:
    """A board with a locked layer of Ben's."""
    board = Board()
    edit(board, put_rect("r1"), AddLayer(Layer(id="top")), author=BEN)
    edit(board, PatchLayer("base", {"locked": True}), author=BEN)
    return board


def test_locks_are_minded_unless_it_is_said_otherwise(board: Board) -> None:
    """[BD-11] A restore may change what is locked; somebody's undo may not."""

    def undone(**how: bool) -> list[str]:
        change = revert(
            board,
            [Remove(["r1"])],
            author=ANN,
            permissions=ALL_PERMISSIONS,
            limits=Limits(),
            **how,
        )
        return [name for name, stored in change.elements.items() if stored is None]

    for how in ({}, {"minds_locks": True}):
        with pytest.raises(Refused) as caught:
            undone(**how)
        assert (caught.value.code, caught.value.field) == (ErrorCode.CONFLICT, "ops[0].ids[0]")
    assert undone(minds_locks=False) == ["r1"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(elements_per_board=1), ErrorCode.TOO_LARGE),
        (Limits(board_bytes=1), ErrorCode.TOO_LARGE),
        (Limits(element_bytes=10), ErrorCode.TOO_LARGE),
    ],
)
def test_the_board_s_limits_hold(board: Board, limits: Limits, code: ErrorCode) -> None:
    """[BD-9][BD-11] An undo does not make a board larger than it may be."""
    with pytest.raises(Refused) as caught:
        revert(
            board,
            [put_rect("back", layer="top")],
            author=ANN,
            permissions=ALL_PERMISSIONS,
            limits=limits,
        )
    assert caught.value.code is code


def test_it_needs_the_permissions_of_its_operations(board: Board) -> None:
    """[BD-3][BD-11] Who may not erase any more does not by taking back."""
    with pytest.raises(Refused) as caught:
        revert(
            board,
            [put_rect("r2", layer="top"), Remove(["r2"])],
            author=ANN,
            permissions=ALL_PERMISSIONS - {Permission.ERASE},
            limits=Limits(),
        )
    assert (caught.value.code, caught.value.field) == (ErrorCode.PERMISSION_DENIED, "ops[1]")


def test_any_number_of_operations_with_their_first_creator(board: Board) -> None:
    """[BD-11] What is put back is whose it was."""
    ops: list[Operation] = [put_rect(f"b{n}", layer="top", by=BEN) for n in range(5)]
    change = revert(
        board,
        ops,
        author=ANN,
        permissions=ALL_PERMISSIONS,
        limits=Limits(ops_per_event=1),
    )
    assert {stored.by for stored in change.elements.values() if stored} == {BEN}
