"""How fast one may be, alone, over several connections, and in a room together."""

from actors.config import RoomConfig
from lessonroom.codes import CloseCode
from lessonroom.rates import Rate, Rates
from tests.actors.client import Client
from tests.actors.school import ANN, BEN, FAST, HOST, OpenSchool, School

_ANY = FAST.board


def _config(**rates: Rate | float) -> RoomConfig:
    some = {"board": _ANY, "pointer": _ANY, "signal": _ANY, "command": _ANY, "room": _ANY}
    return RoomConfig(fanout_interval_s=0.0, rates=Rates(**{**some, **rates}))  # type: ignore[arg-type]


def _codes(client: Client) -> list[str]:
    return [error["code"] for error in client.errors]


async def test_past_the_bucket_of_a_connection_one_is_told(open_school: OpenSchool) -> None:
    """[FC-1] `rate_limited` with the id and when to try again; then it is accepted."""
    school = await open_school(_config(board=Rate(2, 5)))
    host = await school.join(HOST)
    await school.rest()
    for n in range(4):
        host.draw(f"e{n}")
    limited = host.draw("e9")
    await school.until(lambda: len(host.acked) == 4 and bool(host.errors))
    (error,) = host.errors
    assert error["id"] == limited
    assert error["code"] == "rate_limited"
    assert error["retry_after_ms"] == 500
    school.clock.advance(0.5)
    host.send_again()
    await school.until(lambda: limited in host.acked)
    await school.rest()
    await school.check()


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
    """[FC-1] One bucket for all connections of a person, by `participant_factor`."""
    school = await open_school(_config(board=Rate(1, 8), participant_factor=1.5))
    first = await school.join(ANN)
    second = await school.join(ANN, suffix="2")
    other = await school.join(BEN)
    await school.rest()
    for n in range(7):
        first.draw(f"a{n}")
        second.draw(f"b{n}")
    other.draw("c")
    await school.until(lambda: not other.pending)
    await school.rest()
    # 12 together, two of them for the syncs; each connection alone was within its own 8.
    assert len(first.acked) + len(second.acked) == 10
    assert set(_codes(first) + _codes(second)) == {"rate_limited"}
    assert not other.errors
    first.drop()
    await school.rest()
    await school.connect(second) if second.outbox.has_ended else None
    before = len(second.acked)
    second.draw("b9")
    await school.rest()
    assert len(second.acked) == before, "a new connection is no new budget"


async def test_a_room_has_a_budget_too(open_school: OpenSchool) -> None:
    """[FC-1] Everyone together; each alone is within their own."""
    school = await open_school(_config(room=Rate(1, 10)))
    clients = [await school.join(user) for user in (HOST, ANN, BEN)]
    await school.rest()
    for n in range(5):
        for client in clients:
            client.draw(f"e{n}")
    await school.rest()
    assert sum(len(client.acked) for client in clients) == 7, "three went into syncs"
    assert sum(len(client.errors) for client in clients) == 8
    school.clock.advance(10)
    for client in clients:
        client.send_again()
    await school.until(lambda: not any(client.pending for client in clients))
    await school.rest()
    await school.check()


async def test_sustained_abuse_is_closed(open_school: OpenSchool) -> None:
    """[FC-1] 100 refusals of the rate in 10 s: 4429 with the delay in its reason."""
    school = await open_school(_config(board=Rate(1, 2)))
    host = await school.join(HOST)
    await school.rest()
    for n in range(99 + 1):
        host.draw(f"e{n}")
    await school.rest()
    assert len(host.errors) == 99
    assert not host.outbox.has_ended
    host.draw("last")
    await school.until(lambda: host.outbox.has_ended)
    assert host.outbox.closed is CloseCode.RATE_LIMITED
    assert host.outbox.close_reason == "retry after 1000 ms"


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
