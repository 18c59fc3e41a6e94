"""Signing out, here and by the provider's word."""

from urllib.parse import urlencode

import jwt
import pytest

from gateway.config import GatewayConfig
from gateway.oidc.verifying import LOGOUT_EVENT
from tests.gateway.oidc.tiny_provider import CLIENT, OTHER_KEY, Changes, TinyProvider, without
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.by_provider.school_browser import (
    LOGOUT,
    ROOT,
    Browser,
    log_out,
    oidc_of,
    status_of,
)
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock


async def test_signing_out_here_leads_out_there(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    token = (await browser.sign_in())["token"]
    out = (await school.call("POST", f"{API}/sign-out/", token=token)).json()
    query = urlencode({"client_id": CLIENT, "post_logout_redirect_uri": f"{ROOT}/"})
    assert out["provider_url"] == f"{provider.issuer}/out?{query}"
    assert await status_of(school, token) == 401
    by_link = school.user_token("Bob")
    out = (await school.call("POST", f"{API}/sign-out/", token=by_link)).json()
    assert out["provider_url"] is None


async def in_a_lesson(school: School, token: str) -> tuple[str, str]:
    """Have somebody join somebody else's lesson; return its path and their room token."""
    session = await school.session("Bob")
    path = f"{API}/sessions/{session['session_id']}/"
    code = {"access_code": session["access_code"]}
    joined = await school.call("POST", f"{path}join/", token=token, json=code)
    again = await school.call("POST", f"{path}token/", token=joined.json()["token"])
    return path, again.json()["token"]


async def test_a_session_that_ends_there_ends_here_with_its_room_tokens(
    school: School, browser: Browser, provider: TinyProvider, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider] Those of other devices go on."""
    provider.claims = {"sid": "laptop"}
    here = (await browser.sign_in())["token"]
    provider.claims = {"sid": "tablet"}
    there = (await browser.sign_in())["token"]
    solo = await school.call("POST", f"{API}/sessions/solo/", token=here, json={})
    mine, my_token = await in_a_lesson(school, here)
    other, other_token = await in_a_lesson(school, there)
    clock.advance(1)
    told = await log_out(school, provider.logout_token({"sid": "laptop", "sub": "ada"}))
    assert (told.status_code, told.headers["cache-control"]) == (200, "no-store")
    assert await status_of(school, here) == 401
    assert await status_of(school, my_token, mine) == 401
    own = solo.json()
    path = f"{API}/sessions/{own['session']['session_id']}/"
    assert await status_of(school, own["token"], path) == 401
    assert await status_of(school, there) == 200
    assert await status_of(school, other_token, other) == 200
    provider.claims = {"sid": "laptop again"}
    assert await status_of(school, (await browser.sign_in())["token"]) == 200


async def test_somebody_who_is_logged_out_there_is_out_here_everywhere(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    """[SECURITY Sign-in by a provider] Where the provider names no session. They may come again."""
    first = (await browser.sign_in())["token"]
    provider.claims = {"sid": "tablet"}
    second = (await browser.sign_in())["token"]
    lesson, room_token = await in_a_lesson(school, second)
    somebody_else = (await browser.sign_in("bob"))["token"]
    assert (await log_out(school, provider.logout_token({"sub": "ada"}))).status_code == 200
    for token in (first, second):
        assert await status_of(school, token) == 401
    assert await status_of(school, room_token, lesson) == 401
    assert await status_of(school, somebody_else) == 200
    assert await status_of(school, (await browser.sign_in())["token"]) == 200


async def test_a_session_whose_name_was_never_told_ends_with_its_person(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    """Some name it when it ends, and did not when it began. Signed in at once again, one is in."""
    token = (await browser.sign_in())["token"]
    told = await log_out(school, provider.logout_token({"sub": "ada", "sid": "laptop"}))
    assert told.status_code == 200
    assert await status_of(school, token) == 401
    again = (await browser.sign_in())["token"]
    assert await status_of(school, again) == 200
    lesson, room_token = await in_a_lesson(school, again)
    assert await status_of(school, room_token, lesson) == 200


async def test_whoever_is_not_known_here_is_logged_out_all_the_same(
    school: School, provider: TinyProvider
) -> None:
    told = await log_out(school, provider.logout_token({"sub": "nobody here"}))
    assert told.status_code == 200


async def test_what_was_ended_stays_so_and_is_ended_once(
    opened: Open, provider: TinyProvider, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider] Over a restart: a token that got about ends nothing more."""
    config = GatewayConfig(oidc=oidc_of(provider))
    logout = provider.logout_token({"sub": "ada"})
    async with opened(config=config) as school:
        token = (await Browser(school, provider).sign_in())["token"]
        assert (await log_out(school, logout)).status_code == 200
        clock.advance(1)
    async with opened(config=config) as school:
        await school.app.state.services.revocations.load()
        assert await status_of(school, token) == 401
        again = (await Browser(school, provider).sign_in())["token"]
        refused = await log_out(school, logout)
        assert (refused.status_code, refused.json()["field"]) == (400, "logout_token")
        assert await status_of(school, again) == 200


@pytest.mark.parametrize(
    ("changes", "header", "why"),
    [
        ({"sub": "ada", "nonce": "x"}, {}, "nonce"),
        ({"sub": "ada", "events": {}}, {}, "does not say"),
        ({"sub": "ada", "events": {LOGOUT_EVENT: 1}}, {}, "does not say"),
        (without("events"), {}, "claim"),
        ({"sub": "ada", **without("jti")}, {}, "claim"),
        ({}, {}, "who was logged out"),
        ({"sub": "ada", "aud": "another"}, {}, "audience"),
        ({"sub": "ada", "iss": "https://elsewhere.example"}, {}, "issuer"),
        ({"sub": "ada", "exp": 1_799_999_900}, {}, "expired"),
        ({"sub": "ada", "iat": 1_799_999_000, **without("exp")}, {}, "too old"),
        ({"sub": "ada", "iat": 1_800_000_100}, {}, "not valid yet"),
        ({"sub": "ada"}, {"key": OTHER_KEY}, "signature"),
        ({"sub": "ada"}, {"key": "s" * 40, "alg": "HS256"}, "algorithm"),
        ({"sub": "ada"}, {"typ": "at+jwt"}, "another type"),
    ],
)
async def test_a_logout_token_that_is_none_ends_nothing(
    school: School,
    browser: Browser,
    provider: TinyProvider,
    changes: Changes,
    header: Changes,
    why: str,
) -> None:
    """[SECURITY Sign-in by a provider] Back-Channel Logout 2.6."""
    token = (await browser.sign_in())["token"]
    refused = await log_out(school, provider.logout_token(changes, **header))
    assert refused.status_code == 400
    assert why in refused.json()["detail"]
    assert await status_of(school, token) == 200


async def test_an_id_token_logs_nobody_out(school: School, provider: TinyProvider) -> None:
    kept: list[str] = []

    def sign(claims: Changes) -> str:
        kept.append(provider.signed(claims))
        return kept[-1]

    provider.sign = sign
    token = (await Browser(school, provider).sign_in())["token"]
    assert (await log_out(school, kept[0])).status_code == 400
    assert await status_of(school, token) == 200


async def test_a_logout_comes_as_a_form(school: School) -> None:
    for body, kind, status in (
        (b"logout_token=a.b.c", "application/json", 415),
        (b"logout_token=a.b.c&logout_token=d.e.f", "application/x-www-form-urlencoded", 400),
        (b"other=a.b.c", "application/x-www-form-urlencoded", 400),
        (b"\xff", "application/x-www-form-urlencoded", 400),
        (b"logout_token=" + b"a" * 5_000, "application/x-www-form-urlencoded", 413),
    ):
        answer = await school.call("POST", LOGOUT, content=body, headers={"content-type": kind})
        assert (body[:20], answer.status_code) == (body[:20], status)


async def test_while_the_keys_cannot_be_had_a_logout_is_to_be_sent_again(
    school: School, provider: TinyProvider
) -> None:
    provider.is_down = True
    assert (await log_out(school, provider.logout_token({"sub": "ada"}))).status_code == 503


async def test_a_platform_cannot_speak_for_the_provider(
    opened: Open, provider: TinyProvider
) -> None:
    """[SECURITY Sign-in by a provider] What names it counts in the server's own tokens alone."""
    key = b"a key of a platform, of thirty-two bytes"
    config = GatewayConfig(oidc=oidc_of(provider))
    async with opened(config=config, api_keys={"portal": key}) as school:
        ada = await Browser(school, provider).sign_in()
        now_s = school.clock.now_ms() // 1000
        claims = {"iss": "portal", "sub": "ada", "idp": provider.issuer, "psid": "x", "sid": "y"}
        times = {"iat": now_s, "exp": now_s + 60, "scope": "user", "name": "Eve"}
        token = jwt.encode({**claims, **times}, key, "HS256")
        me = (await school.call("GET", f"{API}/me/", token=token)).json()
        assert me["user_id"] != ada["user_id"]
        assert me["may_rename"] is False
