"""Sessions: creating and listing them.

Tests also: gateway/rest/plumbing/acting.py, gateway/rest/shapes/instants.py.
"""

import re
from typing import Any

import pytest

from tests.gateway.rest.school import API, School


async def test_whoever_creates_a_session_is_its_host_and_sees_the_code(school: School) -> None:
    session = await school.session(title="Fractions", settings={"guest_role": "viewer"})
    assert session["status"] == "scheduled"
    assert session["title"] == "Fractions"
    assert session["settings"]["guest_role"] == "viewer"
    assert session["settings"]["allow_guests"] is True
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{8}", session["access_code"])
    assert session["created_at"] == "2027-01-15T08:00:00.000Z"


async def test_the_same_external_id_is_the_same_session(school: School) -> None:
    first = await school.session(external_id="booking-1", title="one")
    again = await school.call(
        "POST",
        f"{API}/sessions/",
        token=school.user_token("Ada"),
        json={"external_id": "booking-1", "title": "two"},
    )
    assert again.status_code == 200
    assert again.json() == first


async def test_the_same_external_id_of_another_host_is_another_session(school: School) -> None:
    first = await school.session("Ada", external_id="booking-1")
    other = await school.session("Bob", external_id="booking-1")
    assert first["session_id"] != other["session_id"]


async def test_a_solo_session_is_active_at_once_and_nobody_else_can_join(school: School) -> None:
    response = await school.call(
        "POST", f"{API}/sessions/solo/", token=school.user_token("Ada"), json={"title": "alone"}
    )
    assert response.status_code == 201
    solo = response.json()
    assert solo["session"]["status"] == "active"
    assert solo["session"]["access_code"] is None
    assert solo["participant"]["role"] == "solo"
    session_id = solo["session"]["session_id"]
    assert solo["ws_url"] == f"ws://lessons.example.org/ws/classroom/{session_id}/"
    assert school.tokens.verify_room(solo["token"], session_id).role == "solo"
    for code in ("", "--------"):
        refused = await school.call(
            "POST",
            f"{API}/sessions/{session_id}/join/",
            token=school.user_token("Eve"),
            json={"access_code": code},
        )
        assert refused.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"titel": "x"}, "titel"),
        ({"status": "active"}, "status"),
        ({"host_id": 7}, "host_id"),
        ({"title": 7}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"session_type": "solo"}, "session_type"),
        ({"is_recorded": 1}, "is_recorded"),
        ({"is_recorded": "true"}, "is_recorded"),
        ({"max_participants": 0}, "max_participants"),
        ({"max_participants": 201}, "max_participants"),
        ({"max_participants": "7"}, "max_participants"),
        ({"max_participants": True}, "max_participants"),
        ({"external_id": "with space"}, "external_id"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "line\n"}, "external_id"),
        ({"scheduled_start": 1_800_000_000}, "scheduled_start"),
        ({"scheduled_start": "1800000000"}, "scheduled_start"),
        ({"scheduled_start": "2027-01-15T08:00:00"}, "scheduled_start"),
        ({"scheduled_start": "1969-12-31T23:59:59Z"}, "scheduled_start"),
        ({"scheduled_start": "2027-02-30T08:00:00Z"}, "scheduled_start"),
        ({"settings": {"grace_s": -1}}, "settings.grace_s"),
        ({"settings": {"guest_role": "host"}}, "settings.guest_role"),
        ({"settings": {"colour": "red"}}, "settings.colour"),
        ({"settings": {"permissions": {"host": {}}}}, "settings.permissions.host"),
        (
            {"settings": {"permissions": {"student": {"can_fly": True}}}},
            "settings.permissions.student.can_fly",
        ),
        (
            {"settings": {"permissions": {"student": {"can_draw": 1}}}},
            "settings.permissions.student.can_draw",
        ),
    ],
)
async def test_bad_input_is_refused_and_its_field_named(
    school: School, body: dict[str, Any], field: str
) -> None:
    response = await school.call(
        "POST", f"{API}/sessions/", token=school.user_token("Ada"), json=body
    )
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == "invalid"
    assert problem["field"] == field
    assert problem["detail"]


