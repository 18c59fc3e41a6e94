"""Putting lessons into a course: the page, what goes back, and who may."""

import re
from typing import Any

import jwt
import pytest

from tests.gateway.lti.tiny_platform import CLAIM, CLIENT, DEPLOYMENT, DL, LEARNER
from tests.gateway.oidc.tiny_provider import Changes
from tests.gateway.rest.endpoints.lti.course import ROOT, Course
from tests.manual_clock import ManualClock

LINK = f"{ROOT}/api/v1/lti/launch/"


def request_of(course: Course, **settings: Any) -> Changes:  # noqa: ANN401 - any JSON value
    """Return what changes in a message that asks for content."""
    return {
        f"{CLAIM}message_type": "LtiDeepLinkingRequest",
        f"{CLAIM}resource_link": None,
        f"{DL}deep_linking_settings": {
            "deep_link_return_url": f"{course.platform.issuer}/return?course=1",
            "accept_types": ["link", "ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_lineitem": True,
            "data": "opaque <data> & more",
            **settings,
        },
    }


def ticket_in(text: str) -> str:
    found = re.search(r'name="?ticket"? value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


async def answer_of(course: Course, text: str) -> Changes:
    """Return what goes back, as the platform reads it."""
    found = re.search(r'name="?JWT"? value="([^"]+)"', text)
    assert found is not None, text
    kid = jwt.get_unverified_header(found[1])["kid"]
    (key,) = [key for key in await course.lti.keys.public() if key["kid"] == kid]
    return dict(
        jwt.decode(
            found[1],
            jwt.PyJWK(key),
            algorithms=["RS256"],
            audience=course.platform.issuer,
            issuer=CLIENT,
            options={"verify_exp": False, "verify_iat": False},
        )
    )


async def picked(course: Course, **form: str) -> Changes:
    page = await course.launch(**request_of(course))
    assert page.status_code == 200, page.text
    sent = await course.post("deep-linking", {"ticket": ticket_in(page.text), **form})
    assert sent.status_code == 200, sent.text
    assert f'action="{course.platform.issuer}/return?course=1"' in sent.text
    policy = sent.headers["content-security-policy"]
    assert f"form-action {course.platform.issuer};" in policy
    assert f"frame-ancestors {course.platform.issuer}" in policy
    return await answer_of(course, sent.text)


async def test_a_new_lesson_is_put_into_the_course_and_opens_by_its_link(
    course: Course, clock: ManualClock
) -> None:
    """[SECURITY LTI] Deep Linking 2.0, section 4."""
    told = await picked(course, lesson="new", title="Дроби <b>")
    now_s = clock.now_ms() // 1000
    assert told[f"{CLAIM}message_type"] == "LtiDeepLinkingResponse"
    assert (told[f"{CLAIM}version"], told[f"{CLAIM}deployment_id"]) == ("1.3.0", DEPLOYMENT)
    assert told[f"{DL}data"] == "opaque <data> & more"
    assert (told["iat"], told["exp"]) == (now_s, now_s + 300)
    assert len(told["nonce"]) == 32
    (item,) = told[f"{DL}content_items"]
    assert (item["type"], item["url"], item["title"]) == ("ltiResourceLink", LINK, "Дроби <b>")
    assert (item["lineItem"]["scoreMaximum"], item["lineItem"]["label"]) == (100, "Дроби <b>")
    custom: Changes = {f"{CLAIM}custom": {**item["custom"], "other": "x"}}
    first = await course.learner("bob", link="made-of-it", **custom)
    assert first["session"]["title"] == "Дроби <b>"
    assert first["session"]["session_id"] == item["lineItem"]["resourceId"]
    again = await course.comes("ada", link="a-copy-of-it", **custom)
    assert again["session"]["session_id"] == first["session"]["session_id"]


async def test_a_lesson_of_the_course_is_picked_and_none_of_another(course: Course) -> None:
    """[SECURITY LTI]"""
    own = (await course.comes("ada"))["session"]["session_id"]
    elsewhere: Changes = {f"{CLAIM}context": {"id": "course-2", "title": "Maths 8a"}}
    other = (await course.comes("ada", link="link-9", **elsewhere))["session"]["session_id"]
    page = await course.launch(**request_of(course))
    assert (own in page.text, other in page.text) == (True, False)
    told = await picked(course, lesson=own)
    (item,) = told[f"{DL}content_items"]
    assert item["custom"]["lesson"].startswith(own)
    for wrong in (other, "none", ""):
        form = {"ticket": ticket_in((await course.launch(**request_of(course))).text)}
        refused = await course.post("deep-linking", {**form, "lesson": wrong})
        assert (refused.status_code, "wrong_lesson ·" in refused.text) == (403, True)
    # A course that was copied brings the link of this one: it gets a lesson of its own.
    custom: Changes = {f"{CLAIM}custom": item["custom"]}
    copied = await course.comes("ada", link="copy", **elsewhere, **custom)
    assert copied["session"]["session_id"] not in {own, other}


async def test_a_lesson_of_another_platform_or_a_changed_name_opens_nothing(
    course: Course,
) -> None:
    """[SECURITY LTI] Whoever edits a link's parameters would be in any lesson by it."""
    told = await picked(course, lesson="new", title="Fractions")
    named = told[f"{DL}content_items"][0]["custom"]["lesson"]
    other = (await course.comes("ada"))["session"]["session_id"]
    session_id, mark, mac = named.split(".")
    for wrong in (
        f"{other}.{mark}.{mac}",
        f"{session_id}.{'0' * 16}.{mac}",
        f"{session_id}.{mark}.{'A' * 22}",
        other,
        "",
    ):
        link = {
            f"{CLAIM}resource_link": {"id": f"link of {wrong}"},
            f"{CLAIM}custom": {"lesson": wrong},
        }
        refused = await course.launch(**link)
        assert (refused.status_code, "wrong_lesson ·" in refused.text) == (403, True)


async def test_only_teachers_of_the_course_pick(course: Course) -> None:
    """[SECURITY LTI] Neither by the message nor by the page's own form."""
    refused = await course.launch(**request_of(course), **{f"{CLAIM}roles": [LEARNER]})
    assert (refused.status_code, "no_right ·" in refused.text) == (403, True)
    lesson = await course.comes("ada")
    await course.end(lesson)
    asked = await course.launch(sub="ada")
    ticket = ticket_in(asked.text)
    # The ticket of another page is of a link, and picks nothing.
    refused = await course.post("deep-linking", {"ticket": ticket, "lesson": "new"})
    assert (refused.status_code, "no_right ·" in refused.text) == (403, True)


@pytest.mark.parametrize(
    "settings",
    [
        {"accept_types": ["link", "html"]},
        {"accept_types": None},
        {"deep_link_return_url": "http://public.example/return"},
        {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": None},
        {"data": {"a": 1}},
    ],
)
async def test_a_request_that_cannot_be_answered_is_told_so(
    course: Course, settings: Changes
) -> None:
    refused = await course.launch(**request_of(course, **settings))
    assert (refused.status_code, "wrong_message ·" in refused.text) == (400, True)


async def test_a_page_is_answered_once_and_for_an_hour(course: Course, clock: ManualClock) -> None:
    """[SECURITY LTI] A lesson is not made twice by going back."""
    page = await course.launch(**request_of(course))
    form = {"ticket": ticket_in(page.text), "lesson": "new", "title": "x"}
    assert (await course.post("deep-linking", form)).status_code == 200
    again = await course.post("deep-linking", form)
    assert (again.status_code, "replayed ·" in again.text) == (403, True)
    late = {"ticket": ticket_in((await course.launch(**request_of(course))).text)}
    clock.advance(3_601)
    expired = await course.post("deep-linking", late)
    assert (expired.status_code, "expired ·" in expired.text) == (403, True)
