"""Who lives, and who has which session: leases on a real PostgreSQL.

Tests also: storage/cluster/kept.py, storage/cluster/statements.py, storage/tables/nodes.py.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import pytest

from storage.cluster.leases import Leases, NodeState
from storage.errors import (
    NodeReplaced,
    NodeTaken,
    NotForNodes,
    StorageUnavailable,
    UnknownSession,
)
from storage.upkeep import upkeep
from tests.postgres import Postgres, database_of
from tests.storage.cluster.nodes import TestNode, lesson_in, under
from tests.storage.lessons import Lesson

_LOST: Final = "the connection to PostgreSQL is cut, which the pool logs when it throws it away"
_Sql = Callable[[str], str]


@pytest.fixture
def sql(postgres: Postgres, postgres_url: str) -> _Sql:
    """Runs a statement in the nodes' database."""
    return lambda statement: postgres.sql(statement, database_of(postgres_url))


def _lapse(sql: _Sql, node: str) -> None:
    """Have a node's lease be over."""
    sql(f"UPDATE cluster_node SET expires_at = 1 WHERE id = '{node}'")  # noqa: S608 - a name of ours


# -- nodes


async def test_nodes_see_each_other(first: TestNode, second: TestNode) -> None:
    """With what each says of itself, until it leaves."""
    await first.leases.renew(state=NodeState.DRAINING, hears_bus=True, rooms=7)
    one, other = await second.leases.renew(state=NodeState.UP, hears_bus=False, rooms=0)
    assert (one.id, one.state, one.hears_bus, one.rooms) == ("first", "draining", True, 7)
    assert (one.version, one.url, one.secret_print) == (
        *("1.2.3", "http://first.example"),
        b"print",
    )
    assert other.id == "second"
    assert one.is_alive
    assert other.is_alive
    assert one.incarnation != other.incarnation
    await first.leases.close()
    (alone,) = await second.leases.renew(state=NodeState.UP, hears_bus=True, rooms=0)
    assert alone.id == "second"


async def test_a_lease_ends_and_begins_anew(first: TestNode, second: TestNode, sql: _Sql) -> None:
    """A node that was silent for long is as alive as ever once it renews."""
    _lapse(sql, "first")
    seen = {
        node.id: node.is_alive
        for node in await second.leases.renew(state=NodeState.UP, hears_bus=True, rooms=0)
    }
    assert seen == {"first": False, "second": True}
    await first.say(NodeState.UP)
    nodes = await second.leases.renew(state=NodeState.UP, hears_bus=True, rooms=0)
    assert all(node.is_alive for node in nodes)


async def test_an_id_lives_once(first: TestNode, postgres_url: str) -> None:
    """A second one of it does not start, and the first goes on."""
    with pytest.raises(NodeTaken, match="'first' is running already"):
        await TestNode.enter(postgres_url, "first")
    await first.say(NodeState.UP)


async def test_a_node_that_was_killed_starts_again_at_once(
    first: TestNode, postgres_url: str
) -> None:
    """Its lease goes on, but its lock is free; its life is another one."""
    before = first.leases.incarnation
    await first.die()
    again = await TestNode.enter(postgres_url, "first")
    assert again.leases.incarnation > before
    await again.die()


async def test_a_node_whose_row_was_taken_stops(
    first: TestNode, postgres_url: str, sql: _Sql
) -> None:
    """It was frozen for longer than its lease, and another one has its id by now."""
    _lapse(sql, "first")
    other = await TestNode.enter(postgres_url, "first")
    with pytest.raises(NodeReplaced, match="'first'"):
        await first.say(NodeState.UP)
    await first.leases.close()
    await other.say(NodeState.UP)
    await other.die()


async def test_of_two_that_start_at_once_one_lives(postgres_url: str) -> None:
    """Whichever is first."""
    started = await asyncio.gather(
        *(TestNode.enter(postgres_url, "twin") for _ in range(4)), return_exceptions=True
    )
    lives = [node for node in started if isinstance(node, TestNode)]
    assert len(lives) == 1
    assert [type(each) for each in started if each is not lives[0]] == [NodeTaken] * 3
    await lives[0].die()


async def test_a_file_is_no_place_to_meet(sqlite_url: str) -> None:
    """Said with what would be one."""
    with pytest.raises(NotForNodes, match="nodes share a PostgreSQL: postgresql"):
        await Leases.open(
            sqlite_url, node="n", lease_s=5, version="1", address="", secret_print=b""
        )


# -- sessions


