"""The operator's calls: what runs now, and the server's own tokens and permissions."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from actors.house.erasure import erase_user
from actors.runtime import chance
from gateway.identity.identity import find_session, host_role, no_such_session
from gateway.identity.tokens import OWN_ISSUER, whole_expiry_ms
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.people import require_fitting, user_of_subject
from gateway.rest.plumbing.reopening import reopened
from gateway.rest.plumbing.room_tokens import mint_room_token, ws_url
from gateway.rest.plumbing.services import FOR_OPERATORS, Services, ServicesDep
from gateway.rest.shapes.models import (
    KickIn,
    RolePermissionsIn,
    RoomTokenIn,
    TerminateIn,
    UserIdInPath,
    UserTokenIn,
)
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import (
    ErasedOut,
    LiveRoomOut,
    LiveRooms,
    ParticipantOut,
    RolePermissionsOut,
    RoomOut,
    RoomTokenOut,
    SavedOut,
    SessionOut,
    UserTokenOut,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import KickParticipant, MoveSession, SaveBoard, SeatParticipant
from lessonroom.people import names
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.records import User

router = APIRouter(
    route_class=StrictRoute,
    tags=["operator"],
    dependencies=FOR_OPERATORS,
)


@router.get("/rooms/", operation_id="list_rooms", responses=documented(401, 403))
async def list_rooms(services: ServicesDep) -> LiveRooms:
    """List the rooms that are open now."""
    return LiveRooms(items=[LiveRoomOut.of(room) for room in services.rooms.live()])


@router.get("/rooms/{session_id}/", operation_id="show_room", responses=documented(401, 403, 404))
async def show_room(session_id: str, services: ServicesDep) -> RoomOut:
    """Return any session with its people, and its room if that is open."""
    session = await _session(services, session_id)
    seats = await services.rooms.store.participants(session_id)
    live = services.rooms.live_room(session_id)
    now_ms = services.clock.now_ms()
    return RoomOut(
        session=SessionOut.of(session, now_ms=now_ms, may_see_code=True),
        participants=[ParticipantOut.of(seat, now_ms=now_ms) for seat in seats],
        live=LiveRoomOut.of(live) if live is not None else None,
    )


@router.post(
    "/rooms/{session_id}/terminate/",
    operation_id="operator_terminate",
    responses=documented(401, 403, 404, 409),
)
async def terminate(
    session_id: str,
    services: ServicesDep,
    body: Annotated[TerminateIn, Body()] = TerminateIn(),
) -> SessionOut:
    """Break a lesson off; everyone is let go."""
    await _session(services, session_id)
    ended = await services.rooms.ask(
        session_id, MoveSession(by=None, move=Move.TERMINATE, reason=body.reason)
    )
    return SessionOut.of(ended, now_ms=services.clock.now_ms(), may_see_code=True)


@router.post(
    "/rooms/{session_id}/reopen/",
    operation_id="operator_reopen",
    responses=documented(401, 403, 404, 409),
)
async def reopen(session_id: str, services: ServicesDep) -> SessionOut:
    """Have a lesson that was completed go on, however long ago it ended."""
    session = await reopened(
        services, await _session(services, session_id), by=None, within_ms=None
    )
    return SessionOut.of(session, now_ms=services.clock.now_ms(), may_see_code=True)


@router.post(
    "/rooms/{session_id}/kick/{user_id}/",
    operation_id="operator_kick",
    responses=documented(401, 403, 404, 409, 410),
)
async def kick(
    session_id: str,
    user_id: UserIdInPath,
    services: ServicesDep,
    body: Annotated[KickIn, Body()] = KickIn(),
) -> ParticipantOut:
    """Remove a participant and void their tokens until they are invited again."""
    await _session(services, session_id)
    seat = await services.rooms.ask(
        session_id,
        KickParticipant(
            by=None, user_id=user_id, reason=body.reason, access_code=body.new_access_code()
        ),
    )
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


@router.post(
    "/rooms/{session_id}/save/",
    operation_id="operator_save",
    responses=documented(401, 403, 404, 410),
)
async def save(session_id: str, services: ServicesDep) -> SavedOut:
    """Take a snapshot of a board as it is now."""
    await _session(services, session_id)
    return SavedOut.model_validate(await services.rooms.ask(session_id, SaveBoard(by=None)))


@router.get(
    "/permissions/{role}/", operation_id="get_role_permissions", responses=documented(401, 403)
)
async def get_permissions(role: Role, services: ServicesDep) -> RolePermissionsOut:
    """Return what a role may do on this server."""
    return RolePermissionsOut.of(role, (await services.rooms.store.role_permissions())[role])


@router.put(
    "/permissions/{role}/", operation_id="set_role_permissions", responses=documented(401, 403)
)
async def set_permissions(
    role: Role, services: ServicesDep, body: Annotated[RolePermissionsIn, Body()]
) -> RolePermissionsOut:
    """Set what a role may do, in rooms that are opened from now on."""
    granted = frozenset(name for name, is_granted in body.permissions.items() if is_granted)
    await services.rooms.set_role_permissions(role, granted)
    return RolePermissionsOut.of(role, granted)


@router.post(
    "/users/{user_id}/erase/",
    operation_id="erase_user",
    responses=documented(401, 403, 404, 409),
)
async def erase(user_id: UserIdInPath, services: ServicesDep) -> ErasedOut:
    """Forget who a user is: their name goes from seats and from the log, their tokens are void.

    What they did stays, under their number. 409 while they host a session that is not over.
    """
    erased = await erase_user(services.rooms, user_id)
    return ErasedOut(user_id=erased.user_id, sessions=erased.sessions, events=erased.events)


@router.post(
    "/tokens/user/",
    operation_id="mint_user_token",
    status_code=201,
    responses=documented(401, 403),
)
async def mint_user_token(
    services: ServicesDep, body: Annotated[UserTokenIn, Body()]
) -> UserTokenOut:
    """Mint a user token of the server's own, for a new person or one of that subject."""
    subject = body.subject or chance.new_guest_subject()
    # Typed by hand: what cannot be shown is refused, not mended.
    user = await user_of_subject(services, OWN_ISSUER, subject, names.cleaned(body.name))
    require_fitting(user, body.scope)
    ttl_s = body.ttl_s or services.config.user_token_ttl_s
    token = services.tokens.mint_user(
        subject, user.name, scope=body.scope, ttl_s=ttl_s, token_id=chance.new_token_id()
    )
    return UserTokenOut(
        token=token,
        user_id=user.user_id,
        subject=subject,
        expires_at=whole_expiry_ms(services.clock.now_ms(), ttl_s),
    )


