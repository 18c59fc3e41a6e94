"""Who may connect, and how often.

Tests also: gateway/socket/close_reasons.py.
"""

import pytest

from gateway.socket.socket_services import Connects
from lessonroom.codes import Refused
from tests.gateway.socket.desk import SESSION, Desk

ADDRESS, OTHER = "192.0.2.1", "192.0.2.2"


def refused_ms(connects: Connects, user_id: int, address: str, now_s: float) -> int:
    """Return how long somebody is to wait; 0 where they may connect."""
    try:
        connects.check(user_id, address, now_s)
    except Refused as refused:
        return refused.retry_after_ms or 0
    return 0


def test_a_person_connects_so_often_and_no_oftener() -> None:
    """[FC-9] From wherever; the others are not concerned, and it is forgiven with time."""
    connects = Connects(per_min_user=6, per_min_address=1_000)
    for n in range(6):
        assert not refused_ms(connects, 1, (ADDRESS, OTHER)[n % 2], 0)
    assert refused_ms(connects, 1, ADDRESS, 0) == 10_000
    assert refused_ms(connects, 1, OTHER, 0) == 10_000
    assert not refused_ms(connects, 2, ADDRESS, 0)
    assert not refused_ms(connects, 1, ADDRESS, 10)
    assert refused_ms(connects, 1, ADDRESS, 10)


def test_of_many_a_third_may_come_at_once() -> None:
    """[FC-9] Tabs, and a network that comes and goes: not a flood, which is an event each time."""
    connects = Connects(per_min_user=60, per_min_address=3_000)
    assert not any(refused_ms(connects, 1, ADDRESS, 0) for _ in range(20))
    assert refused_ms(connects, 1, ADDRESS, 0) == 1_000


async def test_a_loop_of_refused_handshakes_waits_for_its_answers(desk: Desk) -> None:
    """[FC-10] [HS-4] Twenty are told at once, and each further one in its time."""
    request = desk.request(f"/ws/classroom/{SESSION}/")
    for _ in range(20):
        socket, _ = desk.knock(request)
        socket.connection_lost(None)
    wires = [desk.knock(request)[1] for _ in range(25)]
    told = [wire.written.startswith(b"HTTP/1.1 429") for wire in wires]
    assert told == [True] * 20 + [False] * 5
    desk.clock.advance(2)
    assert all(wire.written.startswith(b"HTTP/1.1 429") for wire in wires)


def test_an_address_is_a_school_and_no_more() -> None:
    """[FC-9] Many people behind it, each with a few connections."""
    connects = Connects(per_min_user=6, per_min_address=60)
    assert not any(refused_ms(connects, user_id, ADDRESS, 0) for user_id in range(60))
    assert refused_ms(connects, 60, ADDRESS, 0) == 1_000
    assert not refused_ms(connects, 60, OTHER, 0)


def test_a_person_past_their_rate_takes_nothing_from_their_address() -> None:
    """[FC-9] One who connects in a loop does not use up what the school has."""
    connects = Connects(per_min_user=6, per_min_address=60)
    for _ in range(1_000):
        refused_ms(connects, 1, ADDRESS, 0)
    assert not any(refused_ms(connects, user_id, ADDRESS, 0) for user_id in range(2, 56))


@pytest.mark.parametrize(
    ("query", "answer"), [("", b"HTTP/1.1 429"), ("?reason=close", b"HTTP/1.1 101")]
)
async def test_a_loop_of_connections_is_refused_also_where_each_gets_in(
    desk: Desk, query: str, answer: bytes
) -> None:
    """[FC-9] [HS-4] Before the room hears of it; with when to come back."""
    request = desk.request(f"/ws/classroom/{SESSION}/{query}")
    for _ in range(20):
        socket, _ = desk.knock(request)
        socket.connection_lost(None)
    _, wire = desk.knock(request)
    assert wire.written.startswith(answer)
    if query:
        assert [code for code, _ in wire.close_frames()] == [4429]
    else:
        assert b"Retry-After: 1\r\n" in wire.written
