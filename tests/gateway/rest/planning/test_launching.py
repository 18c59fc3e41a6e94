"""The launch: a session found or made, people seated, and a link for each of them.

Tests also: gateway/rest/shapes/launch.py, storage/sessions/external.py.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest

from gateway.identity.claims import Scope
from gateway.webhooks.webhooks import Webhooks
from lessonroom.commands import Connect, UpdateSession
from storage.people import accounts
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.planning.portal import (
    ADA,
    BEN,
    CLEO,
    KEYS,
    launched,
    made,
    refused,
    sessions,
    signed,
)
from tests.gateway.rest.school import API, OPERATOR, School


@pytest.fixture
async def school(opened: Open) -> AsyncIterator[School]:
    webhooks = Webhooks(issuers=frozenset({"lessonroom", *KEYS}))
    async with opened(api_keys=KEYS, webhooks=webhooks) as school:
        yield school


async def moved(school: School, session_id: str, move: str, sub: str = "teacher-1") -> None:
    teacher = signed(school, scope="user", sub=sub)
    answer = await school.call("POST", f"{API}/sessions/{session_id}/{move}/", token=teacher)
    assert answer.status_code == 200, answer.text


async def test_one_call_makes_the_session_and_gives_each_a_link(school: School) -> None:
    """[SY-14] The link is their seat: its token opens the session and says who they are."""
    body = {"title": "Fractions", "scheduled_start": "2027-02-01T09:00:00Z"}
    first = await made(school, ADA, BEN, **body, settings={"waiting_room": False})
    session = first["session"]
    assert first["is_new"]
    assert (session["title"], session["status"]) == ("Fractions", "scheduled")
    assert session["external_id"] == "lesson-4711"
    assert first["ws_url"].endswith(f"/ws/classroom/{session['session_id']}/")
    ada, ben = first["people"]
    assert session["host_id"] == ada["user_id"]
    assert (ada["subject"], ada["name"], ada["role"]) == ("teacher-1", "Ada", "host")
    assert (ben["name"], ben["role"], ben["status"]) == ("Ben", "student", "invited")
    path = f"/room/{session['session_id']}#token={ben['token']}"
    assert ben["url"] == f"http://lessons.example.org{path}"
    rooms = school.app.state.services.rooms
    claims = school.tokens.verify_room(ben["token"], session["session_id"])
    assert claims.user_id == ben["user_id"]
    await rooms.ask(
        session["session_id"],
        Connect(
            connection_id="c",
            peer_id="p",
            user_id=claims.user_id,
            token_issued_at_ms=claims.issued_at_ms,
            is_peer=True,
        ),
    )
    assert (await rooms.store.session(session["session_id"])).status == "waiting"


async def test_the_same_call_again_finds_it_and_gives_fresh_links(school: School) -> None:
    """[SY-14] Nothing is written; what is said of a plan is for a new session alone."""
    first = await made(school, ADA, BEN, title="Fractions")
    session_id = first["session"]["session_id"]
    store = school.app.state.services.rooms.store
    head = await store.head(session_id)
    school.clock.advance(5)
    again = await made(school, ADA, BEN, title="Geometry")
    assert not again["is_new"]
    assert again["session"]["session_id"] == session_id
    assert again["session"]["title"] == "Fractions"
    for was, now in zip(first["people"], again["people"], strict=True):
        assert now["user_id"] == was["user_id"]
        assert now["token"] != was["token"]
        assert now["expires_at"] > was["expires_at"]
    opened_room = 1
    assert await store.head(session_id) <= head + opened_room
    assert await sessions(school) == [session_id]


async def test_who_is_left_out_keeps_their_seat_and_roles_change_that_are_said(
    school: School,
) -> None:
    """[SY-14] A pupil's link needs nobody else named."""
    first = await made(school, ADA, BEN)
    session_id = first["session"]["session_id"]
    second = await made(school, {"subject": "pupil-1", "role": "viewer"}, CLEO)
    assert [person["role"] for person in second["people"]] == ["viewer", "student"]
    third = await made(school, {**BEN, "name": "Benjamin"}, {**CLEO, "role": "host"})
    assert [(person["name"], person["role"]) for person in third["people"]] == [
        ("Ben", "viewer"),
        ("Cleo", "host"),
    ]
    seats = await school.app.state.services.rooms.store.participants(session_id)
    assert {seat.name for seat in seats} == {"Ada", "Ben", "Cleo"}
    assert third["session"]["host_id"] == first["people"][0]["user_id"]
    own = await launched(school, {**ADA, "role": "student"})
    assert refused(own) == (409, "conflict", "people[0].role")


