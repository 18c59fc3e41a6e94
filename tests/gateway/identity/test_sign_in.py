"""Codes that sign in: whom, once, for how long, and over restarts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.identity.claims import Scope
from gateway.identity.sign_in import LIFETIME_S, SignIn, SignInCodes
from tests.actors.support.school import School


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    school = await School.open(f"sqlite+aiosqlite:///{tmp_path}/lessons.db")
    yield school
    await school.close()


@pytest.fixture
def codes(school: School) -> SignInCodes:
    return SignInCodes(school.rooms)


async def test_a_code_works_once(codes: SignInCodes) -> None:
    """And no other does."""
    await codes.add("one", SignIn())
    assert not await codes.redeem("other")
    assert not await codes.redeem("")
    assert await codes.redeem("one")
    assert not await codes.redeem("one")


async def test_of_two_at_once_one_is_let_in(codes: SignInCodes) -> None:
    """A link that was copied signs in one of them."""
    await codes.add("one", SignIn())
    found = await asyncio.gather(*(codes.redeem("one") for _ in range(5)))
    assert sum(one is not None for one in found) == 1


async def test_each_code_signs_in_whom_it_was_made_for(codes: SignInCodes) -> None:
    """Whichever is used first."""
    ada = SignIn(subject="ada", name="Ada", scope=Scope.USER)
    await codes.add("one", SignIn())
    await codes.add("other", ada)
    assert await codes.redeem("other") == ada
    assert await codes.redeem("one") == SignIn()


async def test_a_code_works_for_an_hour(codes: SignInCodes, school: School) -> None:
    """To the last moment, and not in the next one."""
    for name in ("one", "other"):
        await codes.add(name, SignIn())
    school.clock.advance(LIFETIME_S - 1)
    assert await codes.redeem("one")
    school.clock.advance(1)
    assert not await codes.redeem("other")


async def test_a_code_outlives_a_restart(school: School) -> None:
    """Whoever is invited for next week comes in, whatever is installed until then."""
    ada = SignIn(subject="ada", name="Ada", scope=Scope.USER)
    await SignInCodes(school.rooms).add("one", ada)
    await school.restart()
    assert await SignInCodes(school.rooms).redeem("one") == ada
    await school.restart()
    assert await SignInCodes(school.rooms).redeem("one") is None
