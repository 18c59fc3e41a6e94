"""One session: reading it, moving it through its life, saving its board."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Header, Response
from msgspec import UNSET

from gateway.identity.identity import Access
from gateway.identity.tokens import OWN_ISSUER
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.creating import require_possible_places
from gateway.rest.plumbing.people import user_of_subject
from gateway.rest.plumbing.permitting import ANY, HostDep, Planner, PlannerDep, may
from gateway.rest.plumbing.reopening import reopened
from gateway.rest.plumbing.services import BEARER, AccessDep, Services, ServicesDep
from gateway.rest.shapes.etags import etag_of, names_tag, tag_to_match
from gateway.rest.shapes.models import HostIn, PatchSessionIn, TerminateIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import DeletedOut, SavedOut, SessionOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import MoveSession, SaveBoard, UpdateSession
from lessonroom.people.permissions import Permission
from lessonroom.session.lifecycle import Move
from storage.records import User, UserKind
from storage.sessions import external, sessions
from storage.upkeep import upkeep

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["sessions"],
    dependencies=BEARER,
)


_REST_LOOKS: Final = 40
_REST_LOOK_S: Final = 0.05
_REST_AGAIN_MS: Final = 1_000

_NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "It is the one of `If-None-Match`."}
}


@router.get(
    "/",
    operation_id="get_session",
    response_model=SessionOut,
    responses={**documented(401, 403, 404), **_NOT_MODIFIED},
)
async def get(
    access: AccessDep,
    services: ServicesDep,
    response: Response,
    if_none_match: Annotated[str | None, Header(max_length=1_000)] = None,
) -> Any:  # noqa: ANN401 - see response_model
    """Return a session; its access code only to the host.

    Its `ETag` is another one after each change; the time that it has been active is no change.
    """
    tag = etag_of(access.session)
    if if_none_match is not None and names_tag(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return SessionOut.seen_by(
        access,
        access.session,
        now_ms=services.clock.now_ms(),
        reopen_within_ms=services.config.reopen_within_ms,
    )


@router.patch(
    "/",
    operation_id="change_session",
    responses=documented(401, 403, 404, 409, 410, 412),
)
async def change(
    planner: PlannerDep,
    services: ServicesDep,
    response: Response,
    body: Annotated[PatchSessionIn, Body()],
    if_match: Annotated[
        str | None,
        Header(max_length=1_000, description="Change it only if it is still the one of this tag."),
    ] = None,
) -> SessionOut:
    """Change the title, the plan or the settings, also while people are in it. For the host.

    Of a session that is over the title alone. Everyone in the room is told (`session_update`). What
    is absent stays as it is. Operators, and the platform whose person hosts the session (`scope`
    `platform`), may also change its `host`; who was it stays as a student.
    """
    access = planner.access
    given = body.model_dump(mode="python", exclude_unset=True)
    require_possible_places(services, body.max_participants)
    command = UpdateSession(
        by=access.caller.by,
        title=given.get("title", UNSET),
        max_participants=given.get("max_participants", UNSET),
        scheduled_start_ms=body.scheduled_start if "scheduled_start" in given else UNSET,
        scheduled_end_ms=body.scheduled_end if "scheduled_end" in given else UNSET,
        host_id=await _new_host(planner, services, body.host) if body.host else UNSET,
        is_recorded=given.get("is_recorded", UNSET),
        settings=body.settings.model_dump(mode="json", exclude_unset=True),
        if_tag=tag_to_match(if_match, access.session),
    )
    # Not `act`: to plan a lesson is not to come to it.
    session = await services.rooms.ask(access.session.session_id, command)
    response.headers["ETag"] = etag_of(session)
    return SessionOut.seen_by(access, session, now_ms=services.clock.now_ms())


@router.delete(
    "/",
    operation_id="delete_session",
    responses=documented(401, 403, 404, 409),
)
async def delete(access: AccessDep, services: ServicesDep) -> DeletedOut:
    """Delete a session that is over, with everything in it, for good. For its own host.

    Board, history, chat, attendance, and what platforms have not read of it yet. It is gone from
    the disk within a minute.
    """
    if not (access.is_host or access.caller.is_operator):
        raise Refused(ErrorCode.PERMISSION_DENIED, "only the session's own host deletes it")
    if not access.session.status.has_ended:
        raise Refused(ErrorCode.CONFLICT, "this session goes on: end it first", field="status")
    session_id = access.session.session_id
    await _at_rest(services, session_id)
    key = await services.rooms.store.reading(
        lambda connection: sessions.key_of(connection, session_id)
    )
    while key is not None and not await services.rooms.write(
        lambda store: upkeep.purge(store, key)
    ):
        pass
    if await services.rooms.store.session(session_id) is not None:
        raise Refused(ErrorCode.CONFLICT, "this session was reopened meanwhile", field="status")
    return DeletedOut(session_id=session_id)


async def _at_rest(services: Services, session_id: str) -> None:
    """Wait until no room holds a session that is over: it would write behind our back.

    Raises:
        Refused: `unavailable`, it takes longer than one waits for.

    """
    for _ in range(_REST_LOOKS):
        if services.rooms.live_room(session_id) is None:
            return
        services.rooms.put_to_rest(session_id)
        await asyncio.sleep(_REST_LOOK_S)
    raise Refused(
        ErrorCode.UNAVAILABLE, "somebody is still being let go", retry_after_ms=_REST_AGAIN_MS
    )


async def _new_host(planner: Planner, services: Services, host: HostIn) -> int:
    """Return who is to host a session: one of the planner's own people."""
    if planner.issuer is None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "the host is changed by operators and platforms",
            field="host",
        )
    user = await _person(planner, services, host)
    session = planner.access.session
    if session.external_id is not None and user.user_id != session.host_id:
        other = await external.session_of(services.rooms.store, user.user_id, session.external_id)
        if other is not None:
            raise Refused(
                ErrorCode.CONFLICT, "they have a session of this external_id already", field="host"
            )
    return user.user_id


