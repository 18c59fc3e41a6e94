"""A lesson that was over and goes on."""

from typing import Any

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import FollowBooking, ReopenSession, SettleEmpty, UpdateSession
from lessonroom.log.events import EventType, SessionStatusChanged
from lessonroom.session import reopening
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import HistoryPolicy, Session, SessionSettings
from tests.lessonroom.lesson import (
    ANN,
    HOST,
    Lesson,
    begun,
    connecting,
    fingerprint,
    folded,
)

_DAY_S = 86_400
_WEEK_MS = 7 * _DAY_S * 1_000
_SETTLE = SettleEmpty(
    pause_after_ms=600_000, end_after_ms=3_600_000, end_unplanned_after_ms=604_800_000
)


def _over(move: Move = Move.COMPLETE, lesson: Lesson | None = None) -> Lesson:
    lesson = lesson or begun()
    lesson.wait(60)
    lesson.move(move)
    return lesson


def _reopen(lesson: Lesson, by: int | None = HOST, within_ms: int | None = _WEEK_MS) -> Session:
    outcome = lesson.do(ReopenSession(by=by, within_ms=within_ms))
    assert outcome.session_changed
    session = outcome.result
    assert isinstance(session, Session)
    return session


def test_a_completed_lesson_goes_on_where_it_was() -> None:
    """[SY-11] An event; seats and board are what they were, and the end is taken back."""
    lesson = begun()
    lesson.draw(HOST)
    lesson = _over(lesson=lesson)
    board, people = lesson.state.board.encode(), dict(lesson.state.participants)
    session = _reopen(lesson)
    assert (session.status, session.actual_end_ms) == (SessionStatus.ACTIVE, None)
    assert lesson.state.board.encode() == board
    assert lesson.state.participants == people
    assert lesson.log[-1].type is EventType.SESSION_REOPEN
    assert lesson.log[-1].body() == SessionStatusChanged(SessionStatus.ACTIVE, is_idle=True)
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_what_lay_between_counts_for_nothing() -> None:
    """[SY-11] Durations of the lesson and of its people add up, without the gap."""
    lesson = _over()
    before = lesson.participant(ANN).total_ms
    lesson.wait(3_600)
    _reopen(lesson)
    lesson.wait(600)
    lesson.do(connecting(ANN, now_ms=lesson.now_ms))
    lesson.wait(30)
    lesson.move(Move.COMPLETE, by=None)
    session = lesson.state.session
    assert session.duration_ms(lesson.now_ms + 999) == 90_000
    assert session.actual_end_ms == lesson.now_ms
    assert lesson.participant(ANN).total_ms == before + 30_000


@pytest.mark.parametrize("move", [Move.TERMINATE, Move.EXPIRE])
def test_what_was_broken_off_or_never_began_stays_over(move: Move) -> None:
    """[SY-11] `conflict`, for the operator as well."""
    lesson = Lesson()
    lesson.bring(HOST)
    lesson.move(move, by=None)
    for by, within_ms in ((HOST, _WEEK_MS), (None, None)):
        refused = lesson.refuse(ReopenSession(by=by, within_ms=within_ms), ErrorCode.CONFLICT)
        assert refused.message.endswith("possible from: completed")


@pytest.mark.parametrize("status", ["scheduled", "active"])
def test_a_lesson_that_is_not_over_is_not_reopened(status: str) -> None:
    """[SY-11] `conflict`."""
    lesson = Lesson() if status == "scheduled" else begun()
    lesson.refuse(ReopenSession(by=None, within_ms=None), ErrorCode.CONFLICT)


def test_it_is_reopened_for_a_while_and_by_operators_for_longer() -> None:
    """[SY-11] To the millisecond."""
    lesson = _over()
    ended_ms = lesson.now_ms
    assert reopening.until_ms(lesson.state.session, within_ms=_WEEK_MS) == ended_ms + _WEEK_MS
    lesson.wait(7 * _DAY_S)
    refused = lesson.refuse(ReopenSession(by=HOST, within_ms=_WEEK_MS), ErrorCode.CONFLICT)
    assert "too long ago" in refused.message
    lesson.now_ms -= 1
    assert _reopen(lesson).status is SessionStatus.ACTIVE
    lesson.move(Move.COMPLETE)
    lesson.wait(400 * _DAY_S)
    assert _reopen(lesson, None, None).status is SessionStatus.ACTIVE


@pytest.mark.parametrize("within_ms", [0, -1])
def test_a_server_may_have_it_not_at_all(within_ms: int) -> None:
    """[SY-11] `rooms.reopen_days` 0."""
    _over().refuse(ReopenSession(by=HOST, within_ms=within_ms), ErrorCode.CONFLICT)


