"""The people of a course, as its platform lists them (Names and Role Provisioning Services 2.0)."""

from typing import Final

import msgspec

from gateway.federation.faults import FederationRefused
from gateway.lti.access import Access, next_page, objects_in
from gateway.lti.messages import MAX_ID, name_of, part_of
from storage.lti.links import Part
from storage.lti.platforms import Platform

SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
_KIND: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_PAGES_MOST: Final = 50


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is in a course."""

    subject: str
    name: str | None
    part: Part


async def members_of(access: Access, platform: Platform, url: str, *, most: int) -> list[Member]:
    """Return who is in a course now, page after page, `most` at most.

    Raises:
        FederationRefused: they could not be had.

    """
    found: list[Member] = []
    page = url
    for _ in range(_PAGES_MOST):
        told = await access.get(platform, page, scope=SCOPE, accept=_KIND)
        content = told.object or {}
        found += [member for raw in objects_in(content.get("members")) if (member := _member(raw))]
        following = next_page(told, page)
        if following is None or len(found) >= most:
            break
        page = following
    return found[:most]


def _member(raw: dict[str, object]) -> Member | None:
    subject = raw.get("user_id")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_ID:
        return None
    if raw.get("status", "Active") != "Active":
        return None
    try:
        part = part_of(raw.get("roles"))
    except FederationRefused:
        return None
    return Member(subject=subject, name=name_of(raw), part=part)