@router.post(
    "/tokens/room/",
    operation_id="mint_room_token",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410),
)
async def mint_token_of_seat(
    request: Request, services: ServicesDep, body: Annotated[RoomTokenIn, Body()]
) -> RoomTokenOut:
    """Mint the token of a seat, which is made where it is missing."""
    session = await _session(services, body.session_id)
    user = await _person(services, body)
    require_fitting(user, None)
    _check_role(session, user, body.role)
    address = ws_url(request, services, session.session_id)
    seat = await services.rooms.ask(
        session.session_id, SeatParticipant(user_id=user.user_id, name=user.name, role=body.role)
    )
    if seat.role is not body.role:
        raise Refused(
            ErrorCode.CONFLICT, f"this person is in the session as {seat.role}", field="role"
        )
    minted = await mint_room_token(services, session, seat, caller=None, ttl_s=body.ttl_s)
    return RoomTokenOut(
        token=minted.token,
        user_id=user.user_id,
        ws_url=address,
        expires_at=minted.expires_at_ms,
    )


async def _session(services: Services, session_id: str) -> Session:
    session = await find_session(session_id, rooms=services.rooms)
    if session is None:
        raise no_such_session()
    return session


async def _person(services: Services, body: RoomTokenIn) -> User:
    if body.user_id is None:
        assert body.subject is not None, "RoomTokenIn has one of the two"  # noqa: S101
        return await user_of_subject(services, OWN_ISSUER, body.subject, body.name)
    user = await services.rooms.store.user(body.user_id)
    if user is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="user_id")
    return user


def _check_role(session: Session, user: User, role: Role) -> None:
    """The owner's seat is the owner's, and they have no other."""
    owner_role = host_role(session)
    if user.user_id == session.host_id and role is not owner_role:
        raise Refused(ErrorCode.CONFLICT, f"this is the session's {owner_role}", field="role")
    if user.user_id != session.host_id and role.leads:
        raise Refused(ErrorCode.CONFLICT, "this is not the session's host", field="role")
