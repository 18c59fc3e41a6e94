from typing import Any

import pytest

from gateway.identity.claims import Scope
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from tests.gateway.rest.school import API, OPERATOR, School


async def test_the_socket_s_operator_needs_no_token(school: School) -> None:
    response = await school.operate("GET", f"{OPERATOR}/rooms/")
    assert (response.status_code, response.json()) == (200, {"items": []})


async def test_an_operator_token_opens_the_operator_s_calls(school: School) -> None:
    token = school.user_token("Ola", scope=Scope.OPERATOR)
    assert (await school.call("GET", f"{OPERATOR}/rooms/", token=token)).status_code == 200


async def test_nobody_becomes_operator_by_a_header(school: School) -> None:
    for headers in ({"X-Is-Operator": "true"}, {"State": "is_operator"}):
        response = await school.call("GET", f"{OPERATOR}/rooms/", headers=headers)
        assert response.status_code == 401


async def test_live_rooms_are_listed_and_shown(school: School) -> None:
    at_rest = await school.session("Ada", title="planned")
    session = await school.session("Ada", title="now")
    await school.connect(await school.join(session, "Ben"))
    items = (await school.operate("GET", f"{OPERATOR}/rooms/")).json()["items"]
    assert [(room["title"], room["participants"]) for room in items] == [("now", 1)]
    shown = (await school.operate("GET", f"{OPERATOR}/rooms/{session['session_id']}/")).json()
    assert shown["live"] == items[0]
    assert shown["session"]["access_code"] == session["access_code"]
    assert [seat["name"] for seat in shown["participants"]] == ["Ben"]
    shown = (await school.operate("GET", f"{OPERATOR}/rooms/{at_rest['session_id']}/")).json()
    assert shown["live"] is None


async def test_the_operator_saves_kicks_and_terminates(school: School) -> None:
    session = await school.session("Ada")
    ben = await school.join(session, "Ben")
    room = f"{OPERATOR}/rooms/{session['session_id']}"
    saved = await school.operate("POST", f"{room}/save/")
    assert saved.json()["size_bytes"] > 0
    kicked = await school.operate("POST", f"{room}/kick/{ben['participant']['user_id']}/")
    assert kicked.json()["status"] == "kicked"
    ended = await school.operate("POST", f"{room}/terminate/", json={"reason": "fire drill"})
    assert ended.json()["status"] == "terminated"
    assert (await school.operate("POST", f"{room}/terminate/")).status_code == 409
    assert (await school.operate("POST", f"{room}/save/")).status_code == 410


@pytest.mark.parametrize("call", ["", "terminate/", "save/", "kick/7/"])
async def test_a_session_that_is_not_there_is_not_found(school: School, call: str) -> None:
    method = "POST" if call else "GET"
    response = await school.operate(method, f"{OPERATOR}/rooms/no-such/{call}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_what_a_role_may_do_is_read_and_set(school: School) -> None:
    path = f"{OPERATOR}/permissions/viewer/"
    before = (await school.operate("GET", path)).json()["permissions"]
    assert {name for name, is_granted in before.items() if is_granted} == set(
        DEFAULT_PERMISSIONS[Role.VIEWER]
    )
    put = await school.operate("PUT", path, json={"permissions": {"can_draw": True}})
    assert put.json()["permissions"]["can_draw"] is True
    assert (await school.operate("GET", path)).json() == put.json()
    session = await school.session("Ada", settings={"guest_role": "viewer"})
    zoe = await school.join(session, name="Zoë")
    assert school.tokens.verify_room(zoe["token"]).permissions == ("can_draw",)


async def test_roles_and_permissions_that_do_not_exist_are_refused(school: School) -> None:
    role = await school.operate("GET", f"{OPERATOR}/permissions/admin/")
    assert (role.status_code, role.json()["field"]) == (422, "role")
    body = {"permissions": {"can_fly": True}}
    name = await school.operate("PUT", f"{OPERATOR}/permissions/viewer/", json=body)
    assert (name.status_code, name.json()["field"]) == (422, "permissions.can_fly")


async def test_a_user_token_is_minted_for_a_new_person_or_the_same_one(school: School) -> None:
    async def mint(**body: object) -> dict[str, Any]:
        response = await school.operate("POST", f"{OPERATOR}/tokens/user/", json=body)
        assert response.status_code == 201
        return dict(response.json())

    first, second = await mint(name="Ada"), await mint(name="Ada")
    assert first["user_id"] != second["user_id"]
    again = await mint(name="Ada", subject=first["subject"], ttl_s=60)
    assert again["user_id"] == first["user_id"]
    assert again["expires_at"] == "2027-01-15T08:01:00.000Z"
    created = await school.call("POST", f"{API}/sessions/", token=first["token"])
    assert created.json()["host_id"] == first["user_id"]
    operator = await mint(name="Ola", scope="operator")
    response = await school.call("GET", f"{OPERATOR}/rooms/", token=operator["token"])
    assert response.status_code == 200


async def test_a_room_token_is_minted_with_the_seat_that_it_opens(school: School) -> None:
    session = await school.session("Ada")
    path = f"{OPERATOR}/tokens/room/"
    body = {"session_id": session["session_id"], "subject": "Ben", "name": "Ben"}
    minted = await school.operate("POST", path, json={**body, "role": "viewer", "ttl_s": 60})
    assert minted.status_code == 201
    claims = school.tokens.verify_room(minted.json()["token"], session["session_id"])
    assert (claims.user_id, claims.role) == (minted.json()["user_id"], Role.VIEWER)
    opened = await school.call(
        "GET", f"{API}/sessions/{session['session_id']}/", token=minted.json()["token"]
    )
    assert opened.status_code == 200
    other_role = await school.operate("POST", path, json={**body, "role": "student"})
    assert (other_role.status_code, other_role.json()["field"]) == (409, "role")


@pytest.mark.parametrize(
    ("who", "role", "status"),
    [("Ada", "host", 201), ("Ada", "student", 409), ("Ben", "host", 409), ("Ben", "solo", 409)],
)
async def test_the_host_s_seat_is_the_host_s(
    school: School, who: str, role: str, status: int
) -> None:
    session = await school.session("Ada")
    body = {"session_id": session["session_id"], "subject": who, "name": who, "role": role}
    response = await school.operate("POST", f"{OPERATOR}/tokens/room/", json=body)
    assert response.status_code == status


async def test_a_room_token_for_nobody_or_nowhere_is_not_minted(school: School) -> None:
    session = await school.session("Ada")
    path = f"{OPERATOR}/tokens/room/"
    nobody = await school.operate(
        "POST", path, json={"session_id": session["session_id"], "user_id": 4711}
    )
    assert (nobody.status_code, nobody.json()["field"]) == (404, "user_id")
    nowhere = await school.operate("POST", path, json={"session_id": "no-such", "user_id": 1})
    assert (nowhere.status_code, nowhere.json()["field"]) == (404, "session_id")
