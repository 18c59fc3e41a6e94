"""A guest's seat key: the same person after the token is gone, for as long as that is right.

Tests also: gateway/identity/seat_keys.py.
"""

from typing import Any

import pytest

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR, School

DAY_S = 86_400
ADA = "Ada"


def base(session: dict[str, Any]) -> str:
    return f"{API}/sessions/{session['session_id']}"


async def by_key(
    school: School, session: dict[str, Any], key: str, what: str = "join", **body: object
) -> tuple[int, dict[str, Any]]:
    """Call with a seat key and no token."""
    path = f"{base(session)}/{what}/"
    response = await school.call("POST", path, json={"seat_key": key, **body})
    return response.status_code, dict(response.json())


async def as_host(school: School, session: dict[str, Any], what: str, **body: object) -> None:
    path = f"{base(session)}/{what}/"
    done = await school.call("POST", path, token=school.user_token(ADA), json=body)
    assert done.status_code < 300, done.text


async def kick(school: School, session: dict[str, Any], guest: dict[str, Any]) -> None:
    school.clock.advance(1)
    await as_host(school, session, f"kick/{guest['participant']['user_id']}")
    school.clock.advance(1)


async def test_a_guest_whose_token_ran_out_has_the_same_seat_again(school: School) -> None:
    """[SY-9] Same number, name and permissions; nobody gets "Ann (2)"."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    user_id = ann["participant"]["user_id"]
    granted = {"user_id": user_id, "permissions": {"can_draw": False}}
    await as_host(school, session, "permissions", **granted)
    school.clock.advance(20 * DAY_S)
    with pytest.raises(Exception, match="expired"):
        school.tokens.verify_room(ann["token"])
    status, back = await by_key(school, session, ann["seat_key"])
    assert status == 200
    assert (back["participant"]["user_id"], back["participant"]["name"]) == (user_id, "Ann")
    claims = school.tokens.verify_room(back["token"], session["session_id"])
    assert claims.user_id == user_id
    assert "can_draw" not in claims.permissions
    roster = await school.call(
        "GET", f"{base(session)}/participants/", token=school.user_token(ADA)
    )
    assert [seat["name"] for seat in roster.json()["items"]] == ["Ann", "Ada"]


async def test_a_key_is_told_once_and_goes_on(school: School) -> None:
    """[SY-9] It is not changed by use: an answer that gets lost loses no seat."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    assert len(ann["seat_key"]) == 43
    for _ in range(2):
        status, back = await by_key(school, session, ann["seat_key"])
        assert (status, back["seat_key"]) == (200, None)
    renewed = await school.call("POST", f"{base(session)}/join/", token=ann["token"], json={})
    assert renewed.json()["seat_key"] is None


async def test_two_devices_with_one_key_are_one_person(school: School) -> None:
    """[SY-9] As two tabs with one token are."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    answers = [await by_key(school, session, ann["seat_key"]) for _ in range(2)]
    assert {back["participant"]["user_id"] for _, back in answers} == {
        ann["participant"]["user_id"]
    }


async def test_whoever_signed_in_gets_no_key(school: School) -> None:
    """[SY-9] Their user token says who they are."""
    session = await school.session(ADA)
    for name in (ADA, "Ben"):
        assert (await school.join(session, name))["seat_key"] is None


@pytest.mark.parametrize("days", [29, 31])
async def test_a_key_lasts_from_its_last_use(school: School, days: int) -> None:
    """[SY-9] For `rooms.seat_key_days`; a weekly pupil keeps the seat all year."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    for _ in range(3):
        school.clock.advance(20 * DAY_S)
        assert (await by_key(school, session, ann["seat_key"]))[0] == 200
    school.clock.advance(days * DAY_S)
    status, _ = await by_key(school, session, ann["seat_key"])
    assert status == (200 if days < 30 else 403)


async def test_without_days_there_are_no_keys(opened: Open) -> None:
    """[SY-9] Those from before open nothing either."""
    async with opened() as school:
        session = await school.session(ADA)
        ann = await school.join(session, name="Ann")
    async with opened(config=GatewayConfig(seat_key_days=0)) as school:
        assert (await by_key(school, session, ann["seat_key"]))[0] == 403
        assert (await school.join(session, name="Zoë"))["seat_key"] is None


