"""From a link of a course to its lesson: found, made, or gone on with."""

import hashlib
import hmac
from typing import Final

import msgspec

from actors.runtime import chance
from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.tickets import decoded, encoded
from gateway.lti.lti import Launch
from gateway.lti.lti_config import LtiFault
from gateway.lti.platforms import user_issuer
from gateway.rest.planning import continuing
from gateway.rest.plumbing.bodies.importing import carried_over
from gateway.rest.plumbing.creating import charge_board, require_may_create
from gateway.rest.plumbing.services import Services
from gateway.webhooks.booking_formats import fitted_title
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import ChangeRole, SeatParticipant
from lessonroom.people import names
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.session.session import Session, SessionSettings
from storage.lti import links
from storage.lti.links import Link, Part, Place
from storage.records import User, UserKind
from storage.sessions import series

LESSON: Final = "lesson"
"""The parameter of a link that names the lesson which a teacher picked."""
_PURPOSE: Final = b"lti lesson"
_MAC_BYTES: Final = 16
_ROLES: Final = {Part.TEACHER: Role.HOST, Part.LEARNER: Role.STUDENT, Part.OTHER: Role.VIEWER}
_FAULTS: Final = {
    ErrorCode.KICKED: LtiFault.KICKED,
    ErrorCode.ROOM_FULL: LtiFault.FULL,
    ErrorCode.SESSION_ENDED: LtiFault.OVER,
    ErrorCode.RATE_LIMITED: Fault.BUSY,
}


async def person_of(services: Services, launch: Launch) -> User:
    """Return who comes, made where they are new; their platform names them, each time anew.

    Raises:
        FederationRefused: `barred`.

    """
    issuer, subject = user_issuer(launch.platform), launch.message.subject
    known = await services.rooms.store.user_by_subject(issuer, subject)
    if known is not None and known.barred_at_ms is not None:
        raise FederationRefused(Fault.BARRED, f"user {known.user_id} is barred")
    told = names.fitted(launch.message.name)
    name = told or (known.name if known is not None else names.NAMELESS)
    return await services.rooms.ensure_user(
        issuer=issuer, subject=subject, name=name, kind=UserKind.REGISTERED
    )


async def lesson_of(services: Services, launch: Launch) -> tuple[Link, Session]:
    """Return the link by which somebody comes, and the lesson that it opens, made where missing.

    Raises:
        FederationRefused: `wrong_lesson`.
        Refused: it cannot be made at the moment.

    """
    message, store = launch.message, services.rooms.store
    assert message.link_id is not None, "a launch of a link names it"  # noqa: S101
    place = Place(
        platform_id=launch.platform.platform_id,
        deployment_id=message.deployment_id,
        resource_link_id=message.link_id,
    )
    # Of a class that comes at once the first makes the lesson.
    async with services.once.one_at_a_time("lti link", place_key(place)):
        link = await links.at(store, place)
        if link is not None:
            session = await store.session(link.session_id)
            if session is not None:
                return await _refreshed(services, link, launch), session
        session = await _picked(services, launch) or await new_lesson(
            services, launch, message.link_title or message.context_title
        )
        return await _opening(services, place, session, launch), session


async def next_lesson(services: Services, launch: Launch, former: Session) -> Session:
    """Return the lesson that comes after one that is over, with its board and its people.

    Where somebody has begun it already, that one.

    Raises:
        Refused: it cannot be made at the moment.

    """
    link, newest = await lesson_of(services, launch)
    if newest.session_id != former.session_id or not newest.status.has_ended:
        return newest
    async with services.once.one_at_a_time("lti link", place_key(link.place)):
        again = await links.at(services.rooms.store, link.place)
        if again is not None and again.session_id != former.session_id:
            found = await services.rooms.store.session(again.session_id)
            if found is not None:
                return found
        require_may_create(services, former.host_id)
        people = await series.attendees(services.rooms.store, former.session_id)
        board = await carried_over(services, former, people=[person.user_id for person in people])
        charge_board(services, former.host_id, board.size_bytes)
        session, _ = await services.rooms.create(
            continuing.next_of(former, now_ms=services.clock.now_ms()),
            [board.command, *continuing.seated(people)],
            sessions_most=services.config.sessions_per_user,
        )
        await _opening(services, link.place, session, launch)
    return session