def test_what_is_not_kept_for_so_long_is_not_reopened() -> None:
    """[SY-11] A session's own retention goes before the server's days."""
    settings = SessionSettings(retention_days=1)
    lesson = Lesson(Session(session_id="algebra", host_id=HOST, settings=settings))
    lesson.bring(HOST)
    lesson.move(Move.START)
    lesson.move(Move.COMPLETE)
    lesson.wait(_DAY_S)
    lesson.refuse(ReopenSession(by=HOST, within_ms=_WEEK_MS), ErrorCode.CONFLICT)


def test_a_demo_stays_over() -> None:
    """[SY-11] Nothing of it is kept."""
    lesson = Lesson(Session(session_id="algebra", host_id=HOST, session_type=SessionType.DEMO))
    lesson.bring(HOST)
    lesson.move(Move.START)
    lesson.move(Move.COMPLETE)
    lesson.refuse(ReopenSession(by=None, within_ms=None), ErrorCode.CONFLICT)
    assert reopening.until_ms(lesson.state.session, within_ms=_WEEK_MS) is None


def test_only_who_leads_reopens() -> None:
    """[SY-11] Whatever permissions a pupil had."""
    lesson = begun()
    lesson.permit(ANN, can_terminate=True, can_pause=True)
    _over(lesson=lesson)
    for by in (ANN, 99):
        lesson.refuse(ReopenSession(by=by, within_ms=_WEEK_MS), ErrorCode.PERMISSION_DENIED)


def test_a_host_who_never_took_the_seat_reopens_all_the_same() -> None:
    """[SY-11] The lesson is theirs."""
    lesson = Lesson()
    lesson.bring(ANN)
    lesson.move(Move.START, by=None)
    lesson.move(Move.COMPLETE, by=None)
    assert _reopen(lesson).status is SessionStatus.ACTIVE


def test_a_reopened_lesson_waits_for_its_people_from_that_moment() -> None:
    """[SY-6] Not from when somebody was last there: that may be days ago."""
    lesson = _over()
    lesson.wait(6 * _DAY_S)
    _reopen(lesson)
    reopened_ms = lesson.now_ms
    lesson.wait(2 * _DAY_S)
    assert not lesson.do(_SETTLE).events
    lesson.wait(5 * _DAY_S)
    (ended,) = lesson.do(_SETTLE).events
    assert ended.type is EventType.SESSION_COMPLETE
    assert lesson.state.session.actual_end_ms == reopened_ms
    assert lesson.state.session.duration_ms(lesson.now_ms) == 60_000


def test_it_ends_and_is_reopened_as_often_as_one_likes() -> None:
    """[SY-11] And the log tells each time."""
    lesson = _over()
    for _ in range(3):
        lesson.wait(100)
        _reopen(lesson)
        lesson.do(connecting(HOST, now_ms=lesson.now_ms))
        lesson.wait(10)
        lesson.move(Move.COMPLETE)
    assert lesson.state.session.duration_ms(lesson.now_ms) == 90_000
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_the_title_of_a_lesson_that_is_over_may_be_put_right() -> None:
    """[API Change] Nothing else of it."""
    lesson = _over()
    lesson.do(UpdateSession(by=HOST, title="Fractions"))
    assert lesson.state.session.title == "Fractions"
    assert lesson.state.session.status is SessionStatus.COMPLETED
    changes: tuple[dict[str, Any], ...] = (
        {"max_participants": 3},
        {"scheduled_start_ms": None},
        {"scheduled_end_ms": 5},
        {"booking_id": "b"},
        {"host_id": 2},
        {"settings": {"waiting_room": True}},
        {},
    )
    for change in changes:
        for title in ({"title": "More"}, {}):
            if not change and title:
                continue
            command = UpdateSession(by=None, **change, **title)  # type: ignore[arg-type]
            lesson.refuse(command, ErrorCode.SESSION_ENDED)
    lesson.do(UpdateSession(by=HOST, settings={"history_policy": "host_only"}))
    assert lesson.state.session.settings.history_policy is HistoryPolicy.HOST_ONLY
    both = {"history_policy": "all", "waiting_room": True}
    lesson.refuse(UpdateSession(by=HOST, settings=both), ErrorCode.SESSION_ENDED)
    lesson.refuse(UpdateSession(by=ANN, title="Ann's"), ErrorCode.PERMISSION_DENIED)
    plan = UpdateSession(by=None, title="Booked")
    lesson.refuse(FollowBooking(plan=plan), ErrorCode.SESSION_ENDED)


def test_for_what_a_room_is_opened_though_its_lesson_is_over() -> None:
    assert reopening.is_of_the_past(ReopenSession(by=None, within_ms=None))
    assert reopening.is_of_the_past(UpdateSession(by=None, title="x"))
    assert not reopening.is_of_the_past(UpdateSession(by=None, title="x", host_id=3))
    assert not reopening.is_of_the_past(_SETTLE)
