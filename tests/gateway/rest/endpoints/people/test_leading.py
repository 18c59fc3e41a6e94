"""Who leads a lesson, over the API [SY-7]."""

from typing import Any

import jwt
import pytest
from httpx import Response

from gateway.identity.claims import Scope
from gateway.webhooks.webhooks import Webhooks
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

KEY = b"the secret of the platform, 32 bytes"
CLUB = b"the secret of the club, of 32 bytes!"
WEBHOOKS = Webhooks(issuers=frozenset({"lessonroom", "school", "club"}))


def path_of(session: dict[str, Any], *parts: object) -> str:
    return "/".join([f"{API}/sessions/{session['session_id']}", *map(str, parts), ""])


def signed(school: School, key: bytes = KEY, iss: str = "school", **claims: object) -> str:
    """Return a token that a platform signs."""
    now_s = school.clock.now_ms() // 1000
    whole = {"iss": iss, "iat": now_s, "exp": now_s + 60, "sub": "back end", "name": "x", **claims}
    return jwt.encode(whole, key, "HS256")


async def of_platform(school: School) -> dict[str, Any]:
    """Create a session of a teacher of the platform."""
    token = signed(school, sub="ada", name="Ada", scope="user")
    body = {"external_id": "lesson-1"}
    return dict((await school.call("POST", f"{API}/sessions/", token=token, json=body)).json())


async def role_of(school: School, session: dict[str, Any], name: str) -> str:
    """Return the role that somebody has."""
    seats = await school.app.state.services.rooms.store.participants(session["session_id"])
    return next(str(seat.role) for seat in seats if seat.name == name)


async def test_a_host_makes_a_pupil_host_beside_them(school: School) -> None:
    """[SY-7] Who then does over the API what a host does: permissions, the plan, the code."""
    session = await school.session("Ada")
    joined = await school.join(session, "Ben")
    ben = joined["participant"]["user_id"]
    assert joined["session"]["access_code"] is None
    refused = await school.call(
        "PATCH", path_of(session), token=joined["token"], json={"title": "x"}
    )
    assert refused.status_code == 403
    made = await school.call(
        "POST",
        path_of(session, "role", ben),
        token=school.user_token("Ada"),
        json={"role": "host"},
    )
    assert (made.status_code, made.json()["role"]) == (200, "host")
    changed = await school.call(
        "PATCH", path_of(session), token=joined["token"], json={"title": "Ben leads"}
    )
    assert (changed.status_code, changed.json()["title"]) == (200, "Ben leads")
    assert changed.json()["access_code"] == session["access_code"]
    again = await school.call("POST", path_of(session, "join"), token=school.user_token("Ben"))
    assert again.json()["session"]["access_code"] == session["access_code"]
    for token, status in ((joined["token"], 409), (school.user_token("Ada"), 409)):
        host_id = changed.json()["host_id"]
        demoted = await school.call(
            "POST", path_of(session, "role", host_id), token=token, json={"role": "student"}
        )
        assert demoted.status_code == status
    back = await school.call(
        "POST",
        path_of(session, "role", ben),
        token=school.user_token("Ada"),
        json={"role": "viewer"},
    )
    assert back.json()["role"] == "viewer"


@pytest.mark.parametrize(
    ("body", "field"), [({}, "role"), ({"role": "solo"}, "role"), ({"role": "king"}, "role")]
)
async def test_there_are_three_roles_to_give(
    school: School, body: dict[str, Any], field: str
) -> None:
    """[EN-2] The field at fault is named."""
    session = await school.session("Ada")
    ben = (await school.join(session, "Ben"))["participant"]["user_id"]
    answer = await school.call(
        "POST", path_of(session, "role", ben), token=school.user_token("Ada"), json=body
    )
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_pupil_gives_no_roles(school: School) -> None:
    """[SY-7] Nor does a stranger learn that there is such a session."""
    session = await school.session("Ada")
    joined = await school.join(session, "Ben")
    path = path_of(session, "role", joined["participant"]["user_id"])
    for token, status in ((joined["token"], 403), (school.user_token("Eve"), 404)):
        answer = await school.call("POST", path, token=token, json={"role": "host"})
        assert answer.status_code == status


# -- another host


async def patched(
    school: School, session: dict[str, Any], host: object, token: str | None = None
) -> Response:
    """Give a session to another host, as the operator without a token."""
    if token is None:
        return await school.operate("PATCH", path_of(session), json={"host": host})
    return await school.call("PATCH", path_of(session), token=token, json={"host": host})


