"""How fast one may be, alone, over several connections, and in a room together.

Tests also: actors/edge/connection.py, actors/room/requests/budgets.py.
"""

from typing import Final

import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.log.events import Channel
from lessonroom.rates import Rate, Rates
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, BEN, FAST, HOST, OpenSchool, School

_ANY = FAST.board


def _config(**rates: Rate | float) -> RoomConfig:
    some = {"board": _ANY, "pointer": _ANY, "signal": _ANY, "command": _ANY, "room": _ANY}
    return RoomConfig(fanout_interval_s=0.0, rates=Rates(**{**some, **rates}))  # type: ignore[arg-type]


def _codes(client: Client) -> list[str]:
    return [error["code"] for error in client.errors]


async def test_drawing_too_fast_waits_for_its_turn_and_loses_nothing(
    open_school: OpenSchool,
) -> None:
    """[FC-6] [BD-6] Never refused: what comes later builds on it."""
    school = await open_school(_config(board=Rate(2, 5)))
    host = await school.join(HOST)
    await school.rest()
    drawn = [host.draw(f"e{n}") for n in range(7)]
    await school.rest()
    assert [name in host.acked for name in drawn] == [True] * 4 + [False] * 3
    for number in range(5, 8):
        school.clock.advance(0.5)
        await school.rest()
        assert len(host.acked) == number
    assert not host.errors
    assert sorted(host.acked, key=host.acked.__getitem__) == drawn
    await school.check()


async def test_nothing_overtakes_what_waits(open_school: OpenSchool) -> None:
    """[FC-6] Of one connection: a ping behind a stroke is answered behind it."""
    school = await open_school(_config(board=Rate(1, 2)))
    host = await school.join(HOST)
    await school.rest()
    host.draw("e1")
    host.draw("e2")
    ping = host.send("system", "ping", {"t": 1})
    await school.rest()
    assert not host.outbox.of_type("pong")
    school.clock.advance(1)
    await school.rest()
    assert not host.pending
    assert [pong["id"] for pong in host.outbox.of_type("pong")] == [ping]


async def test_what_waits_goes_before_a_goodbye(open_school: OpenSchool) -> None:
    """[BD-5] It was sent before, and read; the connection's end does not undo that."""
    school = await open_school(_config(board=Rate(1, 2)))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    for n in range(5):
        ann.draw(f"e{n}")
    ann.leave()
    await school.rest()
    assert {f"e{n}" for n in range(5)} <= host.board.keys()


async def test_past_the_bucket_of_a_command_one_is_told(open_school: OpenSchool) -> None:
    """[FC-1] [FC-6] `rate_limited` with the id and when to try again; then it is accepted."""
    school = await open_school(_config(command=Rate(2, 1)))
    host = await school.join(HOST)
    await school.rest()
    host.call("save")
    limited = host.call("save")
    await school.rest()
    (error,) = host.errors
    assert error["id"] == limited
    assert error["code"] == "rate_limited"
    assert error["retry_after_ms"] == 500
    school.clock.advance(0.5)
    again = host.call("save")
    await school.rest()
    assert again in [reply["id"] for reply in host.outbox.of_type("reply")]


async def test_one_class_does_not_use_up_another(open_school: OpenSchool) -> None:
    """[FC-1] Who has sent too many commands may still draw."""
    school = await open_school(_config(command=Rate(1, 1)))
    host = await school.join(HOST)
    host.call("save")
    host.call("save")
    host.draw()
    await school.until(lambda: bool(host.errors) and not host.pending)
    assert _codes(host) == ["rate_limited"]


async def test_pointers_past_the_bucket_are_dropped_in_silence(open_school: OpenSchool) -> None:
    """[FC-1] No error: the next one makes up for it."""
    school = await open_school(_config(pointer=Rate(1, 3)))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    for n in range(10):
        host.point(n)
        await school.rest()
    shown = [m["data"]["pointers"][0][1] for m in ann.outbox.of_type("pointer_move")]
    assert shown == [0, 1, 2]
    assert not host.errors


