"""Calendars that one subscribes to, read back by another program's eyes.

Tests also: gateway/rest/planning/ical.py, gateway/identity/calendar_keys.py,
storage/people/calendars.py.
"""

import datetime as dt
from typing import Any

from icalendar import Calendar

from gateway.config import GatewayConfig
from gateway.identity import calendar_keys
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

NOON = "2027-02-01T12:00:00Z"


async def call(school: School, method: str, path: str, user: str = "Ada", **body: Any) -> Any:  # noqa: ANN401
    response = await school.call(method, API + path, token=school.user_token(user), **body)
    assert response.is_success, response.text
    return response.json()


async def address(school: School, user: str = "Ada") -> str:
    url = (await call(school, "POST", "/me/calendar/", user))["url"]
    assert url.startswith("http://lessons.example.org/api/v1/classroom/calendars/")
    return str(url).removeprefix("http://lessons.example.org")


async def events(school: School, path: str) -> dict[str, dict[str, Any]]:
    """Return what a calendar holds, as a reader of calendars understands it, by title."""
    response = await school.call("GET", path)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert not calendar.errors
    return {
        str(event["SUMMARY"]): {
            "uid": str(event["UID"]),
            "start": event.decoded("DTSTART"),
            "end": event.decoded("DTEND"),
            "status": str(event["STATUS"]),
            "sequence": event.decoded("SEQUENCE"),
            "url": str(event["URL"]),
        }
        for event in calendar.walk("VEVENT")
    }


async def test_a_calendar_holds_what_one_hosts_and_what_one_has_a_seat_in(school: School) -> None:
    """With stable names and times in UTC; for the pupil as for the host, and for nobody else."""
    lesson = await school.session(
        "Ada",
        title="Дроби; part 2,\\ next",
        scheduled_start=NOON,
        scheduled_end="2027-02-01T12:45:00Z",
    )
    await school.session("Ada", title="no time yet")
    await school.session("Eve", title="Eve's", scheduled_start=NOON)
    await school.join(lesson, "Ben")
    for name in ("Ada", "Ben"):
        found = await events(school, await address(school, name))
        assert set(found) == {"Дроби; part 2,\\ next"}
        (event,) = found.values()
        assert event == {
            "uid": f"{lesson['session_id']}@lessonroom",
            "start": dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC),
            "end": dt.datetime(2027, 2, 1, 12, 45, tzinfo=dt.UTC),
            "status": "CONFIRMED",
            "sequence": 0,
            "url": f"http://lessons.example.org/room/{lesson['session_id']}",
        }
    assert set(await events(school, await address(school, "Eve"))) == {"Eve's"}
    assert await events(school, await address(school, "Fay")) == {}


async def test_what_is_moved_keeps_its_name_and_what_is_called_off_stays_as_cancelled(
    school: School,
) -> None:
    """The number of its version rises each time, so that calendars believe it."""
    lesson = await school.session("Ada", title="Vectors", scheduled_start=NOON)
    path, here = await address(school), f"/sessions/{lesson['session_id']}/"
    first = (await events(school, path))["Vectors"]
    await call(school, "PATCH", here, json={"scheduled_start": "2027-02-02T12:00:00Z"})
    second = (await events(school, path))["Vectors"]
    await call(school, "POST", f"{here}terminate/", json={})
    third = (await events(school, path))["Vectors"]
    assert first["uid"] == second["uid"] == third["uid"]
    assert first["sequence"] < second["sequence"] < third["sequence"]
    assert second["start"] == dt.datetime(2027, 2, 2, 12, tzinfo=dt.UTC)
    assert [each["status"] for each in (first, second, third)] == [
        *("CONFIRMED", "CONFIRMED"),
        "CANCELLED",
    ]


