"""Planning lessons that repeat, and changing and calling off several of them."""

from typing import Any

import pytest
from httpx import Response

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

WEEKLY: dict[str, Any] = {
    "title": "Fractions",
    "rule": "FREQ=WEEKLY;COUNT=4",
    "start": "2027-03-16T16:00",
    "zone": "Europe/Kyiv",
    "minutes": 45,
    "settings": {"waiting_room": True},
}


async def call(
    school: School,
    method: str,
    path: str,
    user: str = "Ada",
    **request: Any,  # noqa: ANN401
) -> Response:
    return await school.call(method, API + path, token=school.user_token(user), **request)


async def planned(school: School, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    response = await call(school, "POST", "/series/", json={**WEEKLY, **changes})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def starts(school: School, series_id: str) -> list[tuple[str, str, str]]:
    query = {"series": series_id, "order": "soonest"}
    page = await call(school, "GET", "/sessions/my/", params=query)
    return [
        (each["scheduled_start"][:16], each["scheduled_end"][11:16], each["status"])
        for each in page.json()["items"]
    ]


async def pupil(school: School, name: str = "Ben") -> int:
    """Return somebody who was in a lesson of Ada's."""
    joined = await school.join(await school.session("Ada"), name)
    return int(joined["participant"]["user_id"])


async def test_a_weekly_series_keeps_its_time_through_summer_time(school: School) -> None:
    """Each lesson is a session with a link and people of its own; nobody has to be told a zone."""
    ben = await pupil(school)
    made = await planned(school, people=[ben])
    assert await starts(school, made["series_id"]) == [
        ("2027-03-16T14:00", "14:45", "scheduled"),
        ("2027-03-23T14:00", "14:45", "scheduled"),
        ("2027-03-30T13:00", "13:45", "scheduled"),
        ("2027-04-06T13:00", "13:45", "scheduled"),
    ]
    assert {each["series_id"] for each in made["items"]} == {made["items"][0]["session_id"]}
    assert len({each["access_code"] for each in made["items"]}) == 4
    assert all(each["settings"]["waiting_room"] for each in made["items"])
    theirs = await call(school, "GET", "/sessions/my/", "Ben")
    assert len(theirs.json()["items"]) == 5


async def test_this_and_what_follows_is_moved_and_the_rest_stays(school: School) -> None:
    """To Wednesdays at five, by the clock on the wall: over the beginning of summer time, too."""
    made = await planned(school)
    second = made["items"][1]["session_id"]
    body = {
        "from_session": second,
        "time": "17:30",
        "days": 1,
        "zone": "Europe/Kyiv",
        "minutes": 60,
        "title": "Vectors",
        "settings": {"waiting_room": False},
    }
    changed = await call(school, "PATCH", f"/series/{made['series_id']}/", json=body)
    assert changed.status_code == 200, changed.text
    assert [each["title"] for each in changed.json()["items"]] == ["Vectors"] * 3
    assert not any(each["settings"]["waiting_room"] for each in changed.json()["items"])
    assert [start for start, _, _ in await starts(school, made["series_id"])] == [
        "2027-03-16T14:00",
        "2027-03-24T15:30",
        "2027-03-31T14:30",
        "2027-04-07T14:30",
    ]


async def test_one_is_changed_alone_and_what_has_begun_stays(school: School) -> None:
    made = await planned(school)
    first, second, *_ = (each["session_id"] for each in made["items"])
    await call(school, "POST", f"/sessions/{first}/start/")
    alone = {"scheduled_end": "2027-03-23T18:00:00Z"}
    await call(school, "PATCH", f"/sessions/{second}/", json=alone)
    body = {"time": "10:00", "zone": "Europe/Kyiv"}
    changed = (await call(school, "PATCH", f"/series/{made['series_id']}/", json=body)).json()
    assert len(changed["items"]) == 3
    assert await starts(school, made["series_id"]) != []
    times = {start: end for start, end, _ in await starts(school, made["series_id"])}
    assert times["2027-03-23T08:00"] == "12:00"


async def test_what_follows_is_called_off_and_stays_so(school: School) -> None:
    made = await planned(school)
    third = made["items"][2]["session_id"]
    body = {"from_session": third, "reason": "Easter"}
    path = f"/series/{made['series_id']}/cancel/"
    gone = (await call(school, "POST", path, json=body)).json()
    assert [each["session_id"] for each in gone["items"]] == [
        each["session_id"] for each in made["items"][2:]
    ]
    statuses = [status for _, _, status in await starts(school, made["series_id"])]
    assert statuses == ["scheduled", "scheduled", "terminated", "terminated"]
    again = await call(school, "POST", path, json=body)
    assert (again.status_code, again.json()["field"]) == (404, "from_session")
    everything = (await call(school, "POST", path, json={})).json()
    assert len(everything["items"]) == 2
    assert (await call(school, "POST", path, json={})).json()["items"] == []


async def test_only_who_hosts_them_changes_lessons_of_a_series(school: School) -> None:
    """A pupil of all of them is told the same as somebody who has nothing to do with them."""
    ben = await pupil(school)
    made = await planned(school, people=[ben])
    for name in ("Ben", "Eve"):
        for method, path, body in (
            ("PATCH", f"/series/{made['series_id']}/", {"title": "x"}),
            ("POST", f"/series/{made['series_id']}/cancel/", {}),
        ):
            refused = await call(school, method, path, name, json=body)
            assert (refused.status_code, refused.json()["field"]) == (404, "series_id")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"rule": "FREQ=WEEKLY"}, 422, "rule"),
        ({"zone": "Europe/Atlantis"}, 422, "zone"),
        ({"start": "2027-03-16 16:00"}, 422, "start"),
        ({"start": "2027-02-30T16:00"}, 422, "start"),
        ({"minutes": 0}, 422, "minutes"),
        ({"people": [999_999]}, 404, "people[0]"),
        ({"max_participants": 100_000}, 422, "max_participants"),
        ({"external_id": "x"}, 422, "external_id"),
    ],
)
async def test_what_is_not_allowed_is_named_and_plans_nothing(
    school: School, changes: dict[str, Any], status: int, field: str
) -> None:
    refused = await call(school, "POST", "/series/", json={**WEEKLY, **changes})
    assert (refused.status_code, refused.json()["field"]) == (status, field), refused.text
    assert (await call(school, "GET", "/sessions/my/")).json()["items"] == []


