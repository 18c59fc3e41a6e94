"""The one writer: what fails for one room, and who is waited for.

Tests also: actors/house/writing/backlog.py.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
import pytest

from actors.house.writing.gathering import QUIET_SHARE
from lessonroom.codes import Refused
from storage.errors import CommitFailed
from storage.records import Batch, UserKind
from storage.store import Store
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, HOST, QUICK, OpenSchool, School

INTERVAL_S: Final = 0.02
EARLY_S: Final = 0.0005


@pytest.mark.counted
@pytest.mark.logs_errors
async def test_a_poisoned_batch_fails_its_own_room_alone(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P10] [T7] SQLite itself refuses one row; the other rooms' are committed."""
    sessions = ["algebra", "history", "music"]
    for session_id in sessions[1:]:
        await school.lesson(session_id)
    hosts = [await school.join(HOST, session_id) for session_id in sessions]
    connection = await school.store._connected()
    await connection.exec_driver_sql(
        "CREATE TRIGGER poison BEFORE INSERT ON session_event"
        " WHEN instr(NEW.data, CAST('poison' AS BLOB)) BEGIN SELECT RAISE(ABORT, 'poison'); END"
    )
    await connection.commit()
    await school.rest()
    school.store.hold()
    hosts[0].draw("first")
    await school.until(lambda: school.store.is_held)
    bad = hosts[1].draw("poison")
    hosts[0].draw("good")
    hosts[2].draw("good")
    await school.settle()
    school.store.release()
    await school.until(lambda: bool(hosts[1].errors))
    await school.rest()
    assert hosts[1].errors[0]["id"] == bad
    assert not hosts[0].pending
    assert not hosts[2].pending
    assert school.rooms.is_writable(), "the database is not to blame"
    assert not any(host.outbox.has_ended for host in hosts)
    # A page that is loaded anew has forgotten it, and its connection no gate (BD-6).
    hosts[1].forget()
    await school.connect(hosts[1])
    hosts[1].draw("good")
    await school.until(lambda: not hosts[1].pending)
    await school.rest()
    for session_id in sessions:
        await school.check(session_id)


async def test_other_writes_have_their_turn_between_batches(school: School) -> None:
    """[P10] However busy the rooms are, a person can be added; and the rooms are not kept out."""
    host = await school.join(HOST)
    order: list[str] = []
    store = school.store
    commit = store.commit

    async def noted(batches: Sequence[Batch]) -> Sequence[Batch]:
        order.append("batch")
        host.draw()
        await asyncio.sleep(0)
        return await commit(batches)

    async def write(_: Store) -> None:
        order.append("write")

    await school.rest()
    store.commit = noted  # type: ignore[method-assign]
    host.draw()
    await school.until(lambda: bool(order))
    waiting = [school.rooms.write(write) for _ in range(4)]
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    store.commit = commit  # type: ignore[method-assign]
    await school.rest()
    first, last = order.index("write"), len(order) - order[::-1].index("write")
    assert order[first:last] == ["write", "batch"] * 3 + ["write"]
    await school.check()


async def test_strokes_of_many_rooms_gather_for_one_transaction(open_school: OpenSchool) -> None:
    """[FC-2][P1] At once where the disk was idle; then at most one transaction in an interval."""
    school = await open_school(msgspec.structs.replace(QUICK, fanout_interval_s=INTERVAL_S))
    sessions = ["algebra", "history", "music"]
    for session_id in sessions[1:]:
        await school.lesson(session_id)
    hosts = [await _joined(school, session_id) for session_id in sessions]
    commits = _counted_commits(school)
    hosts[0].draw()
    await school.rest()
    assert commits == [1], "nothing was written for an interval: at once"
    for host in hosts:
        host.draw()
        await school.rest()
    assert commits == [1], "within the interval they gather"
    school.clock.advance(INTERVAL_S)
    await school.rest()
    assert commits == [1, 3], "one transaction for all of them"
    await school.settle()


