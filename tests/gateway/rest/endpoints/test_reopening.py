"""Lessons that were over and go on, and what can still be put right of one that is over.

Tests also: gateway/rest/plumbing/reopening.py.
"""

from typing import Any

from gateway.config import GatewayConfig
from lessonroom.commands import FollowBooking, UpdateSession
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR, School

_DAY_S = 86_400


async def over(school: School, *, move: str = "complete", **fields: object) -> dict[str, Any]:
    """Create a lesson of Ada's that took a minute and is over."""
    session = await school.session("Ada", **fields)
    await school.join(session, "Ada")
    await post(school, session, "start")
    school.clock.advance(60)
    await post(school, session, move)
    return session


async def post(school: School, session: dict[str, Any], what: str, by: str = "Ada") -> Any:  # noqa: ANN401
    path = f"{API}/sessions/{session['session_id']}/{what}/"
    return await school.call("POST", path, token=school.user_token(by))


async def get(school: School, session: dict[str, Any], by: str = "Ada") -> dict[str, Any]:
    path = f"{API}/sessions/{session['session_id']}/"
    return dict((await school.call("GET", path, token=school.user_token(by))).json())


async def test_a_lesson_goes_on_after_its_end(school: School) -> None:
    """[SY-11] With its code, its seats and its history; the time between counts for nothing."""
    session = await over(school)
    await rested(school, session)
    school.clock.advance(3_600)
    told = await get(school, session)
    assert told["reopens_until"] == "2027-01-22T08:01:00.000Z"
    reopened = await post(school, session, "reopen")
    assert reopened.status_code == 200
    body = reopened.json()
    assert (body["status"], body["actual_end"], body["reopens_until"]) == ("active", None, None)
    assert body["total_duration_seconds"] == 60
    ada = await school.join(session, "Ada")
    await school.connect(ada)
    school.clock.advance(5)
    ended = (await post(school, session, "complete")).json()
    assert (ended["total_duration_seconds"], ended["actual_end"]) == (
        65,
        "2027-01-15T09:01:05.000Z",
    )


async def rested(school: School, session: dict[str, Any]) -> None:
    """Wait until no room has the session: it is opened anew for what comes."""
    rooms = school.app.state.services.rooms
    rooms.put_to_rest(session["session_id"])
    while rooms.live():
        await rooms.write(_nothing)


async def _nothing(_store: object) -> None:
    pass


async def test_pupils_and_guests_come_back_by_what_they_have(school: School) -> None:
    """[SY-9][SY-11] A seat is a seat."""
    session = await school.session("Ada")
    guest = await school.join(session, name="Ann")
    await post(school, session, "start")
    await post(school, session, "complete")
    path = f"{API}/sessions/{session['session_id']}/join/"
    key = {"seat_key": guest["seat_key"]}
    assert (await school.call("POST", path, json=key)).status_code == 410
    await post(school, session, "reopen")
    again = await school.call("POST", path, json=key)
    assert again.status_code == 200
    assert again.json()["participant"]["user_id"] == guest["participant"]["user_id"]


async def test_what_was_broken_off_stays_over(school: School) -> None:
    """[SY-11] Also for the operator; nothing is written of it."""
    session = await over(school, move="terminate")
    await rested(school, session)
    head = await head_of(school, session)
    refused = await post(school, session, "reopen")
    assert (refused.status_code, refused.json()["field"]) == (409, "status")
    by_operator = await school.operate("POST", f"{OPERATOR}/rooms/{session['session_id']}/reopen/")
    assert by_operator.status_code == 409
    assert (await get(school, session))["reopens_until"] is None
    assert await head_of(school, session) == head


async def head_of(school: School, session: dict[str, Any]) -> int:
    return int(await school.app.state.services.rooms.store.head(session["session_id"]))


async def test_too_long_ago_is_for_the_operator_alone(school: School) -> None:
    """[SY-11] `rooms.reopen_days`."""
    session = await over(school)
    school.clock.advance(7 * _DAY_S)
    refused = await post(school, session, "reopen")
    assert (refused.status_code, "too long ago" in refused.json()["detail"]) == (409, True)
    assert (await get(school, session))["reopens_until"] is None
    path = f"{OPERATOR}/rooms/{session['session_id']}/reopen/"
    assert (await school.operate("POST", path)).json()["status"] == "active"


