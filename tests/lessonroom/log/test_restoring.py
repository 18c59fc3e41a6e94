import pytest

from lessonroom.board.model.board import Board
from lessonroom.board.model.elements import Layer
from lessonroom.board.model.operations import AddLayer, PatchLayer, RemoveLayer
from lessonroom.codes import ErrorCode
from lessonroom.commands import Redo, RestoreBoard, SetPermissions, Undo
from lessonroom.log.events import BoardChanged, EventType
from lessonroom.log.replay import replay
from lessonroom.outcome import SnapshotType
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    fingerprint,
    folded,
    put_rect,
    saved_by,
)


@pytest.fixture
def lesson() -> Lesson:
    """An active lesson with the host, two students, who may change others' work, and a viewer."""
    lesson = begun()
    granted = {"can_edit_others": True}
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions=granted))
    return lesson


def version(lesson: Lesson, seq: int) -> bytes:
    """Return the board as it was after event `seq`, read from the log alone."""
    board = Board()
    for event in lesson.log[:seq]:
        replay(board, event)
    return board.encode()


def restoring(lesson: Lesson, seq: int, *, by: int | None = HOST) -> RestoreBoard:
    """Return the command that brings a version back."""
    return RestoreBoard(by=by, version=seq, board=version(lesson, seq))


def test_a_version_comes_back_as_one_event(lesson: Lesson) -> None:
    """[BD-12] With its creators; the board as it was before is saved first."""
    lesson.draw(ANN, "r1")
    wanted = lesson.state.head
    digest = lesson.state.board.digest()
    lesson.edit(BEN, put_rect("r2"), put_rect("r1", x=9))
    lesson.edit(HOST, AddLayer(Layer(id="top")), RemoveLayer("base"))
    present = lesson.state.board.encode()
    outcome = lesson.do(restoring(lesson, wanted))
    (event,) = outcome.events
    assert (event.type, event.user_id) == (EventType.BOARD_RESTORE, HOST)
    body = event.body()
    assert isinstance(body, BoardChanged)
    assert body.restored == wanted
    assert saved_by(outcome) == (event.seq - 1, present, SnapshotType.MANUAL, HOST)
    assert outcome.result == {"version": wanted, "seq": event.seq}
    assert lesson.state.board.digest() == digest
    assert lesson.state.board.elements["r1"].by == ANN
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_a_restore_is_undone_and_redone(lesson: Lesson) -> None:
    """[BD-11][BD-12] Past locked layers, as it was made; what came since stays."""
    empty = lesson.state.head
    lesson.draw(ANN, "r1")
    lesson.edit(HOST, PatchLayer("base", {"locked": True}))
    before = lesson.state.board.digest()
    lesson.do(restoring(lesson, empty))
    after = lesson.state.board.digest()
    lesson.do(Undo(by=HOST))
    assert lesson.state.board.digest() == before
    lesson.do(Redo(by=HOST))
    assert lesson.state.board.digest() == after
    lesson.draw(BEN, "r2")
    lesson.do(Undo(by=HOST))
    assert set(lesson.state.board.elements) == {"r1", "r2"}


def test_what_is_the_same_already_needs_no_event(lesson: Lesson) -> None:
    """[BD-12] Nothing is saved and nothing is to be undone."""
    lesson.draw(ANN)
    head = lesson.state.head
    outcome = lesson.do(restoring(lesson, head))
    assert (outcome.events, outcome.saved) == ([], None)
    assert outcome.result == {"version": head, "seq": head}
    lesson.refuse(Undo(by=HOST), ErrorCode.NOT_FOUND)


@pytest.mark.parametrize("by", [ANN, VIEWER, 99])
def test_only_the_host_restores(lesson: Lesson, by: int) -> None:
    """[BD-3][BD-12] Whatever their permissions."""
    lesson.draw(ANN)
    lesson.permit(ANN, can_clear_board=True, can_add_layers=True)
    lesson.refuse(restoring(lesson, 1, by=by), ErrorCode.PERMISSION_DENIED)


def test_the_operator_restores_and_undoes_nothing(lesson: Lesson) -> None:
    """[BD-12] They are nobody in the lesson: their event has no author."""
    lesson.draw(ANN)
    (event,) = lesson.do(restoring(lesson, 1, by=None)).events
    assert event.user_id is None
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)
    lesson.refuse(Undo(by=HOST), ErrorCode.NOT_FOUND)


@pytest.mark.parametrize("wanted", [0, -1, 10_000])
def test_a_version_that_never_was_is_refused(lesson: Lesson, wanted: int) -> None:
    """[BD-12] The versions there are are named."""
    command = RestoreBoard(by=HOST, version=wanted, board=Board().encode())
    refused = lesson.refuse(command, ErrorCode.NOT_FOUND)
    assert refused.field == "version"
    assert f"from 1 to {lesson.state.head}" in refused.message


def test_nothing_is_restored_once_the_session_is_over(lesson: Lesson) -> None:
    """[BD-12] Not by anyone."""
    lesson.draw(ANN)
    lesson.move(Move.COMPLETE)
    lesson.refuse(restoring(lesson, 1), ErrorCode.SESSION_ENDED)


def test_bytes_that_are_no_board_are_a_fault_of_the_caller(lesson: Lesson) -> None:
    """[BD-12] Not an answer to anybody: storage checks what it gives out."""
    before = fingerprint(lesson.state)
    with pytest.raises(ValueError, match="not a board"):
        lesson.do(RestoreBoard(by=HOST, version=1, board=b"{}"))
    assert fingerprint(lesson.state) == before
