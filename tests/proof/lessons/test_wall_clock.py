"""The wall clock of a real server jumps while people draw."""

import contextlib

import pytest
from websockets.exceptions import InvalidStatus

from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.proof.support.figures import proof
from tests.proof.support.looking import Inside
from tests.recording import RecordProof

_HOURS_S = 3 * 3600.0
_LEAP_EVERY = 5
_REFUSALS_MOST = 10
"""An address that is refused more often in a minute has to wait, whatever its token."""


@pytest.mark.parametrize("jumps", [10, pytest.param(proof(500), marks=pytest.mark.proof)])
async def test_a_clock_that_jumps_loses_and_reorders_nothing(
    start: StartServer, begin: Begin, inside: Inside, jumps: int, record_proof: RecordProof
) -> None:
    """[T17] [P21] ±1 s and ±3 h: no op lost, nobody thrown out, expired tokens are refused."""
    lesson = await begin(start())
    late = await lesson.guest("Late")
    clients = [await lesson.enter(lesson.host), await lesson.enter(await lesson.guest("Ann"))]
    refused = 0
    for number in range(jumps):
        if number % _LEAP_EVERY == 0:
            ahead_s = _HOURS_S if number % (2 * _LEAP_EVERY) == 0 else -_HOURS_S
            inside.set_wall_clock(ahead_s)
            if ahead_s > 0 and refused < _REFUSALS_MOST:
                # Room tokens last two hours.
                refused += not await _comes_in(lesson, late)
        else:
            inside.set_wall_clock(number % 2 * 2 - 1)
        await _draw(clients, number)
    inside.set_wall_clock(0)
    assert await _comes_in(lesson, late)
    for client in clients:
        assert client.closed is None, "thrown out by a jump"
        await client.until_at(max(client.head for client in clients))
    assert len({client.board.digest() for client in clients}) == 1
    acks = {message_id: seq for client in clients for message_id, seq in client.acks.items()}
    assert lesson.server.stop() == 0
    for client in clients:
        await client.until_closed()
    log = await lesson.log()
    written = {str(event.submission): event.seq for event in log if event.submission}
    lost = len(acks.items() - written.items())
    times = [event.at_ms for event in log]
    record_proof(
        "T17",
        f"jumps of a real server's wall clock, up to 3 h; {len(acks)} events acknowledged;"
        f" {refused} expired tokens refused",
        jumps,
        lost=lost,
        diverged=int(times != sorted(times)),
    )
    assert lost == 0
    assert times == sorted(times)
    assert refused > 0


async def _draw(clients: list[LessonClient], number: int) -> None:
    for client in clients:
        for n in range(5):
            await client.draw(rect(f"{client.user_id}-{n}", x=number))
    for client in clients:
        await client.until_acknowledged()


async def _comes_in(lesson: Lesson, person: Person) -> bool:
    with contextlib.suppress(InvalidStatus):
        client = await lesson.enter(person)
        await client.drop()
        return True
    return False
