"""Participants over REST.

Tests also: gateway/rest/plumbing/people.py.
"""

from typing import Any

import pytest

from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School


def base(session: dict[str, Any]) -> str:
    return f"{API}/sessions/{session['session_id']}"


async def test_the_roster_tells_who_came_as_a_guest(school: School) -> None:
    """[SY-8] For them a kick locks the link unless one says otherwise: others cannot come by it."""
    session = await school.session("Ada")
    await school.join(session, "Ada")
    await school.join(session, "Ben")
    await school.connect(await school.join(session, name="Eve"))
    response = await school.call(
        "GET", f"{base(session)}/participants/", token=school.user_token("Ada")
    )
    told = {seat["name"]: seat["is_guest"] for seat in response.json()["items"]}
    assert told == {"Ada": False, "Ben": False, "Eve": True}


async def test_the_roster_shows_everyone_with_a_seat(school: School) -> None:
    session = await school.session("Ada")
    await school.join(session, "Ada")
    ben = await school.join(session, "Ben")
    response = await school.call("GET", f"{base(session)}/participants/", token=ben["token"])
    roster = response.json()["items"]
    assert [(seat["name"], seat["role"], seat["status"]) for seat in roster] == [
        ("Ada", "host", "joining"),
        ("Ben", "student", "joining"),
    ]


async def test_the_roster_comes_in_pages(school: School) -> None:
    """[SECURITY Disk] In the order of the seats; nobody twice, nobody left out."""
    session = await school.session("Ada")
    names = ["Ada", "Ben", "Cid", "Dan", "Eve"]
    for name in names:
        await school.join(session, name)
    token = school.user_token("Ada")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        response = await school.call(
            "GET", f"{base(session)}/participants/", token=token, params=query
        )
        page = response.json()
        assert 1 <= len(page["items"]) <= 2
        seen += [seat["name"] for seat in page["items"]]
        cursor = page["next_cursor"]
    assert seen == names
    for wrong in ({"limit": "501"}, {"limit": "0"}, {"cursor": "x"}):
        refused = await school.call(
            "GET", f"{base(session)}/participants/", token=token, params=wrong
        )
        assert refused.status_code == 422


async def test_seats_over_rest_do_not_fill_a_session_for_long(school: School) -> None:
    """[SY-5] Five guests and two places: the third is told, and finds one after a minute."""
    session = await school.session("Ada", max_participants=2)
    await school.join(session, name="one")
    await school.join(session, name="two")
    path = f"{base(session)}/join/"
    body = {"access_code": session["access_code"], "name": "three"}
    refused = await school.call("POST", path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "room_full")
    school.clock.advance(60)
    assert (await school.call("POST", path, json=body)).status_code == 200


async def test_the_host_invites_by_the_platform_s_own_id(school: School) -> None:
    session = await school.session("Ada")
    path = f"{base(session)}/participants/"
    token = school.user_token("Ada")
    unnamed = await school.call("POST", path, token=token, json={"subject": "Ben"})
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "name")
    response = await school.call("POST", path, token=token, json={"subject": "Ben", "name": "Ben"})
    assert response.status_code == 201
    assert response.json()["status"] == "invited"
    again = await school.call("POST", path, token=token, json={"subject": "Ben"})
    assert again.status_code == 409


async def test_an_invitation_renames_nobody(school: School) -> None:
    await school.session("Ben")
    session = await school.session("Ada")
    response = await school.call(
        "POST",
        f"{base(session)}/participants/",
        token=school.user_token("Ada"),
        json={"subject": "Ben", "name": "Silly"},
    )
    assert response.json()["name"] == "Ben"


async def test_numbers_tell_no_names_of_one_s_own_platform_either(school: School) -> None:
    """[P13] By `user_id` those of this session are found, by `subject` whom one can name."""
    elsewhere = await school.session("Ada")
    ben = (await school.join(elsewhere, "Ben"))["participant"]["user_id"]
    session = await school.session("Eve")
    path = f"{base(session)}/participants/"
    token = school.user_token("Eve")
    for user_id in (ben, elsewhere["host_id"]):
        guessed = await school.call("POST", path, token=token, json={"user_id": user_id})
        assert (guessed.status_code, guessed.json()["field"]) == (404, "user_id")
    named = await school.call("POST", path, token=token, json={"subject": "Ben"})
    assert (named.status_code, named.json()["user_id"]) == (201, ben)
    by_operator = await school.operate("POST", path, json={"user_id": elsewhere["host_id"]})
    assert by_operator.status_code == 201


