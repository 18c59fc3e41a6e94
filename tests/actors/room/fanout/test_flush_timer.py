"""When a room is told to flush; what it flushes then is `test_fanout.py`'s."""

import pytest

from actors.room.fanout.flush_timer import FlushTimer
from actors.room.fanout.urgency import Urgency
from tests.manual_clock import ManualClock

INTERVAL_S = 0.02
EARLY_S = 0.0005


def _never() -> None:
    raise AssertionError("the test rings by itself")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def timer(clock: ManualClock) -> FlushTimer:
    made = FlushTimer(clock, INTERVAL_S, _never)
    made.note(clock.monotonic_s(), has_said=True)
    return made


@pytest.mark.parametrize(("urgency", "intervals"), [(Urgency.SAID, 1), (Urgency.POINTERS, 3)])
def test_a_timer_that_rings_a_little_early_is_not_set_anew(
    clock: ManualClock, timer: FlushTimer, urgency: Urgency, intervals: int
) -> None:
    """[FC-2][FC-3] The loop counts in milliseconds; for the rest it would ring again and again."""
    assert not timer.is_due(urgency)
    clock.advance(intervals * INTERVAL_S - EARLY_S)
    timer.rung()
    assert timer.is_due(urgency)


def test_what_is_said_behind_it_waits_as_ever(clock: ManualClock, timer: FlushTimer) -> None:
    """[FC-2] Only what the timer was set for is due."""
    assert not timer.is_due(Urgency.SAID)
    clock.advance(INTERVAL_S - EARLY_S)
    timer.rung()
    timer.note(clock.monotonic_s(), has_said=True)
    assert not timer.is_due(Urgency.SAID)


def test_a_timer_that_was_stopped_rings_for_nothing(clock: ManualClock, timer: FlushTimer) -> None:
    """[FC-2] What it was set for went out before."""
    assert not timer.is_due(Urgency.POINTERS)
    timer.stop()
    clock.advance(INTERVAL_S)
    assert timer.is_due(Urgency.SAID)
    timer.note(clock.monotonic_s(), has_said=True)
    assert not timer.is_due(Urgency.POINTERS)
