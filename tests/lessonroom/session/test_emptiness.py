"""A lesson that nobody is in."""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import Disconnect, MoveSession, PassTime, SettleEmpty, UpdateSession
from lessonroom.log.events import EventType
from lessonroom.outcome import SnapshotType
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from tests.lessonroom.lesson import ANN, BEN, HOST, START_MS, VIEWER, Lesson, begun, folded

MIN_S = 60
SETTLE = SettleEmpty(
    pause_after_ms=10 * 60_000, end_after_ms=60 * 60_000, end_unplanned_after_ms=7 * 86_400_000
)


def planned(minutes: int = 60, **fields: object) -> Session:
    """Return a session whose planned end is so many minutes away."""
    end_ms = START_MS + minutes * 60_000
    return Session(session_id="algebra", host_id=HOST, scheduled_end_ms=end_ms, **fields)  # type: ignore[arg-type]


def status_of(lesson: Lesson) -> SessionStatus:
    return lesson.state.session.status


def leave(lesson: Lesson, *, is_bye: bool = True) -> None:
    """Have everyone go."""
    for peer in [*lesson.room.peers.values(), *lesson.room.lobby.values()]:
        lesson.do(Disconnect(connection_id=peer.connection_id, is_bye=is_bye))


def test_the_time_stands_still_as_of_the_last_departure() -> None:
    """[SY-6] Ten minutes later it is noted, and they do not count."""
    lesson = begun()
    lesson.wait(30 * MIN_S)
    leave(lesson)
    lesson.wait(10 * MIN_S - 1)
    assert not lesson.do(SETTLE).events
    lesson.wait(1)
    (event,) = lesson.do(SETTLE).events
    assert event.type is EventType.SESSION_IDLE
    assert lesson.state.session.status is SessionStatus.ACTIVE
    assert lesson.state.session.duration_ms(lesson.now_ms) == 30 * 60_000
    assert not lesson.do(SETTLE).events, "it stands still already"


@pytest.mark.parametrize("somebody", [HOST, ANN, VIEWER])
def test_it_goes_on_when_somebody_comes(somebody: int) -> None:
    """[SY-6] Whoever it is; an hour in between does not count."""
    lesson = begun()
    lesson.wait(30 * MIN_S)
    leave(lesson)
    lesson.wait(60 * MIN_S)
    lesson.do(SETTLE)
    kinds = [event.type for event in lesson.connect(somebody).events]
    assert kinds[0] is EventType.SESSION_WAKE
    lesson.wait(5 * MIN_S)
    assert lesson.state.session.duration_ms(lesson.now_ms) == 35 * 60_000


def test_it_stood_still_where_nobody_kept_house() -> None:
    """[SY-6] The server was down over the night: whoever comes first settles it."""
    lesson = begun()
    lesson.wait(30 * MIN_S)
    leave(lesson)
    lesson.wait(600 * MIN_S)
    lesson.restart()
    lesson.connect(HOST)
    lesson.wait(MIN_S)
    assert lesson.state.session.duration_ms(lesson.now_ms) == 31 * 60_000


def test_a_short_absence_counts() -> None:
    """[SY-6] Everyone reloads the page at once: nothing is noted, time goes on."""
    lesson = begun()
    leave(lesson)
    lesson.wait(9 * MIN_S)
    assert EventType.SESSION_WAKE not in [event.type for event in lesson.connect(ANN).events]
    assert lesson.state.session.duration_ms(lesson.now_ms) == 9 * 60_000


def test_past_its_planned_end_an_empty_lesson_is_over() -> None:
    """[SY-6] After an hour of nobody, with the last departure as its end."""
    lesson = begun(planned(60))
    lesson.wait(50 * MIN_S)
    leave(lesson)
    left_ms = lesson.now_ms
    lesson.wait(60 * MIN_S - 1)
    lesson.do(SETTLE)
    assert lesson.state.session.status is SessionStatus.ACTIVE
    lesson.wait(1)
    outcome = lesson.do(SETTLE)
    session = lesson.state.session
    assert session.status is SessionStatus.COMPLETED
    assert session.actual_end_ms == left_ms
    assert session.duration_ms(lesson.now_ms) == 50 * 60_000
    assert outcome.saved is not None
    assert outcome.saved.kind is SnapshotType.TERMINATE


def test_before_its_planned_end_it_is_not_over() -> None:
    """[SY-6] They may come back for the second half, however long the break is."""
    lesson = begun(planned(600))
    leave(lesson)
    lesson.wait(599 * MIN_S)
    lesson.do(SETTLE)
    assert lesson.state.session.status is SessionStatus.ACTIVE


