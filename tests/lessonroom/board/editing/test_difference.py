import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.difference import difference
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    PatchLayer,
    Put,
    PutBack,
    Remove,
    RemoveLayer,
    ReorderLayers,
    ServerOperation,
)
from lessonroom.codes import Refused
from tests.lessonroom.board.boards import drafted, logged_ops
from tests.lessonroom.lesson import put_rect, rect
from tests.lessonroom.sequences_of_edits import operation


def random_board(seed: int) -> Board:
    """Return a board on which somebody has worked, locked layers among them."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    board = Board()
    for _ in range(chance.randint(0, 60)):
        try:
            board.apply(drafted(board, operation(chance), author=chance.randint(1, 3)))
        except Refused:
            continue
    return board


def made_into(board: Board, target: Board) -> list[ServerOperation]:
    """Apply the difference, and see that the log gives another copy the same."""
    copy = Board.decode(board.encode())
    ops = difference(board, target)
    change = replay_ops(board, ops, author=9)
    board.apply(change)
    copy.apply(replay_ops(copy, logged_ops(change), author=9))
    assert copy.encode() == board.encode()
    return ops


@given(seeds=st.tuples(st.integers(0), st.integers(0)))
@settings(max_examples=300)
def test_the_difference_makes_any_board_into_any_other(seeds: tuple[int, int]) -> None:
    """[BD-12][P7] To the digest: creators, orders and locks too."""
    board, target = map(random_board, seeds)
    made_into(board, target)
    assert board.digest() == target.digest()
    assert board.size_bytes == target.size_bytes
    assert difference(board, target) == []


@given(seed=st.integers(0))
@settings(max_examples=100)
def test_what_is_the_same_is_not_touched(seed: int) -> None:
    """[BD-12] One element more is one operation."""
    board, target = random_board(seed), random_board(seed)
    layer = next(iter(target.layers))
    target.apply(replay_ops(target, [put_rect("new", layer=layer)], author=1))
    assert difference(board, target) == [PutBack(target.elements["new"])]


def test_each_kind_of_difference_has_its_operation() -> None:
    """[BD-12] In an order in which each is possible."""
    current = Board(
        [Layer(id="base", name="Layer 1", locked=True), Layer(id="old"), Layer(id="third")]
    )
    target = Board([Layer(id="third"), Layer(id="new"), Layer(id="base", name="Renamed")])
    for board, element in [
        (current, rect("gone", layer="old")),
        (current, rect("moved", layer="base", by=1)),
        (target, rect("moved", layer="new", by=2)),
    ]:
        board.apply(replay_ops(board, [Put(element)], author=1))
    assert made_into(current, target) == [
        AddLayer(Layer(id="new")),
        PatchLayer("base", {"name": "Renamed", "locked": False}),
        PutBack(target.elements["moved"]),
        Remove(["gone"]),
        RemoveLayer("old"),
        ReorderLayers(["third", "new", "base"]),
    ]
    assert current.digest() == target.digest()


@pytest.mark.parametrize("seed", range(5))
def test_the_random_boards_hold_something(seed: int) -> None:
    """The proof of the proofs."""
    boards = [random_board(100 * seed + n) for n in range(100)]
    assert sum(len(board.elements) > 1 for board in boards) > 20
    assert sum(len(board.layers) > 1 for board in boards) > 20
    assert any(layer.locked for board in boards for layer in board.layers.values())
