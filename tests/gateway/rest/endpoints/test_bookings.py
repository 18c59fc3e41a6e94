"""Bookings over REST: signed, once, and what they come to.

Tests also: gateway/rest/bookings/booked_people.py, gateway/webhooks/booking_formats.py,
storage/sessions/creating.py, storage/sessions/external.py.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import pytest
from httpx import Response

from gateway.webhooks.webhook_signatures import decoded_secret, signed_headers
from tests.gateway.rest.booking_system import BOOKED, SECRET, WEBHOOKS, send, send_calcom
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School


async def test_a_confirmed_booking_makes_a_session_with_seats(opened: Open) -> None:
    """[API bookings] For its host, with an invitation for everyone else."""
    async with opened(webhooks=WEBHOOKS) as school:
        answer = await send(school, "confirmed", BOOKED)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "created"
        store = school.app.state.services.rooms.store
        session = await store.session(answer.json()["session_id"])
        host = await store.user_by_subject("school", "teacher-1")
        assert (session.host_id, session.booking_id) == (host.user_id, "b-1")
        assert session.title == "Fractions"
        assert session.scheduled_end_ms - session.scheduled_start_ms == 3_600_000
        assert session.settings.waiting_room
        seats = await store.participants(session.session_id)
        assert [(seat.name, seat.role, seat.status) for seat in seats] == [
            ("Ben", "student", "invited"),
            ("Cleo", "student", "invited"),
        ]


async def test_a_message_and_a_booking_that_come_again_change_nothing(opened: Open) -> None:
    """[API bookings] By the id of the message, and by that of the booking."""
    async with opened(webhooks=WEBHOOKS) as school:
        first = await send(school, "confirmed", BOOKED)
        again = await send(school, "confirmed", BOOKED)
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        anew = await send(school, "confirmed", BOOKED, webhook_id="msg_2")
        assert anew.json() == {**first.json(), "status": "unchanged"}
        other = await send(school, "cancelled", {"booking_id": "b-1"})
        assert (other.status_code, other.json()["code"]) == (422, "conflict")


async def test_bookings_of_one_series_make_lessons_of_one_series(opened: Open) -> None:
    """Of cal.com, too, whose booking is worth more than what its series is called."""
    async with opened(webhooks=WEBHOOKS) as school:
        store = school.app.state.services.rooms.store

        async def series_of(answer: Response) -> str:
            assert answer.json()["status"] == "created", answer.text
            return str((await store.session(answer.json()["session_id"])).series)

        ours = [
            await send(
                school,
                "confirmed",
                {**BOOKED, "booking_id": f"b-{n}", "series": "tuesdays"},
                webhook_id=f"msg_{n}",
            )
            for n in range(2)
        ]
        theirs = [
            await send_calcom(school, "BOOKING_CREATED", uid=f"u{n}", recurringEventId="r-1")
            for n in range(2)
        ]
        odd = [
            await send_calcom(school, "BOOKING_CREATED", uid=f"v{n}", recurringEventId=wrong)
            for n, wrong in enumerate((7, "", "two words", "x" * 101, ["r-1"], None))
        ]
        assert len({await series_of(answer) for answer in ours}) == 1
        assert len({await series_of(answer) for answer in theirs}) == 1
        everything = [await series_of(answer) for answer in (*ours, *theirs, *odd)]
        assert len(set(everything)) == 2 + len(odd)


async def test_a_booking_is_moved_and_called_off(opened: Open) -> None:
    """[API bookings] Cancelled is terminated, with the reason; then nothing moves it."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = (await send(school, "confirmed", BOOKED)).json()
        later = {"booking_id": "b-1", "end": "2027-02-01T11:00:00Z"}
        moved = await send(school, "rescheduled", later, webhook_id="msg_2")
        assert moved.json() == {"status": "moved", "session_id": made["session_id"]}
        store = school.app.state.services.rooms.store
        session = await store.session(made["session_id"])
        assert session.scheduled_end_ms - session.scheduled_start_ms == 7_200_000
        assert session.title == "Fractions"
        gone = {"booking_id": "b-1", "reason": "ill"}
        ended = await send(school, "cancelled", gone, webhook_id="msg_3")
        assert ended.json()["status"] == "ended"
        last = (await store.events(made["session_id"]))[-1]
        assert json.loads(last.data) == {
            "status": "terminated",
            "reason": "the booking was cancelled: ill",
        }
        for n, change in enumerate(("cancelled", "rescheduled", "confirmed")):
            after = await send(school, change, BOOKED, webhook_id=f"late_{n}")
            assert after.json()["status"] == "unchanged"