async def test_names_are_cleaned_and_told_apart(school: School) -> None:
    """[SECURITY Names] What cannot be shown costs nobody their seat."""
    people = [{"subject": f"s{n}", "name": name} for n, name in enumerate(("Ben", "Ben", "\u202e"))]
    names = [person["name"] for person in (await made(school, ADA, *people))["people"]]
    assert names == ["Ada", "Ben", "Ben (2)", "Participant"]


async def test_whom_a_host_removed_has_no_link(school: School) -> None:
    """[SY-3] [SY-14] The platform's page does not undo what the teacher did."""
    first = await made(school, ADA, BEN)
    path = f"{API}/sessions/{first['session']['session_id']}"
    ben_id = first["people"][1]["user_id"]
    teacher = signed(school, scope="user", sub="teacher-1")
    await school.call("POST", f"{path}/kick/{ben_id}/", token=teacher)
    _, ben = (await made(school, ADA, BEN))["people"]
    assert (ben["left_out"], ben["url"], ben["token"], ben["expires_at"]) == (
        *("kicked", None, None, None),
    )
    invitation = {"subject": "pupil-1", "name": "Ben"}
    await school.call("POST", f"{path}/participants/", token=teacher, json=invitation)
    school.clock.advance(1)
    _, ben = (await made(school, ADA, BEN))["people"]
    assert ben["left_out"] is None
    assert ben["url"]


async def test_whom_an_operator_barred_has_neither_seat_nor_link(school: School) -> None:
    """[SECURITY Operator] Nor do they own a new session."""
    first = await made(school, ADA, BEN)
    rooms = school.app.state.services.rooms
    for person in first["people"]:
        user_id = person["user_id"]
        await rooms.write(lambda store, one=user_id: accounts.set_barred(store, one, at_ms=1))
    ada, cleo = (await made(school, ADA, CLEO))["people"]
    assert (ada["left_out"], ada["url"]) == ("barred", None)
    assert cleo["url"]
    other = await launched(school, CLEO, ADA, external_id="lesson-2")
    assert refused(other) == (409, "conflict", "people[1]")


async def test_a_session_that_is_over_is_refused_or_goes_on_in_the_next_one(
    school: School,
) -> None:
    """[SY-14] The next one has board, people and settings; and is found by the same id."""
    first = await made(school, ADA, BEN, settings={"chat_policy": "off"})
    session_id = first["session"]["session_id"]
    await moved(school, session_id, "start")
    await moved(school, session_id, "complete")
    assert refused(await launched(school, ADA))[:2] == (410, "session_ended")
    following = await made(school, CLEO, when_over="next")
    assert following["is_new"]
    session = following["session"]
    assert session["series_id"] == session_id
    assert session["session_id"] != session_id
    assert session["settings"]["chat_policy"] == "off"
    seats = await school.app.state.services.rooms.store.participants(session["session_id"])
    assert {seat.name for seat in seats} == {"Ben", "Cleo"}
    again = await made(school, ADA, when_over="next")
    assert (again["is_new"], again["session"]["session_id"]) == (False, session["session_id"])
    by_series = await made(school, ADA, series_id=session_id)
    assert by_series["session"]["session_id"] == session["session_id"]


async def test_of_a_series_what_goes_on_is_launched_or_what_comes_next(school: School) -> None:
    """[SY-14] Lessons that repeat: this week's first, then next week's."""
    teacher = signed(school, scope="user", sub="teacher-1")
    rule = {"rule": "FREQ=WEEKLY;COUNT=2", "start": "2027-03-16T16:00", "zone": "Europe/Kyiv"}
    planned = await school.call("POST", f"{API}/series/", token=teacher, json=rule)
    series_id = planned.json()["series_id"]
    weeks = [each["session_id"] for each in planned.json()["items"]]
    first = await made(school, BEN, series_id=series_id)
    assert first["session"]["session_id"] == weeks[0]
    await moved(school, weeks[1], "start")
    second = await made(school, BEN, series_id=series_id)
    assert second["session"]["session_id"] == weeks[1]
    for week in weeks:
        await moved(school, week, "terminate")
    assert refused(await launched(school, BEN, series_id=series_id))[:2] == (410, "session_ended")
    third = await made(school, BEN, series_id=series_id, when_over="next")
    assert (third["is_new"], third["session"]["series_id"]) == (True, series_id)


