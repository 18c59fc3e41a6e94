import pytest

from lessonroom.codes import CloseCode, ErrorCode
from lessonroom.commands import Connect, MoveSession, SaveBoard, SetPermissions, Undo
from lessonroom.log.events import BoardSaved, EventType, PermissionsChanged, SessionStatusChanged
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import (
    DEFAULT_PERMISSIONS,
    Permission,
    Role,
    as_booleans,
    effective,
)
from lessonroom.session.lifecycle import Move, SessionStatus
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    connecting,
    put_rect,
    saved_by,
)

STRANGER = 99


# -- the course of a lesson


def test_a_lesson_takes_its_course() -> None:
    """[SY-4] Each move is an event, and only the time in `active` counts as duration."""
    lesson = begun()
    start_ms = lesson.now_ms
    lesson.wait(60)
    lesson.move(Move.PAUSE)
    lesson.wait(600)
    lesson.move(Move.RESUME)
    lesson.wait(30)
    lesson.move(Move.COMPLETE)
    session = lesson.state.session
    assert session.status is SessionStatus.COMPLETED
    assert session.actual_start_ms == start_ms
    assert session.actual_end_ms == lesson.now_ms
    assert session.duration_ms(lesson.now_ms + 999_999) == 90_000
    assert [event.type for event in lesson.log if event.type.startswith("session_")] == [
        EventType.SESSION_CREATED,
        EventType.SESSION_WAIT,
        EventType.SESSION_START,
        EventType.SESSION_PAUSE,
        EventType.SESSION_RESUME,
        EventType.SESSION_COMPLETE,
    ]


def test_an_impossible_move_is_refused_with_the_states_it_is_possible_from() -> None:
    """[EN-4] `conflict`."""
    error = begun().refuse(MoveSession(by=HOST, move=Move.RESUME), ErrorCode.CONFLICT)
    assert error.message.endswith("possible from: paused")


@pytest.mark.parametrize(
    ("move", "permission"),
    [
        (Move.PAUSE, "can_pause"),
        (Move.COMPLETE, "can_terminate"),
        (Move.TERMINATE, "can_terminate"),
    ],
)
def test_a_move_needs_its_permission(move: Move, permission: str) -> None:
    """[BD-3] Of the moment: a student who was given it may."""
    lesson = begun()
    lesson.refuse(MoveSession(by=ANN, move=move), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(MoveSession(by=STRANGER, move=move), ErrorCode.PERMISSION_DENIED)
    lesson.permit(ANN, **{permission: True})
    assert lesson.move(move, by=ANN).session_changed


def test_who_may_pause_may_resume() -> None:
    """[BD-3] And nobody else."""
    lesson = begun()
    lesson.move(Move.PAUSE)
    lesson.refuse(MoveSession(by=ANN, move=Move.RESUME), ErrorCode.PERMISSION_DENIED)
    lesson.permit(ANN, can_pause=True)
    assert lesson.move(Move.RESUME, by=ANN).result.status is SessionStatus.ACTIVE


@pytest.mark.parametrize("by", [ANN, VIEWER, STRANGER])
def test_only_the_host_or_the_operator_starts(by: int) -> None:
    """[BD-3] No permission makes up for it."""
    lesson = Lesson()
    lesson.bring(HOST, ANN, VIEWER)
    lesson.refuse(MoveSession(by=by, move=Move.START), ErrorCode.PERMISSION_DENIED)
    assert lesson.move(Move.START, by=None).session_changed


@pytest.mark.parametrize("move", [Move.COMPLETE, Move.TERMINATE])
def test_at_the_end_everyone_is_let_go_and_the_board_is_saved(move: Move) -> None:
    """[SY-4] 4510, after the event; whoever was in the room has left."""
    lesson = begun()
    lesson.disconnect(BEN)
    outcome = lesson.do(MoveSession(by=HOST, move=move, reason="time is up"))
    (event,) = outcome.events
    status = SessionStatus.COMPLETED if move is Move.COMPLETE else SessionStatus.TERMINATED
    assert event.body() == SessionStatusChanged(status, "time is up")
    board = lesson.state.board.encode()
    assert saved_by(outcome) == (event.seq, board, SnapshotType.TERMINATE, None)
    assert {closure.connection_id for closure in outcome.closures} == {"c1", "c2", "c4"}
    assert {closure.code for closure in outcome.closures} == {CloseCode.SESSION_ENDED}
    assert not lesson.room.peers
    assert set(outcome.participants) == {HOST, ANN, BEN, VIEWER}
    assert {seat.status for seat in outcome.participants.values()} == {ParticipantStatus.LEFT}


def test_after_the_end_nothing_more_happens() -> None:
    """[HS-4] `session_ended`, whoever asks for whatever."""
    lesson = begun()
    lesson.move(Move.COMPLETE)
    permissions = SetPermissions(by=HOST, user_id=ANN, permissions={"can_draw": True})
    for command in (permissions, SaveBoard(by=HOST), connecting(ANN, now_ms=lesson.now_ms)):
        lesson.refuse(command, ErrorCode.SESSION_ENDED)
    lesson.refuse(MoveSession(by=HOST, move=Move.START), ErrorCode.CONFLICT)


# -- who draws when


@pytest.mark.parametrize("status", ["waiting", "paused"])
def test_while_the_session_is_not_active_only_the_host_draws(status: str) -> None:
    """[BD-8] `session_not_active` for everyone else, whatever their permissions."""
    lesson = Lesson()
    lesson.bring(HOST, ANN)
    lesson.permit(ANN, can_clear_board=True)
    if status == "paused":
        lesson.move(Move.START)
        lesson.move(Move.PAUSE)
    assert lesson.state.session.status == status
    lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.SESSION_NOT_ACTIVE)
    assert lesson.draw(HOST).events


