"""Changing a session, also when somebody else has.

Tests also: gateway/rest/shapes/etags.py.
"""

import asyncio
from typing import Any

import pytest

from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock


def path_of(session: dict[str, Any]) -> str:
    return f"{API}/sessions/{session['session_id']}/"


async def patch(school: School, session: dict[str, Any], user: str = "Ada", **request: Any) -> Any:  # noqa: ANN401
    return await school.call("PATCH", path_of(session), token=school.user_token(user), **request)


async def test_a_session_is_changed_in_part(school: School) -> None:
    """[API Sessions] What is absent stays; null takes a time away."""
    session = await school.session(
        title="one", scheduled_start="2027-03-01T08:00:00Z", settings={"grace_s": 7}
    )
    body = {"title": "two", "scheduled_start": None, "settings": {"waiting_room": True}}
    answer = await patch(school, session, json=body)
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["title"], changed["scheduled_start"]) == ("two", None)
    assert changed["settings"]["waiting_room"] is True
    assert changed["settings"]["grace_s"] == 7
    read = await school.call("GET", path_of(session), token=school.user_token("Ada"))
    assert read.json() == changed
    assert read.headers["ETag"] == answer.headers["ETag"]


async def test_of_two_who_read_the_same_only_one_changes_it(school: School) -> None:
    """[API Sessions] If-Match: the other one reads again first."""
    session = await school.session()
    read = await school.call("GET", path_of(session), token=school.user_token("Ada"))
    match = {"If-Match": read.headers["ETag"]}
    first, second = await asyncio.gather(
        patch(school, session, json={"title": "one"}, headers=match),
        patch(school, session, json={"title": "two"}, headers=match),
    )
    assert sorted([first.status_code, second.status_code]) == [200, 412]
    lost = first if first.status_code == 412 else second
    assert lost.json()["code"] == "precondition_failed"
    again = {"If-Match": f'"other", {(first if lost is second else second).headers["ETag"]}'}
    assert (await patch(school, session, json={"title": "3"}, headers=again)).status_code == 200
    weak = {"If-Match": "W/" + read.headers["ETag"]}
    assert (await patch(school, session, json={"title": "4"}, headers=weak)).status_code == 412
    assert (await patch(school, session, json={"title": "5"}, headers={"If-Match": "*"})).is_success


async def test_a_session_that_was_not_changed_is_not_sent_again(
    school: School, clock: ManualClock
) -> None:
    """[API Sessions] If-None-Match; that time passes in a lesson is no change."""
    session = await school.session()
    token = school.user_token("Ada")
    await school.call("POST", path_of(session) + "start/", token=token)
    tag = (await school.call("GET", path_of(session), token=token)).headers["ETag"]
    clock.advance(60)
    headers = {"If-None-Match": tag}
    same = await school.call("GET", path_of(session), token=token, headers=headers)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    await patch(school, session, json={"title": "new"})
    assert (
        await school.call("GET", path_of(session), token=token, headers=headers)
    ).status_code == 200


async def test_planning_a_session_is_not_coming_to_it(school: School) -> None:
    """[API Sessions] It stays scheduled, and its host is in no roster yet."""
    session = await school.session()
    changed = await patch(school, session, json={"title": "new"})
    assert changed.json()["status"] == "scheduled"
    roster = await school.call(
        "GET", path_of(session) + "participants/", token=school.user_token("Ada")
    )
    assert roster.json()["items"] == []


@pytest.mark.parametrize(
    ("fields", "body", "field"),
    [
        ({}, {}, None),
        ({}, {"title": None}, "title"),
        ({}, {"status": "active"}, "status"),
        ({}, {"max_participants": 201}, "max_participants"),
        ({}, {"settings": {"permissions": {}}}, "settings.permissions"),
        ({}, {"settings": {"guest_role": "host"}}, "settings.guest_role"),
        ({}, {"settings": {"retention_days": -1}}, "settings.retention_days"),
        (
            {"scheduled_start": "2027-03-01T08:00:00Z"},
            {"scheduled_end": "2027-03-01T08:00:00Z"},
            "scheduled_end",
        ),
        (
            {"session_type": "group"},
            {"settings": {"signal_policy": "host_only"}},
            "settings.signal_policy",
        ),
        ({"session_type": "demo"}, {"scheduled_end": None}, "scheduled_end"),
    ],
)
async def test_what_a_session_cannot_be_is_refused(
    school: School, fields: dict[str, Any], body: dict[str, Any], field: str | None
) -> None:
    """[EN-2] With the field at fault."""
    session = await school.session(**fields)
    refused = await patch(school, session, json=body)
    assert (refused.status_code, refused.json().get("field")) == (422, field)


async def test_a_demo_ends_within_a_day(school: School) -> None:
    """[API Sessions] Also where nobody says when; and nothing of it is kept."""
    demo = await school.session(session_type="demo")
    assert demo["created_at"] == "2027-01-15T08:00:00.000Z"
    assert demo["scheduled_end"] == "2027-01-16T08:00:00.000Z"
    refused = await school.call(
        "POST",
        f"{API}/sessions/",
        token=school.user_token("Ada"),
        json={"session_type": "demo", "is_recorded": True},
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "is_recorded")


# -- Idempotency-Key


async def create(school: School, key: str, body: dict[str, Any], user: str = "Ada") -> Any:  # noqa: ANN401
    return await school.call(
        "POST",
        f"{API}/sessions/",
        token=school.user_token(user),
        json=body,
        headers={"Idempotency-Key": key},
    )


async def test_the_same_key_and_body_get_the_same_reply(school: School, clock: ManualClock) -> None:
    """[API Idempotency-Key] For a day, byte for byte."""
    first = await create(school, "k-1", {"title": "one"})
    assert first.status_code == 201
    clock.advance(3_600)
    again = await create(school, "k-1", {"title": "one"})
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    clock.advance(24 * 3_600)
    after = await create(school, "k-1", {"title": "one"})
    assert after.json()["session_id"] != first.json()["session_id"]


async def test_the_same_key_with_another_body_is_refused(school: School) -> None:
    """[API Idempotency-Key] 422, code conflict."""
    await create(school, "k-1", {"title": "one"})
    refused = await create(school, "k-1", {"title": "two"})
    assert (refused.status_code, refused.json()["code"]) == (422, "conflict")
    assert refused.json()["field"] == "Idempotency-Key"
    assert (await create(school, "k-1", {"title": "two"}, user="Bob")).status_code == 201


async def test_a_key_used_many_times_at_once_makes_one_session(school: School) -> None:
    """[API Idempotency-Key] They have their turns one after the other."""
    answers = await asyncio.gather(*(create(school, "k-1", {"title": "x"}) for _ in range(8)))
    assert {answer.json()["session_id"] for answer in answers} == {answers[0].json()["session_id"]}
    assert len(await school.app.state.services.rooms.store.sessions()) == 1


async def test_a_reply_is_kept_over_a_restart_and_a_refusal_is_not(opened: Open) -> None:
    """[API Idempotency-Key] What was refused may be tried again under the same key."""
    async with opened() as school:
        assert (await create(school, "k-1", {"max_participants": 201})).status_code == 422
        first = await create(school, "k-1", {"max_participants": 20})
        assert first.status_code == 201
    async with opened() as school:
        assert (await create(school, "k-1", {"max_participants": 20})).content == first.content
        bad = await create(school, "with space", {})
        assert (bad.status_code, bad.json()["field"]) == (422, "Idempotency-Key")
