"""Messages that are too many, too large or not valid: what they cost, and when it is enough."""

from typing import Final

import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.rates import Rate, Rates
from tests.actors.limits.limiting import codes
from tests.actors.support.client import Client
from tests.actors.support.school import ANN, HOST, OpenSchool, School

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
    assert codes(host) == ["unknown_message"] * 19
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
    assert codes(host) == ["invalid"] * 90
    host.draw()
    await school.until(lambda: not host.pending)
