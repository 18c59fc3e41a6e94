"""Sessions follow their bookings: seats, moves, hosts, and messages in the wrong order."""

import asyncio
import itertools
from typing import Any

import pytest
from httpx import Response

from lessonroom.commands import InviteParticipant, KickParticipant, MoveSession
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from storage.records import UserKind
from storage.tables import BOOKINGS
from tests.gateway.rest.booking_system import BOOKED, WEBHOOKS, send, send_calcom
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

BEN, CLEO, DANA = (
    {"name": name, "email": f"{name.lower()}@home.example"} for name in ("Ben", "Cleo", "Dana")
)
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


async def test_each_pupil_who_books_a_seat_has_one(opened: Open) -> None:
    """[API bookings] The second one, too, whether the message names both or her alone."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", attendees=[BEN], **SEATS)
        for minute, named in ((10, [CLEO]), (20, [BEN, CLEO, DANA])):
            more = await told(
                school, "BOOKING_CREATED", attendees=named, createdAt=at(minute), **SEATS
            )
            assert more == {"status": "changed", "session_id": made["session_id"]}
        assert await people(school) == {"Ben", "Cleo", "Dana"}


async def test_a_seat_that_is_given_back_is_one_pupil_s(opened: Open) -> None:
    """[API bookings] The lesson ends when nobody is left; whoever gave theirs back is out."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", attendees=[BEN], **SEATS)
        await told(school, "BOOKING_CREATED", attendees=[CLEO], **SEATS)
        gone = await told(school, "BOOKING_CANCELLED", attendees=[BEN], **SEATS)
        assert gone == {"status": "changed", "session_id": made["session_id"]}
        assert await people(school) == {"Cleo"}
        again = await told(
            school, "BOOKING_CREATED", attendees=[BEN], createdAt="2027-01-15T07:59:30Z", **SEATS
        )
        assert again["status"] == "changed"
        assert await people(school) == {"Ben", "Cleo"}
        answers = [
            await told(
                school,
                "BOOKING_CANCELLED",
                attendees=[pupil],
                createdAt="2027-01-15T07:59:40Z",
                **SEATS,
            )
            for pupil in (BEN, CLEO)
        ]
        assert answers[-1] == {"status": "ended", "session_id": made["session_id"]}


