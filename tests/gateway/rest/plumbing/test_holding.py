"""Refusals over HTTP that wait, and whom they do not concern."""

import asyncio

from gateway.config import GatewayConfig
from gateway.held_refusals import HeldRefusals
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR

NARROW = GatewayConfig(requests_per_min_user=20)
PATH = f"{API}/sessions/my/"


async def test_who_asks_again_and_again_hears_late(opened: Open) -> None:
    """[FC-10] Twenty refusals come at once; the next one when a second has passed."""
    async with opened(config=NARROW) as school:
        token = school.user_token("Ada")
        for _ in range(30):
            await school.call("GET", PATH, token=token)
        late = asyncio.create_task(school.call("GET", PATH, token=token))
        held: HeldRefusals = school.app.state.services.held_refusals
        async with asyncio.timeout(30):
            await _until_held(held)
        other = await school.call("GET", PATH, token=school.user_token("Grace"))
        assert other.status_code == 200
        assert not late.done()
        school.clock.advance(1)
        refused = await late
        assert refused.status_code == 429
        assert refused.json()["code"] == "rate_limited"


async def _until_held(held: HeldRefusals) -> None:
    """Let the request come as far as that: whose token it is, is looked up before."""
    for _ in range(100_000):
        if held.held:
            return
        await asyncio.sleep(0)


async def test_the_operator_is_never_held(opened: Open) -> None:
    """[FC-10] The socket is theirs alone."""
    async with opened(config=NARROW) as school:
        for _ in range(60):
            await school.operate("GET", f"{OPERATOR}/rooms/")
        assert not school.app.state.services.held_refusals.held
