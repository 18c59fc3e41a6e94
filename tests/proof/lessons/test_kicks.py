"""Kicks in the middle of a flood: nothing of the one kicked comes after, and they stay out."""

import asyncio
import contextlib
import random
import time

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.e2e.wire import Closed
from tests.proof.support.figures import proof
from tests.recording import RecordProof

KICKS_A_LESSON = 20
_SOON_S = 3.0
"""The promise is 1 s; a machine that does other things besides is given more."""


@pytest.mark.parametrize("kicks", [6, pytest.param(proof(500), marks=pytest.mark.proof)])
async def test_after_a_kick_nothing_more_is_accepted(
    start: StartServer, begin: Begin, kicks: int, record_proof: RecordProof
) -> None:
    """[BD-3, SY-3] [T19] [P11] [P12] Closed at once, refused for ever, across a restart too."""
    chance = random.Random(19)  # noqa: S311 - the same moments in each run
    server = start()
    after = accepted = back = 0
    slowest_s = 0.0
    for first in range(0, kicks, KICKS_A_LESSON):
        lesson = await begin(server)
        host = await lesson.enter(lesson.host)
        kicked: list[Person] = []
        for number in range(first, min(first + KICKS_A_LESSON, kicks)):
            person = await lesson.guest(f"flooder-{number}")
            flooder = await lesson.enter(person)
            slowest_s = max(slowest_s, await _kick_amid_a_flood(host, flooder, chance))
            kick_seq = await _kick_seq(host, person)
            theirs = [
                event["seq"]
                for event in host.of_type("board_event")
                if event["from"] == person.user_id
            ]
            accepted += len(theirs)
            after += sum(seq > kick_seq for seq in theirs)
            assert set(flooder.acks.values()) <= set(theirs)
            kicked.append(person)
        back += await _returns(lesson, kicked)
        await host.drop()
        if first == 0:
            # The token is void in the next process as well.
            assert server.stop() == 0
            lesson.server = server = start()
            back += await _returns(lesson, kicked)
    record_proof(
        "T19",
        f"kicks amid a flood of {accepted} events; slowest close {slowest_s * 1000:.0f} ms;"
        f" {after} events after the kick, {back} came back",
        kicks,
        lost=0,
        diverged=after,
    )
    assert (after, back) == (0, 0)
    assert accepted > kicks
    assert slowest_s < _SOON_S


async def _kick_amid_a_flood(
    host: LessonClient, flooder: LessonClient, chance: random.Random
) -> float:
    """Kick somebody who draws as fast as they can; return how long their connection lived on."""
    flood = asyncio.create_task(_flood(flooder))
    goal = chance.randint(1, 60)
    await flooder.until(lambda: len(flooder.acks) >= goal, "a flood")
    kicked_s = time.monotonic()
    await host.command("kick", user_id=flooder.user_id)
    closed = await flooder.until_closed()
    assert closed.code == 4503
    lived_s = time.monotonic() - kicked_s
    await flood
    return lived_s


async def _flood(client: LessonClient) -> None:
    while client.closed is None:
        await client.draw(rect(f"{client.client_id[:6]}-{client.count % 50}", x=client.count))
        with contextlib.suppress(Closed):
            await client.until_fewer_than(40)


async def _kick_seq(host: LessonClient, person: Person) -> int:
    news = await host.heard(
        lambda frame: (
            frame["data"].get("change") == "kicked"
            and frame["data"]["participant"]["user_id"] == person.user_id
        ),
        "the kick",
    )
    seq: int = news["seq"]
    return seq


async def _returns(lesson: Lesson, kicked: list[Person]) -> int:
    """Return how many of those who were kicked come in again with the token that they have."""
    came = 0
    for person in kicked:
        with contextlib.suppress(InvalidStatus):
            client = await lesson.enter(person)
            await client.drop()
            came += 1
    return came
