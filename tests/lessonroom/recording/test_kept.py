"""What the log allows of a take, by the moments at which that changed [RC-6]."""

from collections.abc import Callable

import pytest

from lessonroom.commands import (
    ChangeRole,
    GiveConsent,
    LeaveOut,
    SetPermissions,
    StartRecording,
    StopRecording,
    UpdateSession,
)
from lessonroom.people.permissions import Role
from lessonroom.recording.kept import EVENTS_THAT_COUNT, Parts, kept_parts
from lessonroom.recording.recording import Consent, TakeKind
from lessonroom.session.lifecycle import Move
from tests.lessonroom.lesson import ANN, BEN, HOST, START_MS, Lesson, begun


def start(lesson: Lesson) -> None:
    lesson.do(StartRecording(by=HOST, recording_id=f"at {lesson.now_ms}"))


def resume(lesson: Lesson) -> None:
    lesson.move(Move.RESUME)
    start(lesson)


def answer(lesson: Lesson, answer: Consent) -> None:
    lesson.do(GiveConsent(by=ANN, answer=answer))


def parts(lesson: Lesson, user_id: int = ANN, kind: TakeKind = TakeKind.AUDIO) -> Parts:
    """Return what may be kept, in seconds of the lesson."""
    counted = [event for event in lesson.log if event.type in EVENTS_THAT_COUNT]
    found = kept_parts(counted, user_id=user_id, kind=kind)
    assert found == kept_parts(lesson.log, user_id=user_id, kind=kind)
    return [
        ((begin - START_MS) // 1000, None if end is None else (end - START_MS) // 1000)
        for begin, end in found
    ]


@pytest.fixture
def lesson() -> Lesson:
    """A lesson that is recorded from 10 s on, and Ann agrees at 20 s."""
    lesson = begun()
    lesson.do(UpdateSession(by=HOST, is_recorded=True))
    lesson.wait(10)
    start(lesson)
    lesson.wait(10)
    answer(lesson, Consent.GIVEN)
    lesson.wait(10)
    return lesson


def test_nothing_is_kept_before_somebody_agreed(lesson: Lesson) -> None:
    """[RC-6] Nor of anybody else, nor of other tracks."""
    assert parts(lesson) == [(20, None)]
    assert parts(lesson, BEN) == []
    assert parts(lesson, HOST) == []
    assert parts(lesson, ANN, TakeKind.VIDEO) == []


@pytest.mark.parametrize(
    ("ends", "goes_on"),
    [
        (lambda it: answer(it, Consent.DECLINED), lambda it: answer(it, Consent.GIVEN)),
        (lambda it: it.do(StopRecording(by=HOST)), start),
        (
            lambda it: it.do(LeaveOut(by=HOST, user_id=ANN, is_left_out=True)),
            lambda it: it.do(LeaveOut(by=HOST, user_id=ANN, is_left_out=False)),
        ),
        (
            lambda it: it.permit(ANN, can_toggle_audio=False),
            lambda it: it.permit(ANN, can_toggle_audio=True),
        ),
        (
            lambda it: it.do(
                SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_toggle_audio": False})
            ),
            lambda it: it.do(
                SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_toggle_audio": True})
            ),
        ),
        (
            lambda it: it.do(ChangeRole(by=HOST, user_id=ANN, role=Role.VIEWER)),
            lambda it: it.do(ChangeRole(by=HOST, user_id=ANN, role=Role.STUDENT)),
        ),
        (lambda it: it.move(Move.PAUSE), resume),
    ],
)
def test_what_ends_it_ends_it_and_what_begins_it_again_does(
    lesson: Lesson, ends: Callable[[Lesson], object], goes_on: Callable[[Lesson], object]
) -> None:
    """[RC-6] To the millisecond of the log, and the others' is as it was."""
    ends(lesson)
    lesson.wait(10)
    assert parts(lesson) == [(20, 30)]
    goes_on(lesson)
    lesson.wait(10)
    assert parts(lesson) == [(20, 30), (40, None)]
    lesson.move(Move.COMPLETE)
    assert parts(lesson) == [(20, 30), (40, 50)]


def test_a_kick_ends_it(lesson: Lesson) -> None:
    """[RC-6] Whatever the page of who was removed sends on."""
    lesson.kick(ANN)
    assert parts(lesson) == [(20, 30)]