async def test_the_operator_gives_a_session_to_another_host(opened: Open) -> None:
    """[SY-7] By number, by subject of the server or of a platform."""
    async with opened(webhooks=WEBHOOKS) as school:
        session = await school.session("Ada")
        ada = await school.join(session, "Ada")
        joined = await school.join(session, "Ben")
        ben = joined["participant"]["user_id"]
        changed = await patched(school, session, {"user_id": ben})
        assert (changed.status_code, changed.json()["host_id"]) == (200, ben)
        assert await role_of(school, session, "Ben") == "host"
        assert await role_of(school, session, "Ada") == "student"
        mine = await school.call("PATCH", path_of(session), token=ada["token"], json={"title": "x"})
        assert mine.status_code == 403
        token = school.user_token("Ola", scope=Scope.OPERATOR)
        for host in (
            {"subject": "Eve", "name": "Eve"},
            {"subject": "e", "issuer": "school", "name": "Eve of the school"},
        ):
            assert (await patched(school, session, host, token)).status_code == 200
        store = school.app.state.services.rooms.store
        host_id = (await store.session(session["session_id"])).host_id
        assert (await store.user(host_id)).name == "Eve of the school"


async def test_a_platform_gives_its_sessions_to_its_own_people(opened: Open) -> None:
    """[SY-7] With the token of its back end, which is nobody in a lesson."""
    keys = {"school": KEY, "club": CLUB}
    async with opened(api_keys=keys, webhooks=WEBHOOKS) as school:
        session = await of_platform(school)
        token = signed(school, scope="platform")
        changed = await patched(school, session, {"subject": "grace", "name": "Grace"}, token)
        assert changed.status_code == 200, changed.text
        grace = signed(school, sub="grace", name="Grace", scope="user")
        joined = await school.call("POST", path_of(session, "join"), token=grace)
        assert joined.json()["participant"]["role"] == "host"
        renamed = await school.call(
            "PATCH", path_of(session), token=token, json={"title": "Planned by the platform"}
        )
        assert renamed.status_code == 200


async def test_a_platform_reaches_nobody_but_its_own(opened: Open) -> None:
    """[P13] Not the sessions of others, nor people of others as hosts."""
    keys = {"school": KEY, "club": CLUB}
    async with opened(api_keys=keys, webhooks=WEBHOOKS) as school:
        session = await of_platform(school)
        other = await school.session("Ben")
        token = signed(school, scope="platform")
        club = signed(school, CLUB, "club", scope="platform")
        grace = {"subject": "grace", "name": "Grace"}
        assert (await patched(school, session, grace, club)).status_code == 404
        assert (await patched(school, other, grace, token)).status_code == 404
        assert (await patched(school, {"session_id": "none"}, grace, token)).status_code == 404
        stranger = await patched(school, session, {"user_id": other["host_id"]}, token)
        assert (stranger.status_code, stranger.json()["field"]) == (404, "host.user_id")
        elsewhere = await patched(school, session, {**grace, "issuer": "club"}, token)
        assert (elsewhere.status_code, elsewhere.json()["field"]) == (422, "host.issuer")
        read = await school.call("GET", path_of(session), token=token)
        assert read.status_code == 403
        forged = signed(school, CLUB, "school", scope="platform")
        assert (await patched(school, session, grace, forged)).status_code == 401


async def test_who_hosts_a_session_gives_it_to_nobody(school: School) -> None:
    """[SY-7] Or one could fill the account of another."""
    session = await school.session("Ada")
    ben = (await school.join(session, "Ben"))["participant"]["user_id"]
    answer = await patched(school, session, {"user_id": ben}, school.user_token("Ada"))
    assert (answer.status_code, answer.json()["field"]) == (403, "host")


async def test_a_host_has_one_session_of_an_external_id(opened: Open) -> None:
    """[SY-7] Which of two it would be, nobody could say."""
    async with opened(api_keys={"school": KEY}, webhooks=WEBHOOKS) as school:
        session = await of_platform(school)
        grace = signed(school, sub="grace", name="Grace", scope="user")
        same = {"external_id": "lesson-1"}
        made = await school.call("POST", f"{API}/sessions/", token=grace, json=same)
        assert made.status_code == 201
        token = signed(school, scope="platform")
        answer = await patched(school, session, {"subject": "grace"}, token)
        assert (answer.status_code, answer.json()["field"]) == (409, "host")
        ours = await patched(school, session, {"subject": "ada"}, token)
        assert ours.status_code == 200


@pytest.mark.parametrize("host", [{"user_id": 4711}, {"user_id": "guest"}])
async def test_nobody_unknown_and_no_guest_hosts_a_session(
    school: School, host: dict[str, Any]
) -> None:
    """[SY-7] A guest is gone with their lesson; as hosts beside one they are welcome."""
    session = await school.session("Ada")
    guest = await school.join(session, name="Zoe")
    if host["user_id"] == "guest":
        host = {"user_id": guest["participant"]["user_id"]}
    answer = await patched(school, session, host)
    assert (answer.status_code, answer.json()["field"]) == (404, "host.user_id")
