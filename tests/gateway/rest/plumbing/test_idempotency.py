"""What is carried out once; `Once` as a cluster may put it elsewhere is held to the same.

Tests also: gateway/once.py, gateway/rest/plumbing/replaying.py.
"""

import asyncio
from collections.abc import Callable

import pytest

from gateway.once import Locks, Once
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

ONCE: list[Callable[[], Once]] = [Locks]
KEY = {"Idempotency-Key": "one-lesson"}


@pytest.fixture(params=ONCE, ids=lambda made: made.__name__)
def once(request: pytest.FixtureRequest) -> Once:
    made: Once = request.param()
    return made


async def hold(once: Once, told: list[str], name: str, *keys: str, scope: str = "s") -> None:
    async with once.one_at_a_time(scope, *keys):
        told.append(f"{name} in")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        told.append(f"{name} out")


async def test_those_of_one_key_come_one_after_the_other(once: Once) -> None:
    """[contract of Once] Also where they share one key of two, in either order."""
    told: list[str] = []
    await asyncio.gather(
        hold(once, told, "1", "a"), hold(once, told, "2", "b", "a"), hold(once, told, "3", "a", "c")
    )
    assert told == ["1 in", "1 out", "2 in", "2 out", "3 in", "3 out"]


async def test_those_of_other_keys_do_not_wait(once: Once) -> None:
    """[contract of Once] Nor those of the same key of another scope."""
    told: list[str] = []
    await asyncio.gather(
        hold(once, told, "1", "a"),
        hold(once, told, "2", "b"),
        hold(once, told, "3", "a", scope="t"),
    )
    assert told[:3] == ["1 in", "2 in", "3 in"]


async def test_two_that_need_the_same_two_do_not_wait_for_each_other(once: Once) -> None:
    """[contract of Once] A key that is named twice is held once."""
    told: list[str] = []
    async with asyncio.timeout(10):
        await asyncio.gather(
            *(hold(once, told, str(n), *("ab" if n % 2 else "ba"), "a") for n in range(20))
        )
    assert len(told) == 40


async def test_a_key_is_free_after_a_fault(once: Once) -> None:
    """[contract of Once] Or one bug would close a booking for ever."""
    with pytest.raises(RuntimeError):
        async with once.one_at_a_time("s", "a"):
            raise RuntimeError
    async with asyncio.timeout(10), once.one_at_a_time("s", "a"):
        pass


async def create(school: School, title: str) -> tuple[int, str]:
    response = await school.call(
        "POST",
        f"{API}/sessions/",
        token=school.user_token("Ada"),
        json={"title": title},
        headers=KEY,
    )
    return response.status_code, response.text


async def test_one_key_on_two_servers_makes_one_session(opened: Open) -> None:
    """[API Idempotency-Key] Their locks know nothing of each other: the kept reply is read."""
    async with opened() as one, opened() as other:
        first, second = await asyncio.gather(create(one, "Fractions"), create(other, "Fractions"))
        assert first == second
        assert first[0] == 201
        assert len(await one.app.state.services.rooms.store.sessions()) == 1
        assert (await create(other, "Something else"))[0] == 422