# -- permissions


def test_a_withdrawn_permission_holds_from_the_reply_on() -> None:
    """[BD-3] Not one more operation; and a given one opens at once."""
    lesson = begun()
    lesson.draw(ANN)
    lesson.permit(ANN, can_draw=False)
    lesson.refuse(lesson.editing(ANN, put_rect("r2")), ErrorCode.PERMISSION_DENIED)
    assert lesson.draw(BEN, "r3").events
    lesson.permit(ANN, can_draw=True)
    assert lesson.draw(ANN, "r4").events


def test_a_change_for_one_tells_their_full_effective_set() -> None:
    """[BD-3] And keeps what was set for them before."""
    lesson = begun()
    lesson.permit(ANN, can_draw=False)
    outcome = lesson.permit(ANN, can_kick=True)
    (event,) = outcome.events
    expected = (DEFAULT_PERMISSIONS[Role.STUDENT] | {Permission.KICK}) - {Permission.DRAW}
    assert event.body() == PermissionsChanged(
        as_booleans(expected),
        user_id=ANN,
        overrides={"can_draw": False, "can_kick": True},
        by=HOST,
    )
    assert event.user_id == HOST
    assert outcome.result == as_booleans(expected)
    assert lesson.state.permissions_of(ANN) == expected


def test_a_change_for_a_role_concerns_all_of_it_also_those_who_come_later() -> None:
    """[BD-3] What was set for one person wins."""
    lesson = begun()
    lesson.permit(BEN, can_draw=True)
    outcome = lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_draw": False}))
    body = outcome.events[0].body()
    assert isinstance(body, PermissionsChanged)
    assert body.effective is not None
    assert {user_id: set_["can_draw"] for user_id, set_ in body.effective.items()} == {
        ANN: False,
        BEN: True,
    }
    assert (outcome.events[0].user_id, body.by, body.role) == (HOST, HOST, Role.STUDENT)
    assert body.permissions == outcome.result == {"can_draw": False}
    assert outcome.session_changed
    lesson.bring(7)
    for user_id in (ANN, 7):
        lesson.refuse(lesson.editing(user_id, put_rect()), ErrorCode.PERMISSION_DENIED)
    assert lesson.draw(BEN).events


def test_changes_for_a_role_add_up() -> None:
    """[BD-3] The second does not undo the first."""
    lesson = begun()
    for permissions in ({"can_draw": False}, {"can_kick": True}):
        lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions=permissions))
    assert Permission.DRAW not in lesson.state.permissions_of(ANN)
    assert Permission.KICK in lesson.state.permissions_of(ANN)


def test_the_roster_and_the_roles_tell_what_anyone_may_do() -> None:
    """[BD-3] A host whose page is loaded anew sees what they had set, also after a restart."""
    lesson = begun()
    lesson.permit(ANN, can_draw=False, can_kick=True)
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_export": False}))
    lesson.restart()
    assert lesson.state.permissions_of_role(Role.STUDENT) == (
        DEFAULT_PERMISSIONS[Role.STUDENT] - {Permission.EXPORT}
    )
    for user_id in (ANN, BEN):
        lesson.connect(user_id)
        view = lesson.participant(user_id).view()
        granted = effective(lesson.state.permissions_of_role(view.role), view.custom_permissions)
        assert granted == lesson.state.permissions_of(user_id)
    assert lesson.participant(ANN).view().custom_permissions == {
        "can_draw": False,
        "can_kick": True,
    }


def test_permissions_outlive_a_restart_of_the_server() -> None:
    """[BD-3] They are in the log, not in the token."""
    lesson = begun()
    lesson.permit(ANN, can_draw=False)
    lesson.do(SetPermissions(by=HOST, role=Role.VIEWER, permissions={"can_draw": True}))
    lesson.restart()
    for user_id in (ANN, VIEWER):
        lesson.connect(user_id)
    lesson.refuse(lesson.editing(ANN, put_rect()), ErrorCode.PERMISSION_DENIED)
    assert lesson.draw(VIEWER).events


