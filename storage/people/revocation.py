"""Tokens that are void before their time, as marks among what the server remembers.

A mark names a token, a sign-in, or a person; its value is when it was made, in milliseconds since
the Unix epoch.
"""

from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.store import Store
from storage.tables import SERVER_STATE

OF_TOKEN: Final = "revoked:"  # noqa: S105 - the beginning of a key
"""What follows names a token, or a sign-in: `sid:` and its id."""
OF_PERSON: Final = "signed-out:"
"""What follows is a `user_id`: every token of theirs from before the mark is void."""
MARKS_LAST_MS: Final = 31 * 86_400_000
"""Longer than any user token is valid: after that no mark is needed."""

_KINDS: Final = or_(*(SERVER_STATE.c.key.startswith(kind) for kind in (OF_TOKEN, OF_PERSON)))


async def mark(store: Store, key: str, *, at_ms: int) -> None:
    """Write a mark, or move it to `at_ms`."""

    async def write(connection: AsyncConnection) -> None:
        statement = insert(SERVER_STATE).values(key=key, value=at_ms)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": at_ms})
        )

    await store.writing(write)


async def marks(store: Store) -> dict[str, int]:
    """Return all marks."""

    async def read(connection: AsyncConnection) -> dict[str, int]:
        rows = await connection.execute(
            select(SERVER_STATE.c.key, SERVER_STATE.c.value).where(_KINDS)
        )
        return {row.key: row.value for row in rows}

    return await store.reading(read)


async def forget(store: Store, *, now_ms: int) -> None:
    """Delete the marks that no token needs any more."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            delete(SERVER_STATE).where(_KINDS, SERVER_STATE.c.value < now_ms - MARKS_LAST_MS)
        )

    await store.writing(write)
