"""Few writes, the newest pointers, and readers that do not keep up.

Tests also: actors/room/fanout/fanout_items.py, actors/room/fanout/flush_frames.py,
actors/room/fanout/urgency.py.
"""

import msgspec
import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.log.events import Channel
from tests.actors.support.school import ANN, BEN, HOST, QUICK, OpenSchool, School

INTERVAL_S = 0.02
SMALL = msgspec.structs.replace(QUICK, outbox_soft_bytes=2_000, outbox_hard_bytes=20_000)


async def _settled(school: School) -> None:
    """Let the rooms be quiet for longer than the interval."""
    await school.rest()
    school.clock.advance(INTERVAL_S)
    await school.rest()
    school.clock.advance(INTERVAL_S)
    await school.rest()


async def _join(school: School, *users: int) -> None:
    for user in users:
        client = school.client(user)
        client.connect(school.rooms)
        await _settled(school)
        await _settled(school)
        assert client.is_synced


async def test_a_flush_writes_each_connection_once(open_school: OpenSchool) -> None:
    """[FC-2] A quiet room sends at once; a busy one at most once in an interval, joined."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN, BEN)
    host, ann, ben = school.clients
    before = {client.name: len(client.outbox.writes) for client in school.clients}

    def written() -> set[int]:
        return {len(client.outbox.writes) - before[client.name] for client in school.clients}

    host.draw("first")
    await school.rest()
    assert written() == {1}, "it was quiet: at once"
    for n in range(10):
        (host, ann)[n % 2].draw(f"e{n}")
        ben.point(n)
        await school.rest()
    assert written() == {1}, "within the interval nothing is sent"
    school.clock.advance(INTERVAL_S)
    await school.rest()
    assert written() == {2}, "one write for all of it"
    for client in school.clients:
        assert client.outbox.writes[-1].count(b"\n") == 11
    await school.check()


async def test_who_comes_in_waits_for_no_interval(open_school: OpenSchool) -> None:
    """[FC-2][SY-1] In the middle of a busy lesson: welcome and board at once, nothing overtaken."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN)
    host, ann = school.clients
    host.draw("first")
    await school.rest()
    host.draw("second")
    await school.rest()
    assert len(ann.outbox.of_type("board_event")) == 1, "the interval is not over"
    ben = school.client(BEN)
    ben.connect(school.rooms)
    await school.rest()
    assert ben.is_synced
    assert ben.board.keys() == {"first", "second"}
    assert len(ann.outbox.of_type("board_event")) == 2, "it was flushed with that"
    await school.check()


async def test_who_has_nothing_to_hear_is_not_written_to(school: School) -> None:
    """[FC-2] An answer to one connection costs the others no write."""
    host = await school.join(HOST)
    ann = await school.join(ANN, channels=frozenset({Channel.SYSTEM}))
    await school.rest()
    before = len(ann.outbox.writes)
    host.call("start")
    host.point(1)
    host.draw()
    await school.until(lambda: bool(host.errors) and not host.pending)
    await school.rest()
    assert len(ann.outbox.writes) == before


async def test_a_newer_pointer_replaces_what_was_not_sent(open_school: OpenSchool) -> None:
    """[FC-3] One message for a flush, with the newest of each."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN, BEN)
    host, ann, ben = school.clients
    host.draw()
    await school.rest()
    for n in range(20):
        host.point(n, 1)
        ann.point(n, 2)
    await school.rest()
    school.clock.advance(INTERVAL_S)
    await school.rest()
    school.clock.advance(INTERVAL_S)
    await school.rest()
    assert not ben.outbox.of_type("pointer_move"), "behind a stroke they wait for three intervals"
    school.clock.advance(INTERVAL_S)
    await school.rest()
    (moved,) = ben.outbox.of_type("pointer_move")
    assert moved["data"]["pointers"] == [[HOST, 19, 1, None, None], [ANN, 19, 2, None, None]]
    assert "from" not in moved
    school.clock.advance(1)
    await school.rest()
    assert len(ben.outbox.of_type("pointer_move")) == 1, "it is not sent twice"


async def test_pointers_alone_wait_for_two_intervals(open_school: OpenSchool) -> None:
    """[FC-3] Nothing was said with the last flush: so nothing is waited for any longer."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN, BEN)
    _, ann, ben = school.clients
    await _settled(school)
    ann.point(0, 1)
    await school.rest()
    heard = len(ben.outbox.of_type("pointer_move"))
    assert heard == 1, "it was quiet: at once"
    for n in range(3):
        ann.point(1 + n, 1)
        await school.rest()
        school.clock.advance(INTERVAL_S)
        await school.rest()
        assert len(ben.outbox.of_type("pointer_move")) == heard, "an interval is too soon"
        school.clock.advance(INTERVAL_S)
        await school.rest()
        heard += 1
        assert len(ben.outbox.of_type("pointer_move")) == heard, "two are not"