async def test_a_pupil_who_moves_her_seat_moves_nobody_else(opened: Open) -> None:
    """[API bookings] Where the last one moves, the lesson goes along with its address."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", attendees=[BEN, CLEO], **SEATS)
        moved = await told(
            school,
            "BOOKING_RESCHEDULED",
            uid="u2",
            rescheduleUid="u1",
            attendees=[CLEO],
            **SEATS,
            **LATER,
        )
        assert moved["status"] == "created"
        found = await lessons(school)
        assert {name: lesson[2] for name, lesson in found.items()} == {
            "calcom:u1": {"Ben"},
            "calcom:u2": {"Cleo"},
        }
        assert found["calcom:u1"][0] != found["calcom:u2"][0]
        last = await told(
            school, "BOOKING_RESCHEDULED", uid="u3", rescheduleUid="u1", attendees=[BEN], **SEATS
        )
        assert last == {"status": "moved", "session_id": made["session_id"]}
        assert set(await lessons(school)) == {"calcom:u2", "calcom:u3"}


@pytest.mark.parametrize("name", ["rescheduleUid", "rescheduledFromUid", "rescheduledFrom"])
async def test_a_whole_class_moves_as_one(opened: Open, name: str) -> None:
    """[API bookings] By the organizer, to a new booking, whatever the former one is called."""
    async with opened(webhooks=WEBHOOKS) as school:
        both = {"attendees": [BEN, CLEO], **SEATS}
        made = await told(school, "BOOKING_CREATED", **both)
        former = {"rescheduleUid": None, name: "u1"}
        moved = await told(school, "BOOKING_RESCHEDULED", uid="u2", **former, **both, **LATER)
        assert moved == {"status": "moved", "session_id": made["session_id"]}
        assert await people(school, "calcom:u2") == {"Ben", "Cleo"}


async def test_our_own_format_knows_seats_as_well(opened: Open) -> None:
    """[API bookings] `seats` adds, a cancellation with `invitees` takes away."""

    def booked(*names: str, **more: object) -> dict[str, Any]:
        invitees = [{"subject": name, "name": name} for name in names]
        return {**BOOKED, "invitees": invitees, **more}

    async with opened(webhooks=WEBHOOKS) as school:
        both = {"Cleo", "Dana"}
        gone = {"booking_id": "b-1", "invitees": booked("Ben")["invitees"]}
        changes = (
            ("confirmed", booked("Ben", "Cleo"), {"Ben", "Cleo"}),
            ("confirmed", booked("Dana", seats=True), {"Ben", "Cleo", "Dana"}),
            ("cancelled", gone, both),
            ("rescheduled", {"booking_id": "b-1", "end": "2027-02-01T11:00:00Z"}, both),
            ("rescheduled", booked("Cleo", "Eve"), {"Cleo", "Eve"}),
        )
        for number, (change, data, expected) in enumerate(changes):
            school.clock.advance(1)
            answer = await send(school, change, data, webhook_id=f"m{number}")
            assert answer.status_code == 200, answer.text
            assert await people(school, "b-1") == expected
        school.clock.advance(1)
        moved = {**booked("Eve", seats=True), "booking_id": "b-2", "rescheduled_from": "b-1"}
        answer = await send(school, "rescheduled", moved, webhook_id="moved")
        assert answer.json()["status"] == "created"
        found = await lessons(school)
        assert (found["b-1"][2], found["b-2"][2]) == ({"Cleo"}, {"Eve"})


@pytest.mark.parametrize("is_turned", [False, True])
async def test_a_request_to_reschedule_has_a_lesson_at_the_new_time(
    opened: Open,
    is_turned: bool,  # noqa: FBT001 - a parameter
) -> None:
    """[API bookings] It is a cancellation first: a booking whose session is over gets a new one."""
    async with opened(webhooks=WEBHOOKS) as school:
        await told(school, "BOOKING_CREATED", createdAt=at(0))
        messages: list[dict[str, Any]] = [
            {"trigger": "BOOKING_CANCELLED", "requestReschedule": True, "createdAt": at(1)},
            {
                "trigger": "BOOKING_RESCHEDULED",
                "uid": "u2",
                "rescheduleUid": "u1",
                "createdAt": at(2),
                **LATER,
            },
        ]
        for message in messages[::-1] if is_turned else messages:
            await told(school, **message)
        assert await lessons(school) == {"calcom:u2": ("1801558800000", "Ada", {"Ben"})}


async def test_a_lesson_that_was_held_is_not_held_again_without_news(opened: Open) -> None:
    """[API bookings] Its booking, sent once more, changes nothing; a new time is a new lesson."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", createdAt=at(0))
        services = school.app.state.services
        await services.rooms.ask(made["session_id"], MoveSession(by=None, move=Move.TERMINATE))
        same = await told(school, "BOOKING_CREATED", createdAt=at(1))
        assert same == {"status": "unchanged", "session_id": made["session_id"]}
        new = await told(school, "BOOKING_RESCHEDULED", createdAt=at(2), **LATER)
        assert new["status"] == "created"
        assert new["session_id"] != made["session_id"]
        past = {"startTime": "2027-01-15T05:00:00Z", "endTime": "2027-01-15T06:00:00Z"}
        await services.rooms.ask(new["session_id"], MoveSession(by=None, move=Move.TERMINATE))
        late = await told(school, "BOOKING_RESCHEDULED", createdAt=at(3), **past)
        assert late["status"] == "unchanged"


async def test_what_was_signed_earlier_does_not_win_by_coming_later(opened: Open) -> None:
    """[API bookings] By `timestamp`, or else by the time of the signature."""
    async with opened(webhooks=WEBHOOKS) as school:
        await send(school, "confirmed", BOOKED, age_s=200)
        newer = {**BOOKED, "title": "newer", "end": "2027-02-01T11:00:00Z"}
        assert (await send(school, "rescheduled", newer, webhook_id="m2", age_s=100)).json()[
            "status"
        ] == "moved"
        older = {**BOOKED, "title": "older", "end": "2027-02-01T12:00:00Z"}
        late = await send(school, "rescheduled", older, webhook_id="m3", age_s=150)
        assert late.json()["status"] == "unchanged"
        store = school.app.state.services.rooms.store
        (session,) = await store.sessions()
        assert session.title == "newer"


