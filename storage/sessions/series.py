"""What a lesson hands on to the next one of its series: whom it was for."""

from collections.abc import Collection

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from storage.people.erasure import ERASED_ISSUER
from storage.records import UserKind
from storage.sessions.folding import has_part
from storage.store import Store
from storage.tables import PARTICIPANTS, SESSIONS, USERS


class Attendee(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a lesson was for, with the role and the permissions of their own there."""

    user_id: int
    name: str
    role: Role
    permissions: dict[str, bool]


async def attendees(store: Store, session_id: str) -> list[Attendee]:
    """Return whom a session was for, beside its host, in the order in which they took their seats.

    Guests are not among them, for their seat is of one session; nor is who was removed, who still
    waits to be let in, or who has been erased.
    """
    query = (
        select(PARTICIPANTS, USERS.c.name.label("known_as"))
        .join(SESSIONS, SESSIONS.c.id == PARTICIPANTS.c.session_id)
        .join(USERS, USERS.c.id == PARTICIPANTS.c.user_id)
        .where(
            SESSIONS.c.uuid == session_id,
            PARTICIPANTS.c.user_id != SESSIONS.c.host_id,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            PARTICIPANTS.c.is_admitted,
            USERS.c.kind == UserKind.REGISTERED.value,
            USERS.c.issuer != ERASED_ISSUER,
        )
        .order_by(PARTICIPANTS.c.id)
    )

    async def read(connection: AsyncConnection) -> list[Attendee]:
        return [
            Attendee(
                user_id=row.user_id,
                name=row.known_as,
                role=Role(row.role),
                permissions=dict(row.custom_permissions),
            )
            for row in await connection.execute(query)
        ]

    return await store.reading(read)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom lessons of a host were for."""

    user_id: int
    name: str


async def people_of_host(
    store: Store,
    host_id: int,
    *,
    part: str | None = None,
    only: Collection[int] | None = None,
    limit: int = 50,
) -> list[Known]:
    """Return whom lessons of a host were for, those of the newest lessons first.

    No guests, nobody who was removed from all of them, nobody who has been erased.

    Args:
        store: the database.
        host_id: whose lessons.
        part: is part of the name, in whatever case.
        only: of these people alone.
        limit: how many at most.

    """
    last = func.max(PARTICIPANTS.c.session_id)
    query = (
        select(USERS.c.id, USERS.c.name)
        .join(PARTICIPANTS, PARTICIPANTS.c.user_id == USERS.c.id)
        .join(SESSIONS, SESSIONS.c.id == PARTICIPANTS.c.session_id)
        .where(
            SESSIONS.c.host_id == host_id,
            USERS.c.id != host_id,
            USERS.c.kind == UserKind.REGISTERED.value,
            USERS.c.issuer != ERASED_ISSUER,
            PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
            PARTICIPANTS.c.is_admitted,
        )
        .group_by(USERS.c.id, USERS.c.name)
        .order_by(last.desc(), USERS.c.id)
        .limit(limit)
    )
    if part is not None:
        query = query.where(has_part(USERS.c.name, part))
    if only is not None:
        query = query.where(USERS.c.id.in_(sorted(only)))

    async def read(connection: AsyncConnection) -> list[Known]:
        return [Known(user_id=row.id, name=row.name) for row in await connection.execute(query)]

    return await store.reading(read)


async def is_hosted(store: Store, series_id: str, host_id: int) -> bool:
    """Whether somebody hosts a session of a series."""
    query = (
        select(SESSIONS.c.id)
        .where(
            (SESSIONS.c.series_id == series_id) | (SESSIONS.c.uuid == series_id),
            SESSIONS.c.host_id == host_id,
        )
        .limit(1)
    )

    async def read(connection: AsyncConnection) -> bool:
        return (await connection.execute(query)).first() is not None

    return await store.reading(read)
