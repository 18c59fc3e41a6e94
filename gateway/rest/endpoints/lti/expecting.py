"""Whom a lesson is for, as the platform lists its course: invited before they come."""

from typing import Final

import structlog

from gateway.federation.faults import FederationRefused
from gateway.lti.lti import Lti
from gateway.lti.members import Member, members_of
from gateway.lti.own_keys import KeysUnusable
from gateway.lti.platforms import user_issuer
from gateway.rest.planning import continuing
from gateway.rest.plumbing.services import Services
from lessonroom.codes import Refused
from lessonroom.people import names
from lessonroom.people.permissions import Role
from storage.errors import StorageError
from storage.lti import links
from storage.lti.links import Link, Part
from storage.lti.platforms import Platform
from storage.people import identities
from storage.records import User, UserKind
from storage.sessions.series import Attendee

_log: Final = structlog.get_logger(__name__)

_AGAIN_MS: Final = 10 * 60_000
"""Least time between two looks at the people of a link."""
_ROLES: Final = {Part.TEACHER: Role.HOST, Part.LEARNER: Role.STUDENT, Part.OTHER: Role.VIEWER}


def expect_course(services: Services, lti: Lti, platform: Platform, link: Link) -> None:
    """Have the people of a course invited into its lesson, beside what is being done.

    What goes wrong is logged: whoever comes is let in all the same.
    """
    now_ms = services.clock.now_ms()
    if link.endpoints.members_url and now_ms - link.members_at_ms >= _AGAIN_MS:
        lti.in_background(_expected(services, lti, platform, link))


async def _expected(services: Services, lti: Lti, platform: Platform, link: Link) -> None:
    now_ms = services.clock.now_ms()
    try:
        # First, so that a class of teachers that comes at once has it asked for once.
        await services.rooms.write(
            lambda store: links.note_members(store, link.link_id, at_ms=now_ms)
        )
        most = services.config.max_participants
        members = await members_of(lti.access, platform, link.endpoints.members_url, most=most)
        users = await _users(services, platform, members)
        await _invited(services, link, members, users)
    except (FederationRefused, KeysUnusable, Refused, StorageError) as error:
        _log.warning(
            "the people of a course could not be had", platform=platform.platform_id, why=str(error)
        )


async def _users(services: Services, platform: Platform, members: list[Member]) -> dict[str, User]:
    """Return members by what their platform calls them, made where missing; none who is barred."""
    issuer, store = user_issuer(platform), services.rooms.store
    found: dict[str, User] = {}
    new: list[identities.NewUser] = []
    for member in members:
        known = await store.user_by_subject(issuer, member.subject)
        if known is not None:
            found[member.subject] = known
            continue
        new.append(
            identities.NewUser(
                issuer=issuer,
                subject=member.subject,
                name=names.fitted(member.name) or names.NAMELESS,
                kind=UserKind.REGISTERED,
                at_ms=services.clock.now_ms(),
            )
        )
    if new:
        made = await services.rooms.write(lambda store: identities.ensure_all(store, new))
        found |= {user.subject: user for user in made}
    return {subject: user for subject, user in found.items() if user.barred_at_ms is None}


async def _invited(
    services: Services, link: Link, members: list[Member], users: dict[str, User]
) -> None:
    rooms, session_id = services.rooms, link.session_id
    there = {seat.user_id for seat in await rooms.store.participants(session_id)}
    known = await links.parts(rooms.store, link.link_id)
    told: dict[int, Part] = {}
    for member in members:
        user = users.get(member.subject)
        if user is None:
            continue
        if user.user_id not in known:
            told[user.user_id] = member.part
        if user.user_id in there:
            continue
        attendee = Attendee(
            user_id=user.user_id,
            name=user.name,
            role=_ROLES[member.part],
            permissions={},
        )
        for command in continuing.seated([attendee]):
            await rooms.ask(session_id, command)
    if told:
        await rooms.write(lambda store: links.note_parts(store, link.link_id, told))
    rooms.put_to_rest(session_id)
