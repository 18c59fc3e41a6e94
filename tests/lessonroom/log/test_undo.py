"""Undo and redo of changes of the board.

Tests also: lessonroom/board/editing/footprint.py, lessonroom/board/editing/pages_back.py.
"""

from collections.abc import Sequence

import pytest

from lessonroom.board.model.elements import Layer, Style, Table, TableLine
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
    RemovePage,
    ReorderLayers,
    ReorderPages,
)
from lessonroom.board.model.page import Page, Paper, PaperKind
from lessonroom.codes import ErrorCode
from lessonroom.commands import Redo, Undo
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, put_rect, stroke
from tests.lessonroom.log.undoing import fields, redo, undo

# -- what comes back


def test_what_was_put_goes_and_comes_back(lesson: Lesson) -> None:
    """[BD-11] As new events; the creator stays who it was."""
    lesson.draw(ANN)
    before = lesson.state.board.encode()
    assert undo(lesson, ANN) == [Remove(["r1"])]
    assert not lesson.state.board.elements
    assert redo(lesson, ANN) == [put_rect(by=ANN)]
    assert lesson.state.board.encode() == before


def test_an_element_that_was_replaced_gets_its_fields_back(lesson: Lesson) -> None:
    """[BD-11] Those that are at their defaults too."""
    lesson.draw(ANN)
    before = lesson.state.board.encode()
    lesson.edit(ANN, put_rect(x=9, rotation=45, style=Style(color="red", width=7)))
    undo(lesson, ANN)
    assert lesson.state.board.encode() == before


def test_a_table_goes_once_what_was_written_in_it_was_taken_back(lesson: Lesson) -> None:
    """[BD-11][BD-25] A cell that is empty is one that is not there; one of others keeps it."""
    table = Table(
        id="t",
        layer="base",
        x=0,
        y=0,
        cols=[TableLine(id="a", size=60)],
        rows=[TableLine(id="1", size=40), TableLine(id="2", size=40)],
    )
    lesson.edit(ANN, Put(table))
    lesson.edit(ANN, Patch("t", {"cells": {"1:a": "x"}}))
    undo(lesson, ANN)
    assert undo(lesson, ANN) == [Remove(["t"])]
    redo(lesson, ANN)
    lesson.edit(HOST, Patch("t", {"cells": {"2:a": "theirs"}}))
    lesson.refuse(Undo(by=ANN), ErrorCode.CONFLICT)
    assert "t" in lesson.state.board.elements


def test_an_element_that_became_another_type_is_put_anew(lesson: Lesson) -> None:
    """[BD-11] No patch changes a type."""
    lesson.draw(ANN)
    lesson.edit(ANN, Put(stroke("r1")))
    assert undo(lesson, ANN) == [put_rect(by=ANN)]


@pytest.mark.parametrize(
    "ops",
    [
        [Patch("r1", {"x": 50, "style": {"color": "red"}}, ["style.width", "rotation"])],
        [Remove(["r1", "s1"])],
        [Clear()],
        [Clear(layer="top")],
        [AddLayer(Layer(id="new"))],
        [
            AddLayer(Layer(id="n")), Patch("r1", {"layer": "n"}),
            ReorderLayers(["n", "over", "top", "base", "p2"]),
        ],
        [RemoveLayer("base")],
        [RemoveLayer("top"), put_rect("n1"), Remove(["r1"])],
        [PatchLayer("base", {"name": "Ground", "visible": False})],
        [AddPage(Page(id="p3", title="Third"), at=1)],
        [AddPage(Page(id="p3")), put_rect("n1", layer="p3"), ReorderPages(["p3", "p2", "p1"])],
        [PatchPage("p2", {"title": "Zwei", "size": [794, 1123], "paper": {"kind": "squares"}})],
        [PatchPage("p2", {}, ["title"]), ReorderPages(["p2", "p1"])],
        [RemovePage("p1")],
        [RemovePage("p2"), Clear()],
        [Clear(page="p2")],
        [PatchLayer("top", {"page": "p2"}), RemovePage("p2")],
        [Remove(["r1"]), PatchLayer("base", {"locked": True})],
        [ReorderLayers(["top", "over", "p2", "base"])],
        [Append("s1", [1, 1, 1, 16], 1), Patch("s1", {"x": 4}), Append("s1", [2, 2, 1, 16], 2)],
    ],
    ids=lambda ops: "+".join(type(op).__name__ for op in ops),
)  # fmt: skip
def test_each_operation_is_undone_and_redone(lesson: Lesson, ops: Sequence[Operation]) -> None:
    """[BD-11] Back and forth, to the digest of the board."""
    style = Style(color="blue", width=7)
    lesson.edit(HOST, AddLayer(Layer(id="top")), put_rect(rotation=9, style=style))
    lesson.edit(HOST, put_rect("t1", layer="top"), Put(stroke("s1")))
    second = Page(id="p2", title="Second", paper=Paper(kind=PaperKind.LINED, step=20))
    lesson.edit(HOST, AddPage(second), AddLayer(Layer(id="over", page="p2", visible=False)))
    lesson.edit(HOST, put_rect("r2", layer="p2"), put_rect("r3", layer="over"))
    board = lesson.state.board
    before = board.digest()
    lesson.edit(HOST, *ops)
    after = board.digest()
    assert after != before
    for _ in range(3):
        undo(lesson, HOST)
        assert board.digest() == before
        redo(lesson, HOST)
        assert board.digest() == after


