"""One session: reading it, moving it through its life, saving its board."""

from typing import Annotated

from fastapi import APIRouter, Body

from gateway.identity import Access
from gateway.rest.acting import act
from gateway.rest.models import TerminateIn
from gateway.rest.problems import documented
from gateway.rest.services import BEARER, AccessDep, Services, ServicesDep
from gateway.rest.strict_route import StrictRoute
from gateway.rest.views import SavedOut, SessionOut
from lessonroom.commands import MoveSession, SaveBoard
from lessonroom.lifecycle import Move
from lessonroom.session import Session

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["sessions"],
    dependencies=BEARER,
)


@router.get("/", operation_id="get_session", responses=documented(401, 403, 404))
async def get(access: AccessDep, services: ServicesDep) -> SessionOut:
    """Return a session; its access code only to the host."""
    return SessionOut.seen_by(access, access.session, now_ms=services.clock.now_ms())


@router.post(
    "/start/",
    operation_id="start_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def start(access: AccessDep, services: ServicesDep) -> SessionOut:
    """Begin the lesson: from `scheduled` or `waiting` to `active`. For the host."""
    return await _moved(access, services, Move.START)


@router.post(
    "/pause/",
    operation_id="pause_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def pause(access: AccessDep, services: ServicesDep) -> SessionOut:
    """Close the board to all but the host: from `active` to `paused`. Needs `can_pause`."""
    return await _moved(access, services, Move.PAUSE)


@router.post(
    "/resume/",
    operation_id="resume_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def resume(access: AccessDep, services: ServicesDep) -> SessionOut:
    """Go on: from `paused` to `active`. Needs `can_pause`."""
    return await _moved(access, services, Move.RESUME)


@router.post(
    "/complete/",
    operation_id="complete_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def complete(access: AccessDep, services: ServicesDep) -> SessionOut:
    """End the lesson as planned; everyone is let go. Needs `can_terminate`."""
    return await _moved(access, services, Move.COMPLETE)


@router.post(
    "/terminate/",
    operation_id="terminate_session",
    responses=documented(401, 403, 404, 409, 410),
)
async def terminate(
    access: AccessDep,
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
    assert isinstance(session, Session)  # noqa: S101 - the result of the command
    return SessionOut.seen_by(access, session, now_ms=services.clock.now_ms())


@router.post(
    "/save/",
    operation_id="save_board",
    responses=documented(401, 403, 404, 409, 410),
)
async def save(access: AccessDep, services: ServicesDep) -> SavedOut:
    """Take a snapshot of the board as it is now. Needs `can_draw`."""
    return SavedOut.model_validate(await act(services, access, SaveBoard(by=access.caller.by)))