async def test_a_session_is_whose_claims_it_first(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """Nobody's at first; then one term after the other."""
    seen = await first.leases.ownership("algebra")
    assert (seen.term, seen.node, seen.is_alive) == (0, None, False)
    assert await first.claim() == 1
    seen = await second.leases.ownership("algebra")
    assert (seen.term, seen.node, seen.incarnation, seen.is_alive) == (
        *(1, "first", first.leases.incarnation),
        True,
    )
    assert await second.claim() is None
    assert await first.leases.owned() == {"algebra": 1}
    assert await second.leases.owned() == {}
    with pytest.raises(UnknownSession):
        await first.leases.ownership("nowhere")


async def test_of_many_that_claim_at_once_one_has_it(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """Free, and after a term: one new term, and one node that was told of it."""
    for term in (1, 2, 3):
        seen = await first.leases.ownership("algebra")
        claims = [node.leases.claim(seen) for node in (first, second) for _ in range(4)]
        told = [each for each in await asyncio.gather(*claims) if each is not None]
        assert told == [term]
        for node in (first, second):
            for session_id in await node.leases.owned():
                await node.leases.release(session_id, term)


async def test_what_is_released_is_free(first: TestNode, second: TestNode, lesson: Lesson) -> None:
    """Once: by its owner alone, of this term alone."""
    assert await first.claim() == 1
    assert not await second.leases.release("algebra", 1)
    assert not await first.leases.release("algebra", 2)
    assert await first.leases.release("algebra", 1)
    assert not await first.leases.release("algebra", 1)
    assert await second.claim() == 2
    assert not await first.leases.release("algebra", 2)
    assert await second.leases.owned() == {"algebra": 2}


async def test_what_a_node_had_that_leaves_is_free(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """Also what it did not come to release."""
    await first.claim()
    await first.leases.close()
    assert await second.claim() == 2


async def test_a_lapse_frees_what_a_node_had(
    first: TestNode, second: TestNode, lesson: Lesson, sql: _Sql
) -> None:
    """And it knows by its return what it lost, and what is its own still."""
    await lesson_in(first.store, "biology")
    assert await first.claim("algebra") == 1
    assert await first.claim("biology") == 1
    _lapse(sql, "first")
    assert await second.claim("algebra") == 2
    await first.say(NodeState.UP)
    assert await first.leases.owned() == {"biology": 1}
    assert await second.claim("biology") is None
    lesson.seq = 1
    assert await first.store.commit([under(1, lesson.strokes(1))])


@pytest.mark.parametrize("state", [NodeState.UP, NodeState.DRAINING])
async def test_a_node_that_lives_keeps_what_it_has(
    first: TestNode, second: TestNode, lesson: Lesson, state: NodeState
) -> None:
    """Also while it lets one after the other go."""
    await first.claim()
    await first.say(state)
    assert await second.claim() is None


async def test_what_an_isolated_node_has_is_for_others(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """It has said so itself."""
    await first.claim()
    await first.say(NodeState.ISOLATED)
    assert await second.claim() == 2


@pytest.mark.parametrize("state", [NodeState.DRAINING, NodeState.ISOLATED])
async def test_a_node_that_is_not_up_claims_nothing(
    first: TestNode, lesson: Lesson, state: NodeState
) -> None:
    """Whoever asks it meanwhile is sent elsewhere."""
    await first.say(state)
    assert await first.claim() is None
    await first.say(NodeState.UP)
    assert await first.claim() == 1


async def test_a_node_whose_lease_is_over_claims_nothing(
    first: TestNode, lesson: Lesson, sql: _Sql
) -> None:
    """Nor one whose row is gone: others may believe it dead."""
    _lapse(sql, "first")
    assert await first.claim() is None
    await first.leases.close()
    assert await first.claim() is None


async def test_a_session_of_a_killed_process_is_had_before_its_lease_is_over(
    first: TestNode, second: TestNode, lesson: Lesson
) -> None:
    """Where the bus says as well that there is nobody: either alone is not enough."""
    await first.claim()
    assert await second.claim(is_forced=True) is None
    await first.die()
    assert await second.claim() is None
    assert await second.claim(is_forced=True) == 2


@pytest.mark.logs_errors(reason=_LOST)
async def test_a_life_is_held_anew_after_a_cut(
    first: TestNode, second: TestNode, lesson: Lesson, postgres: Postgres, postgres_url: str
) -> None:
    """A restart of PostgreSQL frees all locks: a node that lives takes its own again."""
    await first.claim()
    for pid in postgres.backends(database_of(postgres_url)):
        postgres.sql(f"SELECT pg_terminate_backend({pid}, 10000)")
    for node in (first, second):
        with pytest.raises(StorageUnavailable, match="cannot use the database"):
            await node.leases.live()
        await node.leases.live()
        with pytest.raises(StorageUnavailable):
            await node.say(NodeState.UP)
        await node.say(NodeState.UP)
    assert await second.claim(is_forced=True) is None


async def test_a_new_life_has_nothing_of_the_one_before(
    first: TestNode, second: TestNode, lesson: Lesson, postgres_url: str
) -> None:
    """Its sessions are free for it as for everybody."""
    await first.claim()
    await first.die()
    again = await TestNode.enter(postgres_url, "first")
    assert await again.leases.owned() == {}
    assert await second.claim() == 2
    await again.die()


async def test_a_session_that_is_purged_is_nobodys(
    first: TestNode, lesson: Lesson, sql: _Sql
) -> None:
    """Its owner, should there be one still, is fenced."""
    await first.claim()
    await first.store.commit([under(1, lesson.strokes(1))])
    sql("UPDATE classroom_session SET status = 'completed'")
    key = int(sql("SELECT id FROM classroom_session"))
    while not await upkeep.purge(first.store, key):
        pass
    assert sql("SELECT count(*) FROM room_lease").strip() == "0"
    assert await first.store.commit([under(1, lesson.strokes(1))])
