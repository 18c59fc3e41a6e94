"""Clients that cost the server something, by the hundred; and its end among a hundred people."""

import asyncio
import contextlib
import time

import pytest

from tests.e2e import test_overload
from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, Dial, Shake, StartServer
from tests.e2e.wire import Closed
from tests.proof.conftest import RecordProof
from tests.proof.figures import proof

_STOP_S = 10.0


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
    began_s = time.monotonic()
    await test_overload.test_connections_that_trickle_or_say_nothing_are_ended(
        start, begin, dial, shake
    )
    record_proof(
        "T12",
        "connections that trickle, or say nothing; somebody comes in and draws meanwhile;"
        f" all over after {time.monotonic() - began_s:.1f} s",
        4 * each + 1,
        crashed=0,
        leaked=0,
    )


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