def test_without_a_planned_end_it_is_over_after_days() -> None:
    """[SY-6] Paused by hand or not."""
    lesson = begun()
    lesson.move(Move.PAUSE)
    leave(lesson)
    left_ms = lesson.now_ms
    lesson.wait(7 * 24 * 3600 - 1)
    lesson.do(SETTLE)
    assert status_of(lesson) is SessionStatus.PAUSED
    lesson.wait(1)
    lesson.do(SETTLE)
    assert status_of(lesson) is SessionStatus.COMPLETED
    assert lesson.state.session.actual_end_ms == left_ms


def test_a_solo_board_never_ends_by_itself() -> None:
    """[SY-6] It is somebody's own, and its time stands still."""
    lesson = Lesson(planned(1, session_type=SessionType.SOLO))
    lesson.move(Move.START, by=None)
    lesson.wait(365 * 24 * 3600)
    lesson.do(SETTLE)
    assert lesson.state.session.status is SessionStatus.ACTIVE
    assert lesson.state.session.active_since_ms is None


@pytest.mark.parametrize("where", ["inside", "on the way back", "in the lobby"])
def test_nothing_is_settled_while_somebody_is_in(where: str) -> None:
    """[SY-6] Nor by a move that time makes: neither expiry nor the end of a demo."""
    lesson = Lesson(planned(1, settings=SessionSettings(waiting_room=True)), grace_s=3600)
    lesson.bring(ANN if where == "in the lobby" else HOST)
    lesson.move(Move.START, by=None)
    if where == "on the way back":
        lesson.disconnect(HOST)
    lesson.wait(59 * MIN_S)
    assert not lesson.do(SETTLE).events
    move = MoveSession(by=None, move=Move.TERMINATE, only_if_empty=True)
    lesson.refuse(move, ErrorCode.CONFLICT)
    leave(lesson)
    if where == "on the way back":
        lesson.wait(60 * MIN_S)
        lesson.do(PassTime())
    assert lesson.do(move).events


def test_who_dropped_was_last_there_when_they_dropped() -> None:
    """[SY-1] Not when the grace was over."""
    lesson = begun()
    lesson.wait(10 * MIN_S)
    left_ms = lesson.now_ms
    leave(lesson, is_bye=False)
    lesson.wait(21)
    lesson.do(PassTime())
    assert lesson.participant(BEN).left_at_ms == left_ms
    lesson.wait(10 * MIN_S)
    lesson.do(SETTLE)
    assert lesson.state.session.duration_ms(lesson.now_ms) == 10 * 60_000


def test_the_log_alone_tells_all_of_it() -> None:
    """[BD-7] The state is the fold of the log, time and all."""
    lesson = begun(planned(60))
    lesson.wait(30 * MIN_S)
    leave(lesson)
    lesson.wait(20 * MIN_S)
    lesson.do(SETTLE)
    lesson.connect(HOST)
    lesson.wait(10 * MIN_S)
    leave(lesson)
    lesson.wait(60 * MIN_S)
    lesson.do(SETTLE)
    state = folded(lesson.initial, lesson.log)
    assert state.session == lesson.state.session
    assert state.session.active_ms == 40 * 60_000


def test_who_leads_is_told_once_that_the_lesson_overruns() -> None:
    """[SY-6] And again where the end was moved; the others are told nothing."""
    lesson = begun(planned(60))
    lesson.wait(60 * MIN_S - 1)
    assert not lesson.do(PassTime()).signals
    lesson.wait(1)
    (signal,) = lesson.do(PassTime()).signals
    assert (signal.connection_id, signal.data.code) == ("c1", "overrun")
    assert not lesson.do(PassTime()).signals
    end_ms = lesson.now_ms + 60_000
    lesson.do(UpdateSession(by=HOST, scheduled_end_ms=end_ms))
    lesson.wait(MIN_S)
    assert len(lesson.do(PassTime()).signals) == 1


def test_a_note_of_who_is_there_never_goes_back_in_time() -> None:
    """[P21] The clock on the wall does: rows and log come to the same all the same."""
    lesson = begun()
    lesson.do(PassTime())
    lesson.wait(3600)
    lesson.bring(BEN)
    lesson.disconnect(ANN, is_bye=True)
    lesson.connect(ANN)
    came_ms = lesson.participant(ANN).present_since_ms
    assert came_ms is not None
    lesson.wait(-1800)
    noted = lesson.do(PassTime()).participants
    assert noted[ANN].present_since_ms == came_ms
    assert noted[ANN].total_time_ms(came_ms) == lesson.participant(ANN).total_time_ms(came_ms)
