"""Sessions follow their bookings: seats, moves, hosts, and messages in the wrong order."""

import asyncio
import itertools
from typing import Any

import pytest

from lessonroom.commands import InviteParticipant, KickParticipant, MoveSession
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from storage.records import UserKind
from storage.tables import BOOKINGS
from tests.gateway.rest.booking_system import BOOKED, WEBHOOKS, send, send_calcom
from tests.gateway.rest.bookings.school import (
    GRACE,
    LATER,
    SEATS,
    Lessons,
    at,
    lessons,
    people,
    told,
)
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API

BEN, CLEO, DANA = (
    {"name": name, "email": f"{name.lower()}@home.example"} for name in ("Ben", "Cleo", "Dana")
)


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
