import asyncio
import threading

import pytest

from gateway.rest.plumbing.bodies.intake import Intake
from gateway.strict_json import Bounds
from lessonroom.codes import ErrorCode, Refused

MIB = 1 << 20
BOUNDS = Bounds()


def test_one_party_has_one_large_body_under_way_and_a_small_one() -> None:
    """[SECURITY Bombs] The next one is told to come again; nobody else is."""
    intake = Intake(20 * MIB)
    with intake.load("user 1") as first, intake.load("user 1") as second:
        first.add(20 * MIB)
        second.add(10 * MIB)
        with intake.load("user 1") as third, pytest.raises(Refused) as refused:
            third.add(1)
        assert refused.value.code is ErrorCode.RATE_LIMITED
        assert refused.value.retry_after_ms == 1_000
        with intake.load("user 2") as other:
            other.add(20 * MIB)


def test_what_all_send_at_once_is_bounded() -> None:
    """[SECURITY Bombs] And is given back when it was answered, however that went."""
    intake = Intake(20 * MIB)
    with intake.load("1") as one, intake.load("2") as two, intake.load("3") as three:
        for load in (one, two, three):
            load.add(20 * MIB)
        with intake.load("4") as four, pytest.raises(Refused) as refused:
            four.add(5 * MIB)
        assert refused.value.code is ErrorCode.UNAVAILABLE
    with pytest.raises(RuntimeError), intake.load("1") as load:  # noqa: PT012 - the fault is inside
        load.add(30 * MIB)
        raise RuntimeError
    with intake.load("1") as load:
        load.add(30 * MIB)
    assert intake._bytes == 0
    assert not intake._by_party


async def test_more_than_four_kib_are_decoded_beside_the_loop() -> None:
    """[P16] And large ones one at a time, which small ones do not wait for."""
    under_way: list[int] = []
    most_large = 0
    threads = set()
    go_on = threading.Event()

    def slow(encoded: bytes, bounds: Bounds) -> int:
        nonlocal most_large
        threads.add(threading.current_thread())
        if len(encoded) > 131_072:
            under_way.append(len(encoded))
            most_large = max(most_large, len(under_way))
            go_on.wait(10)
            under_way.pop()
        return len(encoded)

    intake = Intake(20 * MIB)
    assert await intake.decoded(b" " * 4_096, BOUNDS, slow) == 4_096
    assert threads == {threading.main_thread()}
    large = [asyncio.create_task(intake.decoded(b" " * 200_000, BOUNDS, slow)) for _ in range(3)]
    assert await intake.decoded(b" " * 4_097, BOUNDS, slow) == 4_097
    go_on.set()
    assert await asyncio.gather(*large) == [200_000] * 3
    assert most_large == 1
    assert len(threads) > 1
