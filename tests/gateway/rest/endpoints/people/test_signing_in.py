"""Signing in by link, staying so, signing out, and tokens that are made void.

Tests also: gateway/identity/revocations.py, gateway/rest/operating/sign_ins.py,
storage/people/revocation.py.
"""

from typing import Any

import pytest

from gateway.identity.claims import Scope
from gateway.identity.revocations import Revocations
from gateway.identity.sign_in import SignIn
from tests.gateway.rest.school import API, OPERATOR, School

PATH = f"{API}/sign-in/"
ME = f"{API}/me/"
OUT = f"{API}/sign-out/"
RENEW = f"{API}/sign-in/renew/"
LINKS = f"{OPERATOR}/sign-in-links/"
DAY_S = 86_400


async def signed_in(school: School, **link: object) -> dict[str, Any]:
    """Sign in by a link as the operator prints it, and return the answer."""
    made = await school.operate("POST", LINKS, json=link)
    assert made.status_code == 201, made.text
    code = made.json()["url"].rpartition("#")[2]
    answer = await school.call("POST", PATH, json={"code": code})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def status_of(school: School, token: str) -> int:
    return (await school.call("GET", ME, token=token)).status_code


async def test_a_printed_link_signs_the_operator_in_once(school: School) -> None:
    """[SECURITY Sign-in links] The token opens the operator's routes."""
    await school.app.state.services.sign_in_codes.add("a-code-that-was-printed", SignIn())
    signed_in = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert signed_in.status_code == 200, signed_in.text
    token = signed_in.json()["token"]
    assert (await school.call("GET", f"{OPERATOR}/rooms/", token=token)).status_code == 200
    again = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert (again.status_code, again.json()["field"]) == (401, "code")
    assert "lessonroom signin-link" in again.json()["detail"]


async def test_no_guess_keeps_out_the_operator(school: School) -> None:
    """[SECURITY Sign-in links] Neither of codes nor of access codes, from wherever they come."""
    await school.app.state.services.sign_in_codes.add("a-code-that-was-printed", SignIn())
    guess = {"access_code": "WRONG234", "name": "Eve"}
    for n in range(30):
        wrong = await school.call("POST", PATH, json={"code": f"a-code-that-was-guessed-{n}"})
        assert wrong.status_code == 401
        await school.call("POST", f"{API}/sessions/no-such-{n}/join/", json=guess)
    right = await school.call("POST", PATH, json={"code": "a-code-that-was-printed"})
    assert right.status_code == 200


async def test_a_new_link_leads_back_to_the_same_lessons(school: School) -> None:
    """Whoever closed the tab is nobody new."""
    first = await signed_in(school)
    path = f"{API}/sessions/"
    await school.call("POST", path, token=first["token"], json={"title": "Fractions"})
    second = await signed_in(school)
    mine = await school.call("GET", f"{path}my/", token=second["token"])
    assert [item["title"] for item in mine.json()["items"]] == ["Fractions"]
    assert second["user_id"] == first["user_id"]


async def test_a_sign_in_lasts_thirty_days_from_its_last_use(school: School) -> None:
    """Renewed on the 29th day it outlives the 31st; the first token does not."""
    first = (await signed_in(school))["token"]
    school.clock.advance(29 * DAY_S)
    renewed = await school.call("POST", RENEW, token=first)
    assert renewed.status_code == 200, renewed.text
    school.clock.advance(2 * DAY_S)
    assert await status_of(school, first) == 401
    assert await status_of(school, renewed.json()["token"]) == 200


async def test_a_renewed_operator_is_an_operator_and_a_user_is_a_user(school: School) -> None:
    for scope, status in (("operator", 200), ("user", 403)):
        first = await signed_in(school, name=f"Ada {scope}", scope=scope)
        renewed = (await school.call("POST", RENEW, token=first["token"])).json()["token"]
        rooms = await school.call("GET", f"{OPERATOR}/rooms/", token=renewed)
        assert rooms.status_code == status


