"""What a bus promises, kept by each kind: within the process, and through a real NATS server.

Tests also: bus/bus.py.
"""

import asyncio

import pytest

from bus.bus import PAYLOAD_MOST, Bus, BusAway, BusFull, Heard
from tests.bus.conftest import BusServer, Listener, until

_LARGE = 64 * 1024


async def _listening(server: BusServer, subject: str = "lr.x.n.a.1") -> tuple[Bus, Listener]:
    bus, listener = await server.bus(), Listener()
    await bus.subscribe(subject, listener)
    await bus.flush(30)
    return bus, listener


# -- what comes


async def test_what_is_said_is_heard_by_all_who_listen(server: BusServer) -> None:
    """By others and by oneself, as bytes, with the way back; and by nobody else."""
    one, first = await _listening(server)
    _, second = await _listening(server)
    _, elsewhere = await _listening(server, "lr.x.n.a.10")
    one.publish("lr.x.n.a.1", b"\x00\xff\r\n", reply="lr.x.n.b.1")
    one.publish("lr.x.n.a.1", b"")
    await until(lambda: len(first.heard) == len(second.heard) == 2)
    assert first.heard == [
        Heard("lr.x.n.a.1", b"\x00\xff\r\n", "lr.x.n.b.1"),
        Heard("lr.x.n.a.1", b""),
    ]
    assert second.heard == first.heard
    assert elsewhere.heard == []


async def test_what_one_says_comes_in_order_and_once(server: BusServer) -> None:
    """Whatever its size, and on whatever subjects."""
    hearing, listener = await _listening(server)
    await hearing.subscribe("lr.x.all", listener)
    await hearing.flush(30)
    saying = await server.bus()
    sent = []
    for number in range(1_000):
        payload = f"{number} ".encode() + b"x" * (number * 37 % 2_000)
        saying.publish("lr.x.all" if number % 7 == 0 else "lr.x.n.a.1", payload)
        sent.append(payload)
    await until(lambda: len(listener.heard) == len(sent))
    await saying.flush(30)
    of_one = [each for each in listener.heard if each.subject == "lr.x.n.a.1"]
    assert [each.payload for each in of_one] == [
        payload for number, payload in enumerate(sent) if number % 7
    ]
    assert sorted(listener.payloads) == sorted(sent)
    assert saying.counts.sent == 1_000
    assert saying.counts.lost == hearing.counts.lost == 0
    assert hearing.counts.heard == 1_000
    assert hearing.counts.heard_bytes == sum(map(len, sent))
    assert saying.waiting_bytes == 0


async def test_the_longest_payload_comes(server: BusServer) -> None:
    """One byte more is refused, and nothing of it goes out."""
    bus, listener = await _listening(server)
    longest = b"x" * PAYLOAD_MOST
    bus.publish("lr.x.n.a.1", longest)
    with pytest.raises(ValueError, match=f"at most {PAYLOAD_MOST}"):
        bus.publish("lr.x.n.a.1", longest + b"x")
    await until(lambda: bool(listener.heard))
    await bus.flush(30)
    assert listener.payloads == [longest]


@pytest.mark.parametrize(
    "subject", ["", "a b", "a.*", "a.>", ".a", "a.", "a..b", "a\r\nPUB b 0", "é", "a" * 256]
)
async def test_what_is_no_subject_is_refused(server: BusServer, subject: str) -> None:
    """To say something, as a way back, and to listen: it says what is allowed."""
    bus = await server.bus()
    with pytest.raises(ValueError, match=r"is no subject; allowed: words"):
        bus.publish(subject, b"")
    if subject:
        with pytest.raises(ValueError, match="is no subject"):
            bus.publish("a", b"", reply=subject)
    with pytest.raises(ValueError, match="is no subject"):
        await bus.subscribe(subject, Listener())


# -- who listens


async def test_who_says_something_hears_that_nobody_listens(server: BusServer) -> None:
    """At once, where an answer is waited for; else it is lost without a word."""
    bus, answers = await _listening(server, "lr.x.n.a.1")
    bus.publish("lr.x.n.gone.1", b"anyone?", reply="lr.x.n.a.1")
    bus.publish("lr.x.n.gone.1", b"anyone?")
    await until(lambda: bool(answers.heard))
    await bus.flush(30)
    assert answers.heard == [Heard("lr.x.n.a.1", b"", is_nobody=True)]


async def test_nobody_listens_where_a_bus_was_closed(server: BusServer) -> None:
    """Its node is gone, and whoever has a link to it hears so."""
    bus, answers = await _listening(server, "lr.x.n.a.1")
    other, listener = await _listening(server, "lr.x.n.b.1")
    bus.publish("lr.x.n.b.1", b"there?", reply="lr.x.n.a.1")
    await until(lambda: bool(listener.heard))
    await other.close()
    await other.close()
    with pytest.raises(BusAway):
        other.publish("lr.x.n.a.1", b"late")
    with pytest.raises(BusAway):
        await other.flush(30)
    while not answers.heard:
        # NATS may not have seen yet that the connection has ended.
        bus.publish("lr.x.n.b.1", b"there?", reply="lr.x.n.a.1")
        await bus.flush(30)
    assert answers.heard[0].is_nobody
    assert listener.payloads == [b"there?"]