async def test_a_lesson_that_was_held_is_not_cancelled_by_its_end(school: School) -> None:
    lesson = await school.session("Ada", title="Held", scheduled_start="2027-01-15T08:00:00Z")
    for move in ("start", "terminate"):
        await call(school, "POST", f"/sessions/{lesson['session_id']}/{move}/", json={})
    assert (await events(school, await address(school)))["Held"]["status"] == "CONFIRMED"


async def test_what_is_long_past_or_far_away_is_not_in_it(school: School) -> None:
    for title, start in (("old", "2026-09-01T12:00:00Z"), ("far", "2028-06-01T12:00:00Z")):
        await school.session("Ada", title=title, scheduled_start=start)
    assert await events(school, await address(school)) == {}


async def test_an_address_is_void_once_there_is_another_and_once_it_is_taken_back(
    school: School,
) -> None:
    """Also by signing out everywhere; one that was void is never good again."""
    void = await address(school)
    good = await address(school)
    assert void != good
    shown = await call(school, "GET", "/me/calendar/")
    assert shown["url"].endswith(good)
    assert (await school.call("GET", void)).status_code == 404
    assert (await school.call("GET", good)).status_code == 200
    assert (await call(school, "DELETE", "/me/calendar/"))["url"] is None
    assert (await call(school, "GET", "/me/calendar/"))["url"] is None
    assert (await school.call("GET", good)).status_code == 404
    third = await address(school)
    assert len({void, good, third}) == 3
    await call(school, "POST", "/sign-out/", json={"everywhere": True})
    assert (await school.call("GET", third)).status_code == 404


async def test_an_address_that_we_have_not_made_opens_nothing(school: School) -> None:
    """[T9] Whatever of it is another one; and the answer tells nobody whose it would be."""
    good = await address(school)
    key = good.rpartition("/")[2].removesuffix(".ics")
    user, generation, mac = key.split("-", 2)
    other = await address(school, "Eve")
    eve = other.rpartition("/")[2].split("-", 1)[0]
    wrong = [
        f"{eve}-{generation}-{mac}",
        f"{user}-2-{mac}",
        f"{user}-{generation}-{'A' * 32}",
        f"{user}-{generation}-{mac[:-1]}",
        f"0{user}-{generation}-{mac}",
        f"{user}-{generation}-{mac}=",
        "x",
    ]
    answers = {(await school.call("GET", f"{API}/calendars/{each}.ics")).text for each in wrong}
    assert len(answers) == 1, answers
    assert calendar_keys.read(school.tokens, key) == (int(user), int(generation))


async def test_a_calendar_is_read_again_only_where_it_has_changed(school: School) -> None:
    lesson = await school.session("Ada", title="Vectors", scheduled_start=NOON)
    path = await address(school)
    tag = (await school.call("GET", path)).headers["etag"]
    same = await school.call("GET", path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    await call(school, "PATCH", f"/sessions/{lesson['session_id']}/", json={"title": "Matrices"})
    changed = await school.call("GET", path, headers={"If-None-Match": tag})
    assert changed.status_code == 200


async def test_who_was_erased_has_no_calendar(school: School) -> None:
    path = await address(school)
    user_id = (await call(school, "GET", "/me/"))["user_id"]
    erased = await school.operate("POST", f"/api/v1/operator/users/{user_id}/erase/")
    assert erased.is_success
    assert (await school.call("GET", path)).status_code == 404


async def test_an_operator_switches_calendars_off(opened: Open) -> None:
    async with opened() as school:
        path = await address(school)
    async with opened(config=GatewayConfig(are_calendars_served=False)) as school:
        assert (await school.call("GET", path)).status_code == 404
        for method in ("GET", "POST", "DELETE"):
            refused = await school.call(
                method, f"{API}/me/calendar/", token=school.user_token("Ada")
            )
            assert refused.status_code == 404


async def test_reading_one_all_the_time_is_refused(opened: Open) -> None:
    async with opened(config=GatewayConfig(requests_per_min_user=20)) as school:
        path = await address(school)
        statuses = [(await school.call("GET", path)).status_code for _ in range(4)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