@pytest.mark.parametrize(
    ("command", "code", "field"),
    [
        (SetPermissions(by=ANN, user_id=BEN, permissions={"can_draw": True}),
         ErrorCode.PERMISSION_DENIED, None),
        (SetPermissions(by=STRANGER, user_id=BEN, permissions={"can_draw": True}),
         ErrorCode.PERMISSION_DENIED, None),
        (SetPermissions(by=HOST, user_id=HOST, permissions={"can_draw": False}),
         ErrorCode.CONFLICT, "user_id"),
        (SetPermissions(by=HOST, role=Role.HOST, permissions={"can_draw": False}),
         ErrorCode.CONFLICT, "role"),
        (SetPermissions(by=HOST, role=Role.SOLO, permissions={"can_draw": False}),
         ErrorCode.CONFLICT, "role"),
        (SetPermissions(by=HOST, user_id=STRANGER, permissions={"can_draw": False}),
         ErrorCode.NOT_FOUND, "user_id"),
        (SetPermissions(by=HOST, user_id=ANN, permissions={"can_fly": True}),
         ErrorCode.INVALID, "permissions.can_fly"),
        (SetPermissions(by=HOST, user_id=ANN, permissions={}), ErrorCode.INVALID, "permissions"),
        (SetPermissions(by=HOST, permissions={"can_draw": True}), ErrorCode.INVALID, "user_id"),
        (SetPermissions(by=HOST, user_id=ANN, role=Role.STUDENT, permissions={"can_draw": True}),
         ErrorCode.INVALID, "user_id"),
    ],
)  # fmt: skip
def test_a_change_that_is_not_allowed_is_refused(
    command: SetPermissions, code: ErrorCode, field: str | None
) -> None:
    """[EN-2][BD-3] The field at fault is named."""
    assert begun().refuse(command, code).field == field


def test_nobody_grants_what_they_do_not_have() -> None:
    """[BD-3] The one person of a solo may not kick, so cannot let others; taking away is free."""
    lesson = begun()
    lesson.seat(8, role=Role.SOLO)
    error = lesson.refuse(
        SetPermissions(by=8, user_id=ANN, permissions={"can_draw": True, "can_kick": True}),
        ErrorCode.PERMISSION_DENIED,
    )
    assert error.field == "permissions.can_kick"
    assert lesson.do(SetPermissions(by=8, user_id=ANN, permissions={"can_kick": False})).events


def test_the_operator_needs_no_permission() -> None:
    """[BD-3] `by` None is the operator or the server itself."""
    lesson = begun()
    outcome = lesson.do(SetPermissions(by=None, user_id=ANN, permissions={"can_kick": True}))
    assert outcome.events[0].user_id is None
    assert outcome.result["can_kick"]


# -- saving


def test_saving_is_an_event_that_names_its_version() -> None:
    """[BD-5] The version is the `seq` that it was saved at."""
    lesson = begun()
    lesson.draw(ANN)
    outcome = lesson.do(SaveBoard(by=ANN))
    (event,) = outcome.events
    assert event.body() == BoardSaved(event.seq)
    board = lesson.state.board.encode()
    assert saved_by(outcome) == (event.seq, board, SnapshotType.MANUAL, event.user_id)
    assert outcome.result == {"version": event.seq, "size_bytes": len(board)}
    lesson.refuse(SaveBoard(by=VIEWER), ErrorCode.PERMISSION_DENIED)


def test_a_board_that_is_saved_already_is_not_saved_again() -> None:
    """[QU-4] The answer is the version under which it is; whoever asks, whatever else happened."""
    lesson = begun()
    lesson.draw(ANN)
    first = lesson.do(SaveBoard(by=ANN))
    lesson.disconnect(BEN)
    for by in (ANN, HOST, None):
        again = lesson.do(SaveBoard(by=by))
        assert (again.events, again.saved, again.result) == ([], None, first.result)
    lesson.restart()
    assert lesson.do(SaveBoard(by=HOST)).result == first.result
    lesson.bring(ANN)
    lesson.draw(ANN, "r2")
    assert lesson.do(SaveBoard(by=ANN)).result["version"] == lesson.state.head
    lesson.do(Undo(by=ANN))
    assert lesson.do(SaveBoard(by=ANN)).events, "the board is the earlier one, not the saved one"


def test_a_connection_of_an_ended_session_is_refused_before_anything_else() -> None:
    """[HS-4] 410, also for a person without a seat."""
    lesson = begun()
    lesson.move(Move.TERMINATE)
    command: Connect = connecting(STRANGER, now_ms=lesson.now_ms)
    lesson.refuse(command, ErrorCode.SESSION_ENDED)