async def test_a_booking_s_session_is_launched_and_never_made(school: School) -> None:
    """[SY-14] Bookings are made by those who sign them: ids of others' cannot be taken."""
    first = await made(school, ADA)
    session_id = first["session"]["session_id"]
    plan = UpdateSession(by=None, booking_id="b-1")
    await school.app.state.services.rooms.ask(session_id, plan)
    found = await made(school, BEN, booking_id="b-1")
    assert found["session"]["session_id"] == session_id
    assert refused(await launched(school, BEN, booking_id="b-2")) == (
        404,
        "not_found",
        "booking_id",
    )


async def test_platforms_know_nothing_of_each_other_s_sessions(school: School) -> None:
    """[P13] The same id is another session; a booking or a series is not there."""
    first = await made(school, ADA)
    series_id = first["session"]["series_id"]
    other = await made(school, ADA, platform="other")
    assert other["is_new"]
    assert other["session"]["session_id"] != first["session"]["session_id"]
    assert other["people"][0]["user_id"] != first["people"][0]["user_id"]
    assert refused(await launched(school, ADA, platform="other", series_id=series_id)) == (
        *(404, "not_found", "series_id"),
    )
    plan = UpdateSession(by=None, booking_id="b-1")
    await school.app.state.services.rooms.ask(first["session"]["session_id"], plan)
    answer = await launched(school, ADA, platform="other", booking_id="b-1")
    assert refused(answer) == (404, "not_found", "booking_id")
    answer = await launched(school, ADA, issuer="other")
    assert refused(answer) == (422, "invalid", "issuer")


async def test_operators_launch_for_whom_they_say(school: School) -> None:
    """[API launch] By token and by the Unix socket; for `lessonroom` where they do not say."""
    operator = school.user_token("Root", scope=Scope.OPERATOR)
    own = await made(school, ADA, token=operator)
    json = {"external_id": "lesson-4711", "people": [ADA], "issuer": "school"}
    of_school = await school.operate("POST", f"{API}/launch/", json=json)
    assert of_school.status_code == 201, of_school.text
    ids = {own["session"]["session_id"], of_school.json()["session"]["session_id"]}
    assert len(ids) == 2
    assert (await made(school, BEN))["session"]["session_id"] in ids
    answer = await school.operate("POST", f"{API}/launch/", json={**json, "issuer": "nobody"})
    assert refused(answer) == (422, "invalid", "issuer")


async def test_the_session_stays_the_platform_s_whoever_hosts_it(school: School) -> None:
    """[SY-14] A lesson that another teacher takes over is found by its id all the same."""
    first = await made(school, ADA)
    path = f"{API}/sessions/{first['session']['session_id']}/"
    host = {"host": {"subject": "teacher-2", "name": "Grace"}}
    changed = await school.call("PATCH", path, token=signed(school), json=host)
    assert changed.status_code == 200, changed.text
    again = await made(school, ADA, BEN, {"subject": "teacher-2"})
    assert again["session"]["session_id"] == first["session"]["session_id"]
    assert [person["role"] for person in again["people"]] == ["host", "student", "host"]


