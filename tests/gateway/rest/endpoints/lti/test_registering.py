"""A platform that registers itself by an address that the operator was given.

Tests also: gateway/lti/registering.py.
"""

from typing import Any

import pytest

from tests.gateway.lti.tiny_platform import CLIENT, DEPLOYMENT, TinyPlatform
from tests.gateway.oidc.tiny_provider import Changes, without
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.lti.course import LTI, ROOT, Course
from tests.gateway.rest.school import OPERATOR, School
from tests.manual_clock import ManualClock

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"


async def link_of(school: School) -> str:
    made = await school.operate("POST", f"{OPERATOR}/lti/registration-links/", json={})
    assert made.status_code == 201, made.text
    url = str(made.json()["url"])
    assert url.startswith(f"{ROOT}{LTI}/register/")
    return url.removeprefix(ROOT)


async def opened_at(school: School, link: str, platform: TinyPlatform, **asked: str) -> Any:  # noqa: ANN401 - an answer
    parameters = {
        "openid_configuration": f"{platform.issuer}/.well-known/openid-configuration",
        "registration_token": "may register",
        **asked,
    }
    return await school.call("GET", link, params=parameters)


async def test_a_platform_registers_itself_and_opens_lessons(
    school: School, platform: TinyPlatform
) -> None:
    """[SECURITY LTI] Once, and by nothing but this address."""
    link = await link_of(school)
    answer = await opened_at(school, link, platform)
    assert answer.status_code == 200, answer.text
    assert "org.imsglobal.lti.close" in answer.text
    assert f"frame-ancestors {platform.issuer}" in answer.headers["content-security-policy"]
    (told,) = platform.registrations
    assert told["redirect_uris"] == [f"{ROOT}{LTI}/launch/"]
    assert told["jwks_uri"] == f"{ROOT}{LTI}/keys/"
    assert told["token_endpoint_auth_method"] == "private_key_jwt"
    assert told["grant_types"] == ["implicit", "client_credentials"]
    assert told[TOOL]["domain"] == "lessons.example.org"
    assert [message["type"] for message in told[TOOL]["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    course = Course(school, platform)
    (known,) = await course.lti.platforms.every()
    assert (known.client_id, known.deployments) == (CLIENT, (DEPLOYMENT,))
    assert (known.takes_any_deployment, known.name) == (False, "tiny 127.0.0.1")
    assert (await course.comes("ada"))["role"] == "host"
    again = await opened_at(school, link, platform)
    assert (again.status_code, "replayed ·" in again.text) == (403, True)
    twice = await opened_at(school, await link_of(school), platform)
    assert (twice.status_code, "misconfigured ·" in twice.text) == (502, True)


async def test_where_no_deployment_is_named_each_is_taken_up(
    school: School, platform: TinyPlatform
) -> None:
    """As of platforms that install a tool later, and in several places."""
    platform.registered = {TOOL: {}}
    assert (await opened_at(school, await link_of(school), platform)).status_code == 200
    course = Course(school, platform)
    (known,) = await course.lti.platforms.every()
    assert (known.deployments, known.takes_any_deployment) == ((), True)
    assert (await course.comes("ada"))["role"] == "host"


@pytest.mark.parametrize(
    ("configuration", "registered", "asked", "fault"),
    [
        ({"issuer": "https://elsewhere.example"}, {}, {}, "misconfigured"),
        ({"jwks_uri": "http://public.example/keys"}, {}, {}, "misconfigured"),
        (without("registration_endpoint"), {}, {}, "misconfigured"),
        ({}, without("client_id"), {}, "misconfigured"),
        ({}, {"client_id": "x" * 256}, {}, "misconfigured"),
        ({}, {}, {"registration_token": "another"}, "misconfigured"),
        ({}, {}, {"openid_configuration": ""}, "wrong_message"),
        ({}, {}, {"openid_configuration": "http://169.254.169.254/"}, "wrong_message"),
        ({}, {}, {"openid_configuration": "https://10.0.0.1/"}, "misconfigured"),
    ],
)
async def test_what_does_not_fit_registers_nobody(
    school: School,
    platform: TinyPlatform,
    configuration: Changes,
    registered: Changes,
    asked: dict[str, str],
    fault: str,
) -> None:
    """[SECURITY LTI][SECURITY SSRF] Dynamic Registration 1.0, sections 3.5 and 3.6."""
    platform.configuration, platform.registered = configuration, registered
    answer = await opened_at(school, await link_of(school), platform, **asked)
    assert f"{fault} ·" in answer.text
    assert await Course(school, platform).lti.platforms.every() == []


async def test_an_address_that_was_not_given_or_long_ago_registers_nobody(
    school: School, platform: TinyPlatform, clock: ManualClock, opened: Open
) -> None:
    """[SECURITY LTI]"""
    link = await link_of(school)
    for wrong in (f"{LTI}/register/none/", link[:-4] + "AAA/"):
        answer = await opened_at(school, wrong, platform)
        assert (answer.status_code, "expired ·" in answer.text) == (403, True)
    clock.advance(86_401)
    late = await opened_at(school, link, platform)
    assert (late.status_code, "expired ·" in late.text) == (403, True)
    assert platform.asked == []
