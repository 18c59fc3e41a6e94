"""Coming in by a provider, and not.

Tests also: gateway/federation/fetching.py, gateway/oidc/oidc.py, gateway/oidc/oidc_config.py,
gateway/rest/endpoints/people/school_account.py.
"""

import pytest
from structlog.testing import capture_logs

from gateway.config import GatewayConfig
from tests.gateway.oidc.tiny_provider import Changes, TinyProvider, changed, without
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.by_provider.school_browser import (
    BEGIN,
    CALLBACK,
    ROOT,
    Browser,
    log_out,
    oidc_of,
    status_of,
)
from tests.gateway.rest.school import API, OPERATOR, School
from tests.manual_clock import ManualClock


async def test_a_server_without_a_provider_says_so_and_offers_none(opened: Open) -> None:
    async with opened() as plain:
        assert (await plain.call("GET", f"{API}/sign-in/ways/")).json() == {"oidc": None}
        for method, path in (("GET", BEGIN), ("GET", CALLBACK)):
            assert (await plain.call(method, path)).status_code == 404
        assert (await log_out(plain, "a.b.c")).status_code == 404


async def test_the_page_is_told_of_the_button_and_where_it_leads(school: School) -> None:
    told = await school.call("GET", f"{API}/sign-in/ways/")
    assert told.json() == {"oidc": {"url": ROOT + BEGIN, "button": ""}}


