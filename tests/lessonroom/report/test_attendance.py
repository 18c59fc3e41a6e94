"""Who was there when, and what of theirs was on, by the log."""

from typing import Final

import pytest

from lessonroom.commands import LowerHands, Mute, RaiseHand, SetMedia
from lessonroom.report.attendance import VISITS_MOST, Attendance, Stay
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, HOST, START_MS, Lesson, begun, folded
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence

SEEDS: Final = range(300)


def stay(lesson: Lesson, user_id: int = ANN, *, is_live: bool = True) -> Stay:
    """Return what the log says of a person's being there, up to now."""
    seats = folded(lesson.initial, lesson.log).participants
    attendance = Attendance(lesson.initial, seats.values())
    for event in lesson.log:
        attendance.take(event)
    return attendance.until(seats[user_id], lesson.now_ms, is_live=is_live)


def visits(lesson: Lesson, user_id: int = ANN) -> list[tuple[int, int | None]]:
    """Return them in seconds of the lesson."""
    return [
        ((each.from_ms - START_MS) // 1000, each.to_ms and (each.to_ms - START_MS) // 1000)
        for each in stay(lesson, user_id).visits
    ]


@pytest.fixture(scope="module")
def played() -> list[Player]:
    """Random lessons, with servers that stop or die in them."""
    return [Player().play(sequence(seed)) for seed in SEEDS]


def test_visits_together_are_the_time_of_the_seat(played: list[Player]) -> None:
    """[SY-13] To the millisecond, in any lesson, at its end and later."""
    for seed, player in zip(SEEDS, played, strict=True):
        state = player.room.state
        attendance = Attendance(state.session, state.participants.values())
        for event in player.log:
            attendance.take(event)
        for seat in state.participants.values():
            for later_ms in (0, 12_345):
                now_ms = state.head_at_ms + later_ms
                found = attendance.until(seat, now_ms)
                lengths = [(each.to_ms or now_ms) - each.from_ms for each in found.visits]
                assert min(lengths, default=0) >= 0, seed
                assert sum(lengths) == seat.total_time_ms(now_ms), (seed, seat.user_id)
                tracks = (found.microphone_ms, found.camera_ms, found.screen_ms)
                assert max(tracks) <= sum(lengths), (seed, seat.user_id)


def test_who_drops_out_and_comes_back_has_two_visits() -> None:
    """[SY-13] The grace is not part of either."""
    lesson = begun()
    lesson.wait(60)
    lesson.disconnect(ANN)
    lesson.wait(5)
    lesson.connect(ANN)
    lesson.wait(30)
    assert visits(lesson) == [(0, 60), (65, None)]
    lesson.disconnect(ANN, is_bye=True)
    lesson.wait(10)
    assert visits(lesson) == [(0, 60), (65, 95)]


def test_a_server_that_died_ends_visits_and_tracks_at_the_last_event() -> None:
    """[SY-13] Whatever that was: a stroke counts."""
    lesson = begun()
    lesson.do(SetMedia(by=ANN, audio=True))
    lesson.wait(10)
    lesson.draw(BEN)
    lesson.wait(3_600)
    lesson.restart()
    assert visits(lesson) == [(0, 10)]
    assert stay(lesson).microphone_ms == 10_000


def test_of_a_session_that_nobody_runs_nobody_is_there() -> None:
    """[SY-13] Though the log has them in the room."""
    lesson = begun()
    lesson.wait(10)
    lesson.draw(BEN)
    (visit,) = stay(lesson, is_live=False).visits
    assert visit.to_ms == START_MS + 10_000


def test_tracks_count_while_they_are_on() -> None:
    """[SY-13] Turned off by oneself, by a host, by leaving, by the end."""
    lesson = begun()
    lesson.do(SetMedia(by=ANN, audio=True, video=True))
    lesson.wait(10)
    lesson.do(SetMedia(by=ANN, video=False))
    lesson.wait(10)
    lesson.do(Mute(by=HOST, user_id=ANN))
    lesson.wait(10)
    found = stay(lesson)
    assert (found.microphone_ms, found.camera_ms, found.screen_ms) == (20_000, 10_000, 0)
    lesson.do(SetMedia(by=ANN, audio=True))
    lesson.wait(5)
    assert stay(lesson).microphone_ms == 25_000
    lesson.move(Move.COMPLETE)
    lesson.wait(5)
    assert stay(lesson).microphone_ms == 25_000


def test_hands_are_counted_once_each() -> None:
    """[SY-13] As long as they are up; other changes of a seat end none."""
    lesson = begun()
    lesson.do(RaiseHand(by=ANN))
    lesson.wait(4)
    lesson.permit(ANN, can_draw=False)
    lesson.do(SetMedia(by=ANN, audio=True))
    lesson.wait(4)
    lesson.do(LowerHands(by=HOST, user_id=None))
    lesson.wait(1)
    lesson.do(RaiseHand(by=ANN))
    lesson.wait(2)
    found = stay(lesson)
    assert (found.hands, found.hand_ms) == (2, 10_000)


def test_visits_past_a_number_are_counted_and_not_told() -> None:
    """[SY-13] A line that drops all the time makes no report of megabytes."""
    lesson = begun()
    for _ in range(VISITS_MOST):
        lesson.disconnect(ANN)
        lesson.connect(ANN)
    found = stay(lesson)
    assert (len(found.visits), found.visits_untold) == (VISITS_MOST, 1)