async def test_a_session_cannot_end_before_it_begins(school: School) -> None:
    response = await school.call(
        "POST",
        f"{API}/sessions/",
        token=school.user_token("Ada"),
        json={
            "scheduled_start": "2027-01-15T09:00:00Z",
            "scheduled_end": "2027-01-15T10:00:00+02:00",
        },
    )
    assert response.status_code == 422
    assert "scheduled_end must be after scheduled_start" in response.json()["detail"]


async def test_one_lists_what_one_hosts_or_sits_in_page_by_page(school: School) -> None:
    own = [await school.session("Ada", title=f"{n}") for n in range(3)]
    foreign = await school.session("Bob", title="of Bob")
    joined = await school.session("Bob", title="joined")
    await school.join(joined, "Ada")
    seen: list[str] = []
    query = {"limit": 2}
    cursor: str | None = None
    while True:
        response = await school.call(
            "GET",
            f"{API}/sessions/my/",
            token=school.user_token("Ada"),
            params=query if cursor is None else {**query, "cursor": cursor},
        )
        page = response.json()
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["joined", "2", "1", "0"]
    refused = await school.call(
        "GET",
        f"{API}/sessions/my/",
        token=school.user_token("Ada"),
        params={"cursor": foreign["session_id"]},
    )
    assert refused.status_code == 422
    assert refused.json()["field"] == "cursor"
    assert len(own) == 3


async def test_the_list_shows_codes_of_one_s_own_sessions_only(school: School) -> None:
    await school.session("Ada", title="own")
    await school.join(await school.session("Bob", title="joined"), "Ada")
    response = await school.call("GET", f"{API}/sessions/my/", token=school.user_token("Ada"))
    codes = {item["title"]: item["access_code"] for item in response.json()["items"]}
    assert codes["own"]
    assert codes["joined"] is None


async def test_the_list_is_filtered_by_status_and_time(school: School) -> None:
    await school.session("Ada", title="soon", scheduled_start="2027-03-01T08:00:00Z")
    await school.session("Ada", title="later", scheduled_start="2027-04-01T08:00:00Z")
    began = await school.session("Ada", title="began")
    token = school.user_token("Ada")
    await school.call("POST", f"{API}/sessions/{began['session_id']}/start/", token=token)

    async def titles(**query: str) -> list[str]:
        page = await school.call("GET", f"{API}/sessions/my/", token=token, params=query)
        return [item["title"] for item in page.json()["items"]]

    assert await titles(status="active") == ["began"]
    assert await titles(status="scheduled") == ["later", "soon"]
    assert await titles(**{"from": "2027-03-01T08:00:00Z", "to": "2027-04-01T08:00:00Z"}) == [
        "soon"
    ]
    bad = await school.call("GET", f"{API}/sessions/my/", token=token, params={"from": "today"})
    assert (bad.status_code, bad.json()["field"]) == (422, "from")


async def test_who_was_removed_is_shown_nothing_of_the_session_any_more(school: School) -> None:
    """[SY-3] Its title and its state are of no concern to them; invited again, they are."""
    session = await school.session("Ada", title="Fractions")
    joined = await school.join(session, "Ben")
    ben, ada = school.user_token("Ben"), school.user_token("Ada")
    base = f"{API}/sessions/{session['session_id']}"
    user_id = joined["participant"]["user_id"]

    async def shown() -> int:
        return len((await school.call("GET", f"{API}/sessions/my/", token=ben)).json()["items"])

    assert await shown() == 1
    await school.call("POST", f"{base}/kick/{user_id}/", token=ada)
    assert await shown() == 0
    await school.call("POST", f"{base}/participants/", token=ada, json={"user_id": user_id})
    assert await shown() == 1