@pytest.mark.logs_errors
async def test_a_listener_that_fails_misses_nothing(server: BusServer) -> None:
    """It is logged, and the next message comes; to others, too."""
    bus, listener = await _listening(server)

    def fail(heard: Heard) -> None:
        listener(heard)
        raise RuntimeError

    await bus.subscribe("lr.x.fails", fail)
    await bus.flush(30)
    for payload in (b"1", b"2"):
        bus.publish("lr.x.fails", payload)
    await until(lambda: len(listener.heard) == 2)
    assert listener.payloads == [b"1", b"2"]


# -- a bus that is away, or full


async def test_what_is_said_to_a_bus_that_is_away_is_refused(server: BusServer) -> None:
    """At once, and it does not come later; listening goes on by itself."""
    hearing, listener = await _listening(server)
    saying = await server.bus()
    server.kill()
    await until(lambda: not saying.is_connected and not hearing.is_connected)
    with pytest.raises(BusAway):
        saying.publish("lr.x.n.a.1", b"never")
    with pytest.raises(BusAway):
        await saying.flush(30)
    await hearing.subscribe("lr.x.late", listener)
    server.start()
    await until(lambda: saying.is_connected and hearing.is_connected)
    await hearing.flush(30)
    saying.publish("lr.x.n.a.1", b"again")
    saying.publish("lr.x.late", b"late")
    await until(lambda: len(listener.heard) == 2)
    assert sorted(listener.payloads) == [b"again", b"late"]
    assert saying.counts.reconnects == 1


async def test_a_bus_may_be_begun_before_its_server(server: BusServer) -> None:
    """A node starts, and is not ready: it listens once there is something to listen to."""
    server.kill()
    bus, listener = await server.bus(is_awaited=False), Listener()
    assert not bus.is_connected
    await bus.subscribe("lr.x.all", listener)
    with pytest.raises(BusAway):
        bus.publish("lr.x.all", b"never")
    server.start()
    await until(lambda: bus.is_connected)
    await bus.flush(30)
    bus.publish("lr.x.all", b"now")
    await until(lambda: bool(listener.heard))
    assert listener.payloads == [b"now"]


async def test_a_bus_that_stands_still_is_full_at_some_time(server: BusServer) -> None:
    """It never blocks: what is more than may wait is refused, what was taken comes."""
    hearing, listener = await _listening(server)
    saying = await server.bus(waiting_most=1024 * 1024)
    server.freeze()
    taken = await _fill(saying)
    assert saying.waiting_bytes <= 1024 * 1024
    with pytest.raises(BusAway):
        await saying.flush(0.01)
    server.thaw()
    await until(lambda: len(listener.heard) == taken)
    assert [payload[:6] for payload in listener.payloads] == [b"%06d" % n for n in range(taken)]
    await saying.flush(30)
    assert saying.waiting_bytes == 0
    saying.publish("lr.x.n.a.1", b"on")
    await until(lambda: listener.payloads[-1] == b"on")
    assert hearing.counts.lost == 0


async def test_what_waits_as_a_connection_ends_is_lost_and_counted(server: BusServer) -> None:
    """It does not come late, to somebody who has heard meanwhile that it is lost."""
    hearing, listener = await _listening(server)
    saying = await server.bus()
    server.freeze()
    for number in range(100):
        saying.publish("lr.x.n.a.1", b"%06d" % number + b"x" * _LARGE)
    await asyncio.sleep(0)
    assert saying.waiting_bytes
    server.kill()
    await until(lambda: not saying.is_connected)
    assert saying.waiting_bytes == 0
    assert saying.counts.lost
    server.start()
    await until(lambda: saying.is_connected and hearing.is_connected)
    await hearing.flush(30)
    saying.publish("lr.x.n.a.1", b"after")
    await until(lambda: b"after" in listener.payloads)
    numbers = [payload[:6] for payload in listener.payloads if payload != b"after"]
    # The last of them that the library had may come still: in order, and before what is new.
    assert numbers == sorted(set(numbers))
    assert listener.payloads[-1] == b"after"
    assert len(numbers) + saying.counts.lost <= 100


async def _fill(bus: Bus) -> int:
    """Say more than may wait; return how many messages were taken."""
    for taken in range(1_000):
        try:
            bus.publish("lr.x.n.a.1", b"%06d" % taken + b"x" * _LARGE)
        except BusFull as full:
            assert "bytes wait" in str(full)  # noqa: PT017 - which one it is, is to be counted
            return taken
        await asyncio.sleep(0)
    raise AssertionError("it was never full")
