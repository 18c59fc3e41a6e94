"""PostgreSQL writes its tables anew once something was erased, not while somebody reads them."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import seat_keys
from storage.store import Store
from storage.upkeep import forgetting
from tests.storage.lessons import Lesson

pytestmark = pytest.mark.parametrize("url", ["postgres"], indirect=True)

FILE = text("SELECT pg_relation_filenode('seat_key')")


async def file_of_keys(store: Store) -> int:
    async def read(connection: AsyncConnection) -> int:
        return int((await connection.execute(FILE)).scalar_one())

    return await store.reading(read)


async def erased(store: Store) -> None:
    await seat_keys.give(store, "algebra", 7, "a key", at_ms=1)
    await seat_keys.take_away(store, 7)


async def test_what_was_erased_is_in_no_file_of_a_table(store: Store, lesson: Lesson) -> None:
    """[SECURITY Minors] `VACUUM FULL` makes another file; the one with the dead rows is gone."""
    assert lesson.session.session_id == "algebra"
    before = await file_of_keys(store)
    await erased(store)
    assert await forgetting.is_due(store)
    assert await forgetting.forget(store, is_quiet=True)
    assert not await forgetting.is_due(store)
    assert await file_of_keys(store) != before
    # And the next write finds everything as it was.
    await erased(store)
    assert await seat_keys.of_guest(store, "algebra", 7) is None


async def test_while_somebody_reads_for_long_it_is_left_for_the_next_minute(
    store: Store, lesson: Lesson
) -> None:
    """[SECURITY Minors] Nobody waits for it, nor does it give up for good."""
    assert lesson.session.session_id == "algebra"
    await erased(store)

    async def read(connection: AsyncConnection) -> None:
        await connection.execute(text("SELECT count(*) FROM seat_key"))
        assert not await forgetting.forget(store, is_quiet=True)

    await store.reading(read)
    assert await forgetting.is_due(store)
    assert await forgetting.forget(store, is_quiet=True)