async def test_only_who_leads_is_told_until_when(school: School) -> None:
    """[SY-11] In the list of one's lessons as well."""
    session = await school.session("Ada")
    await school.join(session, "Ben")
    await post(school, session, "start")
    await post(school, session, "complete")
    assert (await get(school, session, "Ben"))["reopens_until"] is None
    for name, is_told in (("Ada", True), ("Ben", False)):
        token = school.user_token(name)
        listed = (await school.call("GET", f"{API}/sessions/my/", token=token)).json()
        assert [item["reopens_until"] is not None for item in listed["items"]] == [is_told]


async def test_a_host_who_was_erased_has_none_reopened(school: School) -> None:
    """[SY-11] They could not be erased again while it goes on."""
    session = await over(school)
    await school.operate("POST", f"{OPERATOR}/users/{session['host_id']}/erase/")
    path = f"{OPERATOR}/rooms/{session['session_id']}/reopen/"
    refused = await school.operate("POST", path)
    assert (refused.status_code, refused.json()["field"]) == (409, "host_id")


async def test_a_booking_has_one_lesson_that_goes_on(school: School) -> None:
    """[SY-11] What was booked anew is not in two places."""
    session = await booked(school, await school.session("Ada"))
    await post(school, session, "start")
    await post(school, session, "complete")
    other = await booked(school, await school.session("Ada"))
    refused = await post(school, session, "reopen")
    assert (refused.status_code, refused.json()["field"]) == (409, "booking_id")
    assert other["session_id"] in refused.json()["detail"]
    await post(school, other, "terminate")
    assert (await post(school, session, "reopen")).status_code == 200


async def booked(school: School, session: dict[str, Any]) -> dict[str, Any]:
    plan = UpdateSession(by=None, booking_id="booking-1")
    await school.app.state.services.rooms.ask(session["session_id"], FollowBooking(plan=plan))
    return session


async def test_it_was_deleted(school: School) -> None:
    session = await over(school)
    path = f"{API}/sessions/{session['session_id']}/"
    assert (await school.call("DELETE", path, token=school.user_token("Ada"))).status_code == 200
    assert (await post(school, session, "reopen")).status_code == 404


async def test_one_that_goes_on_again_is_not_deleted(school: School) -> None:
    """[SY-11] Nor pruned: it is no lesson of the past."""
    session = await over(school)
    await post(school, session, "reopen")
    path = f"{API}/sessions/{session['session_id']}/"
    refused = await school.call("DELETE", path, token=school.user_token("Ada"))
    assert refused.status_code == 409


async def test_reopening_can_be_switched_off(opened: Open) -> None:
    """[SY-11] `rooms.reopen_days` 0."""
    async with opened(config=GatewayConfig(reopen_days=0)) as school:
        session = await over(school)
        assert (await get(school, session))["reopens_until"] is None
        assert (await post(school, session, "reopen")).status_code == 409


async def test_a_lesson_of_the_past_is_renamed(school: School) -> None:
    """[API Change] By its host, without opening it to anybody; nothing else of it is changed."""
    session = await over(school)
    await rested(school, session)
    path = f"{API}/sessions/{session['session_id']}/"
    ada = school.user_token("Ada")
    changed = await school.call("PATCH", path, token=ada, json={"title": "Fractions"})
    assert (changed.status_code, changed.json()["title"]) == (200, "Fractions")
    assert changed.json()["status"] == "completed"
    for change in ({"max_participants": 3}, {"settings": {"waiting_room": True}}):
        body = {"title": "More", **change}
        assert (await school.call("PATCH", path, token=ada, json=body)).status_code == 410
    assert (await get(school, session))["title"] == "Fractions"
    join = await school.call("POST", f"{path}join/", token=ada)
    assert join.status_code == 410
    stale = {"If-Match": '"another"'}
    refused = await school.call("PATCH", path, token=ada, json={"title": "Later"}, headers=stale)
    assert refused.status_code == 412


async def test_a_lesson_that_was_broken_off_is_renamed_as_well(school: School) -> None:
    """[API Change] Whatever way it came to its end."""
    session = await over(school, move="terminate")
    path = f"{API}/sessions/{session['session_id']}/"
    body = {"title": "Broken off"}
    changed = await school.call("PATCH", path, token=school.user_token("Ada"), json=body)
    assert (changed.status_code, changed.json()["status"]) == (200, "terminated")
