"""Who wrote what, and on which page, by the log."""

from typing import Final

import msgspec
import pytest

import lessonroom.report.writing
from lessonroom.board.model.elements import Layer, Rect
from lessonroom.board.model.operations import (
    AddLayer,
    AddPage,
    Append,
    Clear,
    Patch,
    PatchLayer,
    Put,
    Remove,
    RemoveLayer,
    RemovePage,
)
from lessonroom.board.model.page import Page
from lessonroom.board.model.pieces import LARGE_BYTES
from lessonroom.commands import CopyPage, RestoreBoard, Undo
from lessonroom.report.writing import Writing
from tests.lessonroom.lesson import ANN, BEN, HOST, Lesson, begun, folded, put_rect, stroke
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence

SEEDS: Final = range(300)


def written(lesson: Lesson) -> Writing:
    """Return what the log comes to."""
    writing = Writing()
    for event in lesson.log:
        writing.take(event)
    return writing


def counts(lesson: Lesson) -> dict[tuple[str, int], tuple[int, int]]:
    """Return elements and strokes by page and person."""
    return {key: (each.elements, each.strokes) for key, each in written(lesson).written.items()}


def test_what_is_known_to_lie_on_the_board_lies_there() -> None:
    """[SY-13] In any lesson: each element on its layer, each layer on its page."""
    for seed in SEEDS:
        player = Player().play(sequence(seed))
        writing = Writing()
        for event in player.log:
            writing.take(event)
        board = player.room.state.board
        layers = {key: stored.layer for key, stored in board.elements.items()}
        assert writing._layers == layers, seed
        pages = {layer.id: layer.page_id for layer in board.layers.values()}
        assert writing._pages == pages, seed


def test_each_page_has_its_writers() -> None:
    """[SY-13] A stroke is an element, too; drawing on at one's own is no change."""
    lesson = begun()
    lesson.edit(HOST, AddPage(Page(id="second")))
    lesson.edit(ANN, Put(stroke("s1")), put_rect("r1"))
    lesson.edit(ANN, Append("s1", [1, 1, 0.5, 8], at=1))
    lesson.edit(BEN, Put(Rect(id="r2", layer="second", x=0, y=0, w=5, h=5)))
    assert counts(lesson) == {("p1", ANN): (2, 1), ("second", BEN): (1, 0)}
    assert not written(lesson).changed


def test_changes_and_removals_are_whose_who_made_them() -> None:
    """[SY-13] By element; what is gone already was not removed again."""
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"), put_rect("r2"), put_rect("r3"))
    lesson.edit(HOST, Patch("r1", set={"x": 9}), put_rect("r2", x=3))
    lesson.edit(HOST, Remove(["r1", "gone"]))
    lesson.edit(HOST, Clear())
    found = written(lesson)
    assert (found.changed, found.removed) == ({HOST: 2}, {HOST: 3})
    assert counts(lesson) == {("p1", ANN): (3, 0)}


def test_layers_and_pages_take_along_what_lies_on_them() -> None:
    """[SY-13] A layer that was moved to another page, as a restore does, is on that one."""
    lesson = begun()
    lesson.edit(HOST, AddLayer(Layer(id="top", name="Top")), AddPage(Page(id="second")))
    lesson.edit(HOST, Put(Rect(id="r1", layer="top", x=0, y=0, w=5, h=5)))
    lesson.edit(HOST, Put(Rect(id="r2", layer="second", x=0, y=0, w=5, h=5)))
    lesson.edit(HOST, PatchLayer("top", {"name": "Top of all"}))
    lesson.edit(HOST, RemoveLayer("top"))
    lesson.edit(HOST, RemovePage("second"))
    assert written(lesson).removed == {HOST: 2}
    assert counts(lesson) == {("p1", HOST): (1, 0), ("second", HOST): (1, 0)}


def test_what_undo_brings_back_is_not_written_again() -> None:
    """[SY-13] Nor is what a host restores."""
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"))
    version = lesson.state.head
    lesson.edit(ANN, Remove(["r1"]))
    lesson.do(Undo(by=ANN))
    assert counts(lesson) == {("p1", ANN): (1, 0)}
    lesson.edit(ANN, Remove(["r1"]))
    lesson.do(RestoreBoard(by=HOST, version=version, board=board_with_r1(lesson, version)))
    assert counts(lesson) == {("p1", ANN): (1, 0)}
    assert written(lesson).removed == {ANN: 2}


def test_a_page_that_is_copied_was_not_written_there() -> None:
    """[SY-13] What is put on the copy later was."""
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"))
    lesson.do(CopyPage(by=HOST, page="p1", id="copy"))
    assert counts(lesson) == {("p1", ANN): (1, 0)}
    layer = next(each.id for each in lesson.state.board.layers.values() if each.page_id == "copy")
    lesson.edit(ANN, Put(Rect(id="r9", layer=layer, x=0, y=0, w=5, h=5)))
    assert counts(lesson) == {("p1", ANN): (1, 0), ("copy", ANN): (1, 0)}


def test_a_whole_board_in_one_event_is_read_in_pieces() -> None:
    """[SY-13] With the same result."""
    lesson = begun()
    lesson.edit(ANN, *(put_rect(f"r{n}") for n in range(40)))
    event = lesson.log[-1]
    many = msgspec.json.encode({"ops": msgspec.json.decode(event.data)["ops"] * 400})
    assert len(many) > LARGE_BYTES
    large, small = Writing(), Writing()
    large.take(msgspec.structs.replace(event, data=many))
    for _ in range(400):
        small.take(event)
    assert (large.written, large.changed) == (small.written, small.changed)


def test_of_what_was_removed_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """[SY-13] What is kept is bounded, however long the lesson."""
    monkeypatch.setattr(lessonroom.report.writing, "REMOVED_KNOWN_MOST", 2)
    lesson = begun()
    lesson.edit(ANN, put_rect("r1"), put_rect("r2"), put_rect("r3"))
    lesson.edit(ANN, Remove(["r1", "r2", "r3"]))
    assert list(written(lesson)._gone) == ["r2", "r3"]


def board_with_r1(lesson: Lesson, version: int) -> bytes:
    """Return the board as it was after an event."""
    return folded(lesson.initial, lesson.log[:version]).board.encode()