async def test_somebody_comes_in_by_their_account_and_is_the_same_the_next_time(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    first = await browser.sign_in()
    assert (first["subject"], first["name"], first["is_named"]) == ("ada", "Ada Lovelace", True)
    await school.call("POST", f"{API}/sessions/", token=first["token"], json={"title": "Fractions"})
    provider.claims = {"name": "Ada King"}
    second = await browser.sign_in()
    assert (second["user_id"], second["name"]) == (first["user_id"], "Ada King")
    mine = await school.call("GET", f"{API}/sessions/my/", token=second["token"])
    assert [item["title"] for item in mine.json()["items"]] == ["Fractions"]
    me = (await school.call("GET", f"{API}/me/", token=second["token"])).json()
    assert (me["name"], me["may_rename"], me["is_operator"]) == ("Ada King", False, False)


async def test_one_of_the_same_name_at_another_provider_is_somebody_else(
    school: School, browser: Browser, opened: Open, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider] Issuer and subject name somebody; a mail address never."""
    here = await browser.sign_in("operator")
    link = (await school.operate("POST", f"{OPERATOR}/sign-in-links/", json={})).json()
    code = link["url"].rpartition("#")[2]
    operator = (await school.call("POST", f"{API}/sign-in/", json={"code": code})).json()
    assert operator["subject"] == here["subject"] == "operator"
    assert operator["user_id"] != here["user_id"]
    other = await TinyProvider(clock).start()
    async with opened(config=GatewayConfig(oidc=oidc_of(other))) as school_with_other:
        there = await Browser(school_with_other, other).sign_in("operator")
        assert there["user_id"] not in {here["user_id"], operator["user_id"]}
        # Whoever came by the first one is still who they were.
        assert await status_of(school_with_other, here["token"]) == 200
    await other.stop()


async def test_roles_are_what_the_groups_say_at_each_sign_in(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    """[SECURITY Sign-in by a provider]"""
    rooms = f"{OPERATOR}/rooms/"
    assert await status_of(school, (await browser.sign_in())["token"], rooms) == 403
    provider.claims = {"groups": ["teachers", "it"]}
    assert await status_of(school, (await browser.sign_in())["token"], rooms) == 200
    provider.claims = {"groups": ["pupils"]}
    with capture_logs() as logs:
        assert await browser.fault() == "error=not_invited"
    assert "pupils" not in str(logs)


async def test_a_sign_in_lasts_its_hours_and_is_not_renewed(
    school: School, browser: Browser, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider] Nobody stays whom the school has let go."""
    token = (await browser.sign_in())["token"]
    renewed = await school.call("POST", f"{API}/sign-in/renew/", token=token)
    assert renewed.status_code == 403
    named = await school.call("PATCH", f"{API}/me/", token=token, json={"name": "Eve"})
    assert named.status_code == 403
    clock.advance(12 * 3_600 - 60)
    assert await status_of(school, token) == 200
    clock.advance(120)
    assert await status_of(school, token) == 401


async def test_what_the_token_does_not_say_the_provider_is_asked(
    school: School, browser: Browser, provider: TinyProvider
) -> None:
    """As providers do that keep ID tokens short. What was signed counts first."""
    provider.claims = without("groups", "name")
    provider.userinfo = {"sub": "ada", "groups": ["it"], "name": "Ada", "nonce": "x"}
    signed_in = await browser.sign_in()
    assert signed_in["name"] == "Ada"
    assert await status_of(school, signed_in["token"], f"{OPERATOR}/rooms/") == 200
    provider.claims = {**without("name"), "groups": ["teachers"]}
    signed_in = await browser.sign_in()
    assert await status_of(school, signed_in["token"], f"{OPERATOR}/rooms/") == 403
    provider.userinfo = {"sub": "bob", "name": "Bob"}
    assert await browser.fault() == "error=wrong_token"


async def test_the_cookie_is_for_the_server_alone(opened: Open, provider: TinyProvider) -> None:
    """[SECURITY Sign-in by a provider] By https no other host can have set it."""
    told = {}
    for url in ("http://lessons.example.org", "https://lessons.example.org"):
        config = GatewayConfig(public_url=url, oidc=oidc_of(provider))
        async with opened(config=config) as school:
            answer = await school.call("GET", BEGIN)
            told[url] = answer.headers["set-cookie"].lower()
            assert answer.headers["cache-control"] == "no-store"
    for cookie in told.values():
        assert {"httponly", "samesite=lax", "path=/", "max-age=600"} <= set(cookie.split("; "))
        assert "domain" not in cookie
    plain, encrypted = told.values()
    assert plain.startswith("lessonroom-sign-in=")
    assert "secure" not in plain
    assert encrypted.startswith("__host-lessonroom-sign-in=")
    assert "secure" in encrypted.split("; ")


async def test_an_answer_is_taken_once_and_from_the_browser_that_began(
    school: School, browser: Browser, provider: TinyProvider, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider]"""
    url = await browser.begin()
    answer = provider.authorise(url)
    stranger = Browser(school, provider)
    assert await stranger.come_back(answer) == "error=expired"
    await stranger.begin()
    assert await stranger.come_back(answer) == "error=expired"
    assert not (await browser.come_back(answer)).startswith("error=")
    assert await browser.come_back(answer) == "error=replayed"
    # A code of one attempt is none of another: PKCE, and the nonce, are of each its own.
    swapped = {**provider.authorise(await browser.begin()), "code": provider.authorise(url)["code"]}
    assert await browser.come_back(swapped) == "error=denied"
    late = provider.authorise(await browser.begin())
    clock.advance(601)
    assert await browser.come_back(late) == "error=expired"


async def test_the_code_for_the_page_works_once_and_for_a_minute(
    school: School, browser: Browser, provider: TinyProvider, clock: ManualClock
) -> None:
    codes = [await browser.come_back(provider.authorise(await browser.begin())) for _ in range(2)]
    redeem = [await school.call("POST", f"{API}/sign-in/", json={"code": codes[0]})] * 1
    redeem.append(await school.call("POST", f"{API}/sign-in/", json={"code": codes[0]}))
    clock.advance(61)
    redeem.append(await school.call("POST", f"{API}/sign-in/", json={"code": codes[1]}))
    assert [answer.status_code for answer in redeem] == [200, 401, 401]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"error": "access_denied"}, "denied"),
        ({"error": "<script>"}, "denied"),
        ({"error": "invalid_scope"}, "misconfigured"),
        ({"code": ""}, "denied"),
        ({"code": "x" * 5_000}, "denied"),
        ({"code": "another"}, "denied"),
        # Another provider's answer, or one that hides whose it is (RFC 9207).
        ({"iss": "https://elsewhere.example"}, "wrong_token"),
        (without("iss"), "wrong_token"),
    ],
)
async def test_an_answer_that_is_none_signs_nobody_in(
    browser: Browser, provider: TinyProvider, change: Changes, fault: str
) -> None:
    """[SECURITY Sign-in by a provider]"""
    answer = changed(dict(provider.authorise(await browser.begin())), change)
    with capture_logs() as logs:
        assert await browser.come_back(answer) == f"error={fault}"
    assert [entry["fault"] for entry in logs] == [fault]
    for told in ("<script>", "code-0", answer["state"]):
        assert told not in str(logs)


async def test_an_answer_that_says_something_twice_is_none(
    browser: Browser, provider: TinyProvider
) -> None:
    answer = list(provider.authorise(await browser.begin()).items())
    assert await browser.come_back([*answer, ("code", "another")]) == "error=wrong_token"


async def test_whoever_comes_back_too_often_waits(opened: Open, provider: TinyProvider) -> None:
    """[SECURITY Sign-in by a provider] Each answer has the provider asked."""
    config = GatewayConfig(oidc=oidc_of(provider), provider_answers_per_min=2)
    async with opened(config=config) as school:
        browser = Browser(school, provider)
        faults = [await browser.come_back({"state": "x"}) for _ in range(3)]
        assert faults == ["error=expired", "error=expired", "error=busy"]