async def test_only_a_sign_in_by_link_is_renewed(school: School) -> None:
    """A token for twelve hours that got about must not become one for ever."""
    minted = school.user_token("Ada")
    assert (await school.call("POST", RENEW, token=minted)).status_code == 403


async def test_signing_out_ends_the_sign_in_with_all_its_tokens(school: School) -> None:
    """[SECURITY Sign-in links] The renewed ones, too; another device stays signed in."""
    here, there = await signed_in(school), await signed_in(school)
    renewed = (await school.call("POST", RENEW, token=here["token"])).json()["token"]
    out = await school.call("POST", OUT, token=renewed)
    told = {"user_id": here["user_id"], "everywhere": False, "provider_url": None}
    assert out.json() == told
    assert await status_of(school, here["token"]) == 401
    assert await status_of(school, renewed) == 401
    assert (await school.call("POST", RENEW, token=here["token"])).status_code == 401
    assert await status_of(school, there["token"]) == 200


async def test_signing_out_everywhere_ends_every_token_of_the_person(school: School) -> None:
    """[SECURITY Sign-in links] Room tokens among them; who signs in again is in at once."""
    here, there = await signed_in(school), await signed_in(school)
    somebody_else = school.user_token("Bob")
    session = await school.session("Bob")
    path = f"{API}/sessions/{session['session_id']}/"
    code = {"access_code": session["access_code"]}
    joined = await school.call("POST", f"{path}join/", token=there["token"], json=code)
    room_token = joined.json()["token"]
    assert (await school.call("GET", path, token=room_token)).status_code == 200
    await school.call("POST", OUT, token=here["token"], json={"everywhere": True})
    for token in (here["token"], there["token"]):
        assert await status_of(school, token) == 401
    assert (await school.call("GET", path, token=room_token)).status_code == 401
    assert await status_of(school, somebody_else) == 200
    again = await signed_in(school)
    assert await status_of(school, again["token"]) == 200
    rejoined = await school.call("POST", f"{path}join/", token=again["token"])
    assert (await school.call("GET", path, token=rejoined.json()["token"])).status_code == 200


async def test_what_was_signed_out_stays_so_after_a_restart(school: School) -> None:
    """[SECURITY Sign-in links] Marks are on disk."""
    here = await signed_in(school)
    claims = school.tokens.verify_user(here["token"])
    await school.call("POST", OUT, token=here["token"], json={"everywhere": True})
    anew = Revocations(school.app.state.services.rooms)
    assert not anew.is_revoked(claims)
    await anew.load()
    assert anew.is_revoked(claims)
    assert anew.void_until_ms(here["user_id"]) == school.clock.now_ms()


async def test_the_operator_gives_themself_a_name_that_stays(school: School) -> None:
    """Older tokens and later links do not bring the old one back."""
    first = await signed_in(school)
    assert (first["name"], first["is_named"]) == ("Operator", False)
    renamed = await school.call("PATCH", ME, token=first["token"], json={"name": " Ada  L. "})
    assert renamed.json()["name"] == "Ada L."
    mine = await school.call("GET", ME, token=first["token"])
    assert (mine.json()["name"], mine.json()["is_named"]) == ("Ada L.", True)
    second = await signed_in(school)
    assert (second["name"], second["is_named"]) == ("Ada L.", True)


async def test_a_new_name_is_seen_in_a_lesson_from_the_next_time_on(school: School) -> None:
    """Not on the old seat for ever: it is on the cursor and in the roster."""
    host = (await signed_in(school))["token"]
    created = await school.call("POST", f"{API}/sessions/", token=host, json={})
    path = f"{API}/sessions/{created.json()['session_id']}/join/"
    before = await school.call("POST", path, token=host)
    await school.call("PATCH", ME, token=host, json={"name": "Ada"})
    seat = before.json()["participant"]
    assert seat["name"] == "Operator"
    services = school.app.state.services
    school.clock.advance(61)
    after = await school.call("POST", path, token=host)
    assert after.json()["participant"]["name"] == "Ada"
    stored = await services.rooms.store.participant(created.json()["session_id"], seat["user_id"])
    assert stored.name == "Ada"


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 257])
async def test_a_name_that_is_none_is_refused(school: School, name: str) -> None:
    token = (await signed_in(school))["token"]
    refused = await school.call("PATCH", ME, token=token, json={"name": name})
    assert (refused.status_code, refused.json()["field"]) == (422, "name")


