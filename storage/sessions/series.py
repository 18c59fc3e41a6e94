"""What a lesson hands on to the next one of its series: whom it was for."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from storage.records import UserKind
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
