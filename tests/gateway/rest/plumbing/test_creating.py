"""How many sessions somebody may create, how often, and how large."""

from typing import Any

from httpx import Response

from gateway.config import GatewayConfig
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.school import API, School
from tests.manual_clock import ManualClock

FEW = GatewayConfig(sessions_per_min=2, sessions_per_user=100)
_MIB = 1024 * 1024


async def create(school: School, user: str = "Ada", **fields: Any) -> Response:  # noqa: ANN401
    return await school.call("POST", f"{API}/sessions/", token=school.user_token(user), json=fields)


async def test_sessions_in_quick_succession_are_slowed_down(
    opened: Open, clock: ManualClock
) -> None:
    """[SECURITY Disk] Twice the minute's number at once, solo ones too; then with patience."""
    async with opened(config=FEW) as school:
        for _ in range(3):
            assert (await create(school)).status_code == 201
        solo = f"{API}/sessions/solo/"
        token = school.user_token("Ada")
        assert (await school.call("POST", solo, token=token)).status_code == 201
        refused = [await create(school), await school.call("POST", solo, token=token)]
        for each in refused:
            assert each.status_code == 429
            assert each.json()["code"] == "rate_limited"
            assert int(each.headers["Retry-After"]) <= 30
        assert (await create(school, "Bob")).status_code == 201
        clock.advance(30)
        assert (await create(school)).status_code == 201


async def test_a_large_board_counts_as_many_sessions(opened: Open) -> None:
    """[SECURITY Disk] For each MiB of it one more: what it takes on disk is what counts."""
    async with opened(config=FEW) as school:
        text = {"type": "text", "layer": "base", "x": 0, "y": 0, "text": "x" * 9_000}
        elements = {f"t{n}": {**text, "id": f"t{n}"} for n in range(50)}
        board: dict[str, Any] = {"layers": [{"id": "base"}], "elements": elements}
        rects = {"type": "rect", "layer": "base", "x": 0, "y": 0, "w": 1, "h": 1}
        elements |= {f"r{n}": {**rects, "id": f"r{n}"} for n in range(9_000)}
        assert (await create(school, board=board)).status_code == 201
        assert (await create(school)).status_code == 201
        assert (await create(school)).status_code == 201
        assert (await create(school)).status_code == 429


async def test_one_keeps_a_number_of_sessions_and_no_more(opened: Open) -> None:
    """[SECURITY Disk] Those that are over count while they are kept; a known one is not new."""
    config = GatewayConfig(sessions_per_user=3)
    async with opened(config=config) as school:
        first = await create(school, external_id="first")
        for _ in range(2):
            assert (await create(school)).status_code == 201
        refused = await create(school)
        assert refused.status_code == 413
        assert refused.json()["code"] == "too_large"
        assert "you have 3 sessions" in refused.json()["detail"]
        solo = await school.call("POST", f"{API}/sessions/solo/", token=school.user_token("Ada"))
        assert solo.status_code == 413
        again = await create(school, external_id="first")
        assert again.status_code == 200
        assert again.json()["session_id"] == first.json()["session_id"]
        assert (await create(school, "Bob")).status_code == 201


async def test_the_same_request_again_counts_once(opened: Open) -> None:
    """[SECURITY Disk] A reply that was kept is given again, whatever the rate."""
    async with opened(config=GatewayConfig(sessions_per_min=1)) as school:
        answers = [
            await school.call(
                "POST",
                f"{API}/sessions/",
                token=school.user_token("Ada"),
                headers={"Idempotency-Key": "once"},
                json={"title": "one"},
            )
            for _ in range(5)
        ]
        assert {each.status_code for each in answers} == {201}
        assert len({each.json()["session_id"] for each in answers}) == 1