async def test_a_key_outlives_a_restart_and_a_new_secret(opened: Open) -> None:
    """[SY-9] It is no token: rotating what signs those changes nothing."""
    async with opened() as school:
        session = await school.session(ADA)
        ann = await school.join(session, name="Ann")
    async with opened(secrets=(b"another secret of thirty-two bytes or so",)) as school:
        status, back = await by_key(school, session, ann["seat_key"])
        assert (status, back["participant"]["name"]) == (200, "Ann")


async def test_a_changed_code_and_a_closed_door_leave_keys_alone(school: School) -> None:
    """[SY-9] Whoever has a seat needs no code."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    await as_host(school, session, "access_code")
    closed = {"settings": {"allow_guests": False}}
    patched = await school.call(
        "PATCH", f"{base(session)}/", token=school.user_token(ADA), json=closed
    )
    assert patched.status_code == 200
    assert (await by_key(school, session, ann["seat_key"]))[0] == 200


async def test_a_full_room_is_full_for_a_key_and_does_not_void_it(school: School) -> None:
    """[SY-9] [SY-5] The seat is kept, the place is whoever's is there."""
    session = await school.session(ADA, max_participants=1)
    await school.connect(await school.join(session, ADA))
    ann = await school.join(session, name="Ann")
    school.clock.advance(3_600)
    ben = await school.join(session, "Ben")
    await school.connect(ben)
    status, refusal = await by_key(school, session, ann["seat_key"])
    assert (status, refusal["code"]) == (409, "room_full")
    await kick(school, session, ben)
    assert (await by_key(school, session, ann["seat_key"]))[0] == 200


async def test_a_kick_voids_the_key_for_good(school: School) -> None:
    """[SY-9] They are told so while they are out, and nothing once somebody invites them again."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    await kick(school, session, ann)
    for what in ("join", "token", "invitation", "leave"):
        status, refusal = await by_key(school, session, ann["seat_key"], what)
        assert (what, status, refusal["code"]) == (what, 403, "kicked")
    again = {"user_id": ann["participant"]["user_id"]}
    await as_host(school, session, "participants", **again)
    status, refusal = await by_key(school, session, ann["seat_key"])
    assert (status, refusal["code"]) == (403, "wrong_access_code")


async def test_an_erased_guest_has_no_key_any_more(school: School) -> None:
    """[SY-9] Nor is a hash of it kept."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    path = f"{OPERATOR}/users/{ann['participant']['user_id']}/erase/"
    school.clock.advance(1)
    erased = await school.operate("POST", path)
    assert erased.status_code == 200, erased.text
    school.clock.advance(1)
    assert (await by_key(school, session, ann["seat_key"]))[0] == 403


async def test_the_operator_signs_a_guest_out_and_the_key_is_void(school: School) -> None:
    """[SY-9] Also when the mark of that has long been forgotten."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    path = f"{OPERATOR}/users/{ann['participant']['user_id']}/sign-out/"
    assert (await school.operate("POST", path)).status_code == 200
    assert (await by_key(school, session, ann["seat_key"]))[0] == 403
    revocations = school.app.state.services.revocations
    revocations._marks = {}
    assert (await by_key(school, session, ann["seat_key"]))[0] == 403


@pytest.mark.parametrize("with_token", [True, False])
async def test_a_guest_gives_the_seat_up_for_good(school: School, *, with_token: bool) -> None:
    """[SY-9] On a computer that others use: key and token open nothing any more."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    if with_token:
        left = await school.call("POST", f"{base(session)}/leave/", token=ann["token"], json={})
        assert left.status_code == 200, left.text
    else:
        status, left_out = await by_key(school, session, ann["seat_key"], "leave")
        assert (status, left_out["user_id"]) == (200, ann["participant"]["user_id"])
    assert (await by_key(school, session, ann["seat_key"]))[0] == 403
    again = await school.call("POST", f"{base(session)}/join/", token=ann["token"], json={})
    assert again.status_code == 401
    school.clock.advance(1)
    assert (await school.join(session, name="Ann"))["participant"]["name"] == "Ann (2)"