async def test_a_cancellation_that_overtakes_its_confirmation_holds(opened: Open) -> None:
    """[API bookings] Webhooks come in any order."""
    async with opened(webhooks=WEBHOOKS) as school:
        early = await send(school, "cancelled", {"booking_id": "b-1"})
        assert early.json() == {"status": "unchanged", "session_id": None}
        late = await send(school, "confirmed", BOOKED, webhook_id="msg_2")
        assert late.json() == {"status": "unchanged", "session_id": None}


async def test_a_type_that_means_nothing_here_is_taken(opened: Open) -> None:
    """[API bookings] Or its sender would try again for days."""
    async with opened(webhooks=WEBHOOKS) as school:
        answer = await send(school, "reminded", {"anything": 1})
        assert (answer.status_code, answer.json()["status"]) == (200, "ignored")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"type": 1}'])
async def test_what_does_not_say_what_it_is_is_refused(opened: Open, body: bytes) -> None:
    """[API bookings] No booking system sends that, signed or not."""
    async with opened(webhooks=WEBHOOKS) as school:
        headers = signed_headers(
            decoded_secret(SECRET),
            webhook_id="msg_1",
            at_s=school.clock.now_ms() // 1000,
            body=body,
        )
        json_type = {"Content-Type": "application/json"}
        answer = await school.call(
            "POST", f"{API}/bookings/", content=body, headers={**json_type, **headers}
        )
        assert (answer.status_code, answer.json()["field"]) == (422, "type")


@pytest.mark.parametrize("fault", ["secret", "body", "old", "new", "none", "timestamp", "id"])
async def test_what_is_not_signed_now_by_a_known_secret_is_refused(
    opened: Open, fault: str
) -> None:
    """[API bookings] And nothing is made."""
    async with opened(webhooks=WEBHOOKS) as school:
        if fault == "secret":
            answer = await send(school, "confirmed", BOOKED, secret="whsec_" + "QUJD" * 8)
        elif fault == "body":
            answer = await send(school, "confirmed", BOOKED, body=b'{"type":"booking.confirmed"}')
        elif fault in {"old", "new"}:
            age_s = 301 if fault == "old" else -301
            answer = await send(school, "confirmed", BOOKED, age_s=age_s)
        else:
            key = decoded_secret(SECRET)
            body = json.dumps({"type": "booking.confirmed", "data": BOOKED}).encode()
            at_s = school.clock.now_ms() // 1000
            headers = signed_headers(key, webhook_id="m", at_s=at_s, body=body)
            change = {
                "none": {},
                "timestamp": {"webhook-timestamp": "now"},
                "id": {"webhook-id": ""},
            }
            headers = {**headers, **change[fault]} if fault != "none" else {}
            answer = await school.call(
                "POST",
                f"{API}/bookings/",
                content=body,
                headers={"Content-Type": "application/json", **headers},
            )
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert await school.app.state.services.rooms.store.sessions() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"booking_id": "with space"}, "data.booking_id"),
        ({"host": None}, "data.host"),
        ({"host": {"subject": "x"}}, "data.host.name"),
        ({"host": {"subject": "x", "name": "X", "issuer": "club"}}, "data.host.issuer"),
        ({"start": "soon"}, "data.start"),
        ({"end": "2027-02-01T09:00:00Z"}, "scheduled_end"),
        ({"settings": {"colour": "red"}}, "data.settings.colour"),
    ],
)
async def test_a_booking_that_cannot_be_names_the_field(
    opened: Open, change: dict[str, Any], field: str
) -> None:
    """[EN-2] And may be sent again under the same id, once it is right."""
    async with opened(webhooks=WEBHOOKS) as school:
        answer = await send(school, "confirmed", {**BOOKED, **change})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
        assert (await send(school, "confirmed", BOOKED)).json()["status"] == "created"


# -- cal.com


