"""Bookings of a class, told, and the lessons that they come to."""

from typing import Any

from tests.gateway.rest.booking_system import send_calcom
from tests.gateway.rest.school import School

GRACE = {"name": "Grace", "email": "grace@school.example"}
LATER = {"startTime": "2027-02-02T09:00:00Z", "endTime": "2027-02-02T10:00:00Z"}
SEATS: dict[str, Any] = {"seatsPerTimeSlot": 10}


def at(minute: int) -> str:
    """Return a moment of the hour before now."""
    return f"2027-01-15T07:{minute:02}:00.000Z"


Lessons = dict[str, tuple[str, str, set[str]]]


async def lessons(school: School) -> Lessons:
    """Return the lessons that are to take place: when, whose, and who has a seat, by booking."""
    store = school.app.state.services.rooms.store
    found: Lessons = {}
    for session in await store.sessions():
        if session.status.has_ended:
            continue
        host = await store.user(session.host_id)
        seats = await store.participants(session.session_id)
        assert session.booking_id not in found
        found[session.booking_id] = (
            str(session.scheduled_start_ms),
            host.name,
            {seat.name for seat in seats if seat.status != "kicked"},
        )
    return found


async def people(school: School, booking_id: str = "calcom:u1") -> set[str]:
    """Return who has a seat in the lesson of a booking."""
    return (await lessons(school))[booking_id][2]


async def told(school: School, trigger: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Tell of a booking, and return the answer."""
    answer = await send_calcom(school, trigger, **changes)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