@pytest.mark.parametrize("createdAt", ["2027-01-15T08:05:01.000Z", "2037-01-15T08:00:00.000Z"])
async def test_a_message_from_the_future_has_no_last_word(opened: Open, createdAt: str) -> None:  # noqa: N803 - theirs
    """[API bookings] A clock that is ahead would silence all others until then."""
    async with opened(webhooks=WEBHOOKS) as school:
        answer = await send_calcom(school, "BOOKING_CREATED", createdAt=createdAt)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_a_move_that_is_heard_before_its_booking_waits_for_it(opened: Open) -> None:
    """[API bookings] Also one that says no more than the new time."""
    async with opened(webhooks=WEBHOOKS) as school:
        moved = {"booking_id": "b-1", "end": "2027-02-01T11:00:00Z"}
        early = await send(school, "rescheduled", moved, webhook_id="m2", age_s=10)
        assert early.json() == {"status": "unchanged", "session_id": None}
        late = await send(school, "confirmed", BOOKED, age_s=20)
        assert late.json()["status"] == "created"
        (session,) = await school.app.state.services.rooms.store.sessions()
        assert session.scheduled_end_ms - session.scheduled_start_ms == 7_200_000


STORY: list[dict[str, Any]] = [
    {"trigger": "BOOKING_CREATED", "attendees": [BEN], **SEATS},
    {"trigger": "BOOKING_CREATED", "attendees": [BEN, CLEO], **SEATS},
    {"trigger": "BOOKING_CANCELLED", "attendees": [BEN], **SEATS},
    {
        "trigger": "BOOKING_RESCHEDULED",
        "uid": "u2",
        "rescheduleUid": "u1",
        "attendees": [CLEO],
        **SEATS,
        **LATER,
    },
    {"trigger": "BOOKING_CREATED", "organizer": GRACE, "attendees": [DANA], **SEATS},
    {"trigger": "BOOKING_CANCELLED", "uid": "u2", "attendees": [CLEO], **SEATS},
]
MOVES: list[dict[str, Any]] = [
    {"trigger": "BOOKING_CREATED"},
    {"trigger": "BOOKING_RESCHEDULED", "uid": "u2", "rescheduleUid": "u1", **LATER},
    {"trigger": "BOOKING_RESCHEDULED", "uid": "u3", "rescheduleUid": "u2", "organizer": GRACE},
    {"trigger": "BOOKING_CANCELLED", "uid": "u3"},
]


async def outcome_of(opened: Open, messages: list[dict[str, Any]], prefix: str) -> Lessons:
    """Return the lessons that messages lead to, of bookings of their own."""
    async with opened(webhooks=WEBHOOKS) as school:
        for message in messages:
            own = {key: f"{prefix}{message.get(key, 'u1')}" for key in ("uid",)}
            if "rescheduleUid" in message:
                own["rescheduleUid"] = f"{prefix}{message['rescheduleUid']}"
            await told(school, **{**message, **own})
        found = await lessons(school)
    mark = f"calcom:{prefix}"
    return {
        booking_id.removeprefix(mark): lesson
        for booking_id, lesson in found.items()
        if booking_id.startswith(mark)
    }


@pytest.mark.parametrize("story", [STORY, MOVES], ids=["seats", "moves"])
async def test_two_messages_that_change_places_lead_to_the_same_lessons(
    opened: Open, story: list[dict[str, Any]]
) -> None:
    """[API bookings] Any two of a story, by real messages; and all of them backwards, twice."""
    sent = [{**message, "createdAt": at(number)} for number, message in enumerate(story)]
    expected = await outcome_of(opened, sent, "in-order-")
    for one, other in itertools.combinations(range(len(sent)), 2):
        turned = list(sent)
        turned[one], turned[other] = turned[other], turned[one]
        assert await outcome_of(opened, turned, f"{one}-{other}-") == expected, (one, other)
    assert await outcome_of(opened, [*sent[::-1], *sent], "backwards-") == expected


