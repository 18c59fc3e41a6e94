import pytest

from tests.gateway.rest.school import API, School


async def test_a_lesson_runs_through_its_life(school: School) -> None:
    session = await school.session()
    base = f"{API}/sessions/{session['session_id']}"
    token = school.user_token("Ada")
    for move, status in [
        ("start", "active"),
        ("pause", "paused"),
        ("resume", "active"),
        ("complete", "completed"),
    ]:
        response = await school.call("POST", f"{base}/{move}/", token=token)
        assert (response.status_code, response.json()["status"]) == (200, status)
        school.clock.advance(60)
    ended = (await school.call("GET", f"{base}/", token=token)).json()
    assert ended["total_duration_seconds"] == 120
    assert ended["actual_start"] == "2027-01-15T08:00:00.000Z"
    assert ended["actual_end"] == "2027-01-15T08:03:00.000Z"


@pytest.mark.parametrize("move", ["pause", "resume", "complete"])
async def test_a_move_that_is_not_possible_says_from_where_it_is(school: School, move: str) -> None:
    session = await school.session()
    path = f"{API}/sessions/{session['session_id']}/{move}/"
    response = await school.call("POST", path, token=school.user_token("Ada"))
    assert response.status_code == 409
    assert response.json()["code"] == "conflict"
    assert "possible from: " in response.json()["detail"]


async def test_nothing_happens_in_a_session_that_has_ended(school: School) -> None:
    session = await school.session()
    base = f"{API}/sessions/{session['session_id']}"
    token = school.user_token("Ada")
    ended = await school.call(
        "POST", f"{base}/terminate/", token=token, json={"reason": "fire drill"}
    )
    assert ended.json()["status"] == "terminated"
    assert (await school.call("POST", f"{base}/start/", token=token)).status_code == 409
    assert (await school.call("POST", f"{base}/save/", token=token)).status_code == 410
    join = await school.call("POST", f"{base}/join/", token=token)
    assert (join.status_code, join.json()["code"]) == (410, "session_ended")


async def test_a_reason_has_500_characters_at_most(school: School) -> None:
    session = await school.session()
    path = f"{API}/sessions/{session['session_id']}/terminate/"
    token = school.user_token("Ada")
    response = await school.call("POST", path, token=token, json={"reason": "x" * 501})
    assert (response.status_code, response.json()["field"]) == (422, "reason")


async def test_saving_tells_the_version_and_the_size(school: School) -> None:
    session = await school.session()
    base = f"{API}/sessions/{session['session_id']}"
    response = await school.call("POST", f"{base}/save/", token=school.user_token("Ada"))
    assert response.status_code == 200
    assert response.json()["version"] > 0
    assert response.json()["size_bytes"] > 0


async def test_only_the_host_sees_the_code(school: School) -> None:
    session = await school.session("Ada")
    await school.join(session, "Ben")
    base = f"{API}/sessions/{session['session_id']}/"
    seen = (await school.call("GET", base, token=school.user_token("Ben"))).json()
    assert seen["access_code"] is None
    seen = (await school.call("GET", base, token=school.user_token("Ada"))).json()
    assert seen["access_code"] == session["access_code"]
