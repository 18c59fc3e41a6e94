"""Erasing a person over the operator's API."""

from tests.gateway.rest.school import API, OPERATOR, School


async def test_an_erased_person_is_nobody_any_more(school: School) -> None:
    """[API users erase][P12] No token of before works, not even one that would bring them back."""
    session = await school.session("Ada")
    token = school.user_token("Ben")
    joined = await school.join(session, "Ben")
    user_id = joined["participant"]["user_id"]
    school.clock.advance(1)
    response = await school.operate("POST", f"{OPERATOR}/users/{user_id}/erase/")
    assert response.status_code == 200
    assert response.json()["user_id"] == user_id
    assert response.json()["sessions"] == 1

    path = f"{API}/sessions/{session['session_id']}"
    assert (await school.call("GET", f"{path}/", token=joined["token"])).status_code == 403
    refused = await school.call("GET", f"{API}/sessions/my/", token=token)
    assert refused.status_code == 401
    assert "erased" in refused.json()["detail"]

    host = school.user_token("Ada")
    roster = (await school.call("GET", f"{path}/participants/", token=host)).text
    timeline = (await school.call("GET", f"{path}/timeline/", token=host)).text
    assert "Ben" not in roster + timeline
    assert "—" in roster

    school.clock.advance(1)
    newcomer = await school.join(session, "Ben")
    assert newcomer["participant"]["user_id"] != user_id


async def test_hosts_and_strangers(school: School) -> None:
    """[API users erase] 409 while a lesson is theirs, 404 for numbers of nobody."""
    session = await school.session("Ada")
    host_id = session["host_id"]
    refused = await school.operate("POST", f"{OPERATOR}/users/{host_id}/erase/")
    assert refused.status_code == 409
    assert session["session_id"] in refused.json()["detail"]
    missing = await school.operate("POST", f"{OPERATOR}/users/4711/erase/")
    assert missing.status_code == 404
