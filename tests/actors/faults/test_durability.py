"""Nothing is seen that is not on disk; one transaction takes what has gathered.

Tests also: actors/room/requests/callers.py, lessonroom/views.py.
"""

import asyncio

import msgspec
import pytest

from lessonroom.codes import Refused
from lessonroom.commands import SaveBoard
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School


async def test_nothing_is_visible_before_its_commit(school: School) -> None:
    """[BD-5] [P1] [P2] No event, ack, reply, welcome or result while the disk holds it back."""
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    before = {client.name: len(client.outbox.writes) for client in (host, ann)}
    school.store.hold()
    drawn = host.draw("held")
    saved = host.call("save")
    ben = school.client(BEN)
    ben.connect(school.rooms)
    asked = asyncio.create_task(school.rooms.ask("algebra", SaveBoard(by=HOST)))
    await school.until(lambda: school.store.is_held)
    await school.settle()
    assert school.store.is_held
    for client in (host, ann):
        assert len(client.outbox.writes) == before[client.name], client.outbox.messages[-1]
    assert not ben.outbox.writes
    assert not asked.done()
    assert len(await school.log()) == ann.seq
    school.store.release()
    await school.until(lambda: ben.is_synced and asked.done())
    await school.rest()
    assert (await asked)["version"] > 0
    assert drawn in host.acked
    assert [m["id"] for m in host.outbox.of_type("reply")] == [saved]
    seqs = [m["seq"] for m in ann.outbox.messages if "seq" in m]
    assert seqs == sorted(seqs)
    await school.check()


async def test_a_reply_follows_the_event_it_speaks_of(school: School) -> None:
    """[BD-5] The one who called sees the event before the reply."""
    host = await school.join(HOST)
    host.call("pause")
    await school.until(lambda: bool(host.outbox.of_type("reply")))
    last = [m["type"] for m in host.outbox.messages[-2:]]
    assert last == ["session_status", "reply"]


async def test_rooms_gather_while_a_transaction_is_under_way(school: School) -> None:
    """[P1] Group commit: what several rooms decide meanwhile is one transaction."""
    sessions = [f"room-{n}" for n in range(5)]
    for session_id in sessions:
        await school.lesson(session_id)
    hosts = [await school.join(HOST, session_id) for session_id in sessions]
    await school.rest()
    tried = len(school.store.attempts)
    school.store.hold()
    hosts[0].draw()
    await school.until(lambda: school.store.is_held)
    for host in hosts:
        for n in range(3):
            host.draw(f"e{n}")
        await school.settle()
    school.store.release()
    await school.until(lambda: not any(host.pending for host in hosts))
    await school.rest()
    assert school.store.attempts[tried] == ["room-0"]
    assert set(school.store.attempts[tried + 1]) == set(sessions)
    assert len(school.store.attempts) == tried + 2
    for session_id in sessions:
        await school.check(session_id)


async def test_a_full_backlog_refuses_and_takes_again(open_school: OpenSchool) -> None:
    """[P17] Past `journal_queue` events: `unavailable`; nothing acknowledged is affected."""
    school = await open_school(msgspec.structs.replace(QUICK, journal_queue=3))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    school.store.hold()
    accepted = []
    for n in range(3):
        accepted.append(host.draw(f"e{n}"))
        await school.settle()
    refused = host.draw("late")
    await school.settle()
    assert [error["id"] for error in host.errors] == [], "an error overtakes nothing"
    with pytest.raises(Refused, match="too much waits") as caught:
        await school.rooms.ask("algebra", SaveBoard(by=HOST))
    assert caught.value.code == "unavailable"
    school.store.release()
    await school.until(lambda: bool(host.errors))
    await school.rest()
    assert host.errors[0]["id"] == refused
    assert host.errors[0]["code"] == "unavailable"
    assert host.errors[0]["retry_after_ms"] > 0
    assert set(accepted) <= host.acked.keys()
    assert school.rooms.backlog.events == 0
    host.send_again()
    await school.until(lambda: refused in host.acked)
    assert "late" in ann.board
    await school.rest()
    await school.check()
