"""Nodes for tests: each a store that it shares and its leases, on one database."""

from typing import Self

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event
from storage.cluster.leases import Leases, NodeState
from storage.records import Batch, Durability
from storage.store import Store
from tests.storage.lessons import Lesson

LEASE_S = 3_600.0
"""No lease ends while a test runs, unless it says so."""


class TestNode:
    """A node as far as the database knows it."""

    __test__ = False

    def __init__(self, store: Store, leases: Leases) -> None:
        self.store = store
        self.leases = leases

    @classmethod
    async def enter(cls, url: str, name: str) -> Self:
        """Begin a life of it."""
        store = await Store.open(url, durability=Durability.POWER, is_shared=True)
        try:
            leases = await Leases.open(
                url,
                node=name,
                lease_s=LEASE_S,
                version="1.2.3",
                address=f"http://{name}.example",
                secret_print=b"print",
            )
        except BaseException:
            await store.close()
            raise
        return cls(store, leases)

    async def leave(self) -> None:
        """End as a server that was told to."""
        await self.leases.close()
        await self.store.close()

    async def die(self) -> None:
        """End as a process that was killed: PostgreSQL sees its connections end."""
        await self.leases._disconnect()
        while await self.store.reading(self._holds_lock):
            pass
        await self.store.close()

    async def _holds_lock(self, connection: AsyncConnection) -> bool:
        lock = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number")
        return bool(await connection.scalar(lock, {"number": self.leases.incarnation}))

    async def claim(self, session_id: str = "algebra", *, is_forced: bool = False) -> int | None:
        """Look who has a session, and take it over where that may be."""
        seen = await self.leases.ownership(session_id)
        return await self.leases.claim(seen, is_forced=is_forced)

    async def say(self, state: NodeState) -> None:
        """Renew, and say how it is."""
        await self.leases.renew(state=state, hears_bus=True, rooms=0)


def under(term: int, batch: Batch) -> Batch:
    """Return a batch as an owner of that term writes it."""
    return msgspec.structs.replace(batch, term=term)


async def lesson_in(store: Store, session_id: str = "algebra") -> Lesson:
    """Make a lesson, its log begun with `room_open`."""
    lesson = Lesson(session_id)
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    return lesson


async def events_of(store: Store, session_id: str = "algebra") -> list[Event]:
    """Return the whole log."""
    return await store.events(session_id, limit=10_000)