async def test_nobody_invites_a_number_that_they_have_not_met(school: School) -> None:
    """[P13] Somebody else's pupil is nobody here, in a single lesson as well as in a series."""
    stranger = await school.join(await school.session("Eve"), "Cleo")
    cleo = stranger["participant"]["user_id"]
    refused = await call(school, "POST", "/sessions/", json={"people": [cleo]})
    assert (refused.status_code, refused.json()["field"]) == (404, "people[0]")
    ben = await pupil(school)
    made = await call(school, "POST", "/sessions/", json={"people": [ben, ben]})
    assert made.status_code == 201
    assert len((await call(school, "GET", "/sessions/my/", "Ben")).json()["items"]) == 2


async def test_one_finds_whom_one_has_taught_the_last_first(school: School) -> None:
    """No guests, nobody else's pupils, nobody who was removed or erased."""
    ben = await pupil(school, "Бен")
    school.clock.advance(1)
    await pupil(school, "Cleo")
    session = await school.session("Ada")
    await school.join(session, name="Guest")
    dan = await school.join(session, "Dan")
    kick = f"/sessions/{session['session_id']}/kick/{dan['participant']['user_id']}/"
    await call(school, "POST", kick)
    await school.join(await school.session("Eve"), "Fay")

    async def names(**query: str) -> list[str]:
        page = await call(school, "GET", "/people/", params=query)
        return [each["name"] for each in page.json()["items"]]

    assert await names() == ["Cleo", "Бен"]
    assert await names(name="бЕ") == ["Бен"]
    assert await names(name="%") == []
    assert (await school.operate("POST", f"/api/v1/operator/users/{ben}/erase/")).is_success
    assert await names() == ["Cleo"]


async def test_under_one_key_a_series_is_planned_once(school: School) -> None:
    first, again = [
        await call(school, "POST", "/series/", json=WEEKLY, headers={"Idempotency-Key": "once"})
        for _ in range(2)
    ]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert len((await call(school, "GET", "/sessions/my/")).json()["items"]) == 4


async def test_a_series_that_would_be_too_many_sessions_is_not_begun(opened: Open) -> None:
    """All of them or none."""
    async with opened(config=GatewayConfig(sessions_per_user=3)) as school:
        refused = await call(school, "POST", "/series/", json=WEEKLY)
        assert refused.json()["code"] == "too_large"
        assert (await call(school, "GET", "/sessions/my/")).json()["items"] == []
        assert (await call(school, "POST", "/sessions/", json={})).status_code == 201


async def test_a_time_that_no_clock_shows_moves_nothing(school: School) -> None:
    last = await school.session("Ada", scheduled_start="9999-12-30T12:00:00Z")
    body = {"days": 31, "zone": "Europe/Kyiv"}
    refused = await call(school, "PATCH", f"/series/{last['session_id']}/", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "days"), refused.text
