"""How good people's lines are: who tells, how often, and what is kept of it [RT-6]."""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import ReportQuality
from lessonroom.log.events import EventType
from lessonroom.people.participant import ConnectionQuality
from tests.lessonroom.lesson import (
    ANN,
    BEN,
    HOST,
    VIEWER,
    Lesson,
    begun,
    connection_of,
    fingerprint,
    folded,
)

GOOD, WEAK, BAD = ConnectionQuality.GOOD, ConnectionQuality.WEAK, ConnectionQuality.BAD


def report(user_id: int, quality: ConnectionQuality) -> ReportQuality:
    """Return what the person's page tells."""
    return ReportQuality(connection_id=connection_of(user_id), quality=quality)


def kept(lesson: Lesson, user_id: int) -> ConnectionQuality | None:
    """Return what is kept of a person's line."""
    return lesson.state.participants[user_id].connection_quality


def test_what_a_page_tells_is_an_event_and_on_the_roster() -> None:
    """[RT-6] Whoever comes later reads it off the roster; told again it is no event."""
    lesson = begun()
    (event,) = lesson.do(report(ANN, WEAK)).events
    assert (event.type, event.user_id) == (EventType.CONNECTION_QUALITY, ANN)
    assert lesson.state.participants[ANN].view().connection_quality is WEAK
    assert kept(lesson, BEN) is None
    assert lesson.do(report(ANN, WEAK)).events == []
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


@pytest.mark.parametrize("user_id", [HOST, ANN, VIEWER])
def test_whoever_is_in_the_room_tells_of_their_own_line(user_id: int) -> None:
    """[RT-6] A viewer sends nothing, and hears all the same."""
    lesson = begun()
    lesson.do(report(user_id, BAD))
    told = {user for user, seat in lesson.state.participants.items() if seat.connection_quality}
    assert told == {user_id}


def test_a_line_that_comes_and_goes_fills_no_log() -> None:
    """[RT-6] Four at once and one each 20 s; others' are not counted with it."""
    lesson = begun()
    for quality in (WEAK, GOOD, WEAK, BAD):
        lesson.do(report(ANN, quality))
    refused = lesson.refuse(report(ANN, GOOD), ErrorCode.RATE_LIMITED)
    assert refused.retry_after_ms is not None
    assert 0 < refused.retry_after_ms <= 20_000
    assert kept(lesson, ANN) is BAD
    # What says nothing new costs nothing.
    lesson.do(report(ANN, BAD))
    lesson.do(report(BEN, WEAK))
    lesson.now_ms += refused.retry_after_ms
    lesson.do(report(ANN, GOOD))
    assert kept(lesson, ANN) is GOOD


def test_it_is_kept_after_they_left_and_begins_anew_with_a_connection() -> None:
    """[RT-6] A drop, an end and a restart keep the last word: it is of the line that was."""
    lesson = begun()
    lesson.do(report(ANN, WEAK))
    lesson.disconnect(ANN)
    assert kept(lesson, ANN) is WEAK
    lesson.restart()
    assert kept(lesson, ANN) is WEAK
    lesson.connect(ANN)
    assert kept(lesson, ANN) is None
    lesson.do(report(ANN, GOOD))
    lesson.disconnect(ANN, is_bye=True)
    assert kept(lesson, ANN) is GOOD
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_who_is_not_in_the_room_tells_nothing() -> None:
    """[RT-6] Not after having left."""
    lesson = begun()
    lesson.disconnect(ANN, is_bye=True)
    lesson.refuse(report(ANN, WEAK), ErrorCode.PERMISSION_DENIED)
    assert kept(lesson, ANN) is None