async def test_strokes_gather_no_longer_where_the_timer_rings_a_little_early(
    open_school: OpenSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[FC-2] As the loop's do, which count in milliseconds: one timer, and not one for the rest."""
    school = await open_school(msgspec.structs.replace(QUICK, fanout_interval_s=INTERVAL_S))
    host = await _joined(school, "algebra")
    commits = _counted_commits(school)
    host.draw()
    await school.rest()
    exact = school.clock.call_later
    monkeypatch.setattr(
        school.clock,
        "call_later",
        lambda delay_s, ring: exact(max(EARLY_S / 5, delay_s - EARLY_S), ring),
    )
    host.draw()
    await school.rest()
    assert commits == [1]
    school.clock.advance(INTERVAL_S / QUIET_SHARE - EARLY_S)
    await school.rest()
    assert commits == [1, 1]
    await school.settle()


async def test_a_write_does_not_wait_for_strokes_to_gather(open_school: OpenSchool) -> None:
    """[P10] Somebody waits for its answer; the strokes before it are committed with it."""
    school = await open_school(msgspec.structs.replace(QUICK, fanout_interval_s=INTERVAL_S))
    host = await _joined(school, "algebra")
    commits = _counted_commits(school)
    host.draw()
    await school.rest()
    host.draw()
    await school.rest()
    assert commits == [1]
    await asyncio.wait_for(
        school.rooms.ensure_user(issuer="own", subject="new", name="New", kind=UserKind.GUEST), 10
    )
    assert commits == [1, 1]


async def _joined(school: School, session_id: str) -> Client:
    """Return a host who has synced, some intervals ago."""
    host = school.client(HOST, session_id)
    host.connect(school.rooms)
    for _ in range(8):
        await school.rest()
        school.clock.advance(INTERVAL_S)
    await school.rest()
    assert host.is_synced
    return host


def _counted_commits(school: School) -> list[int]:
    """Return a list that gets the number of batches of each transaction to come."""
    commits: list[int] = []
    commit = school.store.commit

    async def counted(batches: Sequence[Batch]) -> Sequence[Batch]:
        commits.append(len(batches))
        return await commit(batches)

    school.store.commit = counted  # type: ignore[method-assign]
    return commits


async def test_a_write_finds_what_was_sent_before_it(school: School) -> None:
    """[P3] The barrier behind a failed room relies on this."""
    host = await school.join(HOST)
    await school.rest()
    school.store.hold()
    host.draw("first")
    await school.until(lambda: school.store.is_held)
    host.draw("second")
    await school.settle()
    heads: list[int] = []

    async def look(store: Store) -> None:
        heads.append(await store.head("algebra"))

    done = asyncio.create_task(school.rooms.write(look))
    await school.settle()
    host.draw("third")
    school.store.release()
    await done
    assert heads[0] >= school.room()._opened_head + 4
    await school.rest()


async def test_a_person_is_added_beside_a_running_lesson(school: School) -> None:
    """[P10] Sessions and users go through the same writer, and come back."""
    host = await school.join(HOST)
    host.draw()
    user, again = await asyncio.gather(
        *(
            school.rooms.ensure_user(
                issuer="lms", subject="42", name="Eve", kind=UserKind.REGISTERED
            )
            for _ in range(2)
        )
    )
    assert user == again
    await school.until(lambda: not host.pending)
    await school.rest()


@pytest.mark.logs_errors
async def test_a_write_that_fails_tells_nothing_of_the_database(school: School) -> None:
    """[P19] `unavailable`, in words for a client; the journal goes on."""

    async def fail(_: Store) -> None:
        raise CommitFailed(
            "CHECK constraint failed: secret.table", is_conflict=False, is_storage_fault=False
        )

    async def fault(_: Store) -> None:
        raise ZeroDivisionError

    for work, error in ((fail, Refused), (fault, ZeroDivisionError)):
        with pytest.raises(error) as caught:
            await school.rooms.write(work)
        assert "secret" not in str(caught.value)
    host = await school.join(HOST)
    host.draw()
    await school.until(lambda: not host.pending)


async def test_a_row_that_is_there_already_is_for_the_asker_to_read(school: School) -> None:
    """[P19] A conflict is no fault of the database: nothing was applied, and everything goes on."""

    async def conflict(_: Store) -> None:
        raise CommitFailed("UNIQUE constraint failed", is_conflict=True, is_storage_fault=False)

    with pytest.raises(CommitFailed) as caught:
        await school.rooms.write(conflict)
    assert caught.value.is_conflict
    assert school.rooms.is_writable()


@pytest.mark.logs_errors
async def test_a_storage_fault_of_a_write_stops_the_rooms_as_well(school: School) -> None:
    """[P19] Nothing is acknowledged until the writer was opened anew and a probe was written."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()

    async def fault(_: Store) -> None:
        raise CommitFailed("disk I/O error", is_conflict=False, is_storage_fault=True)

    with pytest.raises(Refused):
        await school.rooms.write(fault)
    await school.rest()
    assert not school.rooms.is_writable()
    host.draw()
    await school.until(lambda: bool(host.errors))
    with pytest.raises(Refused) as caught:
        await school.lesson("history")
    assert caught.value.code == "unavailable"
    assert school.store.reconnects == 0
    school.clock.advance(0.25)
    await school.rest()
    assert school.store.reconnects == 1
    host.send_again()
    await school.until(lambda: not host.pending)
    assert not ann.outbox.has_ended
    await school.rest()
    await school.check()


@pytest.mark.logs_errors
async def test_probes_come_ever_more_rarely_until_one_succeeds(school: School) -> None:
    """[P19] After 0.25, 0.5 and then every second: the first strokes wait for no more."""
    host = await school.join(HOST)
    await school.rest()
    school.store.is_down = True
    host.draw()
    await school.until(lambda: bool(host.errors))
    await school.rest()
    for n, wait_s in enumerate((0.25, 0.5, 1, 1, 1)):
        school.clock.advance(wait_s - 0.01)
        await school.rest()
        assert school.store.reconnects == n
        school.clock.advance(0.01)
        await school.rest()
        assert school.store.reconnects == n + 1
    school.store.is_down = False
    school.clock.advance(1)
    await school.rest()
    assert school.rooms.is_writable()
    host.send_again()
    await school.until(lambda: not host.pending)
    await school.rest()
    await school.check()


@pytest.mark.logs_errors
async def test_what_waits_is_counted_right_through_losses(school: School) -> None:
    """[P17] The backlog is empty again after any number of failures."""
    await school.lesson("history")
    hosts = [await school.join(HOST, session_id) for session_id in ("algebra", "history")]
    await school.rest()
    for fault in (Fault.REFUSED, Fault.STORAGE, Fault.CONFLICT):
        school.store.hold()
        hosts[0].draw()
        await school.until(lambda: school.store.is_held)
        school.store.fail_next(fault)
        for host in hosts:
            host.draw("e2")
        await school.settle()
        assert school.rooms.backlog.events > 0
        school.store.release()
        await school.rest()
        school.clock.advance(1)
        await school.rest()
        assert school.rooms.backlog.events == 0
        for host in hosts:
            if host.outbox.has_ended:
                await school.connect(host)
            host.send_again()
        await school.until(lambda: not any(host.pending for host in hosts))
        await school.rest()


async def test_nobody_waits_for_a_journal_that_has_stopped(school: School) -> None:
    """[P22] Not those whose turn had not come, nor those behind the end in its mailbox."""
    host = await school.join(HOST)
    await school.rest()
    school.store.hold()
    host.draw()
    await school.until(lambda: school.store.is_held)

    async def never(_: Store) -> None:
        raise AssertionError

    before = asyncio.create_task(school.rooms.write(never))
    await school.settle()
    stopped = school.rooms._journal_ref.stop(block=False)
    behind = asyncio.create_task(school.rooms.write(never))
    await stopped
    for done in (before, behind):
        with pytest.raises(Refused) as caught:
            await done
        assert caught.value.code == "unavailable"
    school.store.release()
