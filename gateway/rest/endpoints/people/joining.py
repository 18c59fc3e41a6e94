"""Getting in: `join`, with the code for those who are not expected; and staying who one is."""

import hmac
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Body, Request

from actors.runtime import chance
from gateway.addresses import groups_of
from gateway.identity.identity import Caller, find_session, host_role, no_such_session, seat_of
from gateway.identity.tokens import GUEST_ISSUER
from gateway.rest.plumbing.bodies.strict_route import OpenRoute
from gateway.rest.plumbing.room_tokens import mint_room_token, ws_url
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, VisitorDep, peer_address
from gateway.rest.shapes.models import InvitationIn, JoinIn, SeatIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import (
    InvitationOut,
    Joined,
    LeftOut,
    ParticipantOut,
    RenewedOut,
    SessionOut,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import SeatParticipant
from lessonroom.people import names
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.rates import too_often
from lessonroom.session.session import Session
from storage.records import User, UserKind

_NO_CODE: Final = "--------"
"""Compared where a session does not exist, or has no code; nothing a person types equals it."""

router = APIRouter(route_class=OpenRoute, tags=["sessions"])


@router.post(
    "/sessions/{session_id}/join/",
    operation_id="join_session",
    dependencies=BEARER,
    # A guest has no token: this is added to what BEARER says.
    openapi_extra={"security": [{}]},
    responses=documented(401, 403, 404, 409, 410, 429),
)
async def join(
    session_id: str,
    request: Request,
    visitor: VisitorDep,
    services: ServicesDep,
    body: Annotated[JoinIn, Body()] = JoinIn(),
) -> Joined:
    """Take a seat and get the token that opens the session's WebSocket.

    The host, and whoever has a seat or an invitation, needs nothing but their token. Others need
    the access code; a guest, who has no token, also a name. The answer to a wrong code is the same
    as to a session that does not exist. A guest who comes back has their seat again: with their
    room token, or when that has expired with the `seat_key` that came with the first one.
    """
    _check_credential(visitor, session_id)
    found = await find_session(session_id, rooms=services.rooms)
    if visitor is None:
        visitor = await services.seat_keys.holder(found, body.seat_key)
    guest_name = _guest_name(body) if visitor is None else ""
    session = await _opened(request, services, session_id, found, visitor, body.access_code)
    if session.status.has_ended:
        raise Refused(ErrorCode.SESSION_ENDED, f"the session is over: {session.status}")
    user = (
        await _new_guest(services, session, guest_name)
        if visitor is None
        else await _known_user(services, visitor)
    )
    return await _seated(request, services, session, user, visitor)


@router.post(
    "/sessions/{session_id}/invitation/",
    operation_id="read_invitation",
    dependencies=BEARER,
    openapi_extra={"security": [{}]},
    responses=documented(401, 403, 404, 429),
)
async def read_invitation(
    session_id: str,
    request: Request,
    visitor: VisitorDep,
    services: ServicesDep,
    body: Annotated[InvitationIn, Body()] = InvitationIn(),
) -> InvitationOut:
    """Tell whoever may join what they are invited to, before they take a seat.

    It needs what `join` needs, without a name. A wrong code counts as one there.
    """
    _check_credential(visitor, session_id)
    found = await find_session(session_id, rooms=services.rooms)
    if visitor is None:
        visitor = await services.seat_keys.holder(found, body.seat_key)
    session = await _opened(request, services, session_id, found, visitor, body.access_code)
    host = await services.rooms.store.user(session.host_id)
    return InvitationOut.of(session, host_name=host.name if host is not None else "")


@router.post(
    "/sessions/{session_id}/token/",
    operation_id="renew_token",
    dependencies=BEARER,
    openapi_extra={"security": [{}]},
    responses=documented(401, 403, 404, 429),
)
async def renew_token(
    session_id: str,
    request: Request,
    visitor: VisitorDep,
    services: ServicesDep,
    body: Annotated[SeatIn, Body()] = SeatIn(),
) -> RenewedOut:
    """Get another room token for a seat that one has, without coming in.

    By a token of one's own, or a guest by their seat key. Also when the session is over: the token
    then opens what can be read of it. The answer to a key that opens nothing is that to a wrong
    code, and it counts as one.
    """
    session, seat = await _own_seat(request, services, session_id, visitor, body)
    minted = await mint_room_token(services, session, seat, caller=visitor)
    return RenewedOut(token=minted.token, expires_at=minted.expires_at_ms)


@router.post(
    "/sessions/{session_id}/leave/",
    operation_id="leave_session",
    dependencies=BEARER,
    openapi_extra={"security": [{}]},
    responses=documented(401, 403, 404, 429),
)
async def leave(
    session_id: str,
    request: Request,
    visitor: VisitorDep,
    services: ServicesDep,
    body: Annotated[SeatIn, Body()] = SeatIn(),
) -> LeftOut:
    """Give up a guest's seat for good: its key and its tokens are void, wherever they are kept.

    Connections are closed within seconds. Whoever comes again by the link is somebody new. Those
    who signed in sign out.
    """
    _, seat = await _own_seat(request, services, session_id, visitor, body)
    user = await services.rooms.store.user(seat.user_id)
    if user is None or user.kind is not UserKind.GUEST:
        raise Refused(ErrorCode.PERMISSION_DENIED, "this is for guests; others sign out")
    await services.revocations.sign_out(seat.user_id)
    return LeftOut(user_id=seat.user_id)


async def _opened(
    request: Request,
    services: Services,
    session_id: str,
    found: Session | None,
    visitor: Caller | None,
    access_code: str | None,
) -> Session:
    """Return the session, to whoever is expected in it and to whoever has its code.

    Raises:
        Refused: what `_by_code` does.

    """
    seat = None if visitor is None else await seat_of(visitor, session_id, rooms=services.rooms)
    if found is not None and _is_expected(found, visitor, seat):
        return found
    return _by_code(services, found, access_code or "", session_id, _origin(visitor, request))


async def _own_seat(
    request: Request, services: Services, session_id: str, visitor: Caller | None, body: SeatIn
) -> tuple[Session, Participant]:
    """Return the seat of whoever calls, by their token or their key.

    Raises:
        Refused: `not_found`, with a token there is no seat; what a wrong code is told, without.

    """
    _check_credential(visitor, session_id)
    found = await find_session(session_id, rooms=services.rooms)
    if visitor is None:
        visitor = await services.seat_keys.holder(found, body.seat_key)
        if visitor is None:
            _by_code(services, None, "", session_id, _origin(None, request))
    assert visitor is not None, "refused as a wrong code is"  # noqa: S101
    seat = await seat_of(visitor, session_id, rooms=services.rooms)
    if found is None or seat is None:
        raise no_such_session()
    return found, seat


async def _seated(
    request: Request, services: Services, session: Session, user: User, visitor: Caller | None
) -> Joined:
    address = ws_url(request, services, session.session_id)
    seat = await services.rooms.ask(
        session.session_id,
        SeatParticipant(user_id=user.user_id, name=user.name, role=_role(session, user)),
    )
    # The first seat has moved the session from scheduled to waiting.
    session = await find_session(session.session_id, rooms=services.rooms) or session
    minted = await mint_room_token(services, session, seat, caller=visitor)
    seat_key = await services.seat_keys.given(session, seat, user)
    now_ms = services.clock.now_ms()
    leads = user.user_id == session.host_id or seat.role is Role.HOST
    return Joined(
        token=minted.token,
        expires_at=minted.expires_at_ms,
        ws_url=address,
        participant=ParticipantOut.of(seat, now_ms=now_ms),
        session=SessionOut.of(session, now_ms=now_ms, may_see_code=leads),
        seat_key=seat_key,
    )


def _check_credential(visitor: Caller | None, session_id: str) -> None:
    if visitor is None:
        return
    if visitor.user_id is None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "an operator joins with a user token")
    if visitor.room is not None and visitor.room.session_id != session_id:
        raise no_such_session()


