"""The faults of a network, by a seed: each comes about, and nothing else."""

import random
from collections.abc import Callable

import pytest

from bus.bus import BusAway
from bus.memory import Faults, MemoryServer
from tests.bus.conftest import Listener, until

_COUNT = 2_000


async def _heard(faults: Faults, *, seed: int = 1) -> list[int]:
    server = MemoryServer(faults=faults, chance=random.Random(seed))  # noqa: S311 - to be repeated
    saying, hearing, listener = server.connect(), server.connect(), Listener()
    await hearing.subscribe("a", listener)
    for number in range(_COUNT):
        saying.publish("a", b"%d" % number)
        if number % 50 == 0:
            await saying.flush(30)
    await saying.flush(30)
    await saying.flush(30)
    return [int(payload) for payload in listener.payloads]


async def test_without_faults_nothing_happens() -> None:
    """All of it, once, in order."""
    assert await _heard(Faults()) == list(range(_COUNT))


async def test_messages_are_lost() -> None:
    """About as many as are asked for; the others stay in order."""
    heard = await _heard(Faults(lose=0.1))
    assert 0.05 * _COUNT < _COUNT - len(heard) < 0.15 * _COUNT
    assert heard == sorted(set(heard))


async def test_messages_come_twice() -> None:
    """None is lost, and the order stays."""
    heard = await _heard(Faults(double=0.1))
    assert 0.05 * _COUNT < len(heard) - _COUNT < 0.15 * _COUNT
    assert heard == sorted(heard)
    assert set(heard) == set(range(_COUNT))


@pytest.mark.parametrize("faults", [Faults(swap=0.1), Faults(hold=0.1)])
async def test_messages_come_out_of_order(faults: Faults) -> None:
    """All of them, each once."""
    heard = await _heard(faults)
    assert heard != sorted(heard)
    assert sorted(heard) == list(range(_COUNT))


async def test_a_seed_is_a_course() -> None:
    """The same one again, and another one with another seed."""
    faults = Faults(lose=0.05, double=0.05, swap=0.05, hold=0.05)
    assert await _heard(faults, seed=7) == await _heard(faults, seed=7)
    assert await _heard(faults, seed=7) != await _heard(faults, seed=8)


async def test_a_cut_is_not_noticed() -> None:
    """Neither way does anything come, and publishing raises nothing."""
    server = MemoryServer()
    one, other, listener = server.connect(), server.connect(), Listener()
    await one.subscribe("one", listener)
    await other.subscribe("other", listener)
    server.cut(one)
    one.publish("other", b"out")
    other.publish("one", b"in")
    await other.flush(30)
    with pytest.raises(BusAway):
        await one.flush(0.01)
    assert listener.heard == []
    assert one.is_connected
    server.mend(one)
    one.publish("other", b"out")
    other.publish("one", b"in")
    await until(lambda: len(listener.heard) == 2)


async def test_deliveries_may_be_had_by_hand() -> None:
    """A simulation says when: nothing is heard before."""
    turns: list[Callable[[], object]] = []
    server = MemoryServer(deliver=turns.append)
    bus, listener = server.connect(), Listener()
    await bus.subscribe("a", listener)
    bus.publish("a", b"1")
    bus.publish("a", b"2")
    assert len(turns) == 1
    assert listener.heard == []
    turns.pop()()
    assert listener.payloads == [b"1", b"2"]
    assert turns == []
