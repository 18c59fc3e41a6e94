"""Changing what a session says of itself.

Tests also: lessonroom/session/session.py, lessonroom/session/session_types.py.
"""

from typing import Any

import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import UpdateSession
from lessonroom.log.events import SessionUpdated
from lessonroom.session.lifecycle import Move, SessionType
from lessonroom.session.session import Session, SessionSettings, SignalPolicy
from lessonroom.session.session_types import DEMO_LASTS_MS
from tests.lessonroom.lesson import ANN, HOST, START_MS, Lesson, begun, folded


def test_a_change_is_an_event_with_the_session_as_it_now_is() -> None:
    """[API Sessions] What was not named stays, and the log gives the same session."""
    lesson = begun(Session(session_id="s", host_id=HOST, title="one", max_participants=9))
    command = UpdateSession(by=HOST, title="two", settings={"grace_s": 5})
    (event,) = lesson.do(command).events
    body = event.body()
    assert isinstance(body, SessionUpdated)
    assert (body.title, body.max_participants, body.settings.grace_s) == ("two", 9, 5)
    assert lesson.state.session.settings == SessionSettings(grace_s=5)
    assert folded(lesson.initial, lesson.log).session == lesson.state.session


def test_a_change_of_nothing_is_no_event() -> None:
    """[API Sessions] Sent twice it is told once."""
    lesson = begun()
    lesson.do(UpdateSession(by=HOST, title="two"))
    assert not lesson.do(UpdateSession(by=HOST, title="two")).events


def test_a_time_can_be_taken_away() -> None:
    """[API Sessions] None is a value here; what is absent is UNSET."""
    lesson = begun(Session(session_id="s", host_id=HOST, scheduled_start_ms=START_MS))
    lesson.do(UpdateSession(by=HOST, title="x"))
    assert lesson.state.session.scheduled_start_ms == START_MS
    lesson.do(UpdateSession(by=HOST, scheduled_start_ms=None))
    assert lesson.state.session.scheduled_start_ms is None


def test_only_the_host_changes_the_session() -> None:
    """[BD-3] And nobody once it is over."""
    lesson = begun()
    lesson.refuse(UpdateSession(by=ANN, title="mine"), ErrorCode.PERMISSION_DENIED)
    lesson.move(Move.TERMINATE)
    lesson.refuse(UpdateSession(by=HOST, max_participants=9), ErrorCode.SESSION_ENDED)


def test_a_change_of_another_session_than_was_read_is_refused() -> None:
    """[API Sessions] The tag is another one after every change."""
    lesson = begun()
    tag = lesson.state.session.tag()
    lesson.do(UpdateSession(by=HOST, title="two", if_tag=tag))
    again = UpdateSession(by=HOST, title="three", if_tag=tag)
    lesson.refuse(again, ErrorCode.PRECONDITION_FAILED)
    assert lesson.state.session.tag() != tag


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scheduled_start_ms": START_MS, "scheduled_end_ms": START_MS}, "scheduled_end"),
        ({"settings": {"permissions": {}}}, "settings.permissions"),
        ({"settings": {"grace_s": -1}}, "settings"),
        ({"settings": {"colour": "red"}}, "settings.colour"),
        ({"settings": {"retention_days": 36_501}}, "settings"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, Any], field: str) -> None:
    """[EN-2] With the field at fault."""
    lesson = begun()
    refused = lesson.refuse(UpdateSession(by=HOST, **change), ErrorCode.INVALID)
    assert refused.field == field


@pytest.mark.parametrize(
    ("session_type", "change", "field"),
    [
        (SessionType.GROUP, {"settings": {"signal_policy": "host_only"}}, "settings.signal_policy"),
        (SessionType.SOLO, {"max_participants": 2}, "max_participants"),
        (SessionType.SOLO, {"settings": {"allow_guests": True}}, "settings.allow_guests"),
        (SessionType.SOLO, {"settings": {"waiting_room": True}}, "settings.waiting_room"),
        (SessionType.DEMO, {"scheduled_end_ms": None}, "scheduled_end"),
        (SessionType.DEMO, {"scheduled_end_ms": START_MS + DEMO_LASTS_MS + 1}, "scheduled_end"),
        (SessionType.DEMO, {"settings": {"retention_days": 1}}, "settings.retention_days"),
    ],
)
def test_a_session_stays_what_its_type_promises(
    session_type: SessionType, change: dict[str, Any], field: str
) -> None:
    """[API Sessions] See docs/sessions.md."""
    lesson = Lesson(
        Session(
            session_id="s",
            host_id=HOST,
            session_type=session_type,
            created_at_ms=START_MS,
            scheduled_end_ms=START_MS + DEMO_LASTS_MS,
            max_participants=1,
            settings=SessionSettings(allow_guests=False, signal_policy=SignalPolicy.ALL),
        )
    )
    refused = lesson.refuse(UpdateSession(by=None, **change), ErrorCode.INVALID)
    assert refused.field == field
