"""The contract of `SignInCodes`, wherever they are kept."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.identity.sign_in import LIFETIME_S, CodesInMemory, SignInCodes
from tests.gateway.manual_clock import ManualClock

KEPT: list[Callable[[ManualClock], SignInCodes]] = [CodesInMemory]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=KEPT, ids=lambda made: made.__name__)
def codes(request: pytest.FixtureRequest, clock: ManualClock) -> SignInCodes:
    made: SignInCodes = request.param(clock)
    return made


async def test_a_code_works_once(codes: SignInCodes) -> None:
    """[contract of SignInCodes] And no other does."""
    await codes.add("one")
    assert not await codes.redeem("other")
    assert not await codes.redeem("")
    assert await codes.redeem("one")
    assert not await codes.redeem("one")


async def test_of_two_at_once_one_is_let_in(codes: SignInCodes) -> None:
    """[contract of SignInCodes] A link that was copied signs in one of them."""
    await codes.add("one")
    assert sum(await asyncio.gather(*(codes.redeem("one") for _ in range(5)))) == 1


async def test_a_code_works_for_an_hour(codes: SignInCodes, clock: ManualClock) -> None:
    """[contract of SignInCodes] To the last moment, and not in the next one."""
    for name in ("one", "other"):
        await codes.add(name)
    clock.advance(LIFETIME_S - 1)
    assert await codes.redeem("one")
    clock.advance(1)
    assert not await codes.redeem("other")


async def test_codes_that_nobody_used_are_forgotten(clock: ManualClock) -> None:
    """Memory is bounded by what is printed within an hour."""
    codes = CodesInMemory(clock)
    for n in range(100):
        await codes.add(str(n))
        clock.advance(LIFETIME_S)
    assert len(codes._until_s) == 1