async def test_a_key_of_another_session_is_an_unknown_one(school: School) -> None:
    """[SY-9] All keys that open nothing have the answer of a wrong code, and of no session."""
    session, other = await school.session(ADA), await school.session(ADA)
    ann = await school.join(session, name="Ann")
    nowhere = {"session_id": "no-such"}
    for what in ("join", "token", "invitation", "leave"):
        answers = [
            await by_key(school, other, ann["seat_key"], what),
            await by_key(school, other, "x", what),
            await by_key(school, nowhere, ann["seat_key"], what),
        ]
        assert {status for status, _ in answers} == {403}
        assert all(answer == answers[0][1] for _, answer in answers)
        assert answers[0][1]["code"] == "wrong_access_code"
    wrong = {"access_code": "WRONG234", "name": "Eve"}
    response = await school.call("POST", f"{base(other)}/join/", json=wrong)
    assert response.json() == (await by_key(school, other, "x"))[1]


@pytest.mark.parametrize("what", ["join", "token", "invitation", "leave"])
async def test_unknown_keys_are_counted_as_wrong_codes_and_the_right_one_is_not_held_up(
    school: School, what: str
) -> None:
    """[SY-9] [SECURITY Guessed codes] Whoever has a key has a seat."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    for n in range(10):
        assert (await by_key(school, session, f"guess-{n}", what))[0] == 403
    status, refusal = await by_key(school, session, "guess", what)
    assert (status, refusal["code"]) == (429, "rate_limited")
    assert (await by_key(school, session, ann["seat_key"], what))[0] == 200


async def test_with_a_void_key_a_code_and_a_name_one_comes_in_as_somebody_new(
    school: School,
) -> None:
    """[SY-9] A page need not know what its key is worth."""
    session = await school.session(ADA)
    code = {"access_code": session["access_code"], "name": "Ann"}
    status, joined = await by_key(school, session, "stale", **code)
    assert status == 200
    assert joined["seat_key"]
    status, refusal = await by_key(school, session, "stale", access_code=session["access_code"])
    assert (status, refusal["field"]) == (422, "name")


async def test_who_waits_to_be_let_in_still_waits_and_who_was_let_in_is_in(
    school: School,
) -> None:
    """[SY-9] [WR-6] The key gives the seat back as it is."""
    session = await school.session(ADA, settings={"waiting_room": True})
    ann = await school.join(session, name="Ann")
    status, back = await by_key(school, session, ann["seat_key"])
    assert (status, back["participant"]["is_admitted"]) == (200, False)
    await as_host(school, session, f"admit/{ann['participant']['user_id']}")
    status, back = await by_key(school, session, ann["seat_key"])
    assert (status, back["participant"]["is_admitted"]) == (200, True)


async def test_after_the_end_a_key_opens_what_can_be_read(school: School) -> None:
    """[SY-9] Nobody comes in, and the board can be taken along."""
    session = await school.session(ADA)
    ann = await school.join(session, name="Ann")
    await as_host(school, session, "start")
    await as_host(school, session, "complete")
    school.clock.advance(5 * DAY_S)
    status, refusal = await by_key(school, session, ann["seat_key"])
    assert (status, refusal["code"]) == (410, "session_ended")
    status, invited = await by_key(school, session, ann["seat_key"], "invitation")
    assert (status, invited["status"]) == (200, "completed")
    status, renewed = await by_key(school, session, ann["seat_key"], "token")
    assert status == 200
    for what in ("", "export/", "chat/"):
        read = await school.call("GET", f"{base(session)}/{what}", token=renewed["token"])
        assert (what, read.status_code) == (what, 200)
    drawn = await school.call("POST", f"{base(session)}/save/", token=renewed["token"])
    assert drawn.status_code == 410


async def test_a_guest_from_before_keys_gets_one_with_the_next_token(opened: Open) -> None:
    """[SY-9] And so does one whose key was lost before it could be stored."""
    async with opened(config=GatewayConfig(seat_key_days=0)) as school:
        session = await school.session(ADA)
        ann = await school.join(session, name="Ann")
    async with opened() as school:
        renewed = await school.call("POST", f"{base(session)}/join/", token=ann["token"], json={})
        key = renewed.json()["seat_key"]
        assert key
        _, back = await by_key(school, session, key)
        assert back["participant"]["user_id"] == ann["participant"]["user_id"]


@pytest.mark.parametrize("key", ["", "k" * 129, 7, ["k"]])
async def test_what_cannot_be_a_key_is_named(school: School, key: Any) -> None:  # noqa: ANN401
    session = await school.session(ADA)
    status, refusal = await by_key(school, session, key)
    assert (status, refusal["field"]) == (422, "seat_key")
