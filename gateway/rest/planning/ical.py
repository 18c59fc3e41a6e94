"""Lessons as a calendar that others read (RFC 5545).

The library that writes one is imported with the first: an eighth of all that a start would import.
"""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session

if TYPE_CHECKING:
    from icalendar import Event

_NOT_HELD: Final = frozenset({SessionStatus.TERMINATED, SessionStatus.EXPIRED})
_REFRESHED_EVERY: Final = dt.timedelta(hours=1)
_USUAL: Final = dt.timedelta(hours=1)
UNTITLED: Final = "Lesson"


def calendar_of(sessions: Sequence[Session], *, root: str, name: str, untitled: str) -> bytes:
    """Return a calendar of the lessons that have a time; solo boards and demos are none.

    Not for the event loop: the first call takes a tenth of a second.

    An event has the name of its session for ever, and a SEQUENCE that rises with each change of
    the plan. What was called off, or never begun, stays in it as cancelled. Times are UTC.

    Args:
        sessions: the lessons.
        root: the address under which browsers find the server.
        name: what the calendar is called.
        untitled: what lessons without a title are called.

    """
    from icalendar import Calendar  # noqa: PLC0415 - see above

    calendar = Calendar()
    calendar.add("prodid", "-//lessonroom//lessonroom//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    for session in sessions:
        if session.scheduled_start_ms is None or session.session_type in {
            SessionType.SOLO,
            SessionType.DEMO,
        }:
            continue
        calendar.add_component(_event(session, session.scheduled_start_ms, root, untitled))
    return bytes(calendar.to_ical())


def _event(session: Session, start_ms: int, root: str, untitled: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - see above

    start = _utc(start_ms)
    end = start + _USUAL if session.scheduled_end_ms is None else _utc(session.scheduled_end_ms)
    is_off = session.status in _NOT_HELD and session.actual_start_ms is None
    address = f"{root}/room/{session.session_id}"
    event = Event()
    # Whatever the server is called by then: the same lesson is the same event.
    event.add("uid", f"{session.session_id}@lessonroom")
    event.add("dtstamp", _utc(session.created_at_ms))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", session.title or untitled)
    event.add("sequence", session.revision)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("location", address)
    event.add("url", address)
    return event


def _utc(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms // 1000, dt.UTC)
