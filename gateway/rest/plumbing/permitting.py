"""Checking a permission before the room is asked, for what changes nothing or costs much."""

from gateway.identity.identity import Access
from gateway.rest.plumbing.room_tokens import permissions_of
from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import Permission


async def require(services: Services, access: Access, permission: Permission) -> None:
    """Refuse a caller who does not have a permission, as the database has it.

    Raises:
        Refused: `permission_denied`.

    """
    if access.caller.is_operator or access.is_host:
        return
    assert access.seat is not None, "everyone else has access by their seat"  # noqa: S101
    if permission not in await permissions_of(services, access.session, access.seat):
        raise Refused(ErrorCode.PERMISSION_DENIED, f"this needs {permission}")
