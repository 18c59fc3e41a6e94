"""Restoring beside the room: whatever happens meanwhile, the board is the one of the version."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonroom.board.editing.changes import replay_ops
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Operation,
    PatchLayer,
    PatchPage,
    Remove,
)
from lessonroom.board.model.page import Page
from lessonroom.codes import Refused
from tests.lessonroom.board.boards import drafted, edit, logged_ops
from tests.lessonroom.board.editing.test_difference import random_board
from tests.lessonroom.lesson import put_rect
from tests.lessonroom.sequences_of_edits import operation

_OF_LAYERS = (
    *("AddLayer", "PatchLayer", "RemoveLayer", "ReorderLayers"),
    *("AddPage", "PatchPage", "RemovePage", "ReorderPages"),
)


def work_on(board: Board, chance: random.Random, *, layers: bool) -> None:
    """Let somebody change a board, with or without its layers."""
    for _ in range(chance.randint(0, 30)):
        op: Operation = operation(chance)
        if not layers and type(op).__name__ in _OF_LAYERS:
            continue
        try:
            board.apply(drafted(board, op, author=chance.randint(1, 3)))
        except Refused:
            continue


@given(seeds=st.tuples(st.integers(0), st.integers(0), st.integers(0)))
@settings(max_examples=300)
def test_what_is_drawn_meanwhile_is_restored_as_well(seeds: tuple[int, int, int]) -> None:
    """[BD-12][P7] To the digest, in the room and in the log; taken back to what was there."""
    board, target = map(random_board, seeds[:2])
    restoration = Restoration.of(board.copy(), target.encode(), author=9)
    work_on(board, random.Random(seeds[2]), layers=False)  # noqa: S311 - a seed, not a secret
    assert restoration.fits(board)
    before = board.copy()
    restored = restoration.on(board, author=9)
    if restored is None:
        assert board.digest() == target.digest()
        return
    replayed = Board.decode(board.encode())
    replayed.apply(replay_ops(replayed, logged_ops(restored.change), author=9))
    board.apply(restored.change)
    assert board.digest() == target.digest()
    assert replayed.encode() == board.encode()
    assert (board.size_bytes, board.text_chars) == (target.size_bytes, target.text_chars)
    for element_id, trace in restored.footprint.elements.items():
        assert trace.before == before.elements.get(element_id)
        assert trace.after == board.elements.get(element_id)
    changed = {
        name
        for name in {*before.elements, *board.elements}
        if before.elements.get(name) != board.elements.get(name)
    }
    assert set(restored.footprint.elements) == changed


def test_what_others_made_the_same_meanwhile_needs_no_event() -> None:
    """[BD-12] Where the board is the same already, though it was not when this was worked out."""
    board, target = Board(), Board()
    edit(board, put_rect("a"), put_rect("b"))
    edit(target, put_rect("a", x=7))
    restoration = Restoration.of(board.copy(), target.encode(), author=9)
    edit(board, put_rect("a", x=7), Remove(["b"]))
    assert restoration.on(board, author=9) is None


@pytest.mark.parametrize(
    "op",
    [
        AddLayer(Layer(id="top")),
        PatchLayer("base", {"locked": True}),
        AddPage(Page(id="p2")),
        PatchPage("p1", {"title": "First"}),
    ],
)
def test_changed_layers_are_noticed(op: Operation) -> None:
    """[BD-12] Then it is worked out anew: an element may need a layer that is gone."""
    board = Board()
    edit(board, put_rect("a"))
    restoration = Restoration.of(board.copy(), Board().encode(), author=9)
    edit(board, put_rect("b"))
    assert restoration.fits(board)
    edit(board, op)
    assert not restoration.fits(board)