async def test_two_at_once_do_not_make_two(school: School) -> None:
    """[SY-14] Whoever is named first in each, however it names the session."""
    pupils = [{"subject": f"p{n}", "name": f"P{n}"} for n in range(8)]
    grace = {"subject": "teacher-2", "name": "Grace", "role": "host"}
    answers = await asyncio.gather(
        *(made(school, host, pupil) for pupil in pupils for host in (ADA, grace))
    )
    assert sum(answer["is_new"] for answer in answers) == 1
    (session_id,) = {answer["session"]["session_id"] for answer in answers}
    assert await sessions(school) == [session_id]
    seats = await school.app.state.services.rooms.store.participants(session_id)
    assert len(seats) == len(pupils) + 2
    await moved(school, session_id, "start", answers[0]["people"][0]["subject"])
    await moved(school, session_id, "complete", answers[0]["people"][0]["subject"])
    again = await asyncio.gather(
        *(made(school, pupil, when_over="next") for pupil in pupils),
        *(made(school, pupil, when_over="next", series_id=session_id) for pupil in pupils),
    )
    assert sum(answer["is_new"] for answer in again) == 1
    assert len(await sessions(school)) == 2


async def test_all_of_it_or_nothing(opened: Open) -> None:
    """[SY-14] A class for which there are not enough seats has none of them."""
    async with opened(api_keys=KEYS) as school:
        first = await made(school, ADA)
        rooms = school.app.state.services.rooms
        session_id = first["session"]["session_id"]
        store = rooms.store
        head = await store.head(session_id)
        answer = await launched(school, BEN, {**ADA, "role": "viewer"}, CLEO)
        assert refused(answer) == (409, "conflict", "people[1].role")
        assert [seat.name for seat in await store.participants(session_id)] == ["Ada"]
        assert await store.head(session_id) <= head + 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"people": []}, "people"),
        ({"people": [BEN]}, "people"),
        ({"people": [ADA, {"subject": "x"}]}, "people[1].name"),
        ({"people": [ADA, BEN, ADA]}, "people[2].subject"),
        ({"people": [{**ADA, "role": "solo"}]}, "people.0.role"),
        ({"people": [ADA] * 201}, "people"),
        ({"people": [ADA], "series_id": "x"}, None),
        ({"people": [ADA], "external_id": None}, None),
        ({"people": [ADA], "external_id": "a b"}, "external_id"),
        ({"people": [ADA], "ttl_s": 59}, "ttl_s"),
        ({"people": [ADA], "ttl_s": 86_401}, "ttl_s"),
        ({"people": [ADA], "when_over": "never"}, "when_over"),
        ({"people": [ADA], "max_participants": 201}, "max_participants"),
        ({"people": [ADA], "board": {}}, "board"),
        ({"people": [ADA], "template": "none"}, "template"),
        (
            {
                "people": [ADA],
                "scheduled_start": "2027-02-01T09:00:00Z",
                "scheduled_end": "2027-02-01T09:00:00Z",
            },
            None,
        ),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    school: School, body: dict[str, Any], field: str | None
) -> None:
    """[EN-2] And nothing is made."""
    answer = await launched(school, **{"external_id": "x-1", **body})
    assert answer.status_code in {404, 422}, answer.text
    assert answer.json().get("field") == field
    assert await sessions(school) == []


async def test_links_last_as_long_as_is_asked_for(school: School) -> None:
    """[API launch] And two hours otherwise."""
    (ada,) = (await made(school, ADA, ttl_s=60))["people"]
    claims = school.tokens.verify_room(ada["token"])
    assert claims.expires_at_ms - claims.issued_at_ms // 1000 * 1000 == 60_000
    (ada,) = (await made(school, ADA))["people"]
    claims = school.tokens.verify_room(ada["token"])
    assert claims.expires_at_ms - claims.issued_at_ms // 1000 * 1000 == 7_200_000


async def test_others_launch_nothing(school: School) -> None:
    """[T9] A person of the platform is no platform, nor is who forges its name."""
    person = await launched(school, ADA, token=signed(school, scope="user"))
    assert refused(person)[:2] == (403, "permission_denied")
    own = school.tokens.mint_user("x", "X", scope=Scope.PLATFORM, ttl_s=60, token_id="j")
    assert (await launched(school, ADA, token=own)).status_code == 401
    forged = jwt.encode(
        {"iss": "school", "sub": "x", "scope": "platform", "iat": 1, "exp": 2}, "k" * 32
    )
    assert (await launched(school, ADA, token=forged)).status_code == 401
    assert (await school.call("POST", f"{API}/launch/", json={})).status_code == 401
    users = await school.operate("GET", f"{OPERATOR}/users/")
    assert all(user["subject"] != "teacher-1" for user in users.json()["items"])
