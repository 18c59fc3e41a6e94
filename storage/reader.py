"""What a store tells of the present: sessions, seats, events, people, roles."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.session.session import Session
from storage.log import log
from storage.log.history import History
from storage.people import identities, roles
from storage.records import StoredRoom, User
from storage.sessions import rooms, seats, sessions, usage
from storage.sessions.sessions import SessionFilter

_RESUME_BYTES: Final = 4 * 1024 * 1024


class Reader(History):
    """The part of a store that reads."""

    async def load_room(
        self, session_id: str, *, resume_window: int, resume_bytes: int = _RESUME_BYTES
    ) -> StoredRoom | None:
        """Return all that a room needs to go on, with its last `resume_window` events.

        Of these at most so many as take `resume_bytes`.

        Raises:
            LogDamaged: part of the log is not what was written.

        """
        return await self._read(
            lambda connection: rooms.load(
                connection,
                session_id,
                resume_window=resume_window,
                resume_bytes=resume_bytes,
            )
        )

    async def session(self, session_id: str) -> Session | None:
        """Return a session by its name."""
        return await self._read(lambda connection: sessions.find(connection, session_id))

    async def sessions(
        self,
        wanted: SessionFilter = SessionFilter(),  # noqa: B008 - frozen
        *,
        limit: int = 50,
        cursor: str | None = None,
    ) -> list[Session]:
        """Return sessions, at most `limit`, in the order that `wanted` says.

        Args:
            wanted: which ones.
            limit: how many at most.
            cursor: the `session_id` of the last one of the page before.

        Raises:
            UnknownSession: there is no session that `cursor` names.

        """
        return await self._read(
            lambda connection: sessions.find_many(connection, wanted, limit=limit, cursor=cursor)
        )

    async def participants(self, session_id: str) -> list[Participant]:
        """Return all seats of a session, in the order in which they were first taken."""

        async def read(connection: AsyncConnection) -> list[Participant]:
            key = await sessions.key_of(connection, session_id)
            return [] if key is None else await seats.of_session(connection, key)

        return await self._read(read)

    async def participant(self, session_id: str, user_id: int) -> Participant | None:
        """Return one person's seat in a session."""
        return await self._read(lambda connection: seats.of_person(connection, session_id, user_id))

    async def events(
        self, session_id: str, *, after: int = 0, limit: int = 1000, until: int | None = None
    ) -> list[Event]:
        """Return the events `after` < `seq` <= `until`, oldest first; none of an unknown session.

        Raises:
            LogDamaged: one of them is missing or does not match its checksum.

        """

        async def read(connection: AsyncConnection) -> list[Event]:
            key = await sessions.key_of(connection, session_id)
            if key is None:
                return []
            head, _ = await log.head(connection, key)
            last = head if until is None else min(until, head)
            return await log.read(connection, key, session_id, after=after, until=last, limit=limit)

        return await self._read(read)

    async def head(self, session_id: str) -> int:
        """Return the `seq` of a session's newest event; 0 where there is none."""

        async def read(connection: AsyncConnection) -> int:
            key = await sessions.key_of(connection, session_id)
            return 0 if key is None else (await log.head(connection, key))[0]

        return await self._read(read)

    async def owner_bytes(self, host_id: int, *, without: Collection[str] = ()) -> int:
        """Return what the logs of somebody's sessions take; those `without` are left out."""
        return await self._read(
            lambda connection: usage.of_owner(connection, host_id, without=without)
        )

    async def user(self, user_id: int) -> User | None:
        """Return a user by number."""
        return await self._read(lambda connection: identities.find(connection, user_id))

    async def user_by_subject(self, issuer: str, subject: str) -> User | None:
        """Return a user by what their platform calls them."""
        return await self._read(
            lambda connection: identities.find_subject(connection, issuer, subject)
        )

    async def role_permissions(self) -> dict[Role, PermissionSet]:
        """Return what each role may do on this server."""
        return await self._read(roles.read)
