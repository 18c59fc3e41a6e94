"""The launch: one call finds or makes a session, seats people, and gives each their link."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Body, Depends, Request, Response

from actors.runtime import chance
from gateway.identity import identity
from gateway.identity.claims import Scope
from gateway.identity.tokens import OWN_ISSUER
from gateway.rest.planning.next_lessons import next_lesson
from gateway.rest.plumbing.bodies.importing import from_template
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.creating import (
    charge_board,
    require_may_create,
    require_possible_places,
)
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.people import users_of_subjects
from gateway.rest.plumbing.room_tokens import mint_room_token, root_of, ws_url_at
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, caller_gate, services_of
from gateway.rest.shapes.launch import LaunchedPersonOut, LaunchIn, LaunchOut
from gateway.rest.shapes.planning import ContinueIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import SessionOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Command, ExpectedPerson, ExpectPeople
from lessonroom.people import names
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.rates import too_often
from lessonroom.session.session import Session
from storage.records import User
from storage.sessions import bookings, external

router = APIRouter(route_class=StrictRoute, tags=["planning"], dependencies=BEARER)

_PER_REQUEST: Final = 10
"""People count as one more request for so many."""
_TRIES: Final = 3
"""A session that is found may end, or be made by another call, before its people are seated."""


class _Launch(msgspec.Struct, frozen=True, kw_only=True):
    """One call: whose people they are, and the users that they are here, in their order."""

    body: LaunchIn
    issuer: str
    users: tuple[User, ...]

    def expected(self) -> ExpectPeople:
        """Return the command that seats all who may come in."""
        return ExpectPeople(
            people=tuple(
                ExpectedPerson(
                    user_id=user.user_id,
                    name=names.fitted(user.name) or names.NAMELESS,
                    role=person.role,
                    field=f"people[{number}]",
                )
                for number, (person, user) in enumerate(
                    zip(self.body.people, self.users, strict=True)
                )
                if user.barred_at_ms is None
            )
        )

    def host(self) -> User:
        """Return who is to own a session that is made by this call.

        Raises:
            Refused: `invalid`, nobody is; `conflict`, an operator lets them in no more.

        """
        for number, (person, user) in enumerate(zip(self.body.people, self.users, strict=True)):
            if person.role is Role.HOST:
                if user.barred_at_ms is not None:
                    raise Refused(
                        ErrorCode.CONFLICT, "an operator has barred them", field=f"people[{number}]"
                    )
                return user
        raise Refused(
            ErrorCode.INVALID,
            "a new session needs a host: give one of them the role host",
            field="people",
        )


async def _platform(request: Request) -> str | None:
    """Return the platform that calls; None for an operator.

    Raises:
        Refused: `unauthorized`; `permission_denied`, it is neither; `rate_limited`.

    """
    services = services_of(request)
    token = identity.bearer_token(request.headers.getlist("authorization"))
    if token is not None and not services.tokens.is_room_token(token):
        claims = services.tokens.verify_user(token)
        if claims.scope is Scope.PLATFORM:
            wait_s = services.launches.take(claims.issuer, services.clock.monotonic_s())
            if wait_s > 0:
                raise too_often(wait_s, "too many launches")
            return claims.issuer
    caller = await caller_gate(request)
    if not caller.is_operator:
        raise Refused(ErrorCode.PERMISSION_DENIED, "this is for platforms and operators")
    return None


_platform_gate: Final = Gate(_platform)


@router.post(
    "/launch/",
    operation_id="launch_session",
    response_model=LaunchOut,
    responses={
        201: {"model": LaunchOut, "description": "The session was made by this call"},
        **documented(401, 403, 404, 409, 410, 413, 429),
    },
)
async def launch(
    request: Request,
    response: Response,
    services: ServicesDep,
    platform: Annotated[str | None, Depends(_platform_gate)],
    body: Annotated[LaunchIn, Body()],
) -> Any:  # noqa: ANN401 - see response_model
    """Find a session, or make it, seat people in it, and get a link for each of them.

    For platforms, with a token that they sign (`scope` `platform`), and operators. The same call
    again finds the same session, changes nothing, and gives fresh links; calls for one session are
    answered one after the other, so that two at once do not make two. Who is not named keeps their
    seat; whom a host has removed has no link. A session that is found stays as it is planned; of
    its people those roles change that are said. All of it is done, or nothing.
    """
    issuer = _issuer_of(services, platform, body)
    _require_each_once(body)
    require_possible_places(services, body.max_participants)
    if platform is not None:
        cost = len(body.people) // _PER_REQUEST
        services.launches.charge(platform, services.clock.monotonic_s(), cost)
    # Before anything is made: where the server has no address there are no links.
    root = root_of(request, services)
    name, value = body.key
    async with services.once.one_at_a_time("launch", f"{issuer} {name} {value}"):
        found = await _found(services, issuer, body)
        this = _Launch(body=body, issuer=issuer, users=await _users(services, issuer, body))
        session, seats, is_new = await _seated(services, this, found)
    response.status_code = 201 if is_new else 200
    return await _answer(services, root, this, session, seats, is_new=is_new)


def _issuer_of(services: Services, platform: str | None, body: LaunchIn) -> str:
    """Return whose people are meant.

    Raises:
        Refused: `invalid`, they are not the caller's, or not known here.

    """
    issuer = body.issuer or platform or OWN_ISSUER
    known = services.webhooks.issuers if platform is None else {platform}
    if issuer not in known:
        message = f"no such issuer; known: {', '.join(sorted(known))}"
        raise Refused(ErrorCode.INVALID, message, field="issuer")
    return issuer


def _require_each_once(body: LaunchIn) -> None:
    seen: set[str] = set()
    for number, person in enumerate(body.people):
        if person.subject in seen:
            raise Refused(ErrorCode.INVALID, "is named twice", field=f"people[{number}].subject")
        seen.add(person.subject)


async def _users(services: Services, issuer: str, body: LaunchIn) -> tuple[User, ...]:
    """Return who is named, made where missing.

    Raises:
        Refused: `invalid`, somebody is not known and has no name.

    """
    store = services.rooms.store
    for number, person in enumerate(body.people):
        is_nameless = person.name is None
        if is_nameless and await store.user_by_subject(issuer, person.subject) is None:
            raise Refused(
                ErrorCode.INVALID,
                "nobody is known by this subject: name them",
                field=f"people[{number}].name",
            )
    wanted = [(issuer, person.subject, person.name) for person in body.people]
    users = await users_of_subjects(services, wanted)
    return tuple(users[issuer, person.subject] for person in body.people)


async def _found(services: Services, issuer: str, body: LaunchIn) -> Session | None:
    """Return the session that is meant; None where it is to be made.

    Raises:
        Refused: `not_found`, there is no such booking or series of the issuer's; `session_ended`.

    """
    store = services.rooms.store
    session = await _named(services, issuer, body)
    if session is not None and session.status.has_ended and body.when_over == "next":
        # The next one, if there is one already: this one else, which is the last.
        session = await external.next_of_series(store, issuer, session.series) or session
    elif session is not None and session.status.has_ended:
        raise Refused(
            ErrorCode.SESSION_ENDED,
            f"the session is over: {session.status}; when_over: next makes the next of its series",
        )
    return session


async def _named(services: Services, issuer: str, body: LaunchIn) -> Session | None:
    store = services.rooms.store
    if body.external_id is not None:
        return await external.session_of_platform(store, issuer, body.external_id)
    if body.series_id is not None:
        session = await external.next_of_series(store, issuer, body.series_id)
    else:
        session = await bookings.session_of(store, body.booking_id or "")
        host = None if session is None else await store.user(session.host_id)
        session = session if host is not None and host.issuer == issuer else None
    if session is None:
        field, _ = body.key
        raise Refused(ErrorCode.NOT_FOUND, "there is no session of this name", field=field)
    return session


async def _seated(
    services: Services, this: _Launch, found: Session | None
) -> tuple[Session, Sequence[Participant], bool]:
    """Return the session with everyone in it, and whether it is new."""
    seats: Sequence[Participant]
    for _ in range(_TRIES):
        if found is None or found.status.has_ended:
            made = await (_new(services, this) if found is None else _next(services, this, found))
            if made is not None:
                seats = await services.rooms.store.participants(made.session_id)
                return made, seats, True
        else:
            try:
                seats = await services.rooms.ask(found.session_id, this.expected())
            except Refused as refused:
                if refused.code is not ErrorCode.SESSION_ENDED:
                    raise
            else:
                services.rooms.put_to_rest(found.session_id)
                session = await services.rooms.store.session(found.session_id)
                return session or found, seats, False
        # It has ended meanwhile, or its host has made it by another call.
        found = await _found(services, this.issuer, this.body)
    raise Refused(ErrorCode.UNAVAILABLE, "the session changes all the time", retry_after_ms=1_000)


async def _new(services: Services, this: _Launch) -> Session | None:
    """Make the session of an `external_id`; None where its host has made one meanwhile."""
    body, host_id = this.body, this.host().user_id
    begin: list[Command] = []
    require_may_create(services, host_id)
    if body.template is not None:
        template = await from_template(services, body.template, by=host_id)
        charge_board(services, host_id, template.size_bytes)
        begin.append(template.command)
    now_ms = services.clock.now_ms()
    session = Session(
        session_id=chance.new_session_id(now_ms),
        session_type=body.session_type,
        host_id=host_id,
        title=body.title,
        access_code=chance.new_access_code(),
        max_participants=body.max_participants or services.config.max_participants,
        is_recorded=body.is_recorded,
        settings=body.settings.to_core(),
        external_id=body.external_id,
        scheduled_start_ms=body.scheduled_start,
        scheduled_end_ms=body.scheduled_end,
        created_at_ms=now_ms,
    )
    return await _created(services, this, session, begin)


async def _next(services: Services, this: _Launch, former: Session) -> Session | None:
    """Make the lesson after one that is over: for those whom that was for, and who are named."""
    body, store = this.body, services.rooms.store
    async with services.once.one_at_a_time("next lesson", former.series):
        newest = await external.next_of_series(store, this.issuer, former.series)
        if newest is not None and not newest.status.has_ended:
            # A call that names the session otherwise was first.
            return None
        require_may_create(services, former.host_id)
        wanted = ContinueIn(scheduled_start=body.scheduled_start, scheduled_end=body.scheduled_end)
        session, begin, read_bytes = await next_lesson(services, former, wanted)
        charge_board(services, former.host_id, read_bytes)
        return await _created(services, this, session, begin)


async def _created(
    services: Services, this: _Launch, session: Session, begin: Sequence[Command]
) -> Session | None:
    stored, is_new = await services.rooms.create(
        session, [*begin, this.expected()], sessions_most=services.config.sessions_per_user
    )
    return stored if is_new else None


async def _answer(
    services: Services,
    root: str,
    this: _Launch,
    session: Session,
    seats: Sequence[Participant],
    *,
    is_new: bool,
) -> LaunchOut:
    seat_of = {seat.user_id: seat for seat in seats}
    people = []
    for person, user in zip(this.body.people, this.users, strict=True):
        seat = seat_of.get(user.user_id)
        is_barred = user.barred_at_ms is not None
        is_kicked = seat is not None and seat.status is ParticipantStatus.KICKED
        out = LaunchedPersonOut(
            subject=person.subject,
            user_id=user.user_id,
            name=user.name if seat is None else seat.name,
            role=None if seat is None else seat.role,
            status=None if seat is None else seat.status,
            url=None,
            token=None,
            expires_at=None,
            left_out="barred" if is_barred else "kicked" if is_kicked else None,
        )
        if seat is not None and out.left_out is None:
            ttl_s = this.body.ttl_s
            minted = await mint_room_token(services, session, seat, caller=None, ttl_s=ttl_s)
            out.token = minted.token
            out.url = f"{root}/room/{session.session_id}#token={minted.token}"
            out.expires_at = minted.expires_at_ms
        people.append(out)
    return LaunchOut(
        session=SessionOut.of(session, now_ms=services.clock.now_ms(), may_see_code=True),
        is_new=is_new,
        ws_url=ws_url_at(root, session.session_id),
        people=people,
    )
