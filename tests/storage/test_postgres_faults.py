"""PostgreSQL that does not answer, ends connections, or is killed."""

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import CommitFailed, StorageUnavailable
from storage.records import Durability
from storage.store import Store
from tests.postgres import Postgres, database_of
from tests.storage.lessons import Lesson

_LOST: Final = "the connection to PostgreSQL is cut, which the pool logs when it throws it away"


@pytest.fixture
def url(postgres_url: str) -> str:
    """Where the database is: these tests are about PostgreSQL."""
    return postgres_url


@pytest.fixture(scope="module")
def mortal(postgres: Postgres) -> Iterator[Postgres]:
    """A cluster of this file's own, to be killed, where there is a PostgreSQL at all."""
    cluster = Postgres.start()
    yield cluster
    cluster.remove()


@pytest.fixture
def mortal_url(mortal: Postgres) -> str:
    """A database in the cluster that is killed; a test that fails may leave it down."""
    if not mortal.is_running:
        mortal.resume()
    return mortal.new_database()


async def test_a_statement_that_takes_too_long_is_a_storage_fault(store: Store) -> None:
    """[P19] Nothing waits for ever, and the connection is of use again."""

    async def write(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("SET LOCAL statement_timeout = 20")
        await connection.exec_driver_sql("SELECT pg_sleep(60)")

    with pytest.raises(CommitFailed, match="statement timeout") as failed:
        await store.writing(write)
    assert failed.value.is_storage_fault
    await store.probe()


@pytest.mark.logs_errors(reason=_LOST)
async def test_a_connection_that_postgres_ends_is_a_storage_fault(
    store: Store, lesson: Lesson, postgres: Postgres, url: str
) -> None:
    """[P19] Nothing applied; reading goes on at once, writing over a new connection."""
    await store.commit([lesson.strokes(2)])
    assert await store.head("algebra") == 3
    for pid in postgres.backends(database_of(url)):
        postgres.sql(f"SELECT pg_terminate_backend({pid}, 10000)")
    assert await store.head("algebra") == 3
    batch = lesson.strokes(1)
    with pytest.raises(CommitFailed) as failed:
        await store.commit([batch])
    assert failed.value.is_storage_fault
    await store.reconnect_writer()
    await store.commit([batch])
    assert await store.head("algebra") == 4


@pytest.mark.logs_errors(reason=_LOST)
async def test_a_server_that_is_down_is_waited_for(mortal: Postgres, mortal_url: str) -> None:
    """[P19] Clear errors while it is down; once it is up again, all goes on without a restart."""
    store, lesson = await _begun(mortal_url)
    await store.head("algebra")
    mortal.stop()
    batch = lesson.strokes(1)
    with pytest.raises(CommitFailed) as failed:
        await store.commit([batch])
    assert failed.value.is_storage_fault
    with pytest.raises(StorageUnavailable, match="cannot connect to PostgreSQL"):
        await store.reconnect_writer()
    with pytest.raises(CommitFailed, match="cannot connect") as failed:
        await store.commit([batch])
    assert failed.value.is_storage_fault
    with pytest.raises(StorageUnavailable):
        await store.head("algebra")
    mortal.resume()
    assert await store.head("algebra") == 1
    await store.commit([batch])
    assert await store.head("algebra") == 2
    await store.close()


@pytest.mark.logs_errors(reason=_LOST)
@pytest.mark.parametrize("commits", [0, 1, 7, 25])
async def test_what_was_acknowledged_survives_a_kill_of_postgres(
    mortal: Postgres, mortal_url: str, commits: int
) -> None:
    """[T1] [P1] [P3] kill -9 of all its processes while rooms write: no gap, nothing lost."""
    store, lesson = await _begun(mortal_url)
    acked = [1]
    goal = asyncio.Event()

    async def write() -> None:
        while True:
            batch = lesson.batch(lesson.stroke(b"x" * 3_000, n=lesson.seq + 1))
            await store.commit([batch])
            acked.append(batch.events[-1].seq)
            if len(acked) > commits:
                goal.set()

    writing = asyncio.ensure_future(write())
    if commits:
        await goal.wait()
    mortal.kill()
    with pytest.raises(CommitFailed) as failed:
        await writing
    assert failed.value.is_storage_fault
    mortal.resume()
    await store.reconnect_writer()
    rows = [event.seq for event in await store.events("algebra", limit=10_000)]
    assert rows == list(range(1, len(rows) + 1))
    assert set(acked) <= set(rows)
    lesson.seq = len(rows)
    await store.commit([lesson.strokes(1)])
    await store.close()


@pytest.mark.logs_errors(reason=_LOST)
async def test_a_writer_that_has_ended_is_not_used_again(
    store: Store, lesson: Lesson, postgres: Postgres, url: str
) -> None:
    """[P19] Strokes alone pass SQLAlchemy by, which would not see that their connection is gone."""
    await store.commit([lesson.strokes(1)])
    for pid in postgres.backends(database_of(url)):
        postgres.sql(f"SELECT pg_terminate_backend({pid}, 10000)")
    batch = lesson.strokes(1)
    with pytest.raises(CommitFailed) as failed:
        await store.commit([batch])
    assert failed.value.is_storage_fault
    await store.commit([batch])
    assert await store.head("algebra") == 3


async def _begun(url: str) -> tuple[Store, Lesson]:
    store = await Store.open(url, durability=Durability.POWER)
    lesson = Lesson("algebra")
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    return store, lesson
