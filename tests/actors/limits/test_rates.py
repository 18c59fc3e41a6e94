"""How fast one may be, alone, over several connections, and in a room together.

Tests also: actors/edge/connection.py, actors/room/requests/budgets.py.
"""

import pytest

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.rates import Rate
from tests.actors.limits.limiting import codes, config
from tests.actors.support.school import ANN, BEN, HOST, OpenSchool


async def test_drawing_too_fast_waits_for_its_turn_and_loses_nothing(
    open_school: OpenSchool,
) -> None:
    """[FC-6] [BD-6] Never refused: what comes later builds on it."""
    school = await open_school(config(board=Rate(2, 5)))
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
    school = await open_school(config(board=Rate(1, 2)))
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
    school = await open_school(config(board=Rate(1, 2)))
    host, ann = [await school.join(user) for user in (HOST, ANN)]
    await school.rest()
    for n in range(5):
        ann.draw(f"e{n}")
    ann.leave()
    await school.rest()
    assert {f"e{n}" for n in range(5)} <= host.board.keys()


async def test_past_the_bucket_of_a_command_one_is_told(open_school: OpenSchool) -> None:
    """[FC-1] [FC-6] `rate_limited` with the id and when to try again; then it is accepted."""
    school = await open_school(config(command=Rate(2, 1)))
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
    school = await open_school(config(command=Rate(1, 1)))
    host = await school.join(HOST)
    host.call("save")
    host.call("save")
    host.draw()
    await school.until(lambda: bool(host.errors) and not host.pending)
    assert codes(host) == ["rate_limited"]


async def test_pointers_past_the_bucket_are_dropped_in_silence(open_school: OpenSchool) -> None:
    """[FC-1] No error: the next one makes up for it."""
    school = await open_school(config(pointer=Rate(1, 3)))
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
    school = await open_school(config(board=Rate(1, 8), participant_factor=1.5))
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
    school = await open_school(config(room=Rate(1, 10)))
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
    school = await open_school(config(room=Rate(3, 30)))
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
    school = await open_school(config(command=Rate(1, 1)))
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
    school = await open_school(config(pointer=Rate(1, 1), command=Rate(1, 1)))
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
