"""Seat keys in both databases."""

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.session.lifecycle import SessionStatus
from storage.people import seat_keys
from storage.records import Batch
from storage.sessions import sessions
from storage.store import Store
from storage.tables import SEAT_KEYS
from storage.upkeep import upkeep
from tests.storage.lessons import Lesson

NOW_MS = 1_800_000_000_000
SESSION = "algebra"
KEY = "a key of two hundred and fifty-six bits"


async def rows(store: Store) -> list[bytes]:
    async def read(connection: AsyncConnection) -> list[bytes]:
        return list((await connection.execute(select(SEAT_KEYS.c.digest))).scalars())

    return await store.reading(read)


@pytest.fixture(autouse=True)
async def given(store: Store, lesson: Lesson) -> None:
    await seat_keys.give(store, SESSION, 7, KEY, at_ms=NOW_MS)


async def test_a_key_is_found_by_itself_and_only_its_hash_is_stored(store: Store) -> None:
    """[SY-9]"""
    found = await seat_keys.find(store, SESSION, KEY)
    assert found == seat_keys.SeatKey(user_id=7, made_at_ms=NOW_MS, used_at_ms=NOW_MS)
    assert await seat_keys.of_guest(store, SESSION, 7) == found
    assert await seat_keys.find(store, SESSION, KEY + "x") is None
    assert await seat_keys.find(store, "another", KEY) is None
    assert KEY.encode() not in b"".join(await rows(store))


async def test_another_key_takes_the_place_of_the_first(store: Store) -> None:
    """[SY-9]"""
    await seat_keys.give(store, SESSION, 7, "another", at_ms=NOW_MS + 1)
    assert await seat_keys.find(store, SESSION, KEY) is None
    assert len(await rows(store)) == 1


async def test_of_a_session_that_is_gone_nothing_is_written(store: Store) -> None:
    await seat_keys.give(store, "no-such", 7, "another", at_ms=NOW_MS)
    assert len(await rows(store)) == 1


async def test_keys_go_when_they_are_old_taken_away_or_their_session_is_deleted(
    store: Store, lesson: Lesson
) -> None:
    """[SY-9] What was used later stays."""
    await seat_keys.use(store, SESSION, 7, at_ms=NOW_MS + 10)
    assert await seat_keys.forget_old(store, used_before_ms=NOW_MS + 10) == 0
    assert await seat_keys.forget_old(store, used_before_ms=NOW_MS + 11) == 1
    await seat_keys.give(store, SESSION, 7, KEY, at_ms=NOW_MS)
    await seat_keys.take_away(store, 8)
    assert len(await rows(store)) == 1
    await seat_keys.take_away(store, 7)
    assert await rows(store) == []
    await seat_keys.give(store, SESSION, 7, KEY, at_ms=NOW_MS)
    key = await store.reading(lambda connection: _key(connection, lesson))
    over = msgspec.structs.replace(lesson.session, status=SessionStatus.COMPLETED)
    await store.commit([Batch(session=over, events=(), session_changed=True)])
    while not await upkeep.purge(store, key):
        pass
    assert await rows(store) == []


async def _key(connection: AsyncConnection, lesson: Lesson) -> int:
    found = await sessions.key_of(connection, lesson.session.session_id)
    assert found is not None
    return found
