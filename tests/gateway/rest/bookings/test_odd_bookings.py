"""Bookings with names and people that are hard to follow."""

from typing import Any

import pytest
from httpx import Response

from tests.gateway.rest.booking_system import BOOKED, WEBHOOKS, send
from tests.gateway.rest.bookings.school import SEATS, lessons, people, told
from tests.gateway.rest.bookings.test_following import BEN, CLEO
from tests.gateway.rest.conftest import Open

# -- people whom a booking system describes


def attendee(number: int, **changes: object) -> dict[str, Any]:
    """Return what cal.com says of one attendee, as it does."""
    return {
        "id": 10_000 + number,
        "name": f"Firstname{number} Lastname-Doublename{number}",
        "firstName": f"Firstname{number}",
        "lastName": f"Lastname-Doublename{number}",
        "email": f"firstname{number}.lastname-doublename{number}@students.example.org",
        "timeZone": "America/Argentina/Buenos_Aires",
        "phoneNumber": "+49 1512 0000000",
        "language": {"locale": "pt-BR"},
        "utcOffset": -180,
        "bookingSeat": {
            "id": number,
            "referenceUid": f"0199a2b4-5c6d-7e8f-9a0b-{number:012}",
            "bookingId": 91,
            "metadata": None,
            "data": {"responses": {"name": f"Firstname{number}", "notes": "x" * 200}},
        },
        **changes,
    }


async def test_a_class_of_two_hundred_is_heard(opened: Open) -> None:
    """[API bookings] Described at the length that booking systems are used to."""
    async with opened(webhooks=WEBHOOKS) as school:
        class_ = [attendee(number) for number in range(200)]
        made = await told(school, "BOOKING_CREATED", attendees=class_, **SEATS)
        assert made["status"] == "created"
        assert len(await people(school)) == 200


ODD: list[tuple[object, str]] = [
    ("x" * 65, "x" * 64),
    ("Wolfeschlegelsteinhausenbergerdorff " * 50, "Wolfeschlegelsteinhausenbergerdorff Wolfeschl"),
    ("", "Participant"),
    ("   ", "Participant"),
    ("\u200b\u2060", "Participant"),
    ("\u202eneB", "neB"),
    ("Ben\ud83d", "Ben"),
    ("Be\0n", "Ben"),
    ("Ben\r\nCarter", "Ben Carter"),
    (None, "Participant"),
    (7, "Participant"),
    (["Ben"], "Participant"),
]


@pytest.mark.parametrize(("name", "shown"), ODD)
async def test_no_name_costs_anybody_the_lesson(opened: Open, name: object, shown: str) -> None:
    """[API bookings] Neither an invitee's nor the host's, in either format."""
    async with opened(webhooks=WEBHOOKS) as school:
        odd = {"name": name, "email": "odd@home.example"}
        host = {"name": name, "email": "host@school.example"}
        await told(school, "BOOKING_CREATED", attendees=[odd, CLEO], organizer=host)
        ours = {
            **BOOKED,
            "host": {"subject": "host", "name": name},
            "invitees": [{"subject": "odd", "name": name}, {"subject": "c", "name": "Cleo"}],
        }
        answer = await send(school, "confirmed", ours)
        assert answer.json()["status"] == "created", answer.text
        for _, leads, seated in (await lessons(school)).values():
            assert leads.startswith(shown)
            (other,) = seated - {"Cleo"}
            assert other.startswith(shown)


BAD: list[object] = [
    {"name": "Nobody"},
    {"name": "Nobody", "email": ""},
    {"name": "Nobody", "email": None},
    {"name": "Nobody", "email": 7},
    {"name": "Nobody", "email": "x" * 300},
    {"name": "Nobody", "email": "a\nb@home.example"},
    {"name": "Nobody", "email": "a\ud83d@home.example"},
    {},
    None,
    "nobody@home.example",
    [],
    7,
]


@pytest.mark.parametrize("bad", BAD)
async def test_one_who_cannot_be_known_costs_nobody_else_the_lesson(
    opened: Open, bad: object
) -> None:
    """[API bookings] The answer says who was left out, and why; the others have their seats."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", attendees=[BEN, bad, CLEO], **SEATS)
        assert made["status"] == "created"
        (why,) = made["left_out"]
        assert why.startswith("payload.attendees[1]")
        assert await people(school) == {"Ben", "Cleo"}
        # Nobody whom one could name has given up a seat: the class goes on.
        gone = await told(school, "BOOKING_CANCELLED", attendees=[bad], **SEATS)
        assert gone["status"] == "unchanged"
        assert await people(school) == {"Ben", "Cleo"}
        translated = {**bad, "subject": bad.get("email")} if isinstance(bad, dict) else bad
        ours = {**BOOKED, "invitees": [translated, {"subject": "c", "name": "Cleo"}]}
        answer = await send(school, "confirmed", ours)
        assert answer.json()["status"] == "created", answer.text
        assert answer.json()["left_out"][0].startswith("data.invitees[0]")


async def test_an_invitee_of_an_unknown_platform_is_left_out(opened: Open) -> None:
    """[API bookings] The others are not."""
    async with opened(webhooks=WEBHOOKS) as school:
        invitees = [{"subject": "x", "name": "X", "issuer": "club"}, *BOOKED["invitees"]]
        answer: Response = await send(school, "confirmed", {**BOOKED, "invitees": invitees})
        (why,) = answer.json()["left_out"]
        assert why == "data.invitees[0].issuer: no such issuer; known: lessonroom, school"
        assert await people(school, "b-1") == {"Ben", "Cleo"}
