"""How often a platform launches, and whose sessions that makes."""

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.planning.portal import ADA, KEYS, launched, refused


async def test_launches_are_counted_by_platform_and_by_people(opened: Open) -> None:
    """[FC-1] Of one platform that calls without end another one feels nothing."""
    config = GatewayConfig(launches_per_min=8)
    async with opened(api_keys=KEYS, config=config) as school:
        statuses = [(await launched(school, ADA)).status_code for _ in range(5)]
        assert statuses == [201, 200, 200, 200, 429]
        assert (await launched(school, ADA, platform="other")).status_code == 201
        school.clock.advance(60)
        pupils = [{"subject": f"p{n}", "name": f"P{n}"} for n in range(40)]
        assert (await launched(school, *pupils)).status_code == 200
        waits = await launched(school, ADA)
        assert waits.status_code == 429
        assert int(waits.headers["Retry-After"]) > 0


async def test_new_sessions_count_for_their_host(opened: Open) -> None:
    """[SECURITY Disk] As if the host had made them."""
    config = GatewayConfig(sessions_per_min=1, sessions_per_user=2)
    async with opened(api_keys=KEYS, config=config) as school:
        ids = [await launched(school, ADA, external_id=f"x-{n}") for n in range(3)]
        assert [answer.status_code for answer in ids] == [201, 201, 429]
        school.clock.advance(60)
        too_many = await launched(school, ADA, external_id="x-3")
        assert refused(too_many)[:2] == (413, "too_large")
        assert (await launched(school, ADA, external_id="x-1")).status_code == 200
