"""An undo that is worked out beside the room comes to what it would have come to in its turn.

Tests also: lessonroom/board/editing/taking_back.py.
"""

from lessonroom.board.editing.taking_back import TakenBack, TakingBack
from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, Operation, Patch, PatchLayer, Remove
from lessonroom.codes import ErrorCode
from lessonroom.commands import Redo, Undo
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS, Permission, PermissionSet
from tests.lessonroom.lesson import ANN, HOST, Lesson, put_rect


def _of(lesson: Lesson, *, permissions: PermissionSet = ALL_PERMISSIONS) -> TakenBack:
    """Work out the undo of what the host did last, on a copy of the board."""
    room = lesson.room
    step = room.undo_history.to_undo(HOST)
    assert step is not None
    taking = TakingBack(step, HOST, permissions, room.limits)
    return TakenBack.of(taking, room.state.board.copy())


def _after(lesson: Lesson, *meanwhile: Operation) -> TakenBack | None:
    """Return what was worked out before somebody else's operations, brought up to date."""
    worked_out = _of(lesson)
    if meanwhile:
        lesson.edit(ANN, *meanwhile)
    return worked_out.on(lesson.state.board, worked_out.taking)


def _drawn(lesson: Lesson) -> Board:
    lesson.edit(HOST, *(put_rect(f"h{n}") for n in range(20)))
    return lesson.state.board


def test_it_is_the_same_event(lesson: Lesson) -> None:
    """[BD-11] Byte for byte, and so is what brings it back."""
    board = _drawn(lesson)
    worked_out = _of(lesson)
    lesson.edit(ANN, put_rect("a1"))
    assert worked_out.fits(board)
    now = TakenBack.of(worked_out.taking, board.copy())
    then = worked_out.on(board, worked_out.taking)
    assert then is not None
    assert then.change is not None
    assert now.change is not None
    assert then.change.body() == now.change.body()
    assert then.change == now.change
    outcome = lesson.do(Undo(by=HOST, worked_out=worked_out))
    assert outcome.events[0].data == now.change.body()
    assert set(board.elements) == {"a1"}
    assert board.size_bytes == len(board.elements["a1"].encoded)
    lesson.do(Redo(by=HOST))
    assert len(board.elements) == 21


def test_what_it_is_about_is_looked_at_again(lesson: Lesson) -> None:
    """[BD-11] Somebody changed one of many; anything else may have become another."""
    _drawn(lesson)
    lesson.permit(ANN, can_add_layers=True)
    lesson.edit(ANN, put_rect("a1"))
    assert _after(lesson, Patch("a1", {"x": 9})) is not None
    assert _after(lesson, Patch("h3", {"x": 9})) is None
    assert _after(lesson, Remove(["h3"])) is None
    assert _after(lesson, PatchLayer("base", {"name": "Other"})) is None


def test_a_layer_that_is_to_go_is_looked_at_for_what_came_onto_it(lesson: Lesson) -> None:
    """[BD-11] It stays where something of theirs lies on it."""
    lesson.edit(HOST, AddLayer(Layer(id="new")))
    assert _after(lesson) is not None
    assert _after(lesson, put_rect("a1", layer="new")) is None


def test_another_right_is_another_undo(lesson: Lesson) -> None:
    """[BD-11] It needs the permissions of that moment."""
    _drawn(lesson)
    worked_out = _of(lesson, permissions=ALL_PERMISSIONS - {Permission.ERASE})
    board = lesson.state.board
    assert worked_out.refused is not None
    assert worked_out.refused.code is ErrorCode.PERMISSION_DENIED
    assert worked_out.on(board, worked_out.taking) is not None
    assert worked_out.on(board, _of(lesson).taking) is None
    lesson.do(Undo(by=HOST, worked_out=worked_out))
    assert not board.elements


def test_a_board_that_was_filled_meanwhile_is_looked_at_again(lesson: Lesson) -> None:
    """[BD-9] What was removed comes back where there is still room for it."""
    board = _drawn(lesson)
    lesson.edit(HOST, Remove(list(board.elements)))
    step = lesson.room.undo_history.to_undo(HOST)
    assert step is not None
    taking = TakingBack(step, HOST, ALL_PERMISSIONS, Limits(elements_per_board=20))
    worked_out = TakenBack.of(taking, board.copy())
    assert worked_out.on(board, taking) is not None
    lesson.edit(ANN, put_rect("a1"))
    assert worked_out.fits(board)
    assert worked_out.on(board, taking) is None


def test_what_was_drawn_after_the_request_stays(lesson: Lesson) -> None:
    """[BD-11] The step is the one that was the newest when they asked."""
    board = _drawn(lesson)
    worked_out = _of(lesson)
    lesson.edit(HOST, put_rect("later"))
    lesson.do(Undo(by=HOST, worked_out=worked_out))
    assert set(board.elements) == {"later"}
    lesson.refuse(Undo(by=HOST, worked_out=worked_out), ErrorCode.NOT_FOUND)
    lesson.do(Undo(by=HOST))
    assert not board.elements


def test_a_step_of_which_nothing_is_left_is_forgotten(lesson: Lesson) -> None:
    """[BD-11] As in its turn."""
    _drawn(lesson)
    lesson.edit(ANN, Remove([f"h{n}" for n in range(20)]))
    worked_out = _of(lesson)
    assert worked_out.change is None
    assert worked_out.refused is None
    lesson.refuse(Undo(by=HOST, worked_out=worked_out), ErrorCode.CONFLICT)
    lesson.refuse(Undo(by=HOST), ErrorCode.NOT_FOUND)
