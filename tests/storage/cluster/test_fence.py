"""Two nodes that believe they have a session: the newer one writes, of the other nothing is there.

On a real PostgreSQL.

Tests also: storage/dialects/arrays.py.
"""

import asyncio
from typing import Any

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from storage.cluster import fence
from storage.cluster.leases import NodeState
from storage.dialects import postgresql
from storage.engine import parse_url
from storage.errors import (
    CommitFailed,
    DatabaseInUse,
    DatabaseNotShared,
    NodeMigrating,
    NotForNodes,
)
from storage.records import Batch, Durability
from storage.store import Store
from tests.storage.cluster.nodes import TestNode, events_of, lesson_in, under
from tests.storage.lessons import Lesson

WAYS = ["strokes", "all"]
"""The log alone, in one statement; or with the rows that people read, in a transaction."""


def _batch(lesson: Lesson, term: int, way: str, *, seq: int | None = None) -> Batch:
    """Return what an owner writes: a stroke; or more, a title and a seat besides."""
    if seq is not None:
        lesson.seq = seq
    batch = under(term, lesson.batch(lesson.stroke(f"by {term}".encode())))
    if way == "strokes":
        return batch
    return msgspec.structs.replace(
        batch,
        session=msgspec.structs.replace(lesson.session, title=f"title of {term}"),
        session_changed=True,
        participants=(Participant(user_id=2, name=f"name of {term}", role=Role.STUDENT),),
        snapshots=(lesson.snapshot(1),),
    )


async def _data(store: Store, session_id: str = "algebra") -> list[bytes]:
    return [event.data for event in await events_of(store, session_id)][1:]


# -- two owners


@pytest.mark.parametrize("way", WAYS)
async def test_of_two_owners_the_newer_one_writes(
    first: TestNode, second: TestNode, lesson: Lesson, way: str
) -> None:
    """Nothing of the older one is there: no event, no title, no seat, no snapshot."""
    old = await first.claim()
    assert old == 1
    assert not await first.store.commit([_batch(lesson, old, way)])
    await first.say(NodeState.ISOLATED)
    new = await second.claim()
    assert new == 2
    late = _batch(lesson, old, way, seq=2)
    assert await first.store.commit([late]) == [late]
    assert not await second.store.commit([_batch(lesson, new, way, seq=2)])
    # Also behind what the newer one has written.
    assert await first.store.commit([late]) == [late]
    for store in (first.store, second.store):
        assert await _data(store) == [b"by 1", b"by 2"]
    session = await first.store.session("algebra")
    assert session is not None
    if way == "all":
        assert session.title == "title of 2"
        names = {seat.name for seat in await first.store.participants("algebra")}
        assert names == {"Ada", "name of 2"}
        assert len(await first.store.snapshots("algebra")) == 2


@pytest.mark.parametrize("way", WAYS)
async def test_a_node_writes_what_it_has_beside_what_it_lost(
    first: TestNode, second: TestNode, lesson: Lesson, way: str
) -> None:
    """In the same transaction: a room that is fenced costs no other one its commit."""
    other = await lesson_in(first.store, "biology")
    for session_id in ("algebra", "biology"):
        await first.claim(session_id)
    await first.leases.release("algebra", 1)
    await second.claim("algebra")
    lost, kept = _batch(lesson, 1, "strokes"), _batch(other, 1, way)
    assert await first.store.commit([lost, kept]) == [lost]
    assert await _data(first.store, "algebra") == []
    assert await _data(first.store, "biology") == [b"by 1"]


@pytest.mark.parametrize("way", WAYS)
async def test_of_two_terms_of_one_node_the_newer_one_writes(
    first: TestNode, lesson: Lesson, way: str
) -> None:
    """A room that it let go may still have a snapshot on its way as it opens it anew."""
    await first.claim()
    await first.leases.release("algebra", 1)
    assert await first.claim() == 2
    old, new = _batch(lesson, 1, way), _batch(lesson, 2, way, seq=1)
    assert await first.store.commit([old, new]) == [old]
    assert await _data(first.store) == [b"by 2"]
    assert await first.store.commit([old]) == [old]


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_released_is_written_until_somebody_has_it(
    first: TestNode, second: TestNode, lesson: Lesson, way: str
) -> None:
    """[SY-4] The last snapshot of a room that rests."""
    await first.claim()
    await first.leases.release("algebra", 1)
    assert not await first.store.commit([_batch(lesson, 1, way)])
    await second.claim()
    late = _batch(lesson, 1, way)
    assert await first.store.commit([late]) == [late]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("term", [0, 1, 7])
async def test_a_node_writes_nothing_that_nobody_has(
    first: TestNode, lesson: Lesson, way: str, term: int
) -> None:
    """There is no ownership of such a number, or none at all."""
    batch = _batch(lesson, term, way)
    assert await first.store.commit([batch]) == [batch]
    assert await _data(first.store) == []


async def test_the_key_of_the_log_is_a_second_lock(first: TestNode, lesson: Lesson) -> None:
    """[P3] Who has the session and is wrong about its head is told, and nothing is written."""
    await first.claim()
    with pytest.raises(CommitFailed) as failed:
        await first.store.commit([_batch(lesson, 1, "strokes", seq=0)])
    assert failed.value.is_conflict
    assert await _data(first.store) == []