def test_an_edit_that_unlocks_and_draws_is_undone(lesson: Lesson) -> None:
    """[BD-11] The layer is locked again once the drawing is gone from it."""
    lesson.edit(HOST, PatchLayer("base", {"locked": True}))
    before = lesson.state.board.digest()
    lesson.edit(HOST, PatchLayer("base", {"locked": False}), put_rect())
    undo(lesson, HOST)
    assert lesson.state.board.digest() == before


def test_steps_are_undone_from_the_newest_to_the_oldest(lesson: Lesson) -> None:
    """[BD-11] And redone the other way round."""
    digests = [lesson.state.board.digest()]
    for op in (put_rect("r1"), put_rect("r2"), Patch("r1", {"x": 5}), Remove(["r2"])):
        lesson.edit(ANN, op)
        digests.append(lesson.state.board.digest())
    for digest in reversed(digests[:-1]):
        undo(lesson, ANN)
        assert lesson.state.board.digest() == digest
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
    for digest in digests[1:]:
        redo(lesson, ANN)
        assert lesson.state.board.digest() == digest
    lesson.refuse(Redo(by=ANN), ErrorCode.NOT_FOUND)


def test_a_stroke_is_one_step(lesson: Lesson) -> None:
    """[BD-11] However many messages it came in, and whatever was drawn in between."""
    lesson.edit(ANN, Put(stroke("s1")))
    lesson.edit(ANN, Append("s1", [1, 1, 1, 16], 1))
    lesson.draw(BEN, "r1")
    lesson.edit(ANN, Append("s1", [2, 2, 1, 16], 2), Put(stroke("s2")))
    lesson.edit(ANN, Append("s2", [1, 1, 1, 16], 1))
    assert undo(lesson, ANN) == [Remove(["s2"])]
    assert undo(lesson, ANN) == [Remove(["s1"])]
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
    redo(lesson, ANN)
    assert lesson.state.board.elements["s1"].points == 3


def test_an_append_to_a_stroke_that_was_drawn_before_is_a_step(lesson: Lesson) -> None:
    """[BD-11] The pen had been put down for something else: the stroke keeps its first part."""
    lesson.edit(ANN, Put(stroke("s1")))
    lesson.edit(ANN, Patch("s1", {"x": 3}))
    lesson.edit(ANN, Append("s1", [1, 1, 1, 16], 1))
    undo(lesson, ANN)
    assert lesson.state.board.elements["s1"].points == 1
    assert fields(lesson, "s1")["x"] == 3


# -- what others did since


def test_fields_that_others_changed_since_stay(lesson: Lesson) -> None:
    """[BD-11][BD-2] Field by field, those of the style too."""
    lesson.draw(ANN)
    lesson.edit(ANN, Patch("r1", {"x": 50, "y": 50, "style": {"color": "red", "width": 8}}))
    lesson.edit(BEN, Patch("r1", {"x": 70, "style": {"color": "blue"}}))
    assert undo(lesson, ANN) == [Patch("r1", {"y": 2}, ["style.width"])]
    assert fields(lesson)["x"] == 70
    assert fields(lesson)["style"] == {"color": "blue"}


