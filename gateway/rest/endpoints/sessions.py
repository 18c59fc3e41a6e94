"""Sessions: creating them, and finding one's own."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from actors.runtime import chance
from gateway.rest.planning import continuing
from gateway.rest.planning.series import attendees_of
from gateway.rest.plumbing.bodies.importing import from_template, import_of
from gateway.rest.plumbing.bodies.strict_route import BoardRoute, StrictRoute
from gateway.rest.plumbing.creating import charge_board, require_may_create, require_possible_places
from gateway.rest.plumbing.idempotency import Attempt, IdempotencyKey
from gateway.rest.plumbing.replaying import answered_once
from gateway.rest.plumbing.room_tokens import mint_room_token, ws_url
from gateway.rest.plumbing.services import BEARER, CallerDep, PersonDep, Services, ServicesDep
from gateway.rest.shapes.instants import InstantIn
from gateway.rest.shapes.models import CreateSessionIn, CreateSoloIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import Joined, ParticipantOut, SessionOut, SessionPage
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Command, MoveSession, SeatParticipant
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from lessonroom.session.session_types import DEMO_LASTS_MS
from storage.sessions.sessions import SessionFilter

_PAGE_MAX: Final = 100

creating = APIRouter(route_class=BoardRoute, tags=["sessions"], dependencies=BEARER)
router = APIRouter(route_class=StrictRoute, tags=["sessions"], dependencies=BEARER)


@creating.post(
    "/sessions/",
    operation_id="create_session",
    status_code=201,
    response_model=SessionOut,
    responses={
        200: {"model": SessionOut, "description": "The session of this `external_id`"},
        **documented(401, 403, 404, 413, 429),
    },
)
async def create(
    host_id: PersonDep,
    services: ServicesDep,
    request: Request,
    body: Annotated[CreateSessionIn, Body()] = CreateSessionIn(),
    key: IdempotencyKey = None,
) -> Any:  # noqa: ANN401 - see response_model
    """Create a session; the caller is its host.

    With an `external_id` that the caller has used before, that session is returned as it is. With
    a `board`, as an export has it, or a `template`, which is on the caller's shelf or shared, the
    session begins with it; its elements become the host's.
    With an `Idempotency-Key` the same request within a day gets the same reply; the same key with
    another body is refused.
    """
    encoded = await request.body()

    async def make(this: Attempt | None) -> Response:
        require_may_create(services, host_id, body_bytes=len(encoded))
        return await _created(services, host_id, body, this)

    return await answered_once(services, f"sessions of user {host_id}", key, encoded, make)


async def _created(
    services: Services, host_id: int, body: CreateSessionIn, this: Attempt | None
) -> Response:
    require_possible_places(services, body.max_participants)
    begin: list[Command] = []
    if body.board:
        begin.append(await import_of(services, body.board, by=host_id))
    if body.template is not None:
        template = await from_template(services, body.template, by=host_id)
        charge_board(services, host_id, template.size_bytes)
        begin.append(template.command)
    begin += continuing.seated(await attendees_of(services, host_id, body.people))
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
        scheduled_end_ms=_end_of(body, now_ms=now_ms),
        created_at_ms=now_ms,
    )
    encoded = _encoded(session, now_ms=now_ms)
    reply = this.reply(encoded, status=201) if this is not None else None
    stored, is_new = await services.rooms.create(
        session, begin, reply=reply, sessions_most=services.config.sessions_per_user
    )
    if is_new:
        return Response(encoded, status_code=201, media_type="application/json")
    return Response(_encoded(stored, now_ms=now_ms), media_type="application/json")


def _encoded(session: Session, *, now_ms: int) -> bytes:
    return SessionOut.of(session, now_ms=now_ms, may_see_code=True).model_dump_json().encode()


def _end_of(body: CreateSessionIn, *, now_ms: int) -> int | None:
    """Return the planned end; a demo has one in any case."""
    if body.scheduled_end is None and body.session_type is SessionType.DEMO:
        return now_ms + DEMO_LASTS_MS
    return body.scheduled_end


@router.post(
    "/sessions/solo/",
    operation_id="create_solo_session",
    status_code=201,
    responses=documented(401, 403, 413, 429),
)
async def create_solo(
    user_id: PersonDep,
    caller: CallerDep,
    request: Request,
    services: ServicesDep,
    body: Annotated[CreateSoloIn, Body()] = CreateSoloIn(),
) -> Joined:
    """Create a session for the caller alone, already active, and join it."""
    require_may_create(services, user_id)
    now_ms = services.clock.now_ms()
    user = await services.rooms.store.user(user_id)
    assert user is not None, "written while the caller was identified"  # noqa: S101
    session_id = chance.new_session_id(now_ms)
    address = ws_url(request, services, session_id)
    # Without an access code nobody else can ever join.
    session, _ = await services.rooms.create(
        Session(
            session_id=session_id,
            session_type=SessionType.SOLO,
            host_id=user_id,
            title=body.title,
            max_participants=1,
            settings=SessionSettings(allow_guests=False),
            created_at_ms=now_ms,
        ),
        [
            SeatParticipant(user_id=user_id, name=user.name, role=Role.SOLO),
            MoveSession(by=user_id, move=Move.START),
        ],
        sessions_most=services.config.sessions_per_user,
    )
    seat = await services.rooms.store.participant(session_id, user_id)
    assert seat is not None, "created with the session"  # noqa: S101
    minted = await mint_room_token(services, session, seat, caller=caller)
    return Joined(
        token=minted.token,
        expires_at=minted.expires_at_ms,
        ws_url=address,
        participant=ParticipantOut.of(seat, now_ms=now_ms),
        session=SessionOut.of(session, now_ms=now_ms, may_see_code=True),
    )


async def _wanted(  # noqa: PLR0913, PLR0917 - all that may be asked for
    user_id: PersonDep,
    status: Annotated[list[SessionStatus] | None, Query(description="May be repeated.")] = None,
    from_: Annotated[InstantIn | None, Query(alias="from", description="Not before.")] = None,
    to: Annotated[InstantIn | None, Query(description="Before.")] = None,
    title: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Is part of the title, in any case."),
    ] = None,
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="Is part of the title or of the name of somebody with a seat, in any case.",
        ),
    ] = None,
    series: Annotated[
        str | None,
        Query(pattern=r"^[A-Za-z0-9-]{1,64}$", description="The `series_id` of a session."),
    ] = None,
    planned: Annotated[
        bool | None, Query(description="Only those with a planned beginning, or without one.")
    ] = None,
    order: Annotated[
        Literal["newest", "soonest"],
        Query(description="`soonest`: by their times, the earliest first."),
    ] = "newest",
) -> SessionFilter:
    return SessionFilter(
        statuses=frozenset(status or ()),
        user_id=user_id,
        from_ms=from_,
        before_ms=to,
        title=title,
        found_by=q,
        series_id=series,
        is_planned=planned,
        soonest_first=order == "soonest",
    )


@router.get("/sessions/my/", operation_id="list_my_sessions", responses=documented(401, 403))
async def list_mine(
    user_id: PersonDep,
    services: ServicesDep,
    wanted: Annotated[SessionFilter, Depends(_wanted)],
    limit: Annotated[int, Query(ge=1, le=_PAGE_MAX)] = 50,
    cursor: Annotated[str | None, Query(max_length=64, description="Of the page before.")] = None,
) -> SessionPage:
    """List the sessions that the caller hosts or has a seat in, newest first.

    The time of a session is when it started or, until then, when it is planned for or was created.
    """
    if cursor is not None and not await _has_to_do_with(services, user_id, cursor):
        raise Refused(ErrorCode.INVALID, "must be the next_cursor of a page", field="cursor")
    found = await services.rooms.store.sessions(wanted, limit=limit + 1, cursor=cursor)
    return _page(services, found, limit=limit, user_id=user_id)


def _page(services: Services, found: Sequence[Session], *, limit: int, user_id: int) -> SessionPage:
    shown, now_ms = found[:limit], services.clock.now_ms()
    return SessionPage(
        items=[
            SessionOut.of(
                session,
                now_ms=now_ms,
                may_see_code=session.host_id == user_id,
                reopen_within_ms=services.config.reopen_within_ms,
            )
            for session in shown
        ],
        next_cursor=shown[-1].session_id if len(found) > limit else None,
    )


async def _has_to_do_with(services: Services, user_id: int, session_id: str) -> bool:
    store = services.rooms.store
    session = await store.session(session_id)
    return session is not None and (
        session.host_id == user_id or await store.participant(session_id, user_id) is not None
    )
