"""Handing a caller's command to the room."""

from typing import TypeVar

from gateway.identity.identity import Access, host_role
from gateway.rest.plumbing.services import Services
from lessonroom.commands import CommandOf, SeatParticipant
from lessonroom.people.participant import Participant

_T = TypeVar("_T")


async def act(services: Services, access: Access, command: CommandOf[_T]) -> _T:
    """Return what the command came to, once its events are on disk.

    The host may run a lesson without having joined it: the room knows them by their seat, so they
    are given it first.

    Raises:
        Refused: the command is not possible, or not for this caller.

    """
    caller = access.caller
    if access.is_host and access.seat is None and not caller.is_operator:
        await take_seat(services, access)
    return await services.rooms.ask(access.session.session_id, command)


async def take_seat(services: Services, access: Access) -> Participant:
    """Give the session's owner their seat."""
    user = await services.rooms.store.user(access.session.host_id)
    assert user is not None, "a session's host is a user that the server made"  # noqa: S101
    return await services.rooms.ask(
        access.session.session_id,
        SeatParticipant(user_id=user.user_id, name=user.name, role=host_role(access.session)),
    )
