"""Clients that cost the server something, by the hundred; and its end among a hundred people."""

import asyncio
import contextlib
import random
import statistics
import time

import pytest

from tests.e2e import test_overload
from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, Dial, Shake, StartServer
from tests.e2e.wire import Closed
from tests.proof.support.classroom import Classroom
from tests.proof.support.figures import proof
from tests.proof.support.looking import open_files, rss_kib
from tests.recording import RecordProof

_STOP_S = 10.0
_LET_GO_S = 30.0
_GROWTH_KIB = 6 * 1024


@pytest.mark.proof
async def test_six_hundred_that_trickle_or_say_nothing_are_ended(
    start: StartServer,
    begin: Begin,
    dial: Dial,
    shake: Shake,
    monkeypatch: pytest.MonkeyPatch,
    record_proof: RecordProof,
) -> None:
    """[HS-7] [T12] [P18] Half a request, half a body, a silent WebSocket: all gone within 10 s."""
    each = proof(200)
    monkeypatch.setattr(test_overload, "_EACH", each)
    lasted_s = await test_overload.until_all_are_ended(start, begin, dial, shake)
    record_proof(
        "T12",
        "connections that trickle, or say nothing; somebody comes in and draws meanwhile;"
        f" the last one is gone {lasted_s:.1f} s after the first came",
        4 * each + 1,
        crashed=0,
    )
    assert lasted_s < 10


@pytest.mark.parametrize("people", [5, pytest.param(50, marks=pytest.mark.proof)])
async def test_one_that_does_not_read_delays_nobody_and_is_let_go(
    start: StartServer, begin: Begin, shake: Shake, people: int, record_proof: RecordProof
) -> None:
    """[FC-4] [T10] [P15] [P16] The others miss nothing; the file of the one is closed."""
    settings = {"limits__requests_per_min_address": 1_000_000, "server__idle_timeout_s": 10}
    server = start(**settings)
    lesson = await begin(server, max_participants=people)
    chance = random.Random(10)  # noqa: S311 - a seed, not a secret
    room = Classroom(lesson, people - 1, chance)
    await room.fill()
    person = await lesson.guest("Stalled")
    async for _ in room.draw(people * 5):
        pass
    usual_ms, room.delays_ms = room.delays_ms, []

    stalled = await shake(lesson.url(), person.token, receive_buffer_bytes=4096)
    stalled.send_message("board", "sync_request", {})
    began_s, before_kib, files = time.monotonic(), rss_kib(server.pid), open_files(server.pid)
    strokes = 0
    async for _ in room.draw(100_000):
        strokes += 1
        if open_files(server.pid) < files:
            break
    lasted_s, grown_kib = time.monotonic() - began_s, rss_kib(server.pid) - before_kib
    await room.rest()
    log_head = max(client.head for client in room.clients)
    before_ms, after_ms = (
        statistics.quantiles(delays_ms, n=100)[98] for delays_ms in (usual_ms, room.delays_ms)
    )
    lost = sum(len(client.pending) for client in room.clients)
    record_proof(
        "T10",
        f"people of whom one stops reading, gone after {lasted_s:.0f} s and {strokes} strokes;"
        f" p99 of the others {before_ms:.0f} ms before, {after_ms:.0f} ms meanwhile;"
        f" memory {grown_kib:+} KiB",
        people,
        lost=lost,
        diverged=sum(client.head != log_head for client in room.clients),
    )
    assert room.faults() == []
    assert lost == 0
    assert lasted_s < _LET_GO_S
    assert grown_kib <= _GROWTH_KIB
    await room.leave()


@pytest.mark.proof
async def test_a_server_stops_in_time_among_a_hundred(
    start: StartServer, begin: Begin, shake: Shake, record_proof: RecordProof
) -> None:
    """[SY-4] [T18] [P22] All draw, one has stopped reading: 1012, exit code 0, at most 10 s."""
    people = max(5, proof(100))
    lesson = await begin(start(), max_participants=people + 5)
    seats = [lesson.host, *[await lesson.guest(f"guest-{n}") for n in range(1, people)]]
    clients = [await lesson.enter(seat) for seat in seats]
    person = await lesson.guest("Stalled")
    stalled = await shake(lesson.url(), person.token, receive_buffer_bytes=4096)
    stalled.send_message("board", "sync_request", {})
    drawing = [asyncio.create_task(_draw(client)) for client in clients]
    await clients[0].until(lambda: sum(len(client.acks) for client in clients) > 500, "500 acks")
    began_s = time.monotonic()
    lesson.server.terminate()
    codes = {(await client.until_closed()).code for client in clients}
    exit_code = await asyncio.to_thread(lesson.server.wait)
    lasted_s = time.monotonic() - began_s
    await asyncio.gather(*drawing)
    log = {str(event.submission): event.seq for event in await lesson.log() if event.submission}
    acks = {message_id: seq for client in clients for message_id, seq in client.acks.items()}
    lost = len(acks.items() - log.items())
    record_proof(
        "T18",
        f"clients when the server is told to stop, one of them stalled; {len(acks)} events"
        f" acknowledged; gone after {lasted_s:.1f} s with exit code {exit_code}",
        people + 1,
        lost=lost,
    )
    assert (exit_code, codes, lost) == (0, {1012}, 0)
    assert lasted_s < _STOP_S


async def _draw(client: LessonClient) -> None:
    while client.closed is None:
        await client.draw(rect(f"{client.user_id}-{client.count % 20}", x=client.count))
        with contextlib.suppress(Closed):
            await client.until_fewer_than(5)
