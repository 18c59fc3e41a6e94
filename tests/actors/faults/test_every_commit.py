"""Whichever commit of a lesson fails, in whichever way: nothing acknowledged is lost."""

import random
from collections.abc import Iterable
from itertools import cycle

import pytest

from lessonroom.commands import SetPermissions
from lessonroom.people.permissions import Role
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, BEN, HOST, School
from tests.proof.support.figures import proof
from tests.recording import RecordProof

pytestmark = pytest.mark.logs_errors

OPERATIONS, OPERATIONS_DEEP = 60, proof(200)
SEED = 1
PROBE_S = 0.25
FAULTS = (Fault.STORAGE, Fault.AMBIGUOUS, Fault.LATE, Fault.REFUSED)


async def test_any_one_commit_may_fail(school: School) -> None:
    """[T15] [P19] [P1] [P3] [P4] [P7] For every k: acked is in the log, no gap, all agree."""
    commits = await _play(school, "reference")
    assert commits > OPERATIONS / 2
    await _fail_each(school, zip(range(1, commits + 1), cycle(FAULTS), strict=False))


@pytest.mark.proof
@pytest.mark.parametrize("fault", FAULTS)
async def test_any_one_commit_may_fail_in_any_way(
    school: School, fault: Fault, record_proof: RecordProof
) -> None:
    """[T15] The same with each fault at each commit."""
    commits = await _play(school, "reference", operations=OPERATIONS_DEEP)
    await _fail_each(
        school, ((k, fault) for k in range(1, commits + 1)), operations=OPERATIONS_DEEP
    )
    record_proof(
        "T15",
        f"lessons of which one commit, each in turn, fails: {fault}",
        commits,
        lost=0,
        doubled=0,
        diverged=0,
    )


async def _fail_each(
    school: School, failures: Iterable[tuple[int, Fault]], *, operations: int = OPERATIONS
) -> None:
    for k, fault in failures:
        try:
            await _play(school, f"lesson-{k}", operations=operations, fail_at=k, fault=fault)
        except (AssertionError, TimeoutError) as error:
            error.add_note(f"commit {k} of the script failed: {fault}")
            raise


async def _play(
    school: School,
    session_id: str,
    *,
    operations: int = OPERATIONS,
    fail_at: int = 0,
    fault: Fault = Fault.STORAGE,
) -> int:
    """Play the script in a lesson of its own, check it, and return how many commits it took."""
    await school.lesson(session_id)
    # They draw over each other, which is what makes the script worth playing.
    over = SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_edit_others": True})
    await school.rooms.ask(session_id, over)
    before = len(school.store.attempts)
    if fail_at:
        school.store.faults[before + fail_at] = fault
    chance = random.Random(SEED)  # noqa: S311 - a script, the same each time
    clients = [school.client(user, session_id) for user in (HOST, ANN, BEN)]
    for _ in range(operations):
        client = chance.choice(clients)
        await _come_back(school, client)
        _act(client, chance)
        await _let_happen(school)
    for client in clients:
        await _come_back(school, client)
    await _let_happen(school)
    commits = len(school.store.attempts) - before
    assert not school.store.faults, "the commit was reached"
    for client in clients:
        assert not client.pending, (client.name, client.pending)
    await school.check(session_id)
    for client in clients:
        client.leave()
        school.clients.remove(client)
    await school.rest()
    return commits


def _act(client: Client, chance: random.Random) -> None:
    match chance.randrange(10):
        case 0:
            client.drop()
        case 1:
            client.call("save")
        case 2:
            client.send("webrtc", "media_state", {"audio": chance.random() < 0.5})
        case _:
            for _ in range(chance.randint(1, 3)):
                client.draw(f"e{chance.randrange(4)}")


async def _let_happen(school: School) -> None:
    await school.rest()
    if not school.rooms.is_writable():
        school.clock.advance(PROBE_S)
        await school.rest()


async def _come_back(school: School, client: Client) -> None:
    """Do as a client does that was told `unavailable` or was closed."""
    for _ in range(5):
        if client.is_synced:
            break
        if not client.is_connected:
            client.connect(school.rooms)
        await _let_happen(school)
    assert client.is_synced, client.outbox.refused or client.outbox.closed
    if client.errors:
        client.errors.clear()
        client.send_again()
        await _let_happen(school)
