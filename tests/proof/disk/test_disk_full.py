"""The disk is full, and then it is not: a real server goes read-only and comes back by itself."""

import time

import httpx
import pytest

from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson
from tests.proof.support.figures import proof
from tests.proof.support.looking import limit_files
from tests.recording import RecordProof

_ROOM_LEFT_BYTES = 60_000
_READ_ONLY_S = 3.0
_RESUME_S = 15.0


@pytest.mark.parametrize("times", [1, pytest.param(proof(20), marks=pytest.mark.proof)])
async def test_a_full_disk_makes_the_server_read_only_until_there_is_room(
    start: StartServer, begin: Begin, times: int, record_proof: RecordProof
) -> None:
    """[T14] [P19] No `ack` is lost; reading and pointers go on; writing resumes unaided."""
    server = start()
    lesson = await begin(server)
    host = await lesson.enter(lesson.host)
    guest = await lesson.enter(await lesson.guest("Ann"))
    slowest_s = 0.0
    for number in range(times):
        largest = max(path.stat().st_size for path in server.data_dir.glob("lessonroom.db*"))
        limit_files(server, largest + _ROOM_LEFT_BYTES)
        slowest_s = max(slowest_s, await _fill(host, number))
        await _still_reads(lesson, host, guest)
        limit_files(server, None)
        await _resume(host)
        await guest.until_at(host.head)
        assert guest.board.digest() == host.board.digest()
    assert server.stop() == 0
    for client in (host, guest):
        await client.until_closed()
    log = {str(event.submission): event.seq for event in await lesson.log() if event.submission}
    lost = len(host.acks.items() - log.items())
    board = (await lesson.folded()).digest()
    record_proof(
        "T14",
        f"full disks under a real server; {len(host.acks)} events acknowledged;"
        f" read-only after {slowest_s * 1000:.0f} ms at most",
        times,
        lost=lost,
        diverged=int(board != host.board.digest()),
    )
    assert lost == 0
    assert board == host.board.digest()


async def _fill(host: LessonClient, number: int) -> float:
    """Draw until the disk is full; return how long the server took to say so."""
    seen = len(host.of_type("error"))
    drawn_s = time.monotonic()
    for n in range(2_000):
        if len(host.of_type("error")) > seen:
            break
        drawn_s = time.monotonic()
        element = rect(f"r{n % 100}", x=number * 10_000 + n)
        element["element"]["style"] = {"color": "#123456"}
        await host.draw(element)
        await host.until(
            lambda: len(host.unacknowledged) < 5 or len(host.of_type("error")) > seen, "an answer"
        )
    error = host.of_type("error")[seen]
    assert error["data"]["code"] == "unavailable"
    assert error["data"]["retry_after_ms"] > 0
    lasted_s = time.monotonic() - drawn_s
    assert lasted_s < _READ_ONLY_S
    return lasted_s


async def _still_reads(lesson: Lesson, host: LessonClient, guest: LessonClient) -> None:
    """Pointers, syncs and the API's reading go on; nobody was thrown out."""
    since = len(guest.frames)
    await host.send("board", "pointer_move", {"x": 1, "y": 2})
    await guest.heard(lambda frame: frame["type"] == "pointer_move", "the pointer", since=since)
    since = len(guest.frames)
    await guest.send("board", "sync_request", {}, "look")
    await guest.heard(lambda frame: frame.get("id") == "look", "a sync", since=since)
    async with httpx.AsyncClient(base_url=lesson.server.url, trust_env=False) as http:
        headers = {"Authorization": f"Bearer {lesson.host.user_token}"}
        path = f"/api/v1/classroom/sessions/{lesson.session_id}/"
        assert (await http.get(path, headers=headers)).status_code == 200
    assert host.closed is None
    assert guest.closed is None


async def _resume(host: LessonClient) -> None:
    """Let the page send again what was refused, until it has all been taken."""
    await host.until(lambda: not host.unacknowledged, "every ack", timeout_s=_RESUME_S)
