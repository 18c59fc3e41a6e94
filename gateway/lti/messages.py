"""What a platform's message says, once its signature was verified.

Platforms are generous with forms: PHP writes an empty object as a list, numbers come as texts. What
is needed is asked for strictly, and everything else is taken where it has the right form.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from gateway.federation.addresses import is_safe
from gateway.federation.faults import FederationRefused
from gateway.federation.signed import IdClaims
from gateway.lti.lti_config import LtiFault
from storage.lti.links import Endpoints, Part

CLAIM: Final = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
NRPS: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
VERSION: Final = "1.3.0"
RESOURCE_LINK_REQUEST: Final = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST: Final = "LtiDeepLinkingRequest"
MAX_ID: Final = 255
_MAX_URL: Final = 2_000
_MAX_DATA: Final = 8_000
_MAX_CUSTOM: Final = 100

_MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_TEACHING: Final = frozenset({"Instructor", "ContentDeveloper", "Administrator", "Manager"})
_LEARNING: Final = frozenset({"Learner", "Member"})
_ROLE: Final = re.compile(rf"{re.escape(_MEMBERSHIP)}(?:/(?P<group>\w+))?#(?P<name>\w+)")


class LaunchClaims(IdClaims, frozen=True, kw_only=True):
    """Those of a message; everything else of it is looked at one by one."""

    sub: str | None = None


class DeepLinking(msgspec.Struct, frozen=True, kw_only=True):
    """Where what a teacher picks goes to, and what the platform takes."""

    return_url: str
    data: str | None
    """Sent back as it is."""
    takes_links: bool
    takes_line_items: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform says: who comes, from where, and for what."""

    kind: str
    subject: str
    name: str | None
    deployment_id: str
    target: str
    link_id: str | None
    link_title: str
    context_id: str | None
    context_title: str
    part: Part
    locale: str
    custom: Mapping[str, str]
    endpoints: Endpoints
    deep_linking: DeepLinking | None


def message_of(claims: LaunchClaims, content: Mapping[str, Any], *, beside: str) -> Message:
    """Return what a token says that was verified.

    Args:
        claims: its claims of OpenID Connect.
        content: all of them.
        beside: the platform's own address: who may be asked without TLS is where that is.

    Raises:
        FederationRefused: `wrong_message`, naming the claim; `anonymous`.

    """
    kind = content.get(f"{CLAIM}message_type")
    if kind not in {RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST}:
        raise _wrong("message_type", "is none that is known here")
    if content.get(f"{CLAIM}version") != VERSION:
        raise _wrong("version", f"is not {VERSION}")
    subject = claims.sub
    if subject is None or not subject.strip():
        raise FederationRefused(LtiFault.ANONYMOUS, "the message has no sub")
    if len(subject) > MAX_ID:
        raise _wrong("sub", f"has more than {MAX_ID} characters")
    link = _object(content.get(f"{CLAIM}resource_link"))
    context = _object(content.get(f"{CLAIM}context"))
    link_id = _id(link.get("id"))
    if kind == RESOURCE_LINK_REQUEST and link_id is None:
        raise _wrong("resource_link", "has no id")
    deployment_id = _id(content.get(f"{CLAIM}deployment_id"))
    if deployment_id is None:
        raise _wrong("deployment_id", "is missing")
    return Message(
        kind=kind,
        subject=subject,
        name=name_of(content),
        deployment_id=deployment_id,
        target=_text(content.get(f"{CLAIM}target_link_uri")),
        link_id=link_id,
        link_title=_text(link.get("title")),
        context_id=_id(context.get("id")),
        context_title=_text(context.get("title")) or _text(context.get("label")),
        part=part_of(content.get(f"{CLAIM}roles")),
        locale=_text(_object(content.get(f"{CLAIM}launch_presentation")).get("locale"))
        or _text(content.get("locale")),
        custom=_customs(content.get(f"{CLAIM}custom")),
        endpoints=_endpoints(content, beside),
        deep_linking=_deep_linking(content, beside) if kind == DEEP_LINKING_REQUEST else None,
    )


def part_of(roles: object) -> Part:
    """Return the part that roles give somebody in the course; who runs the school has none in it.

    Raises:
        FederationRefused: `wrong_message`, they are no list.

    """
    if not isinstance(roles, list):
        raise _wrong("roles", "is no list")
    named = {name for role in roles if isinstance(role, str) for name in _names_of_role(role)}
    if named & _TEACHING:
        return Part.TEACHER
    return Part.LEARNER if named & _LEARNING else Part.OTHER


def is_web_url(url: str, *, beside: str) -> bool:
    """Whether a URL is one that a platform may be asked by, or sent to."""
    return len(url) <= _MAX_URL and is_safe(url, beside=beside)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _names_of_role(role: str) -> set[str]:
    """Return what a role of the course says: its name, and of a finer one the group that it is in.

    Of a teaching assistant that is `Instructor`, of a guest learner `Learner`. Roles of the system
    and of the institution say nothing of the course.
    """
    if role in _TEACHING | _LEARNING | {"Mentor"}:
        return {role}  # As LTI 1.1 had them; the specification lets them stand.
    found = _ROLE.fullmatch(role)
    if found is None:
        return set()
    return {found["group"] or found["name"]}


def _endpoints(content: Mapping[str, Any], beside: str) -> Endpoints:
    def url(value: object) -> str:
        return value if isinstance(value, str) and is_web_url(value, beside=beside) else ""

    members, grades = _object(content.get(NRPS)), _object(content.get(AGS))
    scopes = grades.get("scope")
    return Endpoints(
        members_url=url(members.get("context_memberships_url")),
        line_items_url=url(grades.get("lineitems")),
        line_item_url=url(grades.get("lineitem")),
        scopes=tuple(
            scope
            for scope in (scopes if isinstance(scopes, list) else ())
            if isinstance(scope, str) and len(scope) <= MAX_ID and " " not in scope
        )[:20],
    )


def _deep_linking(content: Mapping[str, Any], beside: str) -> DeepLinking:
    settings = _object(content.get(f"{DEEP_LINKING}deep_linking_settings"))
    return_url, data = settings.get("deep_link_return_url"), settings.get("data")
    if not isinstance(return_url, str) or not is_web_url(return_url, beside=beside):
        raise _wrong("deep_linking_settings", "names no address to return to")
    if data is not None and (not isinstance(data, str) or len(data) > _MAX_DATA):
        raise _wrong("deep_linking_settings", "has data that cannot be sent back")
    types = settings.get("accept_types")
    return DeepLinking(
        return_url=return_url,
        data=data,
        takes_links=isinstance(types, list) and "ltiResourceLink" in types,
        takes_line_items=settings.get("accept_lineitem") is True,
    )


def name_of(content: Mapping[str, Any]) -> str | None:
    """Return what somebody is called, whole or in parts; None where that is not told."""
    whole = _text(content.get("name"))
    if whole:
        return whole
    parts = (_text(content.get("given_name")), _text(content.get("family_name")))
    return " ".join(filter(None, parts)) or None


def _customs(value: object) -> dict[str, str]:
    named = list(_object(value).items())[:_MAX_CUSTOM]
    return {name: text for name, text in named if isinstance(text, str)}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value.strip()[:1_000] if isinstance(value, str) else ""


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and 0 < len(text) <= MAX_ID else None


def _wrong(claim: str, why: str) -> FederationRefused:
    return FederationRefused(LtiFault.WRONG_MESSAGE, f"the claim {claim} {why}")
