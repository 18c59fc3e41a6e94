"""Getting a seat and the token for it.

Tests also: actors/runtime/chance.py, gateway/rest/plumbing/room_tokens.py.
"""

import jwt
import pytest

from gateway.config import GatewayConfig
from lessonroom.people.permissions import Permission
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.getting_in import path_of
from tests.gateway.rest.school import API, OPERATOR, School


async def test_the_host_joins_without_a_code(school: School) -> None:
    session = await school.session("Ada")
    response = await school.call("POST", path_of(session), token=school.user_token("Ada"))
    assert response.status_code == 200
    joined = response.json()
    assert joined["participant"]["role"] == "host"
    assert joined["session"]["status"] == "waiting"
    assert joined["session"]["access_code"] == session["access_code"]
    claims = school.tokens.verify_room(joined["token"], session["session_id"])
    assert claims.user_id == session["host_id"]
    assert len(claims.permissions) == len(Permission)
    assert joined["token"] not in joined["ws_url"]
    assert joined["ws_url"].endswith(f"/ws/classroom/{session['session_id']}/")


async def test_a_guest_joins_with_code_and_name(school: School) -> None:
    session = await school.session(settings={"guest_role": "viewer"})
    joined = await school.join(session, name="Zoë")
    assert joined["participant"]["name"] == "Zoë"
    assert joined["participant"]["role"] == "viewer"
    assert joined["session"]["access_code"] is None


async def test_two_guests_of_one_name_are_two_people(school: School) -> None:
    session = await school.session()
    code = session["access_code"]
    first, second = [
        (
            await school.call("POST", path_of(session), json={"access_code": code, "name": "Zoë"})
        ).json()["participant"]
        for _ in range(2)
    ]
    assert first["user_id"] != second["user_id"]
    assert (first["name"], second["name"]) == ("Zoë", "Zoë (2)")


async def test_a_guest_comes_back_to_the_same_seat_with_the_room_token(school: School) -> None:
    session = await school.session()
    first = await school.join(session, name="Zoë")
    response = await school.call("POST", path_of(session), token=first["token"])
    assert response.status_code == 200
    assert response.json()["participant"]["user_id"] == first["participant"]["user_id"]


@pytest.mark.parametrize("typed", ["{}", "{} ", "{lower}", "{head}-{tail}"])
async def test_a_code_is_taken_as_people_type_it(school: School, typed: str) -> None:
    session = await school.session()
    code = session["access_code"]
    code = typed.format(code, lower=code.lower(), head=code[:4], tail=code[4:])
    await school.join(session, "Ben", access_code=code)


async def test_a_person_invited_needs_no_code(school: School) -> None:
    session = await school.session("Ada")
    invited = await school.call(
        "POST",
        f"{API}/sessions/{session['session_id']}/participants/",
        token=school.user_token("Ada"),
        json={"subject": "Ben", "name": "Ben", "role": "viewer"},
    )
    assert invited.status_code == 201
    response = await school.call("POST", path_of(session), token=school.user_token("Ben"))
    assert response.status_code == 200
    assert response.json()["participant"]["role"] == "viewer"


async def test_a_guest_needs_a_name(school: School) -> None:
    session = await school.session()
    response = await school.call(
        "POST", path_of(session), json={"access_code": session["access_code"]}
    )
    assert (response.status_code, response.json()["field"]) == (422, "name")


async def test_a_session_may_take_no_guests(school: School) -> None:
    session = await school.session(settings={"allow_guests": False})
    body = {"access_code": session["access_code"], "name": "Zoë"}
    response = await school.call("POST", path_of(session), json=body)
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    await school.join(session, "Ben")


async def test_a_lesson_for_one_has_room_for_the_pupil_beside_the_host(school: School) -> None:
    """[SY-5] Who leads takes nobody's place."""
    session = await school.session("Ada", max_participants=1)
    await school.connect(await school.join(session, "Ada"))
    await school.connect(await school.join(session, "Ben"))
    right = {"access_code": session["access_code"], "name": "Zoë"}
    full = await school.call("POST", path_of(session), json=right)
    assert (full.status_code, full.json()["code"]) == (409, "room_full")


@pytest.mark.parametrize(
    ("name", "shown"), [("x" * 300, "x" * 64), ("\u200b", "Participant"), ("", "Participant")]
)
async def test_a_platform_s_odd_name_lets_its_person_in(
    opened: Open, name: str, shown: str
) -> None:
    """Of a new person it is replaced; one who is known keeps the name that they had."""
    key = b"the secret of the platform, 32 bytes"
    async with opened(api_keys={"school": key}) as school:
        now_s = school.clock.now_ms() // 1000
        times = {"iat": now_s, "exp": now_s + 60}

        def token_of(sub: str, called: str) -> str:
            claims = {"iss": "school", "sub": sub, "name": called, "scope": "user", **times}
            return jwt.encode(claims, key, "HS256")

        session = await school.session("Ada")
        body = {"access_code": session["access_code"]}

        async def joined(sub: str, called: str) -> object:
            answer = await school.call(
                "POST", path_of(session), token=token_of(sub, called), json=body
            )
            assert answer.status_code == 200, answer.text
            return answer.json()["participant"]["name"]

        assert await joined("new", name) == shown
        assert await joined("known", "Ben") == "Ben"
        assert await joined("known", name) == "Ben"
        store = school.app.state.services.rooms.store
        kept = (await store.user_by_subject("school", "known")).name
        assert kept == ("Ben" if shown == "Participant" else shown)


async def test_a_full_room_takes_nobody_but_those_inside(school: School) -> None:
    session = await school.session(max_participants=1)
    inside = await school.join(session, "Ben")
    await school.connect(inside)
    right = {"access_code": session["access_code"], "name": "Zoë"}
    full = await school.call("POST", path_of(session), json=right)
    assert (full.status_code, full.json()["code"]) == (409, "room_full")
    again = await school.call("POST", path_of(session), token=school.user_token("Ben"))
    assert again.status_code == 200


async def test_new_guests_come_only_so_fast(opened: Open) -> None:
    async with opened(config=GatewayConfig(guest_joins_per_min=1)) as school:
        session = await school.session()
        right = {"access_code": session["access_code"], "name": "Zoë"}
        statuses = [
            (await school.call("POST", path_of(session), json=right)).status_code for _ in range(3)
        ]
        assert statuses == [200, 200, 429]
        school.clock.advance(60)
        assert (await school.call("POST", path_of(session), json=right)).status_code == 200


async def test_the_address_of_the_socket_is_the_public_one(opened: Open) -> None:
    config = GatewayConfig(public_url="https://lessons.example.org")
    async with opened(config=config) as school:
        session = await school.session("Ada")
        joined = await school.join(session, "Ada")
        assert joined["ws_url"] == (
            f"wss://lessons.example.org/ws/classroom/{session['session_id']}/"
        )


async def test_a_host_header_that_is_none_makes_no_address(school: School) -> None:
    session = await school.session("Ada")
    response = await school.call(
        "POST",
        path_of(session),
        token=school.user_token("Ada"),
        headers={"Host": "a/../x@evil.example"},
    )
    assert (response.status_code, response.json()["field"]) == (422, "Host")


async def test_the_operator_of_the_socket_is_nobody_who_could_join(school: School) -> None:
    session = await school.session("Ada")
    response = await school.operate("POST", path_of(session))
    assert response.status_code == 403
    token = await school.operate(
        "POST",
        f"{OPERATOR}/tokens/room/",
        json={"session_id": session["session_id"], "subject": "Ola", "name": "Ola"},
    )
    assert token.status_code == 201
