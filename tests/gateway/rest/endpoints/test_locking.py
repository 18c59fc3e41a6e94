"""Changing the access code, and locking the link along with a kick (PROTOCOL SY-8)."""

from typing import Any

import pytest

from tests.gateway.rest.school import API, OPERATOR, School


async def enters(school: School, session: dict[str, Any], code: str, name: str = "Eve") -> int:
    path = f"{API}/sessions/{session['session_id']}/join/"
    body = {"access_code": code, "name": name}
    return (await school.call("POST", path, json=body)).status_code


async def code_of(school: School, session: dict[str, Any]) -> str:
    path = f"{API}/sessions/{session['session_id']}/"
    shown = await school.call("GET", path, token=school.user_token("Ada"))
    return str(shown.json()["access_code"])


async def test_a_kicked_guest_does_not_come_back_by_the_same_link(school: School) -> None:
    """[SY-8] Under no name; by the new one they would."""
    session = await school.session("Ada")
    path = f"{API}/sessions/{session['session_id']}"
    guest = await school.join(session, name="Eve")
    ben = await school.join(session, "Ben")
    kicked = await school.call(
        "POST",
        f"{path}/kick/{guest['participant']['user_id']}/",
        token=school.user_token("Ada"),
        json={"lock_link": True},
    )
    assert kicked.status_code == 200, kicked.text
    assert await enters(school, session, session["access_code"], "Mallory") == 403
    new = await code_of(school, session)
    assert new != session["access_code"]
    assert await enters(school, session, new, "Zoe") == 200
    # Whoever has a seat needs no code, with whichever token.
    for token in (ben["token"], school.user_token("Ben"), school.user_token("Ada")):
        assert (await school.call("POST", f"{path}/join/", token=token)).status_code == 200


async def test_without_being_asked_a_kick_leaves_the_link_as_it_is(school: School) -> None:
    """[SY-8] Programs that kick know nothing of it."""
    session = await school.session("Ada")
    guest = await school.join(session, name="Eve")
    path = f"{API}/sessions/{session['session_id']}/kick/{guest['participant']['user_id']}/"
    await school.call("POST", path, token=school.user_token("Ada"))
    assert await enters(school, session, session["access_code"]) == 200


async def test_a_kick_that_is_refused_changes_no_code(school: School) -> None:
    """[SY-8] Nothing half applied."""
    session = await school.session("Ada")
    await school.join(session, "Ada")
    path = f"{API}/sessions/{session['session_id']}/kick/999/"
    body = {"lock_link": True}
    refused = await school.call("POST", path, token=school.user_token("Ada"), json=body)
    assert refused.status_code == 404
    assert await code_of(school, session) == session["access_code"]


async def test_the_host_changes_the_code_and_invited_people_notice_nothing(
    school: School,
) -> None:
    """[SY-8] Also before anybody came; it stays changed when the session changes later."""
    session = await school.session("Ada")
    path = f"{API}/sessions/{session['session_id']}"
    ada = school.user_token("Ada")
    invitation = {"subject": "Ben", "name": "Ben"}
    await school.call("POST", f"{path}/participants/", token=ada, json=invitation)
    changed = await school.call("POST", f"{path}/access_code/", token=ada)
    assert changed.status_code == 200, changed.text
    code = changed.json()["access_code"]
    assert code != session["access_code"]
    await school.call("POST", f"{path}/start/", token=ada)
    assert await code_of(school, session) == code
    assert await enters(school, session, session["access_code"]) == 403
    joined = await school.call("POST", f"{path}/join/", token=school.user_token("Ben"))
    assert joined.status_code == 200


async def test_the_operator_locks_the_link_with_a_kick(school: School) -> None:
    """[SY-8] As the host does."""
    session = await school.session("Ada")
    guest = await school.join(session, name="Eve")
    user_id = guest["participant"]["user_id"]
    path = f"{OPERATOR}/rooms/{session['session_id']}/kick/{user_id}/"
    assert (await school.operate("POST", path, json={"lock_link": True})).status_code == 200
    assert await enters(school, session, session["access_code"]) == 403


@pytest.mark.parametrize("value", ["yes", 1, None])
async def test_lock_link_is_a_boolean(school: School, value: object) -> None:
    session = await school.session("Ada")
    path = f"{API}/sessions/{session['session_id']}/kick/2/"
    body = {"lock_link": value}
    refused = await school.call("POST", path, token=school.user_token("Ada"), json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "lock_link")


async def test_a_solo_board_has_no_code_and_gets_none(school: School) -> None:
    ada = school.user_token("Ada")
    solo = await school.call("POST", f"{API}/sessions/solo/", token=ada, json={})
    session_id = solo.json()["session"]["session_id"]
    changed = await school.call("POST", f"{API}/sessions/{session_id}/access_code/", token=ada)
    assert changed.status_code == 200
    assert not changed.json()["access_code"]