async def test_two_connections_share_what_the_participant_may(open_school: OpenSchool) -> None:
    """[FC-1] [FC-6] One bucket for all connections of a person: whoever overdraws it is held."""
    school = await open_school(_config(board=Rate(1, 8), participant_factor=1.5))
    first = await school.join(ANN)
    second = await school.join(ANN, suffix="2")
    other = await school.join(BEN)
    await school.rest()
    for n in range(7):
        first.draw(f"a{n}")
        second.draw(f"b{n}")
    other.draw("c")
    await school.rest()
    # 12 together, two of them for the syncs; each connection alone was within its own 8.
    assert len(first.acked) + len(second.acked) == 14
    held_ms = max(first.outbox.holds_ms + second.outbox.holds_ms)
    assert 2_600 <= held_ms <= 3_000, "four are owed, and a little for their size"
    assert not other.outbox.holds_ms
    first.drop()
    await school.rest()
    first.connect(school.rooms)
    await school.rest()
    assert first.outbox.holds_ms, "a new connection is no new budget"


async def test_a_room_has_a_budget_too(open_school: OpenSchool) -> None:
    """[FC-1] [FC-6] Everyone together; each alone is within their own."""
    school = await open_school(_config(room=Rate(1, 10)))
    clients = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    for n in range(5):
        for client in clients:
            client.draw(f"{client.name}{n}")
    await school.rest()
    assert sum(len(client.acked) for client in clients) == 15, "nothing is refused for speed"
    assert [bool(client.outbox.holds_ms) for client in clients] == [False, True, True]


async def test_one_who_uses_up_the_budget_of_the_room_holds_up_nobody_else(
    open_school: OpenSchool,
) -> None:
    """[FC-6] [P16] Who keeps within their share of it is never held."""
    school = await open_school(_config(room=Rate(3, 30)))
    flooder, ann, ben = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    for n in range(60):
        flooder.draw(f"f{n}")
    await school.rest()
    assert flooder.outbox.holds_ms
    for client in (ann, ben):
        for n in range(5):
            client.draw(f"{client.name}{n}")
        client.call("save")
    await school.rest()
    for client in (ann, ben):
        assert not client.outbox.holds_ms
        assert not client.errors
        assert not client.pending
    denied = flooder.call("save")
    await school.rest()
    assert [error["id"] for error in flooder.errors] == [denied]


async def test_sustained_abuse_is_closed(open_school: OpenSchool) -> None:
    """[FC-8] A hundred refusals of the rate: 4429 with the delay in its reason."""
    school = await open_school(_config(command=Rate(1, 1)))
    host = await school.join(HOST)
    await school.rest()
    for _ in range(101):
        host.call("save")
    await school.rest()
    assert len(host.errors) == 100
    assert not host.outbox.has_ended
    host.call("save")
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.closed is CloseCode.RATE_LIMITED
    assert host.outbox.close_reason == "retry after 1000 ms"


@pytest.mark.parametrize(
    ("ch", "name", "data"),
    [
        ("board", "pointer_move", {"x": 1, "y": 1}),
        ("system", "ping", {"t": 1}),
        ("system", "pong", {"t": 1}),
    ],
)
async def test_what_is_dropped_in_silence_is_counted_too(
    open_school: OpenSchool, ch: str, name: str, data: dict[str, float]
) -> None:
    """[FC-8] A thousand, and the connection is closed."""
    school = await open_school(_config(pointer=Rate(1, 1), command=Rate(1, 1)))
    host = await school.join(HOST)
    await school.rest()
    for _ in range(1_001):
        host.send(ch, name, data)
    await school.rest()
    assert not host.outbox.has_ended
    host.send(ch, name, data)
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.closed is CloseCode.RATE_LIMITED
    assert not host.errors


async def test_a_mouse_of_125_hertz_is_borne(open_school: OpenSchool) -> None:
    """[FC-8] A page that sends each move is careless, and no attack."""
    school = await open_school(RoomConfig(fanout_interval_s=0.0))
    host = await school.join(HOST)
    for n in range(125 * 20):
        host.point(n)
        school.clock.advance(1 / 125)
        if n % 25 == 0:
            await school.rest()
    await school.rest()
    assert not host.outbox.has_ended


_SLOW: Final = Rate(1, 2)
_SLOW_CONFIG: Final = RoomConfig(
    fanout_interval_s=0.0,
    rates=Rates(board=_SLOW, pointer=_SLOW, signal=_SLOW, command=_SLOW, chat=_SLOW),
)
"""Ten messages at once, of which a sync is one, and five a second."""


