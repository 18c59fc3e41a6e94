"""Tokens and providers that are not to be believed.

Tests also: gateway/oidc/provider.py, gateway/oidc/verifying.py.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from jwt.warnings import InsecureKeyLengthWarning
from structlog.testing import capture_logs

from gateway.config import GatewayConfig
from gateway.oidc.oidc_config import OidcConfig
from tests.gateway.oidc.tiny_provider import (
    CLIENT,
    CURVE_KEY,
    KEY,
    OTHER_KEY,
    SMALL_KEY,
    Changes,
    TinyProvider,
    public_jwk,
    without,
)
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.people.by_provider.school_browser import (
    BEGIN,
    ROLES,
    ROOT,
    Browser,
)
from tests.manual_clock import ManualClock

Sign = Callable[[TinyProvider, Changes], str]

_PEM: Final = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def _unsigned(_provider: TinyProvider, claims: Changes) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts), ""])


def _with_public_key_as_secret(_provider: TinyProvider, claims: Changes) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "first"}, claims)]
    signed = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    mac = hmac.digest(_PEM, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _with_small_key(provider: TinyProvider, claims: Changes) -> str:
    with pytest.warns(InsecureKeyLengthWarning):
        return provider.signed(claims, key=SMALL_KEY, kid="small")


def _tampered(provider: TinyProvider, claims: Changes) -> str:
    head, _, signature = provider.signed(claims).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**claims, "groups": ["it"]}).encode()).decode()
    return f"{head}.{body.rstrip('=')}.{signature}"


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (lambda p, c: p.signed(c, key=OTHER_KEY), "signature"),
        (_tampered, "signature"),
        (_unsigned, "its algorithm"),
        (lambda p, c: _unsigned(p, c) + "e30", "algorithm"),
        (_with_public_key_as_secret, "algorithm"),
        (lambda p, c: p.signed(c, key="s" * 40, alg="HS256"), "algorithm"),
        (lambda p, c: p.signed(c, kid="unknown"), "no key"),
        (lambda p, c: p.signed(c, key=CURVE_KEY, alg="ES256"), "no key"),
        (_with_small_key, "no key"),
        (lambda p, c: p.signed(c, kid="secret"), "no key"),
        (lambda p, c: p.signed(c, kid="encrypts"), "no key"),
        (lambda p, c: p.signed(c, kid="curve"), "no key"),
        (lambda p, c: p.signed(c, crit=["exp"], exp=1), "another type"),
        (lambda p, c: p.signed(c, typ="logout+jwt"), "another type"),
        (lambda p, c: p.signed(c, typ="at+jwt"), "another type"),
        (lambda _p, _c: "not a token", "compact form"),
        (lambda _p, _c: "a.b.c", "header"),
        (lambda _p, _c: f"{'a' * 70_000}.b.c", "compact form"),
    ],
)
async def test_a_token_that_is_signed_wrongly_signs_nobody_in(
    browser: Browser, provider: TinyProvider, sign: Sign, why: str
) -> None:
    """[SECURITY Sign-in by a provider] `none`, HS256 with the public key, keys of others."""
    provider.keys += [
        public_jwk(SMALL_KEY, "small"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
        {**public_jwk(KEY, "encrypts"), "use": "enc"},
        public_jwk(CURVE_KEY, "curve"),
    ]
    provider.sign = lambda claims: sign(provider, claims)
    with capture_logs() as logs:
        assert await browser.fault() == "error=wrong_token"
    assert why in logs[-1]["why"]


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"aud": "another"}, "audience"),
        ({"aud": []}, "audience"),
        ({"aud": ["another", "more"]}, "audience"),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"exp": 1_799_999_970}, "expired"),
        ({"iat": 1_800_000_031}, "not valid yet"),
        ({"nbf": 1_800_000_031}, "not valid yet"),
        ({"nonce": "of another attempt"}, "nonce"),
        (without("nonce"), "claim"),
        (without("sub"), "claim"),
        ({"sub": ""}, "claim"),
        ({"sub": "x" * 256}, "claim"),
        ({"sub": 7}, "claim"),
        (without("exp"), "claim"),
        ({"exp": "tomorrow"}, "claim"),
        (without("iat"), "claim"),
        (without("aud"), "claim"),
        (without("iss"), "claim"),
    ],
)
async def test_a_token_that_is_not_for_us_now_signs_nobody_in(
    browser: Browser, provider: TinyProvider, claims: Changes, why: str
) -> None:
    """[SECURITY Sign-in by a provider] OpenID Connect Core 3.1.3.7."""
    provider.claims = claims
    with capture_logs() as logs:
        assert await browser.fault() == "error=wrong_token"
    assert why in logs[-1]["why"]
    assert "elsewhere" not in str(logs)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "another"], "azp": CLIENT},
        {"exp": 1_799_999_971},
        {"iat": 1_800_000_030, "nbf": 1_800_000_030},
    ],
)
async def test_a_token_within_its_bounds_signs_in(
    browser: Browser, provider: TinyProvider, claims: Changes
) -> None:
    provider.claims = claims
    assert (await browser.sign_in())["subject"] == "ada"


async def test_keys_of_other_kinds_sign_as_well(browser: Browser, provider: TinyProvider) -> None:
    provider.keys = [public_jwk(KEY, "first"), public_jwk(CURVE_KEY, "curve", alg="ES256")]
    provider.sign = lambda claims: provider.signed(claims, key=CURVE_KEY, alg="ES256", kid="curve")
    assert (await browser.sign_in())["subject"] == "ada"
    provider.sign = lambda claims: provider.signed(claims, alg="PS256")
    assert (await browser.sign_in())["subject"] == "ada"
    # It names no key, and one alone fits.
    provider.sign = lambda claims: provider.signed(claims, **without("kid"))
    assert (await browser.sign_in())["subject"] == "ada"


async def test_a_new_key_is_looked_for_once_and_not_for_everybody_who_names_one(
    browser: Browser, provider: TinyProvider, clock: ManualClock
) -> None:
    """[SECURITY Sign-in by a provider] Anybody can name a key; the provider is asked seldom."""
    await browser.sign_in()
    provider.keys = [public_jwk(OTHER_KEY, "second")]
    provider.sign = lambda claims: provider.signed(claims, key=OTHER_KEY, kid="second")
    clock.advance(31)
    assert (await browser.sign_in())["subject"] == "ada"
    provider.sign = lambda claims: provider.signed(claims, kid="third")
    faults = {await browser.fault() for _ in range(5)}
    assert (faults, provider.asked.count("/keys")) == ({"error=wrong_token"}, 2)
    clock.advance(31)
    await browser.fault()
    assert provider.asked.count("/keys") == 3
    assert provider.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize(
    ("discovery", "fault"),
    [
        ({"issuer": "https://elsewhere.example"}, "misconfigured"),
        ({"token_endpoint": "http://id.example/token"}, "misconfigured"),
        ({"jwks_uri": "ftp://127.0.0.1/keys"}, "misconfigured"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "misconfigured"),
        ({"end_session_endpoint": "https://who@id.example/out"}, "misconfigured"),
        ({"userinfo_endpoint": "https://id.example:99999/"}, "misconfigured"),
        ({"userinfo_endpoint": "https://[/"}, "misconfigured"),
        (without("jwks_uri"), "misconfigured"),
        ({"issuer": 7}, "misconfigured"),
    ],
)
async def test_a_provider_that_says_something_odd_of_itself_signs_nobody_in(
    browser: Browser, provider: TinyProvider, discovery: Changes, fault: str
) -> None:
    """[SECURITY Sign-in by a provider] Nothing goes where it could be read on the way."""
    provider.discovery = discovery
    url = await browser.begin()
    assert url == f"{ROOT}/signin#error={fault}"


async def test_a_provider_that_does_not_answer_is_not_asked_by_everybody(
    browser: Browser, provider: TinyProvider, clock: ManualClock
) -> None:
    provider.is_down = True
    for _ in range(4):
        assert await browser.begin() == f"{ROOT}/signin#error=unreachable"
    assert len(provider.asked) == 1
    provider.is_down = False
    clock.advance(6)
    assert (await browser.sign_in())["subject"] == "ada"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((400, b'{"error": "invalid_grant"}'), "denied"),
        ((401, b'{"error": "invalid_client"}'), "misconfigured"),
        ((400, b'{"error": ["odd"]}'), "denied"),
        ((500, b""), "unreachable"),
        # No redirect is followed, wherever it leads.
        ((302, b"{}"), "denied"),
        ((200, b"{}"), "misconfigured"),
        ((200, b"[]"), "misconfigured"),
        ((200, b'{"id_token": NaN}'), "misconfigured"),
        ((200, b"x" * 600_000), "unreachable"),
    ],
)
async def test_what_comes_instead_of_a_token_signs_nobody_in(
    browser: Browser, provider: TinyProvider, answer: tuple[int, bytes], fault: str
) -> None:
    """[SECURITY SSRF]"""
    provider.token_answer = answer
    assert await browser.fault() == f"error={fault}"
    assert "/keys" not in provider.asked


async def test_a_provider_in_a_private_network_is_asked_where_that_is_allowed(opened: Open) -> None:
    """[SECURITY SSRF] Whoever can have a name looked up here could have us ask anything."""
    for issuer, why in (
        ("https://10.255.255.1", "10.255.255.1, which is not a public address"),
        ("https://169.254.169.254", "oidc.allowed_networks may name it"),
        ("http://127.0.0.1:1", "no connection: ConnectError"),
    ):
        config = OidcConfig(issuer=issuer, client_id=CLIENT, roles=ROLES)
        async with opened(config=GatewayConfig(oidc=config)) as school:
            with capture_logs() as logs:
                await school.call("GET", BEGIN)
            assert why in logs[-1]["why"]
    far = OidcConfig(
        issuer="https://id.example", client_id=CLIENT, allowed_networks=("10.0.0.0/8",)
    )
    assert far.networks == ("10.0.0.0/8",)
