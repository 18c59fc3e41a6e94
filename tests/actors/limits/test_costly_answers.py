"""Answers that cost much: one at a time, charged by size, encoded once."""

import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.log.events import Channel
from lessonroom.rates import Rate
from tests.actors.limits.limiting import codes, config
from tests.actors.support.school import ANN, BEN, HOST, OpenSchool, School


async def test_one_sync_at_a_time_is_answered(school: School) -> None:
    """[FC-7] However many are asked for; the next one once that was sent."""
    host = await school.join(HOST)
    await school.rest()
    asked = [host.sync() for _ in range(20)]
    await school.rest()
    assert [error["id"] for error in host.errors] == asked[1:]
    assert set(codes(host)) == {"rate_limited"}
    answers = [message.get("id") for message in host.outbox.of_type("sync_response")]
    assert answers[1:] == asked[:1]
    again = host.sync()
    await school.rest()
    assert host.outbox.of_type("sync_response")[-1]["id"] == again


@pytest.mark.logs_errors
async def test_a_sync_that_waits_for_the_disk_is_one_too(school: School) -> None:
    """[FC-7] [P19] While the room does not know its state requests do not pile up."""
    host = await school.join(HOST)
    await school.rest()
    school.store.is_down = True
    host.draw()
    await school.until(lambda: bool(host.errors))
    for _ in range(50):
        host.sync()
    await school.settle()
    assert len(school.room()._clients._unanswered) <= 1
    school.store.is_down = False
    school.clock.advance(60)
    await school.rest()
    before = len(host.outbox.of_type("sync_response"))
    host.sync()
    await school.rest()
    assert len(host.outbox.of_type("sync_response")) == before + 1


async def test_a_whole_board_costs_what_sending_it_costs(open_school: OpenSchool) -> None:
    """[FC-7] A token for each 64 KiB; whoever asks again and again has to wait for it."""
    school = await open_school(config(board=Rate(1, 6), participant_factor=1.0))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    text = "x" * 9_000
    for n in range(3):
        ops = [
            {
                "op": "put",
                "element": {
                    "type": "text",
                    "id": f"t{n}-{k}",
                    "layer": "base",
                    "x": 0,
                    "y": 0,
                    "text": text,
                },
            }
            for k in range(6)
        ]
        host.send("board", "board_event", {"ops": ops}, message_id=f"hosterboards:{n + 1}")
        school.clock.advance(30)
        await school.rest()
    assert not host.errors
    school.clock.advance(60)
    ann.outbox.holds_ms.clear()
    for _ in range(4):
        ann.send("board", "sync_request", {})
        await school.rest()
    assert ann.outbox.of_type("sync_response")[-1]["data"]["mode"] == "full"
    assert max(ann.outbox.holds_ms) > 2_000


async def test_a_board_is_encoded_once_for_all_who_ask_at_that_event(school: School) -> None:
    """[FC-7] And kept for a second or two behind the last who did."""
    clients = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    encoded = school.room()._boards
    for client in clients:
        client.send("board", "sync_request", {})
    await school.rest()
    (kept,) = encoded._of_codec.values()
    parts = kept.encoded
    assert parts is not None
    assert b"".join(parts.whole()) == school.room()._lesson.state.board.encode()
    clients[0].send("board", "sync_request", {})
    await school.rest()
    assert kept.encoded is parts
    clients[0].draw()
    await school.rest()
    clients[1].send("board", "sync_request", {})
    await school.rest()
    assert kept.encoded is not parts
    for _ in range(2):
        school.clock.advance(1)
        await school.rest()
    assert not encoded._of_codec


async def test_a_refusal_reaches_a_reader_who_is_behind(open_school: OpenSchool) -> None:
    """[BD-6] Dropped, it would leave the submission waiting for ever; a pong may be."""
    config = RoomConfig(fanout_interval_s=0.0, outbox_soft_bytes=500, outbox_hard_bytes=1_000)
    school = await open_school(config)
    ann = await school.join(ANN)
    ann.outbox.is_stalled = True
    ann.outbox.write(
        ann.outbox.wire.frame(b'{"ch":"system","type":"x","data":"%b"}' % (b"x" * 2_000))
    )
    bad = {"ops": [{"op": "patch", "id": "e1", "set": {"prototype": 1}}]}
    ann.send("board", "board_event", bad, message_id="annnie-client:1")
    ann.send("system", "ping", {"t": 1})
    await school.rest()
    assert [error["code"] for error in ann.errors] == ["invalid"]
    assert not ann.outbox.of_type("pong")


async def test_who_reads_no_refusals_is_closed(open_school: OpenSchool) -> None:
    """[FC-4] What waits is bounded: they come back and are told again."""
    config = RoomConfig(fanout_interval_s=0.0, outbox_soft_bytes=500, outbox_hard_bytes=1_000)
    school = await open_school(config)
    view = await school.join(ANN, channels=frozenset({Channel.BOARD}))
    view.outbox.is_stalled = True
    for n in range(400):
        view.send("system", "command", {"name": "save"}, message_id=f"{n}" + "x" * 100)
        if n % 20 == 0:
            school.clock.advance(1)
            await school.rest()
    await school.until(lambda: view.outbox.has_ended)
    assert view.outbox.closed is CloseCode.TOO_SLOW