async def _person(planner: Planner, services: Services, host: HostIn) -> User:
    if host.subject is None:
        user = await services.rooms.store.user(host.user_id or 0)
        is_known = user is not None and planner.issuer in {ANY, user.issuer}
        if user is None or not is_known or user.kind is UserKind.GUEST:
            raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="host.user_id")
        return user
    own = planner.issuer if planner.issuer not in {None, ANY} else None
    issuer = host.issuer or own or OWN_ISSUER
    known = services.webhooks.issuers if own is None else frozenset({own})
    if issuer not in known:
        raise Refused(
            ErrorCode.INVALID,
            f"no such issuer; known: {', '.join(sorted(known))}",
            field="host.issuer",
        )
    return await user_of_subject(services, issuer, host.subject, host.name)


_MOVES: Final = {
    Move.START: "Begin the lesson: from `scheduled` or `waiting` to `active`. For the host.",
    Move.PAUSE: "Close the board to all but the host: `active` to `paused`. Needs `can_pause`.",
    Move.RESUME: "Go on: from `paused` to `active`. Needs `can_pause`.",
    Move.COMPLETE: "End the lesson as planned; everyone is let go. Needs `can_terminate`.",
}
"""The moves that need nothing but their name, and what the reference says of them."""


def _add_move(move: Move, description: str) -> None:
    @router.post(
        f"/{move}/",
        operation_id=f"{move}_session",
        name=move.value,
        description=description,
        responses=documented(401, 403, 404, 409, 410),
    )
    async def moved(access: AccessDep, services: ServicesDep) -> SessionOut:
        return await _moved(access, services, move)


for _move, _description in _MOVES.items():
    _add_move(_move, _description)


@router.post(
    "/terminate/",
    operation_id="terminate_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def terminate(
    access: Annotated[Access, Depends(may(Permission.TERMINATE))],
    services: ServicesDep,
    body: Annotated[TerminateIn, Body()] = TerminateIn(),
) -> SessionOut:
    """Break the lesson off; everyone is let go. Needs `can_terminate`."""
    return await _moved(access, services, Move.TERMINATE, reason=body.reason)


async def _moved(
    access: Access, services: Services, move: Move, *, reason: str | None = None
) -> SessionOut:
    command = MoveSession(by=access.caller.by, move=move, reason=reason)
    session = await act(services, access, command)
    return SessionOut.seen_by(access, session, now_ms=services.clock.now_ms())


@router.post(
    "/reopen/",
    operation_id="reopen_session",
    responses=documented(401, 403, 404, 409),
)
async def reopen(access: HostDep, services: ServicesDep) -> SessionOut:
    """Have a lesson that was completed go on: from `completed` to `active`. For the host.

    Within `rooms.reopen_days` of its end, and while it is kept; `reopens_until` of the session says
    until when. Its time goes on when somebody comes. A lesson that was terminated, that expired, or
    whose booking goes on in another one, stays over; so does one whose host was erased. Operators
    are bound by no time.
    """
    within_ms = None if access.caller.is_operator else services.config.reopen_within_ms
    session = await reopened(services, access.session, by=access.caller.by, within_ms=within_ms)
    return SessionOut.seen_by(access, session, now_ms=services.clock.now_ms())


@router.post(
    "/save/",
    operation_id="save_board",
    responses=documented(401, 403, 404, 409, 410),
)
async def save(access: AccessDep, services: ServicesDep) -> SavedOut:
    """Take a snapshot of the board as it is now. Needs `can_draw`.

    A board that is saved already is not saved again: the answer is that version.
    """
    return SavedOut.model_validate(await act(services, access, SaveBoard(by=access.caller.by)))
