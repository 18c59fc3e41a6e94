"""The next lesson: one call that takes over what the last one was."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request, Response

from gateway.identity.identity import Access
from gateway.rest.planning import continuing
from gateway.rest.plumbing.acting import take_seat
from gateway.rest.plumbing.bodies.importing import carried_over, copied_board
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.creating import require_may_create
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.idempotency import Attempt, IdempotencyKey
from gateway.rest.plumbing.replaying import answered_once
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, access_gate, charge
from gateway.rest.shapes.planning import ContinueIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import SessionOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Command
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session
from storage.sessions import series

_TO_COME: Final = frozenset({SessionStatus.SCHEDULED, SessionStatus.WAITING})

router = APIRouter(route_class=StrictRoute, tags=["planning"], dependencies=BEARER)


async def _owner(request: Request, session_id: str) -> Access:
    access = await access_gate(request, session_id=session_id)
    if access.caller.room is not None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "a room token opens its own session only")
    if not (access.is_host or access.caller.is_operator):
        raise Refused(ErrorCode.PERMISSION_DENIED, "only the session's own host continues it")
    return access


_owner_gate = Gate(_owner)


@router.post(
    "/sessions/{session_id}/continue/",
    operation_id="continue_session",
    status_code=201,
    response_model=SessionOut,
    responses={
        200: {"model": SessionOut, "description": "The planned lesson of `into`"},
        **documented(401, 403, 404, 409, 413, 429),
    },
)
async def continue_session(
    access: Annotated[Access, Depends(_owner_gate)],
    services: ServicesDep,
    request: Request,
    body: Annotated[ContinueIn, Body()] = ContinueIn(),
    key: IdempotencyKey = None,
) -> Any:  # noqa: ANN401 - see response_model
    """Make the next lesson of the series, with this one's board, people and settings.

    For the session's own host, while it goes on and when it is over. Its pages are copied by the
    server, and what somebody drew who has a place in it stays theirs; images and documents are on
    the disk once, whoever shows them. The new lesson has a link
    of its own; guests, whose seats are of one session, come by that. With `into` a lesson that is
    planned already has all this, as one change of its board; without `in_series` it is a copy.
    With an `Idempotency-Key` the
    same request within a day gets the same reply.
    """
    host_id = access.session.host_id

    async def make(this: Attempt | None) -> Response:
        require_may_create(services, host_id)
        if body.into is not None:
            return await _continued_into(services, access, body.into, body)
        return await _continued(services, access, body, this)

    scope = f"next lessons of user {host_id} after {access.session.session_id}"
    return await answered_once(services, scope, key, await request.body(), make)


async def _continued(
    services: Services, access: Access, body: ContinueIn, this: Attempt | None
) -> Response:
    now_ms = services.clock.now_ms()
    session, commands, read_bytes = await next_lesson(services, access.session, body)
    charge(services, access, read_bytes)
    out = SessionOut.of(session, now_ms=now_ms, may_see_code=True).model_dump_json().encode()
    await services.rooms.create(
        session,
        commands,
        reply=this.reply(out, status=201) if this is not None else None,
        sessions_most=services.config.sessions_per_user,
    )
    return Response(out, status_code=201, media_type="application/json")


async def next_lesson(
    services: Services, former: Session, wanted: ContinueIn
) -> tuple[Session, list[Command], int]:
    """Return the lesson after another one, how it begins, and how many bytes of board come along.

    Raises:
        Refused: `conflict`, nothing is kept of a session of that type.

    """
    session = continuing.replanned(
        continuing.next_of(former, now_ms=services.clock.now_ms(), is_of_series=wanted.in_series),
        title=wanted.title,
        start_ms=wanted.scheduled_start,
        end_ms=wanted.scheduled_end,
    )
    store = services.rooms.store
    people = await series.attendees(store, former.session_id) if wanted.with_people else []
    commands: list[Command] = []
    read_bytes = 0
    if wanted.with_board:
        made_by = [person.user_id for person in people]
        board = await carried_over(services, former, people=made_by)
        read_bytes = board.size_bytes
        commands.append(board.command)
    return session, commands + continuing.seated(people), read_bytes


async def _continued_into(
    services: Services, access: Access, into: str, body: ContinueIn
) -> Response:
    """Bring what a lesson has into one that is planned: people whom it is not for yet, the board.

    Done again after a failure it goes on where it stopped: who has a place is passed over.
    """
    former, rooms = access.session, services.rooms
    planned = await rooms.store.session(into)
    if planned is None or planned.host_id != former.host_id or into == former.session_id:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such lesson of yours", field="into")
    if planned.status not in _TO_COME:
        raise Refused(ErrorCode.CONFLICT, "this lesson has begun already", field="into")
    people = await series.attendees(rooms.store, former.session_id) if body.with_people else []
    if body.with_board:
        await _bring_board(services, access, planned, [person.user_id for person in people])
    there = {seat.user_id for seat in await rooms.store.participants(into)}
    for command in continuing.seated([each for each in people if each.user_id not in there]):
        await rooms.ask(into, command)
    rooms.put_to_rest(into)
    out = SessionOut.of(planned, now_ms=services.clock.now_ms(), may_see_code=True)
    return Response(out.model_dump_json().encode(), media_type="application/json")


async def _bring_board(
    services: Services, access: Access, planned: Session, creators: Sequence[int]
) -> None:
    former, rooms = access.session, services.rooms
    brought = await copied_board(services, former, creators=creators)
    charge(services, access, brought.read_bytes)
    if await rooms.store.participant(planned.session_id, planned.host_id) is None:
        host = Access(caller=access.caller, session=planned, seat=None)
        await take_seat(services, host)
    await rooms.ask(planned.session_id, brought.command)
