"""Having nothing left on disk of what was deleted: not in free pages, not in the log of writes.

Whoever erases says so, in the transaction that does it; the housekeeper cleans up within a minute.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert, of_connection
from storage.log import bodies
from storage.tables import SERVER_STATE

if TYPE_CHECKING:
    from storage.store import Store

AT_ONCE_BYTES: Final = 64 * 1024 * 1024
"""A database of at most so many is written anew while lessons go on: less than a second."""
WHILE_QUIET_BYTES: Final = 4 * 1024 * 1024 * 1024
"""A larger one, up to this, in a minute in which no room is open; that takes about as long."""

_DUE: Final = "erased_since_written_anew"

_T = TypeVar("_T")


async def erasing(store: "Store", work: Callable[[AsyncConnection], Awaitable[_T]]) -> _T:
    """Return what `work` does in a transaction that takes something away for good.

    Raises:
        CommitFailed: nothing was applied.

    """

    async def write(connection: AsyncConnection) -> _T:
        result = await work(connection)
        # A slice that found nothing to delete leaves nothing behind.
        if result != 0:
            note = insert(SERVER_STATE).values(key=_DUE, value=1)
            await connection.execute(note.on_conflict_do_nothing())
        return result

    return await store.writing(write)


async def is_due(store: "Store") -> bool:
    """Whether something was erased, since everything was last written anew."""

    async def read(connection: AsyncConnection) -> bool:
        query = select(SERVER_STATE.c.value).where(SERVER_STATE.c.key == _DUE)
        return (await connection.execute(query)).scalar() is not None

    return await store.reading(read)


async def forget(store: "Store", *, is_quiet: bool, is_whole: bool = False) -> bool:
    """Leave nothing on disk of what was erased; say whether that is so.

    Nothing can be committed meanwhile. What it cannot do for the moment (somebody reads, the disk
    is full, the database is large and lessons go on) is left for the next time.

    Args:
        store: the database.
        is_quiet: nobody waits for a commit.
        is_whole: write everything anew, however large it is.

    Raises:
        CommitFailed: the database cannot be written.

    """

    async def clean(connection: AsyncConnection) -> bool:
        dialect = of_connection(connection)
        most_bytes = WHILE_QUIET_BYTES if is_quiet else AT_ONCE_BYTES
        anew = is_whole or await dialect.size_bytes(connection) <= most_bytes
        return await dialect.forget(connection, is_whole=anew) and anew

    if is_whole:
        while await store.writing(bodies.delete_unnamed):
            pass
    # Else the housekeeper deletes the bodies of what was erased, in slices.
    is_rest = await store.reading(bodies.is_any_unnamed)
    if await store.writing_alone(clean) and not is_rest:
        await store.writing(
            lambda connection: connection.execute(
                delete(SERVER_STATE).where(SERVER_STATE.c.key == _DUE)
            )
        )
        return True
    return False