async def test_who_was_removed_or_waits_sees_no_such_session_among_theirs(school: School) -> None:
    """[P13] [WR-2] Who was invited does, also before they are let in."""
    session = await school.session("Ada", title="Fractions", settings={"waiting_room": True})
    ada, ben = school.user_token("Ada"), school.user_token("Ben")
    path = f"{base(session)}/participants/"

    async def titles(token: str) -> list[str]:
        answer = await school.call("GET", f"{API}/sessions/my/", token=token)
        return [item["title"] for item in answer.json()["items"]]

    waiting = await school.join(session, "Ben")
    await school.connect(waiting)
    assert await titles(ben) == []
    user_id = waiting["participant"]["user_id"]
    assert (await school.call("POST", f"{base(session)}/admit/{user_id}/", token=ada)).is_success
    assert await titles(ben) == ["Fractions"]
    assert (await school.call("POST", f"{base(session)}/kick/{user_id}/", token=ada)).is_success
    assert await titles(ben) == []
    invited = await school.call("POST", path, token=ada, json={"subject": "Cleo", "name": "Cleo"})
    assert invited.status_code == 201
    assert await titles(school.user_token("Cleo")) == ["Fractions"]
    assert await titles(ada) == ["Fractions"]


async def test_people_of_another_platform_cannot_be_looked_up(school: School) -> None:
    elsewhere = await school.session("Ada")
    guest = await school.join(elsewhere, name="Zoë")
    session = await school.session("Eve")
    path = f"{base(session)}/participants/"
    token = school.user_token("Eve")
    for user_id in (guest["participant"]["user_id"], 4_711):
        response = await school.call("POST", path, token=token, json={"user_id": user_id})
        assert (response.status_code, response.json()["field"]) == (404, "user_id")


@pytest.mark.parametrize(
    "body",
    [{}, {"user_id": 1, "subject": "x"}, {"user_id": 1, "role": "host"}, {"user_id": "1"}],
)
async def test_an_invitation_names_one_person_and_a_role_that_is_given(
    school: School, body: dict[str, Any]
) -> None:
    session = await school.session("Ada")
    response = await school.call(
        "POST", f"{base(session)}/participants/", token=school.user_token("Ada"), json=body
    )
    assert response.status_code == 422


async def test_a_kick_holds_for_all_tokens_until_an_invitation(school: School) -> None:
    """[SY-3] Void from that moment, until a host invites them again; old tokens stay void."""
    session = await school.session("Ada")
    ada = school.user_token("Ada")
    ben = await school.join(session, "Ben")
    ben_id = ben["participant"]["user_id"]
    school.clock.advance(1)
    kicked = await school.call(
        "POST", f"{base(session)}/kick/{ben_id}/", token=ada, json={"reason": "shouting"}
    )
    assert (kicked.status_code, kicked.json()["status"]) == (200, "kicked")
    for token in (ben["token"], school.user_token("Ben")):
        for method, path in (("GET", "/"), ("POST", "/join/")):
            refused = await school.call(method, base(session) + path, token=token)
            assert (refused.status_code, refused.json()["code"]) == (403, "kicked")
    again = await school.call("POST", f"{base(session)}/kick/{ben_id}/", token=ada)
    assert again.status_code == 409

    school.clock.advance(1)
    path = f"{base(session)}/participants/"
    invited = await school.call("POST", path, token=ada, json={"user_id": ben_id})
    assert invited.status_code == 201
    old = await school.call("GET", f"{base(session)}/", token=ben["token"])
    assert (old.status_code, old.json()["code"]) == (401, "unauthorized")
    back = await school.call("POST", f"{base(session)}/join/", token=school.user_token("Ben"))
    assert back.status_code == 200
    new = await school.call("GET", f"{base(session)}/", token=back.json()["token"])
    assert new.status_code == 200


async def test_a_kick_survives_a_restart_of_the_server(opened: Open) -> None:
    """[SY-3] Through restarts; and what is not void goes on with the same token."""
    async with opened() as school:
        session = await school.session("Ada")
        ben = await school.join(session, "Ben")
        cleo = await school.join(session, "Cleo")
        school.clock.advance(1)
        ada = school.user_token("Ada")
        ben_id = ben["participant"]["user_id"]
        await school.call("POST", f"{base(session)}/kick/{ben_id}/", token=ada)
        await school.call(
            "POST", f"{base(session)}/participants/", token=ada, json={"user_id": ben_id}
        )
    async with opened() as school:
        statuses = [
            (await school.call("GET", f"{base(session)}/", token=who["token"])).status_code
            for who in (ben, cleo)
        ]
    assert statuses == [401, 200]


