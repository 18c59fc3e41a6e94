"""What large answers cost, besides the request."""

import pytest

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School

NARROW = GatewayConfig(requests_per_min_user=60)
"""30 at once by a person, and one a second."""
_STROKES = 400
COSTLY = [
    ("GET", "snapshots/2/"),
    ("GET", "export/?format=json"),
    ("POST", "snapshots/2/restore/"),
    ("GET", "stats/"),
    ("GET", "timeline/?limit=1000"),
]


async def large(school: School, token: str) -> str:
    """Begin a lesson with a board of 2 MB; return its path."""
    points = [7, 0.25, 0.5, 8] * 500
    elements = {
        f"s{n}": {"type": "stroke", "id": f"s{n}", "layer": "base", "points": points}
        for n in range(_STROKES)
    }
    board = {"layers": [{"id": "base", "name": "Layer 1"}], "elements": elements}
    created = await school.call("POST", f"{API}/sessions/", token=token, json={"board": board})
    assert created.status_code == 201, created.text
    return f"{API}/sessions/{created.json()['session_id']}"


@pytest.mark.parametrize(("method", "path"), COSTLY, ids=[path for _, path in COSTLY])
async def test_a_large_answer_counts_as_many_requests(opened: Open, method: str, path: str) -> None:
    """[P16] [SECURITY Flood] One more for each 256 KiB; others do not pay for it."""
    async with opened(config=NARROW) as school:
        token = school.user_token("Ada")
        lesson = await large(school, token)
        school.clock.advance(60)
        statuses = [
            (await school.call(method, f"{lesson}/{path}", token=token)).status_code
            for _ in range(8)
        ]
        assert statuses.count(200) == 3, statuses
        assert statuses[-1] == 429
        own = f"{API}/sessions/my/"
        assert (await school.call("GET", own, token=token)).status_code == 429
        other = school.user_token("Grace")
        assert (await school.call("GET", own, token=other)).status_code == 200
        # No more than a burst is owed.
        school.clock.advance(31)
        assert (await school.call("GET", own, token=token)).status_code == 200


async def test_the_operator_does_not_pay(opened: Open) -> None:
    """[P16] Nor is the operator counted otherwise."""
    async with opened(config=NARROW) as school:
        lesson = await large(school, school.user_token("Ada"))
        for _ in range(8):
            version = await school.operate("GET", f"{lesson}/snapshots/2/")
            assert version.status_code == 200
