"""What somebody may do in a session, as the database has it; the room has the last word.

Asked before a body is read, and for what changes nothing or costs much.
"""

from typing import Annotated, Final

from fastapi import Depends, Request

from gateway.identity.identity import Access
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import Services, access_gate, services_of
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Permission, PermissionSet, effective
from lessonroom.session.session import Session


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


async def _host(request: Request, session_id: str) -> Access:
    access = await access_gate(request, session_id=session_id)
    if not (access.is_host or access.caller.is_operator):
        raise Refused(ErrorCode.PERMISSION_DENIED, "only the host may do this")
    return access


_host_gate: Final = Gate(_host)

HostDep = Annotated[Access, Depends(_host_gate)]
"""The session of the path, for its host and for operators."""