def test_elements_that_others_changed_since_stay(lesson: Lesson) -> None:
    """[BD-11] The rest of the step is taken back."""
    lesson.edit(ANN, put_rect("r1"), put_rect("r2"), put_rect("r3"))
    lesson.edit(BEN, Patch("r1", {"x": 70}), Remove(["r3"]))
    assert undo(lesson, ANN) == [Remove(["r2"])]
    assert list(lesson.state.board.elements) == ["r1"]


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ([put_rect("n1")], [Patch("n1", {"x": 7})]),
        ([put_rect("n1")], [Remove(["n1"])]),
        ([Patch("r1", {"x": 50})], [Patch("r1", {"x": 60})]),
        ([Patch("r1", {"x": 50})], [Remove(["r1"])]),
        ([Remove(["r1"])], [put_rect("r1", x=8)]),
        ([put_rect("r1", x=5)], [Put(stroke("r1"))]),
        ([AddLayer(Layer(id="new"))], [put_rect("n1", layer="new")]),
        ([AddLayer(Layer(id="new"))], [PatchLayer("new", {"name": "Own"})]),
        ([PatchLayer("top", {"name": "a"})], [PatchLayer("top", {"name": "b"})]),
        ([ReorderLayers(["top", "base"])], [ReorderLayers(["base", "top"])]),
        ([put_rect("n1", layer="top")], [RemoveLayer("top")]),
        ([Patch("r1", {"layer": "top"})], [put_rect("t1", layer="base"), RemoveLayer("top")]),
        ([Remove(["t1"])], [RemoveLayer("top")]),
    ],
    ids=lambda ops: "+".join(type(op).__name__ for op in ops),
)
def test_where_nothing_is_left_the_step_is_forgotten(
    lesson: Lesson, own: Sequence[Operation], others: Sequence[Operation]
) -> None:
    """[BD-11] `conflict`, once: the step before can be undone then."""
    lesson.permit(ANN, can_add_layers=True, can_reorder_layers=True, can_delete_layers=True)
    lesson.edit(HOST, AddLayer(Layer(id="top")), put_rect("r1"), put_rect("t1", layer="top"))
    lesson.draw(ANN, "first")
    lesson.edit(ANN, *own)
    lesson.edit(HOST, *others)
    refused = lesson.refuse(Undo(by=ANN), ErrorCode.CONFLICT)
    assert refused.message == "nothing of it is left: others changed it since"
    lesson.refuse(Redo(by=ANN), ErrorCode.NOT_FOUND)
    assert undo(lesson, ANN) == [Remove(["first"])]


def test_a_layer_comes_back_between_those_it_was_between(lesson: Lesson) -> None:
    """[BD-11] A layer that somebody added meanwhile stays above the one that it is above."""
    lesson.edit(HOST, AddLayer(Layer(id="middle")), AddLayer(Layer(id="top")))
    lesson.edit(HOST, put_rect(layer="middle"))
    lesson.edit(HOST, RemoveLayer("middle"))
    lesson.permit(ANN, can_add_layers=True)
    lesson.edit(ANN, AddLayer(Layer(id="anns")))
    undo(lesson, HOST)
    assert list(lesson.state.board.layers) == ["base", "middle", "top", "anns"]
    assert "r1" in lesson.state.board.elements


def test_clearing_is_undone_beside_what_was_drawn_since(lesson: Lesson) -> None:
    """[BD-11] What others drew on the empty board stays; a redo takes only the old away again."""
    lesson.edit(ANN, put_rect("r1"), put_rect("r2"))
    lesson.edit(HOST, Clear())
    lesson.draw(BEN, "r3")
    undo(lesson, HOST)
    assert set(lesson.state.board.elements) == {"r1", "r2", "r3"}
    assert lesson.state.board.elements["r1"].by == ANN
    assert redo(lesson, HOST) == [Remove(["r1", "r2"])]
    assert set(lesson.state.board.elements) == {"r3"}


# -- whose and when


def test_everyone_undoes_their_own(lesson: Lesson) -> None:
    """[BD-11] And has a redo of their own."""
    lesson.draw(ANN, "a1")
    lesson.draw(BEN, "b1")
    undo(lesson, ANN)
    assert set(lesson.state.board.elements) == {"b1"}
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
    lesson.refuse(Redo(by=BEN), ErrorCode.NOT_FOUND)
    lesson.refuse(Undo(by=VIEWER), ErrorCode.NOT_FOUND)
    redo(lesson, ANN)
    assert set(lesson.state.board.elements) == {"a1", "b1"}


def test_an_edit_of_ones_own_ends_what_can_be_redone(lesson: Lesson) -> None:
    """[BD-11] An edit that changed nothing does not, nor do those of others."""
    lesson.draw(ANN, "a1")
    undo(lesson, ANN)
    lesson.draw(BEN, "b1")
    lesson.edit(ANN, Patch("gone", {"x": 1}), Patch("b1", {"x": 1}))
    redo(lesson, ANN)
    undo(lesson, ANN)
    lesson.draw(ANN, "a2")
    lesson.refuse(Redo(by=ANN), ErrorCode.NOT_FOUND)


def test_a_message_sent_again_is_no_second_step(lesson: Lesson) -> None:
    """[BD-6][BD-11] It changed nothing."""
    command = lesson.editing(ANN, put_rect())
    lesson.do(command)
    lesson.do(command)
    undo(lesson, ANN)
    lesson.refuse(Undo(by=ANN), ErrorCode.NOT_FOUND)
