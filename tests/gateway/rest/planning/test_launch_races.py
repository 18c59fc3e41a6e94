"""Launches of one lesson at the same moment, over real sockets, on each kind of database."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from tests.e2e.wire import PythonWire
from tests.postgres import Postgres
from tests.serving import RunningServer, start_server

KEY = "the secret of the school, 32 bytes long"
TOGETHER = 12


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    env = {"LESSONROOM_AUTH__API_KEYS__SCHOOL": KEY}
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        env["LESSONROOM_STORAGE__URL"] = postgres.new_database()
    running = start_server(tmp_path / "data", env=env)
    yield running
    running.stop()


def signed(scope: str, sub: str) -> dict[str, str]:
    now_s = int(time.time())
    claims = {"iss": "school", "sub": sub, "name": sub, "scope": scope}
    return bearer(jwt.encode({**claims, "iat": now_s, "exp": now_s + 600}, KEY, "HS256"))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def launched(api: httpx.AsyncClient, number: int, **body: Any) -> dict[str, Any]:  # noqa: ANN401
    """Launch for one of two teachers and a pupil."""
    people = [
        {"subject": f"teacher-{number % 2}", "name": f"T{number % 2}", "role": "host"},
        {"subject": f"pupil-{number}", "name": f"P{number}"},
    ]
    answer = await api.post(
        "launch/", headers=signed("platform", "portal"), json={"people": people, **body}
    )
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def test_at_once_over_real_sockets_one_session_comes_of_it(server: RunningServer) -> None:
    """[SY-14] New, and again as the next one of its series; and each link opens its seat."""
    limits = httpx.Limits(max_connections=TOGETHER)
    base = f"{server.url}/api/v1/classroom/"
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=60) as api:
        numbers = range(TOGETHER)
        first = await asyncio.gather(*(launched(api, n, external_id="x-1") for n in numbers))
        assert sum(answer["is_new"] for answer in first) == 1
        (session_id,) = {answer["session"]["session_id"] for answer in first}
        pupil = first[3]["people"][1]
        url = f"{server.ws_url}/ws/classroom/{session_id}/"
        wire = await PythonWire.open(url, pupil["token"])
        await wire.receive()
        seen = await api.get(f"sessions/{session_id}/", headers=bearer(pupil["token"]))
        assert seen.json()["status"] == "waiting"
        seats = await api.get(
            f"sessions/{session_id}/participants/", headers=bearer(pupil["token"])
        )
        there = [seat["name"] for seat in seats.json()["items"] if seat["status"] == "connected"]
        assert there == [pupil["name"]]
        await wire.close()
        host = (
            await api.get(f"sessions/{session_id}/", headers=signed("user", "teacher-0"))
        ).json()
        leader = "teacher-0" if host["access_code"] else "teacher-1"
        for move in ("start", "complete"):
            path = f"sessions/{session_id}/{move}/"
            (await api.post(path, headers=signed("user", leader))).raise_for_status()
        again = await asyncio.gather(
            *(
                launched(
                    api,
                    n,
                    when_over="next",
                    **({"external_id": "x-1"} if n % 3 else {"series_id": session_id}),
                )
                for n in numbers
            )
        )
        assert sum(answer["is_new"] for answer in again) == 1
        (following,) = {answer["session"]["session_id"] for answer in again}
        assert following != session_id
