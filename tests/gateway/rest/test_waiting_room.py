from typing import Any

from tests.gateway.rest.school import API, School


async def lobby(school: School) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return a session with a waiting room, a guest who waits in it, and its path."""
    session = await school.session("Ada", settings={"waiting_room": True})
    await school.connect(await school.join(session, "Ada"))
    guest = await school.join(session, name="Guest")
    await school.connect(guest)
    return session, guest, f"{API}/sessions/{session['session_id']}"


async def test_who_waits_has_a_token_and_no_permission(school: School) -> None:
    """[WR-1] The token opens the lobby."""
    session, guest, _ = await lobby(school)
    assert guest["participant"]["is_admitted"] is False
    claims = school.tokens.verify_room(guest["token"], session["session_id"])
    assert claims.permissions == ()


async def test_who_waits_reads_nothing_of_the_session(school: School) -> None:
    """[WR-2] Over HTTP either: not the board, not the people."""
    _, guest, base = await lobby(school)
    for path in ("/", "/participants/", "/export/?format=json", "/snapshots/", "/timeline/"):
        refused = await school.call("GET", base + path, token=guest["token"])
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied"), path


async def test_the_host_sees_and_admits_who_waits(school: School) -> None:
    """[WR-3][WR-4] Once, and then they are inside."""
    _, guest, base = await lobby(school)
    host = school.user_token("Ada")
    roster = (await school.call("GET", f"{base}/participants/", token=host)).json()["items"]
    assert [(seat["status"], seat["is_admitted"]) for seat in roster] == [
        ("connected", True),
        ("joining", False),
    ]
    admit = f"{base}/admit/{guest['participant']['user_id']}/"
    admitted = await school.call("POST", admit, token=host)
    assert admitted.status_code == 200, admitted.text
    assert (admitted.json()["status"], admitted.json()["is_admitted"]) == ("connected", True)
    assert (await school.call("POST", admit, token=host)).status_code == 409
    assert (await school.call("GET", f"{base}/", token=guest["token"])).status_code == 200


async def test_who_is_declined_is_kicked(school: School) -> None:
    """[WR-6] And their token is void."""
    _, guest, base = await lobby(school)
    kick = f"{base}/kick/{guest['participant']['user_id']}/"
    assert (await school.call("POST", kick, token=school.user_token("Ada"))).status_code == 200
    refused = await school.call("GET", f"{base}/", token=guest["token"])
    assert (refused.status_code, refused.json()["code"]) == (403, "kicked")


async def test_nobody_else_admits(school: School) -> None:
    """[WR-4] Not those who wait themselves, and nobody who is not there."""
    _, guest, base = await lobby(school)
    own = f"{base}/admit/{guest['participant']['user_id']}/"
    assert (await school.call("POST", own, token=guest["token"])).status_code == 403
    nobody = f"{base}/admit/999/"
    refused = await school.call("POST", nobody, token=school.user_token("Ada"))
    assert (refused.status_code, refused.json()["field"]) == (404, "user_id")