async def test_cal_com_makes_moves_and_ends_the_same_session(opened: Open) -> None:
    """[API bookings] A booking that is moved has a new uid there; it stays one session here."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = await send_calcom(school, "BOOKING_CREATED")
        assert made.json()["status"] == "created", made.text
        session_id = made.json()["session_id"]
        store = school.app.state.services.rooms.store
        session = await store.session(session_id)
        assert (session.booking_id, session.title) == ("calcom:u1", "Fractions between Ada and Ben")
        assert await store.user_by_subject("school", "ada@school.example") is not None
        moved = await send_calcom(
            school,
            "BOOKING_RESCHEDULED",
            uid="u2",
            rescheduleUid="u1",
            endTime="2027-02-01T11:00:00Z",
        )
        assert moved.json() == {"status": "moved", "session_id": session_id}
        assert (await store.session(session_id)).booking_id == "calcom:u2"
        ended = await send_calcom(school, "BOOKING_CANCELLED", uid="u2", cancellationReason="ill")
        assert ended.json() == {"status": "ended", "session_id": session_id}
        assert (await send_calcom(school, "PING")).json()["status"] == "ignored"


async def test_cal_com_s_messages_are_signed_and_not_replayed(opened: Open) -> None:
    """[API bookings] It signs no time: a reply is kept for as long as a message is young."""
    async with opened(webhooks=WEBHOOKS) as school:
        forged = await send_calcom(school, "BOOKING_CREATED", secret=b"guessed")
        assert forged.status_code == 401
        first = await send_calcom(school, "BOOKING_CREATED")
        again = await send_calcom(school, "BOOKING_CREATED")
        assert again.json() == first.json()
        assert again.headers["Idempotency-Replayed"] == "true"
        old = await send_calcom(
            school, "BOOKING_CREATED", uid="u9", createdAt="2027-01-14T07:59:00.000Z"
        )
        assert old.status_code == 401


async def test_without_secrets_nobody_can_sign(school: School) -> None:
    """[API bookings] An empty list of secrets is no open door."""
    assert (await send(school, "confirmed", BOOKED)).status_code == 401
    assert (await send_calcom(school, "BOOKING_CREATED", secret=b"")).status_code == 401


# -- two messages about one booking


def confirmed(school: School) -> Coroutine[Any, Any, Response]:
    return send_calcom(school, "BOOKING_CREATED", uid="b")


def moved(school: School) -> Coroutine[Any, Any, Response]:
    later = "2027-02-01T11:00:00Z"
    return send_calcom(school, "BOOKING_RESCHEDULED", uid="b", rescheduleUid="a", endTime=later)


async def sessions_of(school: School) -> dict[str | None, str]:
    """Return the status of each session by its booking."""
    sessions = await school.app.state.services.rooms.store.sessions()
    return {session.booking_id: session.status.value for session in sessions}


@pytest.mark.parametrize("order", ["confirmed first", "moved first", "at once", "at once, turned"])
async def test_a_booking_that_is_confirmed_and_moved_to_is_one_session(
    opened: Open, order: str
) -> None:
    """[API bookings] Whichever message comes first, and also where neither does."""
    async with opened(webhooks=WEBHOOKS) as school:
        assert (await send_calcom(school, "BOOKING_CREATED", uid="a")).status_code == 200
        messages = [confirmed(school), moved(school)]
        if "moved" in order or "turned" in order:
            messages.reverse()
        if "first" in order:
            answers = [await message for message in messages]
        else:
            answers = await asyncio.gather(*messages)
        assert [answer.status_code for answer in answers] == [200, 200]
        found = await sessions_of(school)
        assert found["calcom:b"] == "scheduled"
        assert found.get("calcom:a") in {None, "terminated"}
        named = {answer.json()["session_id"] for answer in answers}
        assert len(named) == 1
        late = await send_calcom(school, "BOOKING_CREATED", uid="a", title="late")
        assert late.json()["status"] == "unchanged"
        assert await sessions_of(school) == found


async def test_a_session_that_somebody_came_to_is_not_ended_by_a_move(opened: Open) -> None:
    """[API bookings] What was prepared there stays; the booking's own session is the other."""
    async with opened(webhooks=WEBHOOKS) as school:
        made = (await send_calcom(school, "BOOKING_CREATED", uid="a")).json()
        store = school.app.state.services.rooms.store
        session = await store.session(made["session_id"])
        person = {"name": "Ben", "access_code": session.access_code}
        path = f"{API}/sessions/{made['session_id']}/join/"
        assert (await school.call("POST", path, json=person)).status_code == 200
        for message in (confirmed(school), moved(school)):
            assert (await message).status_code == 200
        assert await sessions_of(school) == {"calcom:a": "waiting", "calcom:b": "scheduled"}


@pytest.mark.logs_errors
@pytest.mark.parametrize("turned", [False, True])
async def test_two_servers_of_one_database_agree_on_a_booking(opened: Open, turned: bool) -> None:  # noqa: FBT001 - a parameter
    """[API bookings] Their locks know nothing of each other: the row that is there is read."""
    async with opened(webhooks=WEBHOOKS) as one, opened(webhooks=WEBHOOKS) as other:
        assert (await send_calcom(one, "BOOKING_CREATED", uid="a")).status_code == 200
        messages = [confirmed(one), moved(other)]
        answers = await asyncio.gather(*(messages[::-1] if turned else messages))
        assert [answer.status_code for answer in answers] == [200, 200]
        found = await sessions_of(one)
        assert found["calcom:b"] == "scheduled"
        new = [send_calcom(school, "BOOKING_CREATED", uid="c") for school in (one, other)]
        same = await asyncio.gather(*new)
        assert [answer.status_code for answer in same] == [200, 200]
        assert same[0].json() == same[1].json()
