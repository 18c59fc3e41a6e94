"""The contract of `SignInCodes`, wherever they are kept."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.identity.claims import Scope
from gateway.identity.sign_in import LIFETIME_S, CodesInMemory, SignIn, SignInCodes
from tests.manual_clock import ManualClock

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
    await codes.add("one", SignIn())
    assert not await codes.redeem("other")
    assert not await codes.redeem("")
    assert await codes.redeem("one")
    assert not await codes.redeem("one")


async def test_of_two_at_once_one_is_let_in(codes: SignInCodes) -> None:
    """[contract of SignInCodes] A link that was copied signs in one of them."""
    await codes.add("one", SignIn())
    found = await asyncio.gather(*(codes.redeem("one") for _ in range(5)))
    assert sum(one is not None for one in found) == 1


async def test_each_code_signs_in_whom_it_was_made_for(codes: SignInCodes) -> None:
    """[contract of SignInCodes] Whichever is used first."""
    ada = SignIn(subject="ada", name="Ada", scope=Scope.USER)
    await codes.add("one", SignIn())
    await codes.add("other", ada)
    assert await codes.redeem("other") == ada
    assert await codes.redeem("one") == SignIn()


async def test_a_code_works_for_an_hour(codes: SignInCodes, clock: ManualClock) -> None:
    """[contract of SignInCodes] To the last moment, and not in the next one."""
    for name in ("one", "other"):
        await codes.add(name, SignIn())
    clock.advance(LIFETIME_S - 1)
    assert await codes.redeem("one")
    clock.advance(1)
    assert not await codes.redeem("other")


async def test_codes_that_nobody_used_are_forgotten(clock: ManualClock) -> None:
    """Memory is bounded by what is printed within an hour."""
    codes = CodesInMemory(clock)
    for n in range(100):
        await codes.add(str(n), SignIn())
        clock.advance(LIFETIME_S)
    assert len(codes._waiting) == 1
