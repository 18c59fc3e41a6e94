"""Signals: nobody is called in another's name, and a flood of them delays no drawing."""

import asyncio
import random
import statistics
from typing import Any, Final

import pytest

from tests.e2e.client import LessonClient
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.e2e.test_calls import CANDIDATE, SDP, signals
from tests.e2e.wire import Closed, PythonWire
from tests.proof.support.classroom import Classroom
from tests.proof.support.figures import proof
from tests.recording import RecordProof

_FLOODERS: Final = 4
_EACH_HZ: Final = 250
_PEOPLE: Final = 10
_A_VISIT: Final = 20


@pytest.mark.parametrize("attempts", [50, pytest.param(proof(2_000), marks=pytest.mark.proof)])
async def test_nobody_is_called_in_the_name_of_another(
    start: StartServer, begin: Begin, attempts: int, record_proof: RecordProof
) -> None:
    """[RT-1] [T20] [P14] `from_peer` claimed, peers of other rooms, nobody, far too much."""
    server = start()
    lesson, other = await begin(server), await begin(server)
    host = await lesson.enter(lesson.host)
    ada = await lesson.enter(await lesson.guest("Ada"))
    person = await lesson.guest("Forger")
    stranger = await other.enter(other.host)
    lie = {"from_peer": host.welcome["peer_id"], "from": host.user_id}
    to_ada = {"to": ada.welcome["peer_id"]}
    forgeries: list[tuple[dict[str, Any], str]] = [
        (to_ada | lie | {"sdp": SDP}, ""),
        ({"to": stranger.welcome["peer_id"], "sdp": SDP}, "not_found"),
        ({"sdp": SDP}, "invalid"),
        ({"to": None, "sdp": SDP}, "invalid"),
        (to_ada | {"sdp": "v=0\r\n" + "a" * 40_000}, "too_large"),
    ]
    mine = set()
    for first in range(0, attempts, _A_VISIT):
        # Too many invalid messages end a connection.
        forger = await lesson.enter(person)
        mine.add(forger.welcome["peer_id"])
        for number in range(first, min(first + _A_VISIT, attempts)):
            data, code = forgeries[number % len(forgeries)]
            await _forge(forger, data, code, f"f{number}")
        await forger.leave()
    delivered = -(-attempts // len(forgeries))
    await ada.until(lambda: len(signals(ada)) >= delivered, "what was sent to Ada in truth")
    forged = sum(signal["data"]["from_peer"] not in mine for signal in signals(ada))
    astray = len(signals(ada)) - delivered + len(signals(host)) + len(signals(stranger))
    record_proof(
        "T20",
        f"forged signals: {forged} arrived in another's name, {astray} with somebody else",
        attempts,
        diverged=forged + astray,
    )
    assert (forged, astray) == (0, 0)


async def _forge(forger: LessonClient, data: dict[str, Any], code: str, message_id: str) -> None:
    """Send a signal and see that it is refused with `code`; again, where it came too soon."""
    for again in range(100):
        own_id = f"{message_id}-{again}"
        await forger.send("webrtc", "offer", data, own_id)
        # What is delivered has no answer: one that is refused behind it has.
        await forger.send("webrtc", "offer", {"to": "nobody", "sdp": SDP}, f"{own_id}-behind")
        await forger.answer(f"{own_id}-behind")
        refused = [frame["data"] for frame in forger.of_type("error") if frame.get("id") == own_id]
        found = refused[0]["code"] if refused else ""
        if found != "rate_limited":
            assert found == code, data.keys()
            return
        await asyncio.sleep(refused[0]["retry_after_ms"] / 1000)
    raise AssertionError("held back for ever")


@pytest.mark.parametrize("strokes", [10, pytest.param(proof(600), marks=pytest.mark.proof)])
async def test_a_flood_of_candidates_delays_no_drawing(
    start: StartServer, begin: Begin, strokes: int, record_proof: RecordProof
) -> None:
    """[FC-1] [T20] [P14] [P16] A thousand a second; whoever is closed for it comes back."""
    server = start(limits__requests_per_min_address=1_000_000)
    lesson = await begin(server)
    room = Classroom(lesson, _PEOPLE, random.Random(20))  # noqa: S311 - a seed, not a secret
    await room.fill()
    victim = await lesson.enter(await lesson.guest("Victim"))
    flooders = [await lesson.guest(f"flooder-{number}") for number in range(_FLOODERS)]
    before_ms = await _drawn_by(room, strokes)
    floods = [
        asyncio.create_task(_flood(lesson, person, victim.welcome["peer_id"]))
        for person in flooders
    ]
    try:
        await victim.until(lambda: bool(signals(victim)), "the flood")
        meanwhile_ms = await _drawn_by(room, strokes)
    finally:
        for flood in floods:
            flood.cancel()
        ended = await asyncio.gather(*floods, return_exceptions=True)
    assert [error for error in ended if not isinstance(error, asyncio.CancelledError)] == []
    await room.rest()
    record_proof(
        "T20",
        f"strokes in a room of {_PEOPLE} amid {_FLOODERS * _EACH_HZ} candidates a second; p99"
        f" {before_ms:.0f} ms before, {meanwhile_ms:.0f} ms meanwhile",
        strokes,
        lost=0,
        diverged=len(room.faults()),
    )
    assert room.faults() == []
    assert victim.closed is None


async def _drawn_by(room: Classroom, strokes: int) -> float:
    """Draw, and return the p99 of how long a stroke takes to everyone."""
    room.delays_ms.clear()
    async for _ in room.draw(strokes, period_s=0.02):
        pass
    return statistics.quantiles(room.delays_ms, n=100)[98]


async def _flood(lesson: Lesson, person: Person, to: str) -> None:
    loop = asyncio.get_running_loop()
    data = {"to": to, "candidate": CANDIDATE}
    while True:
        wire = await PythonWire.open(lesson.url(), person.token)
        try:
            await wire.receive()
            due_s = loop.time()
            while True:
                await wire.send({"ch": "webrtc", "type": "ice_candidate", "data": data})
                due_s += 1 / _EACH_HZ
                await asyncio.sleep(max(0.0, due_s - loop.time()))
        except Closed:
            pass
        finally:
            await wire.drop()
