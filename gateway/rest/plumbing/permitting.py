"""What somebody may do in a session, as the database has it; the room has the last word.

Asked before a body is read, and for what changes nothing or costs much.
"""

from typing import Annotated, Final

import msgspec
from fastapi import Depends, Request

from gateway.identity import identity
from gateway.identity.claims import Scope
from gateway.identity.identity import OPERATOR, Access
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import Services, access_gate, is_operator, services_of
from lessonroom.board.model.viewing import Viewer
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.audience import circle_of, is_for, is_kept_from
from lessonroom.log.events import Event
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Permission, PermissionSet, effective
from lessonroom.session.session import HistoryPolicy, Session

ANY: Final = "*"
"""Instead of an issuer, which is an id of a key and has no such character."""


class Planner(msgspec.Struct, frozen=True, kw_only=True):
    """Who may plan a session anew.

    `issuer` is whose people may become its host: a platform's own, `ANY` for the operator; None:
    nobody's, as it is the host who asks.
    """

    access: Access
    issuer: str | None


def platform_of(request: Request) -> str | None:
    """Return the platform whose own token a request brings, None where it brings another one.

    Raises:
        Refused: `unauthorized`, the token is not valid.

    """
    token = identity.bearer_token(request.headers.getlist("authorization"))
    tokens = services_of(request).tokens
    if token is None or tokens.is_room_token(token):
        return None
    claims = tokens.verify_user(token)
    return claims.issuer if claims.scope is Scope.PLATFORM else None


async def permissions_of(services: Services, session: Session, seat: Participant) -> PermissionSet:
    """Return what a participant may do."""
    if not seat.may_act:
        return frozenset()
    roles = await services.rooms.store.role_permissions()
    return effective(
        roles[seat.role], session.settings.permissions.get(seat.role, {}), seat.custom_permissions
    )


def may(permission: Permission) -> Gate[Access]:
    """Return the gate of those who have a permission; the host and operators need none."""

    async def with_permission(request: Request, session_id: str) -> Access:
        access = await access_gate(request, session_id=session_id)
        if access.caller.is_operator or access.is_host:
            return access
        assert access.seat is not None, "everyone else has access by their seat"  # noqa: S101
        granted = await permissions_of(services_of(request), access.session, access.seat)
        if permission not in granted:
            raise Refused(ErrorCode.PERMISSION_DENIED, f"this needs {permission}")
        return access

    return Gate(with_permission)


def may_look_back(access: Access) -> bool:
    """Whether a caller may look at the past of a session (PROTOCOL SY-12).

    Who leads it and operators always; others once it is over, where its settings let them.
    """
    session = access.session
    return (
        access.leads
        or access.caller.is_operator
        or (session.status.has_ended and session.settings.history_policy is HistoryPolicy.ALL)
    )


def may_read(access: Access, event: Event) -> bool:
    """Whether an event is for a caller, as the log has it.

    What was written to one person is for few (CH-4), and what is drawn where there are private
    pages may be (AU-1).
    """
    circle, private_from = circle_of(event), access.session.private_from
    return is_for(circle, access.caller.user_id, leads=access.leads) and not is_kept_from(
        event, viewer_of(access), private_from=private_from
    )


def viewer_of(access: Access) -> Viewer:
    """Return a caller as somebody who looks at the board: hosts and operators see all of it."""
    return Viewer(access.caller.user_id, leads=access.leads or access.caller.is_operator)


def require_leading_where_private(access: Access) -> None:
    """Refuse numbers that tell of pages which the caller may not see (AU-1).

    Raises:
        Refused: `permission_denied`.

    """
    if access.session.private_from is not None and not viewer_of(access).leads:
        raise Refused(ErrorCode.PERMISSION_DENIED, "in this session only the host may look at this")


async def _looking_back(request: Request, session_id: str) -> Access:
    access = await access_gate(request, session_id=session_id)
    if not may_look_back(access):
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "only the host may look at this"
            if access.session.settings.history_policy is HistoryPolicy.HOST_ONLY
            else "only the host may look at this until the session is over",
        )
    return access


async def _versions(request: Request, session_id: str) -> Access:
    """Earlier boards: for who may look back, and while a lesson goes on for who may export."""
    access = await access_gate(request, session_id=session_id)
    if may_look_back(access):
        return access
    access = await may(Permission.EXPORT)(request, session_id=session_id)
    require_version(access, 1)
    return access


def require_version(access: Access, version: int | None) -> None:
    """Refuse an earlier version of the board, None is the newest, where only hosts look back.

    Raises:
        Refused: `permission_denied`.

    """
    is_for_hosts = access.session.settings.history_policy is HistoryPolicy.HOST_ONLY
    if version is not None and is_for_hosts and not may_look_back(access):
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "only the host may look at this", field="version"
        )


async def _host(request: Request, session_id: str) -> Access:
    access = await access_gate(request, session_id=session_id)
    if not (access.leads or access.caller.is_operator):
        raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may do this")
    return access


async def _planner(request: Request, session_id: str) -> Planner:
    issuer = None if is_operator(request) else platform_of(request)
    if issuer is None:
        access = await host_gate(request, session_id=session_id)
        return Planner(access=access, issuer=ANY if access.caller.is_operator else None)
    services = services_of(request)
    session = await identity.find_session(session_id, rooms=services.rooms)
    host = None if session is None else await services.rooms.store.user(session.host_id)
    if session is None or host is None or host.issuer != issuer:
        raise identity.no_such_session()
    access = Access(caller=OPERATOR, session=session, seat=None)
    return Planner(access=access, issuer=issuer)


host_gate: Final = Gate(_host)
_planner_gate: Final = Gate(_planner)

looking_back_gate: Final = Gate(_looking_back)
versions_gate: Final = Gate(_versions)

LookingBackDep = Annotated[Access, Depends(looking_back_gate)]
"""The session of the path, for who may look at its past."""
VersionsDep = Annotated[Access, Depends(versions_gate)]
"""The session of the path, for who may have earlier versions of its board."""
HostDep = Annotated[Access, Depends(host_gate)]
"""The session of the path, for who leads it and for operators."""
PlannerDep = Annotated[Planner, Depends(_planner_gate)]
"""The session of the path, for who leads it, for operators and for its host's platform."""
