"""Who has a calendar address, and which one of theirs is good.

Every function makes a transaction of its own.
"""

from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.store import Store
from storage.tables import CALENDARS


class Calendar(NamedTuple):
    """The address that is good: the `generation`th of its person, made then (ms, Unix epoch)."""

    generation: int
    made_at_ms: int


async def of_user(store: Store, user_id: int) -> Calendar | None:
    """Return the calendar address of a person; None: they have none."""

    async def read(connection: AsyncConnection) -> Calendar | None:
        query = select(CALENDARS).where(CALENDARS.c.user_id == user_id)
        row = (await connection.execute(query)).first()
        if row is None or not row.is_open:
            return None
        return Calendar(row.generation, row.made_at)

    return await store.reading(read)


async def renew(store: Store, user_id: int, *, at_ms: int) -> Calendar:
    """Give a person another address: those from before are void."""

    async def write(connection: AsyncConnection) -> Calendar:
        query = select(CALENDARS.c.generation).where(CALENDARS.c.user_id == user_id)
        generation = ((await connection.execute(query)).scalar() or 0) + 1
        made = {"generation": generation, "made_at": at_ms, "is_open": True}
        statement = insert(CALENDARS).values(user_id=user_id, **made)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["user_id"], set_=made)
        )
        return Calendar(generation, at_ms)

    return await store.writing(write)


async def close(store: Store, user_id: int) -> None:
    """Make a person's address void; the number stays, so that the same one never comes back."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            CALENDARS.update().where(CALENDARS.c.user_id == user_id).values(is_open=False)
        )

    await store.writing(write)


async def forget(connection: AsyncConnection, user_id: int) -> None:
    """Delete what is known of a person's addresses, in the caller's transaction."""
    await connection.execute(delete(CALENDARS).where(CALENDARS.c.user_id == user_id))
