"""The countdown that everyone sees: begun, stopped, lengthened, put away [TI-1]."""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import MoveTimer, SetTimer
from lessonroom.log.events import TimerChanged
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Timer, TimerMove
from tests.lessonroom.lesson import ANN, HOST, Lesson, begun, fingerprint, folded


def timer(lesson: Lesson) -> Timer:
    found = lesson.state.session.timer
    assert found is not None
    return found


def move(lesson: Lesson, what: TimerMove, seconds: int = 0) -> None:
    lesson.do(MoveTimer(by=HOST, move=what, seconds=seconds))


def test_everyone_is_told_when_it_is_over() -> None:
    """[TI-1] By the server's time: the same end for all, whoever comes later."""
    lesson = begun()
    (event,) = lesson.do(SetTimer(by=HOST, seconds=300, title=" Exercise 1 ")).events
    expected = Timer(seconds=300, title="Exercise 1", ends_at=lesson.now_ms + 300_000)
    assert event.body() == TimerChanged(expected)
    assert timer(lesson) == expected
    lesson.restart()
    assert timer(lesson) == expected


def test_it_stands_goes_on_and_is_lengthened() -> None:
    """[TI-1] What is left when it is stopped is what is left when it goes on."""
    lesson = begun()
    lesson.do(SetTimer(by=HOST, seconds=300))
    lesson.wait(100)
    move(lesson, TimerMove.PAUSE)
    assert timer(lesson) == Timer(seconds=300, left_ms=200_000)
    lesson.wait(1_000)
    move(lesson, TimerMove.EXTEND, 60)
    assert timer(lesson) == Timer(seconds=360, left_ms=260_000)
    move(lesson, TimerMove.RESUME)
    assert timer(lesson) == Timer(seconds=360, ends_at=lesson.now_ms + 260_000)
    move(lesson, TimerMove.EXTEND, 60)
    assert timer(lesson) == Timer(seconds=420, ends_at=lesson.now_ms + 320_000)
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_one_that_is_over_can_be_lengthened_from_now_on() -> None:
    """[TI-1] "A minute more" is a minute, however late it is said."""
    lesson = begun()
    lesson.do(SetTimer(by=HOST, seconds=10))
    lesson.wait(500)
    move(lesson, TimerMove.EXTEND, 60)
    assert timer(lesson).ends_at == lesson.now_ms + 60_000


@pytest.mark.parametrize("what", [TimerMove.PAUSE, TimerMove.RESUME])
def test_what_changes_nothing_is_no_event(what: TimerMove) -> None:
    """[TI-1] A double click costs nobody anything; nor does putting away what is not there."""
    lesson = begun()
    assert lesson.do(MoveTimer(by=HOST, move=TimerMove.STOP)).events == []
    lesson.do(SetTimer(by=HOST, seconds=10))
    if what is TimerMove.PAUSE:
        move(lesson, what)
    assert lesson.do(MoveTimer(by=HOST, move=what)).events == []


def test_it_is_put_away_and_gone_with_the_lesson() -> None:
    """[TI-1] Nothing counts in a lesson that is over."""
    lesson = begun()
    lesson.do(SetTimer(by=HOST, seconds=10))
    move(lesson, TimerMove.STOP)
    assert lesson.state.session.timer is None
    lesson.do(SetTimer(by=HOST, seconds=10))
    lesson.move(Move.COMPLETE)
    assert lesson.state.session.timer is None
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_only_a_host_has_time_in_hand() -> None:
    """[TI-1] And nothing is longer than a day."""
    lesson = begun()
    lesson.refuse(SetTimer(by=ANN, seconds=10), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(MoveTimer(by=HOST, move=TimerMove.PAUSE), ErrorCode.CONFLICT)
    lesson.do(SetTimer(by=HOST, seconds=86_400))
    lesson.refuse(MoveTimer(by=ANN, move=TimerMove.STOP), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(MoveTimer(by=HOST, move=TimerMove.EXTEND, seconds=1), ErrorCode.CONFLICT)