async def test_a_batch_without_events_is_fenced_as_well(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """A snapshot alone."""
    await first.claim()
    await first.leases.release("algebra", 1)
    await second.claim()
    alone = under(1, lesson.batch(snapshot=lesson.snapshot(1)))
    assert await first.store.commit([alone]) == [alone]
    assert await first.store.snapshots("algebra") == []


# -- a claim and a commit at once


async def test_a_claim_waits_for_a_commit_that_is_under_way(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """So the new owner reads all that the old one will have said."""
    await first.claim()
    await first.say(NodeState.ISOLATED)
    (key,) = (await first.store.reading(_keys)).values()
    is_held, goes_on = asyncio.Event(), asyncio.Event()

    async def write(connection: AsyncConnection) -> None:
        assert await fence.hold(connection, {key: 1}) == {key: 1}
        is_held.set()
        await goes_on.wait()

    writing = asyncio.create_task(first.store.writing(write))
    await is_held.wait()
    claiming = asyncio.create_task(second.claim())
    await _waits(first.store, claiming, goes_on)
    goes_on.set()
    await writing
    assert await claiming == 2


@pytest.mark.parametrize("way", WAYS)
async def test_a_commit_waits_for_a_claim_and_is_fenced_then(
    first: TestNode,
    second: TestNode,
    lesson: Lesson,
    way: str,
) -> None:
    """It looks at the row again: as it began, the term was its own."""
    await first.claim()
    await first.store.head("algebra")
    is_held, goes_on = asyncio.Event(), asyncio.Event()

    async def claim(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("UPDATE room_lease SET term = term + 1, node = 'second'")
        is_held.set()
        await goes_on.wait()

    claiming = asyncio.create_task(second.store.writing(claim))
    await is_held.wait()
    batch = _batch(lesson, 1, way)
    writing = asyncio.create_task(first.store.commit([batch]))
    await _waits(first.store, writing, goes_on)
    goes_on.set()
    await claiming
    assert await writing == [batch]
    assert await _data(first.store) == []


async def test_owners_do_not_wait_for_each_other(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """The fence is shared: two transactions may hold the same row."""
    await first.claim()
    (key,) = (await first.store.reading(_keys)).values()

    async def write(connection: AsyncConnection) -> None:
        assert await fence.hold(connection, {key: 1}) == {key: 1}
        assert not await second.store.commit([_batch(lesson, 1, "strokes")])

    await first.store.writing(write)


async def test_a_transaction_that_hangs_ends(
    second: TestNode, lesson: Lesson, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that froze within one keeps a claim waiting for so long at most."""
    monkeypatch.setitem(postgresql._OF_NODES, "idle_in_transaction_session_timeout", "50")
    store = await Store.open(postgres_url, durability=Durability.POWER, is_shared=True)
    await second.claim()
    (key,) = (await store.reading(_keys)).values()
    is_held, goes_on = asyncio.Event(), asyncio.Event()

    async def freeze(connection: AsyncConnection) -> None:
        await fence.hold(connection, {key: 1})
        is_held.set()
        await goes_on.wait()
        await connection.exec_driver_sql("SELECT 1")

    frozen = asyncio.create_task(store.writing(freeze))
    await is_held.wait()
    # Waits for the row, which the frozen transaction holds.
    assert await second.leases.release("algebra", 1)
    goes_on.set()
    with pytest.raises(CommitFailed) as failed:
        await frozen
    assert failed.value.is_storage_fault
    await store.close()


# -- who may be on a database together


async def test_nodes_and_a_server_that_is_none_do_not_meet(
    first: TestNode, second: TestNode, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P3] A server that is alone fences nothing: it is refused, and refuses."""
    monkeypatch.setattr(postgresql, "_LOCK_TIMEOUT_MS", 20)
    with pytest.raises(DatabaseInUse):
        await Store.open(postgres_url, durability=Durability.POWER)
    for node in (first, second):
        await node.leave()
    alone = await Store.open(postgres_url, durability=Durability.POWER)
    with pytest.raises(DatabaseNotShared, match=r"no node of a cluster .* stop that first"):
        await Store.open(postgres_url, durability=Durability.POWER, is_shared=True)
    await alone.close()


async def test_one_node_migrates_at_a_time(
    first: TestNode, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the others go on."""
    monkeypatch.setattr(postgresql, "_LOCK_TIMEOUT_MS", 20)
    migrator = postgresql.migrator(parse_url(postgres_url), is_shared=True)
    async with migrator.connect():
        await first.store.probe()
        with pytest.raises(NodeMigrating, match="another node is migrating"):
            async with postgresql.migrator(parse_url(postgres_url), is_shared=True).connect():
                pass
    await migrator.dispose()


async def test_a_server_that_is_alone_is_not_fenced(postgres_url: str) -> None:
    """Whatever the batches say: no lease is read, none is written."""
    store = await Store.open(postgres_url, durability=Durability.POWER)
    lesson = await lesson_in(store)
    for way in WAYS:
        assert not await store.commit([_batch(lesson, 0, way)])
    assert await _data(store) == [b"by 0", b"by 0"]
    await store.close()


async def test_nodes_do_not_share_a_file(sqlite_url: str) -> None:
    """SQLite is one process's."""
    with pytest.raises(NotForNodes, match="SQLite, which one process writes"):
        await Store.open(sqlite_url, durability=Durability.POWER, is_shared=True)


async def _keys(connection: AsyncConnection) -> dict[str, int]:
    rows = await connection.exec_driver_sql("SELECT uuid, id FROM classroom_session")
    return {row.uuid: row.id for row in rows}


async def _waits(store: Store, work: "asyncio.Task[Any]", goes_on: asyncio.Event) -> None:
    """Return once a connection waits for a lock; `work` is what has to, until `goes_on`."""

    async def count(connection: AsyncConnection) -> int:
        found = await connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(found.scalar_one())

    while not await store.reading(count):
        if work.done():
            goes_on.set()
            pytest.fail("it did not wait")
