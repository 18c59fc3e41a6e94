"""The server is killed while voices are sent to it, again and again, and none loses a word."""

import asyncio
import random
from typing import Final

import httpx
import pytest

from gateway.recordings.chunk_file import Chunk
from gateway.rest.shapes.instants import from_text
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson
from tests.gateway.recordings.takes import T0_MS, frames_of, marked_us, voice
from tests.proof.support.figures import proof
from tests.recording import RecordProof

pytestmark = pytest.mark.slow

_TAKES: Final = "/api/v1/classroom/takes"
_PIECES: Final = 12
"""Chunks that two seconds are cut into: a kill falls into any of them."""
_VOICE: Final = {"kind": "audio", "media_type": "audio/webm;codecs=opus"}


class _Sender:
    """One person's browser: it sends its chunks in order, each until it is acknowledged."""

    def __init__(self, take: dict[str, str], token: str, chunks: list[Chunk]) -> None:
        self.take_id, self._key, self.token = take["take_id"], take["key"], token
        self.chunks = chunks
        self.next = 0

    async def send(self, http: httpx.AsyncClient, acknowledged: asyncio.Semaphore) -> None:
        """Send what is left, until all is there or the server is gone."""
        while self.next < len(self.chunks):
            chunk = self.chunks[self.next]
            try:
                response = await http.put(
                    f"{_TAKES}/{self.take_id}/chunks/{chunk.n}",
                    content=chunk.data,
                    headers={
                        "Take-Key": self._key,
                        "Take-At": str(chunk.at_ms),
                        "Content-Type": "application/octet-stream",
                    },
                )
            except httpx.TransportError:
                return
            assert response.status_code == 200, response.text
            self.next = response.json()["next"]
            assert self.next == chunk.n + 1
            acknowledged.release()

    async def heard(self, http: httpx.AsyncClient) -> bytes:
        """Say that nothing follows, and return the file."""
        closed = await http.post(
            f"{_TAKES}/{self.take_id}/close/",
            json={"chunks": len(self.chunks)},
            headers={"Take-Key": self._key},
        )
        assert closed.status_code == 200, closed.text
        bearer = {"Authorization": f"Bearer {self.token}"}
        media = await http.get(f"{_TAKES}/{self.take_id}/media", headers=bearer)
        assert media.status_code == 200, media.text
        return media.content


def _pieces(lasts_s: float, begun_ms: int) -> list[Chunk]:
    """Return a voice from a moment on, cut small."""
    pieces: list[Chunk] = []
    for chunk in voice(lasts_s):
        at_ms = chunk.at_ms - T0_MS + begun_ms
        size = len(chunk.data) // _PIECES + 1
        for at in range(0, len(chunk.data), size):
            pieces.append(Chunk(len(pieces), at_ms, at_ms, chunk.data[at : at + size]))
    return pieces


async def _recorded(lesson: Lesson, people: int, lasts_s: float) -> list[_Sender]:
    """Have so many people be recorded, and return what their browsers are about to send."""
    seats = [await lesson.guest(f"guest-{n}") for n in range(people)]
    for seat in seats:
        await lesson.enter(seat)
    begun = await lesson.post("recording/start")
    # What is said a moment after the beginning is wholly inside.
    begun_ms = from_text(begun["started_at"]) + 500
    senders = []
    for seat in seats:
        await lesson.post("recording/consent", seat.token, answer="given")
        take = await lesson.post("takes", seat.token, **_VOICE)
        senders.append(_Sender(take, lesson.host.user_token, _pieces(lasts_s, begun_ms)))
    return senders


async def _survives(
    rounds: int, start: StartServer, lesson: Lesson, *, people: int
) -> tuple[int, int, int]:
    """Return how many chunks were acknowledged, and how many packets are lost and there twice."""
    chance = random.Random(3)  # noqa: S311 - the same kills in each run
    # A start takes longer than what is sent in a round lasts: nothing is sent before it was said.
    senders = await _recorded(lesson, people, lasts_s=max(4, rounds / 2))
    for _ in range(rounds):
        acknowledged = asyncio.Semaphore(0)
        async with (
            httpx.AsyncClient(base_url=lesson.server.url, trust_env=False) as http,
            asyncio.TaskGroup() as sending,
        ):
            for each in senders:
                sending.create_task(each.send(http, acknowledged))
            for _ in range(chance.randint(1, 2 * people)):
                await acknowledged.acquire()
            lesson.server.kill()
        lesson.server = start()
    lost = doubled = 0
    async with httpx.AsyncClient(base_url=lesson.server.url, trust_env=False, timeout=60) as http:
        await asyncio.gather(*(each.send(http, asyncio.Semaphore(0)) for each in senders))
        for sender in senders:
            sent = frames_of(b"".join(chunk.data for chunk in sender.chunks))
            wanted = [marked_us(frame) for frame in sent]
            heard = [marked_us(frame) for frame in frames_of(await sender.heard(http))]
            lost += len(set(wanted) - set(heard))
            doubled += len(heard) - len(set(heard))
    assert lesson.server.stop() == 0
    return sum(sender.next for sender in senders), lost, doubled


async def test_no_acknowledged_chunk_is_lost_in_kills(start: StartServer, begin: Begin) -> None:
    """RP-1, RP-3, RT3: what was acknowledged is in the file, once; the key is good as before."""
    server = start(recording__enabled="true")
    lesson = await begin(server, is_recorded=True)
    _, *lost_and_doubled = await _survives(4, start, lesson, people=2)
    assert lost_and_doubled == [0, 0]


@pytest.mark.proof
async def test_no_acknowledged_chunk_is_lost_in_100_kills(
    start: StartServer, begin: Begin, record_proof: RecordProof
) -> None:
    """RP-1, RP-3, RT3: under six voices."""
    rounds = proof(100)
    lesson = await begin(start(recording__enabled="true"), is_recorded=True)
    chunks, lost, doubled = await _survives(rounds, start, lesson, people=6)
    record_proof(
        "RT3",
        f"kills -9 of a server that six voices are sent to; {chunks} chunks acknowledged",
        rounds,
        lost=lost,
        doubled=doubled,
    )
    assert (lost, doubled) == (0, 0)