async def seat_in(
    services: Services, link: Link, session: Session, user: User, part: Part
) -> Participant:
    """Return somebody's seat, with the part that their platform gives them.

    Who teaches is a host. Whom the platform called a teacher, and does not any more, is none; who
    was made a host here stays one.

    Raises:
        Refused: `kicked`, `room_full`, `session_ended`, …

    """
    store, rooms = services.rooms.store, services.rooms
    session_id, role = session.session_id, _ROLES[part]
    former = await links.part_of(store, link.link_id, user.user_id)
    if session.status.has_ended:
        seat = await store.participant(session_id, user.user_id)
        if seat is None:
            raise Refused(ErrorCode.SESSION_ENDED, "the lesson is over")
        return seat
    seat = await rooms.ask(
        session_id, SeatParticipant(user_id=user.user_id, name=user.name, role=role)
    )
    was_teacher = former is Part.TEACHER and part is not Part.TEACHER
    if seat.role is not role and (part is Part.TEACHER or was_teacher):
        seat = await rooms.ask(session_id, ChangeRole(by=None, user_id=user.user_id, role=role))
    if former is not part:
        await rooms.write(lambda store: links.note_parts(store, link.link_id, {user.user_id: part}))
    return seat


def fault_of(refused: Refused) -> FederationRefused:
    """Return what the refusal of a room is called for who comes from a platform."""
    fault = _FAULTS.get(refused.code, LtiFault.UNAVAILABLE)
    return FederationRefused(fault, f"{refused.code}: {refused.message}")


async def course_of(services: Services, launch: Launch) -> User:
    """Return whose the lessons of a course are: the course's own, whoever teaches in it."""
    message, platform_id = launch.message, launch.platform.platform_id
    named = f"{message.deployment_id}\0{message.context_id or ''}"
    return await services.rooms.ensure_user(
        issuer=f"lti-course:{platform_id}",
        subject=hashlib.sha256(named.encode()).hexdigest()[:32],
        name=names.fitted(message.context_title) or names.NAMELESS,
        kind=UserKind.REGISTERED,
    )


async def new_lesson(services: Services, launch: Launch, title: str) -> Session:
    """Return a lesson that is new, of the course that somebody comes from.

    Raises:
        Refused: too many are made, or the database cannot be written.

    """
    course = await course_of(services, launch)
    require_may_create(services, course.user_id)
    now_ms = services.clock.now_ms()
    session, _ = await services.rooms.create(
        Session(
            session_id=chance.new_session_id(now_ms),
            host_id=course.user_id,
            title=fitted_title(title),
            access_code=chance.new_access_code(),
            max_participants=services.config.max_participants,
            # The platform is the door; a teacher may open another one.
            settings=SessionSettings(allow_guests=False),
            created_at_ms=now_ms,
        ),
        sessions_most=services.config.sessions_per_user,
    )
    return session


def named_lesson(services: Services, launch: Launch, session: Session) -> str:
    """Return the parameter that has a link open a lesson: for this platform alone."""
    text = f"{session.session_id}.{_course_mark(launch)}"
    return f"{text}.{encoded(_mac(services, launch, text))}"


def place_key(place: Place) -> str:
    """Return a link as one text."""
    return f"{place.platform_id}\0{place.deployment_id}\0{place.resource_link_id}"


async def _picked(services: Services, launch: Launch) -> Session | None:
    """Return the lesson that a teacher has picked for a link, as far as it is there.

    A course that was copied brings the links of the other one: it gets lessons of its own.
    """
    named = launch.message.custom.get(LESSON)
    if named is None:
        return None
    text, _, mac = named.rpartition(".")
    given = decoded(mac, _MAC_BYTES)
    session_id, _, mark = text.partition(".")
    if given is None or not services.tokens.has_made(_PURPOSE, _about(launch, text), given):
        raise FederationRefused(LtiFault.WRONG_LESSON, "the parameter lesson was not made here")
    if not hmac.compare_digest(mark.encode(), _course_mark(launch).encode()):
        return None
    return await services.rooms.store.session(session_id)


def _mac(services: Services, launch: Launch, text: str) -> bytes:
    return services.tokens.mac(_PURPOSE, _about(launch, text))[:_MAC_BYTES]


def _about(launch: Launch, text: str) -> bytes:
    return f"{launch.platform.platform_id}\0{text}".encode()


def _course_mark(launch: Launch) -> str:
    named = f"{launch.message.deployment_id}\0{launch.message.context_id or ''}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


async def _opening(services: Services, place: Place, session: Session, launch: Launch) -> Link:
    now_ms = services.clock.now_ms()
    return await services.rooms.write(
        lambda store: links.open_lesson(
            store, place, session.session_id, launch.message.endpoints, at_ms=now_ms
        )
    )


async def _refreshed(services: Services, link: Link, launch: Launch) -> Link:
    endpoints = launch.message.endpoints
    if endpoints == link.endpoints:
        return link
    await services.rooms.write(lambda store: links.refresh(store, link, endpoints))
    return msgspec.structs.replace(link, endpoints=endpoints)
