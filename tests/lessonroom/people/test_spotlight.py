"""Whom everyone sees large: who is told, who may, and when it ends by itself [PE-6].

Tests also: lessonroom/session/gestures.py.
"""

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import (
    EndSpotlight,
    EraseParticipant,
    KickParticipant,
    PassTime,
    SetMedia,
    Spotlight,
)
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, connecting
from tests.lessonroom.notices import told

ALL = ("c1", "c2", "c3", "c4")
ON = ("spotlight", {"user_id": ANN, "is_screen": False, "by": HOST})
OVER = ("spotlight_over", None)


@pytest.fixture
def lesson() -> Lesson:
    """Return a lesson in which Ann has her camera on."""
    lesson = begun()
    lesson.do(SetMedia(by=ANN, connection_id=None, video=True))
    return lesson


def test_everyone_is_told_whom_to_see_and_when_it_ends(lesson: Lesson) -> None:
    """[PE-6] The person and the host as well; nothing of it is an event."""
    outcome = lesson.do(Spotlight(by=HOST, user_id=ANN))
    assert told(outcome) == dict.fromkeys(ALL, ON)
    assert not outcome.events
    assert told(lesson.do(EndSpotlight(by=HOST))) == dict.fromkeys(ALL, OVER)
    assert told(lesson.do(EndSpotlight(by=HOST))) == {}


def test_who_comes_later_sees_them_too(lesson: Lesson) -> None:
    """[PE-6] The newest, where one followed another; nobody once it has ended."""
    lesson.do(SetMedia(by=HOST, connection_id=None, screen=True))
    lesson.do(Spotlight(by=HOST, user_id=HOST, is_screen=True))
    lesson.do(Spotlight(by=HOST, user_id=ANN))
    assert told(lesson.do(connecting(BEN, "late", now_ms=lesson.now_ms))) == {"late": ON}
    lesson.do(EndSpotlight(by=HOST))
    assert told(lesson.do(connecting(BEN, "later", now_ms=lesson.now_ms))) == {}


def test_one_who_drops_out_comes_back_into_it_and_one_who_leaves_does_not(lesson: Lesson) -> None:
    """[PE-6] [SY-1] The end is told where the person is gone for good."""
    lesson.do(Spotlight(by=HOST, user_id=ANN))
    assert told(lesson.disconnect(ANN)) == {}
    assert told(lesson.do(connecting(ANN, now_ms=lesson.now_ms))) == {"c2": ON}
    lesson.disconnect(ANN)
    lesson.now_ms += 60_000
    assert told(lesson.do(PassTime())) == dict.fromkeys(("c1", "c3", "c4"), OVER)
    assert told(lesson.do(connecting(ANN, now_ms=lesson.now_ms))) == {}


@pytest.mark.parametrize(
    "gone", [KickParticipant(by=HOST, user_id=ANN), EraseParticipant(user_id=ANN)]
)
def test_it_ends_with_one_who_is_removed(
    lesson: Lesson, gone: KickParticipant | EraseParticipant
) -> None:
    """[PE-6] Whatever took them out."""
    lesson.do(Spotlight(by=HOST, user_id=ANN))
    assert told(lesson.do(gone)).items() >= dict.fromkeys(("c1", "c3", "c4"), OVER).items()


def test_where_there_is_nothing_to_see_it_is_refused(lesson: Lesson) -> None:
    """[PE-6] A camera that is off, a screen that is not shared, somebody who is not there."""
    no_camera = lesson.refuse(Spotlight(by=HOST, user_id=BEN), ErrorCode.CONFLICT)
    assert (no_camera.field, no_camera.message) == ("user_id", "their camera is off")
    no_screen = lesson.refuse(Spotlight(by=HOST, user_id=ANN, is_screen=True), ErrorCode.CONFLICT)
    assert no_screen.message == "their screen is off"
    lesson.refuse(Spotlight(by=HOST, user_id=4_711), ErrorCode.NOT_FOUND)
    lesson.disconnect(ANN, is_bye=True)
    assert (
        "not in the room"
        in lesson.refuse(Spotlight(by=HOST, user_id=ANN), ErrorCode.CONFLICT).message
    )


@pytest.mark.parametrize("by", [ANN, VIEWER])
def test_nobody_but_a_host_says_whom_all_see(lesson: Lesson, by: int) -> None:
    """[PE-6] Nor when it ends; and in a lesson that is over nobody does."""
    lesson.refuse(Spotlight(by=by, user_id=ANN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(EndSpotlight(by=by), ErrorCode.PERMISSION_DENIED)
    lesson.move(Move.COMPLETE)
    lesson.refuse(Spotlight(by=HOST, user_id=ANN), ErrorCode.SESSION_ENDED)
