"""Who is not let in from a platform, and what each is told: every kind of it by its name.

Tests also: gateway/federation/faults.py, gateway/federation/keys.py,
gateway/federation/signed.py, gateway/lti/lti_config.py, gateway/lti/pages.py,
gateway/lti/words/de.py, gateway/lti/words/en.py, gateway/lti/words/es.py,
gateway/lti/words/fr.py, gateway/lti/words/pl.py, gateway/lti/words/uk.py.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm
from jwt.warnings import InsecureKeyLengthWarning
from structlog.testing import capture_logs

from gateway.federation.faults import Fault
from gateway.lti.lti_config import LtiFault
from gateway.lti.words import WORDS
from gateway.reports.words import Language
from tests.gateway.lti.tiny_platform import CLAIM, TinyPlatform
from tests.gateway.oidc.tiny_provider import (
    KEY,
    OTHER_KEY,
    SMALL_KEY,
    Changes,
    public_jwk,
    without,
)
from tests.gateway.rest.endpoints.lti.course import Course
from tests.manual_clock import ManualClock

NOW_S = ManualClock().now_ms() // 1000
Sign = Callable[[TinyPlatform, Changes], str]


def _unsigned(_platform: TinyPlatform, claims: Changes) -> str:
    no_key: Any = None
    return jwt.encode(claims, no_key, "none")


def _segment(value: object) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


def _by_public_key(_platform: TinyPlatform, claims: Changes) -> str:
    """Sign with HS256, and the key that everybody knows for a secret (CVE-2015-9235)."""
    secret = json.dumps(RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)).encode()
    signed = _segment({"alg": "HS256", "kid": "first"}) + b"." + _segment(claims)
    mac = base64.urlsafe_b64encode(hmac.digest(secret, signed, hashlib.sha256)).rstrip(b"=")
    return (signed + b"." + mac).decode()


def _with_small_key(platform: TinyPlatform, claims: Changes) -> str:
    with pytest.warns(InsecureKeyLengthWarning):
        return platform.signed(claims, key=SMALL_KEY, kid="small")


async def refused(course: Course, form: dict[str, str], fault: str, status: int = 403) -> str:
    """Bring a form in vain; return why, as the log has it."""
    with capture_logs() as logs:
        answer = await course.post("launch", form)
    assert answer.status_code == status, answer.text
    assert f"{fault} ·" in answer.text
    assert "location" not in answer.headers
    (entry,) = [entry for entry in logs if "fault" in entry]
    assert fault == "/".join(filter(None, (entry["fault"], entry.get("token"))))
    for secret in (form.get("id_token"), form.get("state")):
        # A few letters may stand anywhere.
        assert not secret or len(secret) < 20 or secret not in str(logs) + answer.text
    return str(entry["why"])


@pytest.mark.parametrize(
    ("sign", "fault"),
    [
        (_unsigned, "algorithm"),
        (_by_public_key, "algorithm"),
        (lambda p, c: p.signed(c, key=OTHER_KEY), "signature"),
        (lambda p, c: p.signed(c, key=OTHER_KEY, kid="unknown"), "key"),
        (_with_small_key, "key"),
        (lambda p, c: p.signed(c, kid="secret"), "key"),
        (lambda p, c: p.signed(c, typ="logout+jwt"), "type"),
        (lambda p, c: p.signed(c)[:-8], "signature"),
        (lambda _p, _c: "", "form"),
        (lambda _p, _c: "not a token", "form"),
        (lambda _p, _c: "a.b.c", "form"),
    ],
)
async def test_a_token_that_is_signed_wrongly_lets_nobody_in(
    course: Course, platform: TinyPlatform, sign: Sign, fault: str
) -> None:
    """[SECURITY LTI] `none`, HS256 with the public key, keys of others, keys that are none."""
    platform.keys += [
        public_jwk(SMALL_KEY, "small"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
    ]
    platform.sign = lambda claims: sign(platform, claims)
    await refused(course, await course.form(), f"wrong_token/{fault}")


@pytest.mark.parametrize(
    ("claims", "fault"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another-tool"}, "audience"),
        ({"aud": ["another-tool", "a-third"]}, "audience"),
        ({"aud": ["lessonroom-at-school", "another-tool"]}, "party"),
        ({"azp": "another-tool"}, "party"),
        ({"exp": NOW_S - 31}, "expired"),
        ({"iat": NOW_S + 31, "exp": NOW_S + 400}, "early"),
        ({"nbf": NOW_S + 31}, "early"),
        ({"nonce": "of another launch"}, "nonce"),
        (without("nonce"), "claims"),
        (without("exp"), "claims"),
        (without("iat"), "claims"),
        ({"exp": "soon"}, "claims"),
        ({"sub": 7}, "claims"),
    ],
)
async def test_a_token_that_is_not_for_us_now_lets_nobody_in(
    course: Course, claims: Changes, fault: str
) -> None:
    """[SECURITY LTI] 1EdTech Security Framework 5.1.3."""
    await refused(course, await course.form(**claims), f"wrong_token/{fault}")


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW_S - 29},
        {"iat": NOW_S + 29},
        {"nbf": NOW_S + 29},
        {"aud": ["lessonroom-at-school"]},
        {"aud": ["another-tool", "lessonroom-at-school"], "azp": "lessonroom-at-school"},
    ],
)
async def test_clocks_may_differ_a_little_and_audiences_may_be_several(
    course: Course, claims: Changes
) -> None:
    assert (await course.launch(**claims)).status_code == 303


@pytest.mark.parametrize(
    ("claims", "fault", "status", "why"),
    [
        ({f"{CLAIM}deployment_id": "another"}, "wrong_deployment", 403, "lti deployment"),
        (without(f"{CLAIM}deployment_id"), "wrong_message", 400, "deployment_id"),
        ({f"{CLAIM}version": "1.1"}, "wrong_message", 400, "version"),
        ({f"{CLAIM}message_type": "LtiSubmissionReviewRequest"}, "wrong_message", 400, "message_"),
        ({f"{CLAIM}resource_link": {}}, "wrong_message", 400, "resource_link"),
        ({f"{CLAIM}resource_link": {"id": "x" * 256}}, "wrong_message", 400, "resource_link"),
        ({f"{CLAIM}roles": "Instructor"}, "wrong_message", 400, "roles"),
        (without(f"{CLAIM}roles"), "wrong_message", 400, "roles"),
        (without("sub"), "anonymous", 403, "sub"),
        ({"sub": " "}, "anonymous", 403, "sub"),
        ({"sub": "x" * 256}, "wrong_message", 400, "sub"),
        ({f"{CLAIM}custom": {"lesson": "0190.abc.def"}}, "wrong_lesson", 403, "lesson"),
    ],
)
async def test_a_message_that_is_none_lets_nobody_in(
    course: Course, claims: Changes, fault: str, status: int, why: str
) -> None:
    """[SECURITY LTI] LTI 1.3 core, section 5.3."""
    assert why in await refused(course, await course.form(**claims), fault, status)


async def test_an_answer_is_taken_once_and_for_ten_minutes(
    course: Course, clock: ManualClock
) -> None:
    """[SECURITY LTI] Its nonce is made of its state: used once, both are."""
    form = await course.form()
    assert (await course.post("launch", form)).status_code == 303
    await refused(course, form, "replayed")
    await refused(course, {**form, "state": form["state"] + "="}, "replayed")
    other = await course.form()
    await refused(course, {**form, "state": other["state"]}, "wrong_token/nonce")
    # What was tried in vain is not tried again.
    await refused(course, other, "replayed")
    late = await course.form()
    clock.advance(601)
    await refused(course, late, "expired")
    for state in ("", "x", "é", late["state"][:-3] + "abc", "A" * 70):
        await refused(course, {**late, "state": state}, "expired")


async def test_another_platforms_answer_is_none(course: Course, clock: ManualClock) -> None:
    """[SECURITY LTI] Of two that are known: the state says which of them was asked."""
    other = await TinyPlatform(clock).start()
    await Course(course.school, other).known()
    form = await course.form()
    message = other.message("x")
    await refused(course, {**form, "id_token": other.signed(message)}, "wrong_token/issuer")
    await other.stop()


@pytest.mark.parametrize(
    ("changes", "fault", "status"),
    [
        ({"iss": "https://elsewhere.example"}, "unknown_platform", 403),
        ({"client_id": "another-tool"}, "unknown_platform", 403),
        (without("iss"), "wrong_message", 400),
        (without("login_hint"), "wrong_message", 400),
        (without("target_link_uri"), "wrong_message", 400),
        ({"login_hint": "x" * 5_000}, "wrong_message", 400),
    ],
)
async def test_what_begins_no_launch_is_told_so(
    course: Course, changes: Changes, fault: str, status: int
) -> None:
    """[SECURITY LTI]"""
    answer = await course.begin(**changes)
    assert (answer.status_code, f"{fault} ·" in answer.text) == (status, True)


async def test_what_is_said_twice_and_what_is_no_form(course: Course) -> None:
    twice = await course.school.call(
        "POST",
        "/api/v1/lti/launch/",
        content="state=a&state=b",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert (twice.status_code, "wrong_message ·" in twice.text) == (400, True)
    no_form = await course.school.call("POST", "/api/v1/lti/launch/", json={"state": "a"})
    assert no_form.status_code == 415
    long = await course.school.call("POST", "/api/v1/lti/launch/", data={"state": "a" * 90_000})
    assert long.status_code == 413


async def test_a_platform_that_says_no_or_does_not_answer(
    course: Course, platform: TinyPlatform, clock: ManualClock
) -> None:
    form = await course.form()
    denied = {"state": form["state"], "error": "login_required", "error_description": "<b>"}
    await refused(course, denied, "denied")
    platform.is_down = True
    await refused(course, await course.form(), "unreachable", 502)
    platform.is_down = False
    clock.advance(31)
    assert (await course.launch()).status_code == 303


async def test_keys_are_asked_for_twice_a_minute_at_most(
    course: Course, platform: TinyPlatform
) -> None:
    """[SECURITY LTI] Anybody can send a token that names a key which is not there."""
    platform.sign = lambda claims: platform.signed(claims, kid="unknown")
    for _ in range(5):
        await refused(course, await course.form(), "wrong_token/key")
    assert [path for _, path in platform.asked] == ["/keys"]


async def test_a_deployment_that_is_new_is_taken_up_where_that_was_said(
    course: Course, platform: TinyPlatform
) -> None:
    other = await TinyPlatform(platform.clock).start()
    trusting = Course(course.school, other)
    await trusting.known(takes_any_deployment=True, deployments=[])
    with capture_logs() as logs:
        await trusting.comes("ada", **{f"{CLAIM}deployment_id": "of-a-course"})
        await trusting.comes("ada", **{f"{CLAIM}deployment_id": "of-a-course"})
    assert [entry["deployment"] for entry in logs if "deployment" in entry] == ["of-a-course"]
    _, known = await trusting.lti.platforms.every()
    assert known.deployments == ("of-a-course",)
    await other.stop()


async def test_what_a_platform_says_is_shown_as_text(course: Course) -> None:
    """[SECURITY LTI] Nothing of others is in a page of ours but escaped; no script runs in it."""
    answer = await course.begin(iss="https://x.example/<script>alert(1)</script>")
    assert "<script>" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("language", WORDS)
def test_every_refusal_has_its_words_in_each_language(language: Language) -> None:
    words = WORDS[language]
    assert words.keys() == WORDS[Language.EN].keys()
    faults = set(Fault) - {Fault.NOT_INVITED} | set(LtiFault)
    assert {f"fault.{fault}" for fault in faults} <= words.keys()
    assert all(text.strip() for text in words.values())