async def test_a_host_is_not_kicked_and_nobody_kicks_themself(school: School) -> None:
    session = await school.session("Ada")
    ben = await school.join(session, "Ben")
    ada = school.user_token("Ada")
    ben_path = f"{base(session)}/permissions/"
    body = {"user_id": ben["participant"]["user_id"], "permissions": {"can_kick": True}}
    assert (await school.call("POST", ben_path, token=ada, json=body)).status_code == 200
    for user_id in (session["host_id"], ben["participant"]["user_id"]):
        path = f"{base(session)}/kick/{user_id}/"
        response = await school.call("POST", path, token=ben["token"])
        assert (response.status_code, response.json()["code"]) == (409, "conflict")
    nobody = await school.call("POST", f"{base(session)}/kick/4711/", token=ada)
    assert nobody.status_code == 404
    no_number = await school.call("POST", f"{base(session)}/kick/Ben/", token=ada)
    assert (no_number.status_code, no_number.json()["field"]) == (422, "user_id")


async def test_permissions_are_granted_and_withdrawn_at_once(school: School) -> None:
    """[BD-3] The room's own state counts, not what the token says."""
    session = await school.session("Ada")
    ben = await school.join(session, "Ben")
    ada = school.user_token("Ada")
    path = f"{base(session)}/permissions/"
    body = {"user_id": ben["participant"]["user_id"], "permissions": {"can_draw": False}}
    granted = await school.call("POST", path, token=ada, json=body)
    assert granted.json()["permissions"]["can_draw"] is False
    assert len(granted.json()["permissions"]) == 16
    save = f"{base(session)}/save/"
    assert (await school.call("POST", save, token=ben["token"])).status_code == 403
    body = {"user_id": ben["participant"]["user_id"], "permissions": {"can_draw": True}}
    await school.call("POST", path, token=ada, json=body)
    assert (await school.call("POST", save, token=ben["token"])).status_code == 200


async def test_a_whole_role_is_granted_and_withdrawn(school: School) -> None:
    session = await school.session("Ada")
    ben = await school.join(session, "Ben")
    path = f"{base(session)}/permissions/"
    body = {"role": "student", "permissions": {"can_pause": True}}
    granted = await school.call("POST", path, token=school.user_token("Ada"), json=body)
    assert granted.json() == {
        "user_id": None,
        "role": "student",
        "permissions": {"can_pause": True},
    }
    await school.call("POST", f"{base(session)}/start/", token=school.user_token("Ada"))
    paused = await school.call("POST", f"{base(session)}/pause/", token=ben["token"])
    assert paused.status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "student", "permissions": {"can_fly": True}}, "permissions.can_fly"),
        ({"role": "student", "permissions": {"can_draw": "yes"}}, "permissions.can_draw"),
        ({"role": "student", "permissions": {}}, "permissions"),
        ({"role": "host", "permissions": {"can_draw": True}}, "role"),
        ({"user_id": 0, "permissions": {"can_draw": True}}, "user_id"),
        ({"permissions": {"can_draw": True}}, None),
        ({"role": "student", "user_id": 1, "permissions": {"can_draw": True}}, None),
    ],
)
async def test_bad_permissions_are_refused_and_named(
    school: School, body: dict[str, Any], field: str | None
) -> None:
    session = await school.session("Ada")
    response = await school.call(
        "POST", f"{base(session)}/permissions/", token=school.user_token("Ada"), json=body
    )
    assert (response.status_code, response.json().get("field")) == (422, field)


async def test_one_turns_one_s_own_tracks_on_and_off(school: School) -> None:
    """[RT-3] On needs the permission, off does not; and one has to be there."""
    session = await school.session("Ada")
    ben = await school.join(session, "Ben")
    path = f"{base(session)}/media/"
    absent = await school.call("POST", path, token=ben["token"], json={"video_enabled": True})
    assert absent.status_code == 409
    await school.connect(ben)
    on = await school.call("POST", path, token=ben["token"], json={"video_enabled": True})
    assert on.json() == {"video_enabled": True, "audio_enabled": False, "screen_sharing": False}
    refused = await school.call("POST", path, token=ben["token"], json={"screen_sharing": True})
    assert (refused.status_code, refused.json()["field"]) == (403, "screen_sharing")
    off = await school.call("POST", path, token=ben["token"], json={"video_enabled": False})
    assert off.json()["video_enabled"] is False
    empty = await school.call("POST", path, token=ben["token"], json={})
    assert empty.status_code == 422
