"""How much takes may use, and what happens where there is no room for more.

Tests also: gateway/recordings/limits.py, gateway/recordings/space.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog

from gateway.config import GatewayConfig
from gateway.metrics import Metrics
from gateway.recordings.limits import TakeLimits
from tests.gateway.recordings.takes import voice
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.test_takes import Recorded, recorded_in
from tests.gateway.rest.school import API, School

_SOME_BYTES = 100_000
_FREE_MOST = 2**62


async def fill(recorded: Recorded) -> dict[str, Any]:
    """Send chunks until one is refused; return the problem."""
    assert (await recorded.open()).status_code == 201
    for chunk in voice(600):
        sent = await recorded.send(chunk)
        if sent.status_code != 200:
            problem: dict[str, Any] = sent.json()
            assert sent.status_code == 413
            return problem
    raise AssertionError("all of it was taken")


@pytest.fixture(
    params=[
        {"per_session": _SOME_BYTES},
        {"per_host": _SOME_BYTES},
        {"total": _SOME_BYTES},
    ],
    ids=["of a session", "of a host", "of the server"],
)
async def limited(opened: Open, request: pytest.FixtureRequest) -> AsyncIterator[Recorded]:
    """A recorded lesson, on a server with little room for takes."""
    limits = TakeLimits(**request.param)
    async with opened(config=GatewayConfig(take_limits=limits)) as school:
        yield await recorded_in(school)


async def test_where_there_is_no_room_the_recording_ends_and_the_lesson_goes_on(
    limited: Recorded,
) -> None:
    """[RC-9] RP-6, RT7: what was taken can be heard; nothing more is begun."""
    problem = await fill(limited)
    assert problem["code"] == "too_large"
    (recording,) = (await limited.call("GET", "recordings/")).json()["items"]
    assert recording["reason"] == "full"
    session = (await limited.call("GET", "")).json()
    assert (session["status"], session["recording"]) == ("active", None)
    take = await limited.call("GET", f"{API}/takes/{limited.take['take_id']}/")
    assert take.json()["size_bytes"] > 0
    # A chunk that is there already is none more.
    first = next(iter(voice(4)))
    assert (await limited.send(first)).status_code == 200
    assert (await limited.call("POST", "recording/start/")).status_code == 200
    assert (await limited.open()).status_code in {201, 413}


async def test_what_is_deleted_makes_room(limited: Recorded) -> None:
    """[RC-9] By whoever may."""
    await fill(limited)
    take = limited.take["take_id"]
    assert (await limited.call("DELETE", f"{API}/takes/{take}/")).status_code == 200
    await limited.call("POST", "recording/start/")
    assert (await limited.open()).status_code == 201


async def test_who_leads_hears_once_that_there_is_little_room(limited: Recorded) -> None:
    """[RC-10] At nine tenths, and of which room; before that nothing."""
    told: list[tuple[str, int]] = []
    takes = limited.school.app.state.services.takes
    with structlog.testing.capture_logs() as logs:
        assert (await limited.open()).status_code == 201
        for chunk in voice(600):
            if (await limited.send(chunk)).status_code != 200:
                break
            near = [each["full"] for each in logs if each["event"] == "recording_nearly_full"]
            told.append((",".join(near), takes.came_bytes))
    words = {full for full, _ in told}
    assert len(words) == 2
    assert words - {"session", "host", "server"} == {""}
    assert max(size for full, size in told if not full) <= 0.9 * _SOME_BYTES
    assert min(size for full, size in told if full) > 0.9 * _SOME_BYTES


async def test_a_full_disk_takes_no_chunk(opened: Open) -> None:
    """[RC-9] It is left to the lessons."""
    limits = TakeLimits(free=_FREE_MOST)
    async with opened(config=GatewayConfig(take_limits=limits)) as school:
        recorded = await recorded_in(school)
        refused = await recorded.open()
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        assert "nearly full" in refused.json()["detail"]
        assert (await recorded.call("GET", "")).json()["recording"] is None


async def test_what_stopped_is_sealed_before_anybody_asks(opened: Open) -> None:
    """[RC-9] A minute after the stop with what is there; at once what is complete."""
    async with opened() as school:
        recorded = await recorded_in(school)
        takes = school.app.state.services.takes
        await recorded.open()
        chunks = list(voice(6))
        for chunk in chunks:
            await recorded.send(chunk)
        assert await takes.prepare() == 0
        await recorded.call("POST", "recording/stop/")
        assert await takes.prepare() == 0
        school.clock.advance(61)
        assert await takes.prepare() == 1
        (take,) = (await recorded.call("GET", "recordings/")).json()["takes"]
        assert (take["state"], take["size_bytes"] > 0) == ("open", True)
        await recorded.close(len(chunks))
        assert await takes.prepare() == 1
        (take,) = (await recorded.call("GET", "recordings/")).json()["takes"]
        assert take["state"] == "sealed"
        assert await takes.prepare() == 0


async def test_what_takes_use_is_measured(opened: Open) -> None:
    """[RC-9] For alerts, before a disk is full."""
    metrics = Metrics()
    async with opened(metrics=metrics) as school:
        recorded = await recorded_in(school)
        await recorded.open()
        sent = next(iter(voice(4)))
        await recorded.send(sent)
        school.clock.advance(30)
        told = dict(
            line.split(" ")
            for line in metrics.rendered("")[0].decode().splitlines()
            if line[:1] != "#"
        )
    assert float(told["lessonroom_takes_open"]) == 1
    lag_s = (sent.received_at_ms - sent.at_ms) / 1000
    assert float(told["lessonroom_takes_behind_seconds"]) == pytest.approx(30 + lag_s)
    assert float(told["lessonroom_take_bytes_total"]) > len(sent.data)
    assert float(told["lessonroom_recordings_free_bytes"]) > 0


async def test_the_take_that_is_furthest_behind_says_how_far(school: School) -> None:
    """[RC-9] None that is complete counts, and none whose page is gone."""
    recorded = await recorded_in(school)
    takes, clock = school.app.state.services.takes, school.clock
    assert takes.behind_s == 0
    await recorded.open()
    assert takes.behind_s == 0
    chunks = list(voice(6))
    for chunk in chunks:
        await recorded.send(chunk)
    behind_s = takes.behind_s
    clock.advance(60)
    assert takes.behind_s == pytest.approx(behind_s + 60)
    # After a restart it is what the disk says.
    takes.stop()
    assert takes.behind_s == 0
    await recorded.send(chunks[0])
    assert takes.behind_s == pytest.approx(behind_s + 60)
    clock.advance(15 * 60)
    assert takes.behind_s == 0