async def test_whom_a_platform_names_does_not_name_themself(school: School) -> None:
    token = school.user_token("Ada")
    refused = await school.call("PATCH", ME, token=token, json={"name": "Bob"})
    assert refused.status_code == 403
    assert (await school.call("GET", ME, token=token)).json()["may_rename"] is False


async def test_a_link_for_a_name_is_for_whoever_has_it(school: School) -> None:
    """The operator's own, in whatever case; a new name is a new person, who is no operator."""
    operator = await signed_in(school)
    await school.call("PATCH", ME, token=operator["token"], json={"name": "Ada"})
    assert (await signed_in(school, name="ada"))["user_id"] == operator["user_id"]
    bob = await school.operate("POST", LINKS, json={"name": "Bob"})
    assert (bob.json()["is_new"], bob.json()["scope"]) == (True, "user")
    first, second = await signed_in(school, name="Bob"), await signed_in(school, name="Bob")
    assert first["user_id"] == second["user_id"] != operator["user_id"]
    rooms = await school.call("GET", f"{OPERATOR}/rooms/", token=first["token"])
    assert rooms.status_code == 403


async def test_of_two_with_one_name_the_operator_says_which(school: School) -> None:
    for subject in ("bob-1", "bob-2"):
        await signed_in(school, name="Bob", subject=subject)
    refused = await school.operate("POST", LINKS, json={"name": "Bob"})
    assert (refused.status_code, refused.json()["field"]) == (409, "subject")
    assert "bob-1, bob-2" in refused.json()["detail"]


async def test_a_single_token_is_revoked_and_others_of_its_person_are_not(school: School) -> None:
    """[SECURITY Tokens] Of users and of operators, by the token alone."""
    for scope in (Scope.USER, Scope.OPERATOR):
        lost, kept = (
            school.tokens.mint_user(
                "Ada", "Ada", scope=scope, ttl_s=3_600, token_id=f"{scope}-{one}"
            )
            for one in ("lost", "kept")
        )
        assert await status_of(school, lost) == 200
        revoked = await school.operate("POST", f"{OPERATOR}/tokens/revoke/", json={"token": lost})
        assert revoked.json() == {"subject": "Ada", "is_sign_in": False}
        assert await status_of(school, lost) == 401
        assert await status_of(school, kept) == 200


async def test_a_revoked_token_is_void_however_its_signature_is_spelled(school: School) -> None:
    """[SECURITY Tokens] The last of 43 characters has two bits to spare."""
    token = school.user_token("Ada")
    await school.operate("POST", f"{OPERATOR}/tokens/revoke/", json={"token": token})
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(token[-1]) & ~3
    for spare in range(4):
        assert await status_of(school, token[:-1] + alphabet[last + spare]) == 401


async def test_a_room_token_is_not_revoked_alone(school: School) -> None:
    """It says what to do instead; nothing was done."""
    joined = await school.join(await school.session("Ada"), "Bob")
    body = {"token": joined["token"]}
    refused = await school.operate("POST", f"{OPERATOR}/tokens/revoke/", json=body)
    assert (refused.status_code, refused.json()["field"]) == (422, "token")


async def test_the_operator_signs_somebody_out(school: School) -> None:
    """For a device that was lost."""
    bob = await signed_in(school, name="Bob")
    path = f"{OPERATOR}/users/{bob['user_id']}/sign-out/"
    assert (await school.operate("POST", path)).status_code == 200
    assert await status_of(school, bob["token"]) == 401
    assert (await school.operate("POST", f"{OPERATOR}/users/999/sign-out/")).status_code == 404
