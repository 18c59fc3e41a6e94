"""Commits of which nobody knows whether they are on disk."""

import pytest

from lessonroom.codes import CloseCode
from lessonroom.log.events import Event, EventType
from storage.records import Batch, Durability
from storage.store import Store
from tests.actors.faults.losing import PROBE_S, lose_one
from tests.actors.support.faulty_store import Fault
from tests.actors.support.school import ANN, HOST, School

pytestmark = pytest.mark.logs_errors


async def test_a_commit_that_failed_and_is_on_disk_is_neither_lost_nor_doubled(
    school: School,
) -> None:
    """[P19] [P4] Everyone comes back by seq; the author gets the first ack on sending again."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    drawn = await lose_one(school, host, Fault.AMBIGUOUS)
    await school.until(lambda: host.outbox.has_ended and ann.outbox.has_ended)
    assert host.outbox.closed is CloseCode.INTERNAL
    await school.rest()
    accepted = await school.submissions()
    assert drawn in accepted
    school.clock.advance(PROBE_S)
    await school.rest()
    await school.connect(host)
    await school.connect(ann)
    assert ann.sync_modes[-1] == "delta"
    await school.until(lambda: not host.pending)
    assert host.acked[drawn] == accepted[drawn]
    assert ann.board["lost"] == host.board["lost"]
    await school.rest()
    await school.check()


async def test_what_the_disk_holds_is_certain_only_when_it_was_opened_anew(
    school: School,
) -> None:
    """[P19] An fsync failed, the rows are there after all: rooms read the log's end again."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    drawn = await lose_one(school, host, Fault.LATE)
    await school.rest()
    assert drawn not in await school.submissions()
    assert not ann.outbox.has_ended
    school.clock.advance(PROBE_S)
    await school.until(lambda: ann.outbox.has_ended)
    await school.rest()
    assert drawn in await school.submissions()
    for client in (host, ann):
        await school.connect(client)
        assert client.sync_modes[-1] == "delta"
    await school.until(lambda: not host.pending)
    assert "lost" in ann.board
    await school.rest()
    await school.check()


async def test_a_second_writer_is_noticed(school: School, url: str) -> None:
    """[P3] [P19] The seq is taken: an error, not two histories; everyone resumes with both."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    log = await school.log()
    session = await school.store.session("algebra")
    assert session is not None
    other = await Store.open(url, durability=Durability.POWER)
    ops = (
        b'{"ops":[{"op":"put","element":'
        b'{"type":"rect","id":"theirs","layer":"base","x":5,"y":0,"w":1,"h":1}}]}'
    )
    theirs = Event(
        seq=len(log) + 1,
        type=EventType.BOARD_OP,
        at_ms=school.clock.now_ms(),
        data=ops,
        user_id=HOST,
    )
    await other.commit([Batch(session=session, events=(theirs,))])
    await other.close()
    drawn = host.draw("ours")
    await school.until(lambda: host.outbox.has_ended and ann.outbox.has_ended)
    assert host.errors[0]["id"] == drawn
    await school.rest()
    await school.connect(host)
    await school.connect(ann)
    await school.until(lambda: drawn in host.acked)
    await school.rest()
    assert ann.board.keys() == {"theirs", "ours"}
    assert school.rooms.is_writable(), "the database is not to blame"
    await school.check()


async def test_a_full_disk_loses_nothing_that_was_acknowledged(school: School) -> None:
    """[T14] [P19] SQLite itself says that the disk is full; with room again writing resumes."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    for n in range(3):
        host.draw(f"e{n}")
    await school.until(lambda: not host.pending)
    await school.rest()
    connection = await school.store._connected()
    await connection.exec_driver_sql("PRAGMA max_page_count=1")
    await connection.rollback()
    for n in range(200):
        host.draw(f"big{n}")
    await school.until(lambda: bool(host.errors))
    await school.rest()
    assert host.errors[0]["code"] == "unavailable"
    # The probe opens the connection anew, and with it the limit of this test is gone.
    school.clock.advance(PROBE_S)
    await school.rest()
    host.send_again()
    await school.until(lambda: not host.pending)
    await school.rest()
    assert len(ann.board) == 203
    await school.check()
