"""Limits of requests, by address and by person."""

import pytest

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, OPERATOR, School

NARROW = GatewayConfig(requests_per_min_address=60, requests_per_min_user=20)
"""30 at once from an address and one a second; 10 at once by a person and one in 3 s."""
PATH = f"{API}/sessions/my/"


async def statuses(school: School, count: int, *, name: str, address: str) -> list[int]:
    token = school.user_token(name)
    return [
        (await school.call("GET", PATH, token=token, address=address)).status_code
        for _ in range(count)
    ]


async def test_a_person_who_asks_too_often_waits(opened: Open) -> None:
    """[issue 3 item 7] From whichever address; the answer says for how long, and that is true."""
    async with opened(config=NARROW) as school:
        assert await statuses(school, 10, name="Ada", address="192.0.2.1") == [200] * 10
        token = school.user_token("Ada")
        refused = await school.call("GET", PATH, token=token, address="192.0.2.2")
        assert refused.status_code == 429
        assert refused.json()["code"] == "rate_limited"
        assert refused.json()["retry_after_ms"] == 3_000
        assert refused.headers["retry-after"] == "3"
        school.clock.advance(3)
        assert await statuses(school, 2, name="Ada", address="192.0.2.2") == [200, 429]


async def test_others_are_not_concerned(opened: Open) -> None:
    """[P16] Of the same address: a class is one address."""
    async with opened(config=NARROW) as school:
        await statuses(school, 11, name="Ada", address="192.0.2.1")
        assert await statuses(school, 1, name="Grace", address="192.0.2.1") == [200]


async def test_an_address_that_asks_too_often_waits_before_anything_is_done(opened: Open) -> None:
    """[SECURITY Flood] Also without a token, also for paths that do not exist; IPv6 by /64."""
    async with opened(config=NARROW) as school:
        for number in range(30):
            address = f"2001:db8:1:2::{number + 1:x}"
            response = await school.call("GET", f"{API}/nothing/", address=address)
            assert response.status_code == 404
        refused = await school.call("GET", f"{API}/nothing/", address="2001:db8:1:2::ffff")
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert refused.headers["x-content-type-options"] == "nosniff"
        other = await school.call("GET", f"{API}/nothing/", address="2001:db8:1:3::1")
        assert other.status_code == 404
        school.clock.advance(1)
        again = await school.call("GET", f"{API}/nothing/", address="2001:db8:1:2::1")
        assert again.status_code == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_are_not_counted(opened: Open, path: str) -> None:
    """[API healthz] A supervisor that hears 429 would restart a busy server."""
    async with opened(config=NARROW) as school:
        for _ in range(40):
            assert (await school.call("GET", path)).status_code == 200


async def test_the_operator_is_not_limited(opened: Open) -> None:
    """[API operator socket] Least of all while the server is flooded."""
    async with opened(config=NARROW) as school:
        for _ in range(40):
            assert (await school.operate("GET", f"{OPERATOR}/rooms/")).status_code == 200


async def test_a_page_of_another_origin_can_read_that_it_must_wait(opened: Open) -> None:
    """[SECURITY CORS] The refusal has the headers without which a browser hides it."""
    config = GatewayConfig(
        requests_per_min_address=2, allowed_origins=("https://school.example.org",)
    )
    async with opened(config=config) as school:
        origin = {"Origin": "https://school.example.org"}
        for expected in (401, 429):
            response = await school.call("GET", PATH, headers=origin)
            assert response.status_code == expected
            allowed = response.headers["access-control-allow-origin"]
            assert allowed == "https://school.example.org"


async def test_a_network_of_ipv6_has_as_much_as_some_of_its_parts(opened: Open) -> None:
    """[SECURITY Flood] A /56 as four /64s, a /48 as sixteen, however many they hold."""
    async with opened(config=NARROW) as school:

        async def answered(address: str) -> int:
            passed = 0
            for n in range(768):
                response = await school.call(
                    "GET", f"{API}/nothing/", address=address.format(n=n, part=n % 256)
                )
                passed += response.status_code == 404
            return passed

        assert await answered("2001:db8:0:{n:x}::1") == 3 * 120
        assert await answered("2001:db8:1:{part:x}00::1") == 480