def _guest_name(body: JoinIn) -> str:
    if body.name is None and body.seat_key is not None and body.access_code is None:
        # They said who they are: that it is nobody is what a wrong code is told.
        return ""
    if body.name is None:
        raise Refused(ErrorCode.INVALID, "a guest needs a name", field="name")
    return names.cleaned(body.name)


def _is_expected(session: Session, visitor: Caller | None, seat: Participant | None) -> bool:
    return visitor is not None and (
        seat is not None or visitor.is_operator or visitor.user_id == session.host_id
    )


def _by_code(
    services: Services, session: Session | None, code: str, session_id: str, origin: Sequence[str]
) -> Session:
    """Return the session if `code` is its code.

    A session that is not there takes the same way as one whose code is wrong. Nothing is awaited
    between looking at the limits and counting, or a thousand guesses at once would count as none.
    """
    limits, now_s = services.guesses, services.clock.monotonic_s()
    wait_s = limits.wait_s(origin, session_id, now_s)
    if wait_s > 0:
        raise too_often(wait_s, "too many wrong access codes")
    expected = (session.access_code if session is not None else "") or _NO_CODE
    given = "".join(character for character in code.upper() if character not in " -")
    if not hmac.compare_digest(given.encode(), expected.encode()) or session is None:
        limits.failed(origin, session_id, now_s)
        raise Refused(
            ErrorCode.WRONG_ACCESS_CODE,
            "there is no such session, or this is not its access code",
            field="access_code",
        )
    return session


def _origin(visitor: Caller | None, request: Request) -> Sequence[str]:
    """Return whose guesses are counted together: a person's own, a guest's with their network's."""
    if visitor is not None:
        return (f"user {visitor.user_id}",)
    return groups_of(peer_address(request))


async def _new_guest(services: Services, session: Session, name: str) -> User:
    if not session.settings.allow_guests:
        raise Refused(ErrorCode.PERMISSION_DENIED, "this session takes no guests")
    wait_s = services.guest_joins.take(session.session_id, services.clock.monotonic_s())
    if wait_s > 0:
        raise Refused(
            ErrorCode.RATE_LIMITED, "too many new guests", retry_after_ms=int(wait_s * 1000) + 1
        )
    return await services.rooms.ensure_user(
        issuer=GUEST_ISSUER, subject=chance.new_guest_subject(), name=name, kind=UserKind.GUEST
    )


async def _known_user(services: Services, visitor: Caller) -> User:
    assert visitor.user_id is not None, "checked before"  # noqa: S101
    user = await services.rooms.store.user(visitor.user_id)
    if user is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "the token names a person unknown to this server")
    return user


def _role(session: Session, user: User) -> Role:
    """Return the role of a new seat; who has a seat keeps theirs."""
    if user.user_id == session.host_id:
        return host_role(session)
    return session.settings.guest_role if user.kind is UserKind.GUEST else Role.STUDENT