@pytest.mark.parametrize("user", [HOST, ANN])
async def test_every_message_costs_of_one_budget(open_school: OpenSchool, user: int) -> None:
    """[FC-1] Whatever it is and whatever becomes of it; what is past that waits."""
    school = await open_school(_SLOW_CONFIG)
    client = await school.join(user)
    await school.rest()
    before = client.outbox.handled_messages
    for _ in range(30):
        client.send("system", "pong", {})
        client.send("board", "pointer_move", {"x": 1, "y": 1})
        client.send_raw(b"[")
    await school.rest()
    # Each costs a little for its size, too.
    assert client.outbox.handled_messages - before == 8
    school.clock.advance(1)
    await school.rest()
    assert client.outbox.handled_messages - before == 13


async def test_a_large_message_costs_more_of_it(open_school: OpenSchool) -> None:
    """[FC-1] 64 KiB as much as nine small ones."""
    school = await open_school(_SLOW_CONFIG)
    host = await school.join(HOST)
    await school.rest()
    before = host.outbox.handled_messages
    host.send_raw(b"[" + b" " * 65_535)
    host.send_raw(b"[")
    await school.rest()
    assert host.outbox.handled_messages - before == 1
    school.clock.advance(1.1)
    await school.rest()
    assert host.outbox.handled_messages - before == 2


@pytest.mark.logs_errors
async def test_every_message_is_told_to_be_handled(open_school: OpenSchool) -> None:
    """[FC-5] Whoever dealt with it, and whatever came of it: else the socket would hang."""
    school = await open_school()
    clients = [await school.join(user) for user in (HOST, ANN)]
    for client in clients:
        _say_everything(client)
    await school.rest()
    school.store.is_down = True
    for client in clients:
        _say_everything(client)
    await school.rest()
    for client in clients:
        _say_everything(client)
    await school.rest()
    for client in clients:
        assert client.outbox.handled_messages == client.sent_messages
        assert client.outbox.handled_bytes == client.sent_bytes


def _say_everything(client: Client) -> None:
    client.draw()
    client.point(1)
    client.sync()
    client.call("save")
    client.call("undo")
    client.call("restore", version=1)
    client.call("kick", user_id=99)
    client.send("system", "chat_message", {"text": "x"})
    client.send("webrtc", "offer", {"to": "nobody", "sdp": "v=0"})
    client.send("webrtc", "ice_candidate", {"to": "nobody", "candidate": None})
    client.send("webrtc", "media_state", {})
    client.send("system", "ping", {})
    client.send("system", "pong", {})
    client.send_raw(b"[")
    client.send("board", "nonsense", {})


async def test_twenty_invalid_messages_are_enough(school: School) -> None:
    """[EN-3] In any 10 s; each is answered, the twentieth with 4400."""
    host = await school.join(HOST)
    await school.rest()
    for _ in range(19):
        host.send_raw(b'{"ch":"board","type":"nonsense","data":{}}')
    await school.rest()
    assert _codes(host) == ["unknown_message"] * 19
    assert not host.outbox.has_ended
    host.send_raw(b"[")
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.closed is CloseCode.TOO_MANY_INVALID


async def test_invalid_messages_far_apart_are_borne(school: School) -> None:
    """[EN-3] Never twenty within 10 s, however many in all; nothing of them is applied."""
    host = await school.join(HOST)
    for _ in range(10):
        for _ in range(9):
            host.send_raw(b"[")
        await school.rest()
        school.clock.advance(6)
    await school.rest()
    assert not host.outbox.has_ended
    assert _codes(host) == ["invalid"] * 90
    host.draw()
    await school.until(lambda: not host.pending)


async def test_one_sync_at_a_time_is_answered(school: School) -> None:
    """[FC-7] However many are asked for; the next one once that was sent."""
    host = await school.join(HOST)
    await school.rest()
    asked = [host.sync() for _ in range(20)]
    await school.rest()
    assert [error["id"] for error in host.errors] == asked[1:]
    assert set(_codes(host)) == {"rate_limited"}
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
    school = await open_school(_config(board=Rate(1, 6), participant_factor=1.0))
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
    assert b"".join(parts) == school.room()._lesson.state.board.encode()
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