async def test_the_host_changes_with_the_organizer(opened: Open) -> None:
    """[API bookings] The new one leads by their own token; the former one is out of it."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", createdAt=at(0))
        store = school.app.state.services.rooms.store
        ada = await store.user_by_subject("school", "ada@school.example")
        await school.app.state.services.rooms.ask(
            made["session_id"],
            InviteParticipant(by=None, user_id=ada.user_id, name="Ada", role=Role.VIEWER),
        )
        changed = await told(school, "BOOKING_CREATED", createdAt=at(1), organizer=GRACE)
        assert changed == {"status": "changed", "session_id": made["session_id"]}
        assert (await lessons(school))["calcom:u1"][1:] == ("Grace", {"Ben"})
        session = await store.session(made["session_id"])
        grace = await store.user_by_subject("school", "grace@school.example")
        assert session.host_id == grace.user_id


async def test_a_pupil_becomes_the_host_and_the_host_a_pupil(opened: Open) -> None:
    """[API bookings] Both were named, before and after."""
    async with opened(webhooks=WEBHOOKS) as school:
        ada = {"name": "Ada", "email": "ada@school.example"}
        await told(school, "BOOKING_CREATED", createdAt=at(0), attendees=[GRACE, BEN])
        await told(
            school, "BOOKING_RESCHEDULED", createdAt=at(1), organizer=GRACE, attendees=[ada, BEN]
        )
        store = school.app.state.services.rooms.store
        (session,) = await store.sessions()
        roles = {seat.name: seat.role for seat in await store.participants(session.session_id)}
        assert roles == {"Grace": Role.HOST, "Ben": Role.STUDENT, "Ada": Role.STUDENT}


async def test_whom_the_host_invited_or_removed_stays_so(opened: Open) -> None:
    """[API bookings] A message is about those whom bookings seat, and about what is new."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", createdAt=at(0), attendees=[BEN, CLEO])
        services = school.app.state.services
        friend = await services.rooms.ensure_user(
            issuer="school", subject="friend", name="Friend", kind=UserKind.REGISTERED
        )
        cleo = await services.rooms.store.user_by_subject("school", "cleo@home.example")
        for command in (
            InviteParticipant(by=None, user_id=friend.user_id, name="Friend", role=Role.STUDENT),
            KickParticipant(by=None, user_id=cleo.user_id),
        ):
            await services.rooms.ask(made["session_id"], command)
        path = f"{API}/sessions/{made['session_id']}/"
        renamed = await school.operate("PATCH", path, json={"title": "Named by hand"})
        assert renamed.status_code == 200
        await told(
            school, "BOOKING_RESCHEDULED", createdAt=at(1), attendees=[BEN, CLEO, DANA], **LATER
        )
        assert await people(school) == {"Ben", "Dana", "Friend"}
        (session,) = await services.rooms.store.sessions()
        assert session.title == "Named by hand"


async def test_a_session_from_before_bookings_were_remembered_is_taken_over(opened: Open) -> None:
    """[API bookings] Its seats are those of its booking."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await told(school, "BOOKING_CREATED", attendees=[BEN, CLEO], **SEATS)
        store = school.app.state.services.rooms.store
        await store.writing(lambda connection: connection.execute(BOOKINGS.delete()))
        gone = await told(school, "BOOKING_CANCELLED", attendees=[BEN], **SEATS)
        assert gone == {"status": "changed", "session_id": made["session_id"]}
        assert await people(school) == {"Cleo"}


@pytest.mark.logs_errors
async def test_two_servers_hear_of_one_booking_at_once(opened: Open) -> None:
    """[API bookings] Each has heard of one pupil only when it reads: both have gone in the end."""
    async with opened(webhooks=WEBHOOKS) as one, opened(webhooks=WEBHOOKS) as other:
        await told(one, "BOOKING_CREATED", attendees=[BEN, CLEO, DANA], **SEATS)
        answers = await asyncio.gather(
            send_calcom(one, "BOOKING_CANCELLED", attendees=[BEN], **SEATS),
            send_calcom(other, "BOOKING_CANCELLED", attendees=[CLEO], **SEATS),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        assert await people(one) == {"Dana"}


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