async def test_pointers_go_along_with_what_is_drawn_and_do_not_delay_it(
    open_school: OpenSchool,
) -> None:
    """[FC-2][FC-3] In a quiet room at once; in a busy one in the same write as the stroke."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN, BEN)
    host, ann, ben = school.clients
    await _settled(school)
    await _settled(school)
    ann.point(1)
    await school.rest()
    assert len(ben.outbox.of_type("pointer_move")) == 1, "it was quiet: at once"
    host.draw("after-a-pointer")
    await school.rest()
    assert len(ben.outbox.of_type("board_event")) == 1, "a pointer just before does not delay it"
    writes = len(ben.outbox.writes)
    host.draw("next")
    ann.point(2)
    await school.rest()
    assert len(ben.outbox.writes) == writes
    school.clock.advance(INTERVAL_S)
    await school.rest()
    assert len(ben.outbox.writes) == writes + 1, "one write for both"
    assert len(ben.outbox.of_type("board_event")) == 2
    assert len(ben.outbox.of_type("pointer_move")) == 2
    school.clock.advance(4 * INTERVAL_S)
    await school.rest()
    assert len(ben.outbox.writes) == writes + 1, "nothing is left that was armed before"
    await school.check()


async def test_what_somebody_sees_is_told_to_those_who_may_follow(open_school: OpenSchool) -> None:
    """[BD-14] The newest view of a flush; a move without one keeps it, and is as it always was."""
    school = await open_school(RoomConfig())
    await _join(school, HOST, ANN, BEN)
    host, ann, ben = school.clients
    host.draw()
    await school.rest()
    host.point(1, 1, view=[0, 0, 800, 600])
    host.point(2, 1, view=[-10.5, 0, 400, 300])
    host.point(3, 1)
    ann.point(4, 2)
    school.clock.advance(3 * INTERVAL_S)
    await school.rest()
    host.point(5, 1)
    school.clock.advance(2 * INTERVAL_S)
    await school.rest()
    with_view, without = ben.outbox.of_type("pointer_move")
    assert with_view["data"] == {
        "pointers": [[HOST, 3, 1, None, None], [ANN, 4, 2, None, None]],
        "views": [[HOST, -10.5, 0, 400, 300]],
    }
    assert without["data"] == {"pointers": [[HOST, 5, 1, None, None]]}


async def test_a_reader_behind_gets_no_signals_of_others(open_school: OpenSchool) -> None:
    """[FC-4] Past the soft limit: events and answers, but no pointers and no candidates."""
    school = await open_school(SMALL)
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    ann.outbox.is_stalled = True
    for _ in range(20):
        host.draw()
        await school.rest()
    assert SMALL.outbox_soft_bytes < ann.outbox.unsent_bytes() < SMALL.outbox_hard_bytes
    before = len(ann.outbox.messages)
    host.point(5)
    await school.rest()
    host.send("webrtc", "ice_candidate", {"to": "peer-annnie-1", "candidate": None})
    await school.rest()
    assert ann.outbox.messages[before:] == []
    assert ben.outbox.of_type("pointer_move")
    host.draw("e9")
    host.point(6)
    await school.rest()
    assert [message["type"] for message in ann.outbox.messages[before:]] == ["board_event"]
    ann.outbox.drain()
    host.point(7)
    host.send("webrtc", "ice_candidate", {"to": "peer-annnie-1", "candidate": None})
    await school.rest()
    assert {"pointer_move", "ice_candidate"} <= {m["type"] for m in ann.outbox.messages[before:]}
    await school.check()


async def test_a_reader_that_stops_is_closed_and_disturbs_nobody(open_school: OpenSchool) -> None:
    """[FC-4] [P15] [P16] Past the hard limit: 4413; resuming by seq it has lost nothing."""
    school = await open_school(SMALL)
    host, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    ann.outbox.is_stalled = True
    for n in range(500):
        host.draw(f"e{n % 7}")
        await school.until(lambda: not host.pending)
        if ann.outbox.has_ended:
            break
    assert ann.outbox.closed is CloseCode.TOO_SLOW
    assert ann.outbox.unsent_bytes() < 2 * SMALL.outbox_hard_bytes
    await school.rest()
    assert ben.board == host.board
    assert not ben.outbox.has_ended
    changes = [m["data"]["change"] for m in ben.outbox.of_type("participant_update")]
    assert changes[-1] == "reconnecting"
    host.draw("meanwhile")
    await school.until(lambda: not host.pending)
    await school.connect(ann)
    assert ann.sync_modes[-1] == "delta"
    await school.rest()
    await school.check()


async def test_a_large_board_can_be_joined(open_school: OpenSchool) -> None:
    """[FC-4] The answer to a sync is longer than the limit, which is no fault of the reader."""
    school = await open_school(SMALL)
    host = await school.join(HOST)
    for n in range(300):
        host.draw(f"element-{n}")
    await school.until(lambda: not host.pending)
    ann = school.client(ANN)
    ann.connect(school.rooms)
    ann.outbox.is_stalled = True
    await school.until(lambda: ann.is_synced)
    assert ann.outbox.unsent_bytes() > SMALL.outbox_hard_bytes
    host.draw("e0")
    await school.rest()
    assert not ann.outbox.has_ended
    ann.sync_modes.clear()
    ann.replica.epoch = None
    ann.sync()
    await school.until(lambda: ann.outbox.has_ended)
    assert ann.outbox.closed is CloseCode.TOO_SLOW, "a second one is not forgiven"
    await school.rest()


async def test_much_at_once_makes_nobody_a_slow_reader(open_school: OpenSchool) -> None:
    """[FC-4] What has only just been written nobody can have read; the next flush looks again."""
    school = await open_school(SMALL)
    host, ann = await school.join(HOST), await school.join(ANN)
    await school.rest()
    ann.outbox.is_stalled = True
    before = ann.outbox.unsent_bytes()
    for n in range(100):
        host.draw(f"element-{n}")
    await school.until(lambda: ann.outbox.unsent_bytes() > before)
    assert ann.outbox.unsent_bytes() - before > SMALL.outbox_hard_bytes, "one flush"
    await school.rest()
    assert not ann.outbox.has_ended
    for n in range(100):
        host.draw(f"another-{n}")
    await school.until(lambda: ann.outbox.has_ended)
    assert ann.outbox.closed is CloseCode.TOO_SLOW
    await school.rest()


@pytest.mark.parametrize("reader", [HOST, ANN])
async def test_a_large_event_makes_nobody_a_slow_reader(
    open_school: OpenSchool, reader: int
) -> None:
    """[FC-4] [BD-12] A restored board, for whoever asked for it and for the others; once."""
    school = await open_school(SMALL)
    people = {user: await school.join(user) for user in (HOST, ANN)}
    host = people[HOST]
    for n in range(300):
        host.draw(f"element-{n}")
    await school.until(lambda: not host.pending)
    full = host.seq
    host.call("restore", version=1)
    await school.until(lambda: not host.board)
    outbox = people[reader].outbox
    outbox.drain()
    outbox.is_stalled = True
    host.call("restore", version=full)
    await school.until(lambda: len(host.board) == len(people[ANN].board) == 300)
    assert outbox.unsent_bytes() > SMALL.outbox_hard_bytes
    await school.rest()
    assert not outbox.has_ended
    # One restore at a time (FC-7).
    host.call("restore", version=1)
    await school.until(lambda: not people[ANN].board)
    host.call("restore", version=full)
    await school.until(lambda: outbox.has_ended)
    assert outbox.closed is CloseCode.TOO_SLOW, "a second one is not forgiven"
    await school.rest()


async def test_what_many_are_told_apart_keeps_its_order(school: School) -> None:
    """[HS-6][FC-2] In one flush: events for everyone, and answers to some in between."""
    host, ann = await school.join(HOST), await school.join(ANN)
    for _ in range(5):
        host.draw("e1")
        ann.call("save")
        ann.draw("e2")
    await school.rest()
    await school.check()
    seqs = [message["seq"] for message in ann.outbox.messages if "seq" in message]
    assert seqs == sorted(seqs)
