"""The server is killed in the middle of drawing, again and again, and nobody loses a stroke."""

import asyncio
import contextlib
import random
from functools import partial

import pytest

from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.e2e.wire import Closed
from tests.postgres import Postgres

pytestmark = pytest.mark.slow

_AHEAD = 30
"""What a client sends before it waits for acknowledgements."""


async def test_nothing_acknowledged_is_lost_in_20_kills(start: StartServer, begin: Begin) -> None:
    """[BD-5, BD-6, BD-7, SY-4] Three people draw; each kill falls at another moment."""
    await _survives(20, start, await begin(start()), people=3)


async def test_nothing_acknowledged_is_lost_in_kills_beside_postgres(
    start: StartServer, begin: Begin, postgres: Postgres
) -> None:
    """[BD-5, BD-6, BD-7, SY-4] The same where the log is in PostgreSQL."""
    start_there = partial(start, storage__url=postgres.new_database())
    await _survives(3, start_there, await begin(start_there()), people=3)


@pytest.mark.proof
async def test_nothing_acknowledged_is_lost_in_150_kills_of_a_class(
    start: StartServer, begin: Begin
) -> None:
    """[BD-5, BD-6, BD-7, SY-4] The same with a class of 20."""
    await _survives(150, start, await begin(start()), people=20)


async def _survives(rounds: int, start: StartServer, lesson: Lesson, *, people: int) -> None:
    chance = random.Random(20)  # noqa: S311 - the same kills in each run
    seats = [lesson.host, *[await lesson.guest(f"guest-{n}") for n in range(1, people)]]
    clients = [await lesson.enter(seat) for seat in seats]
    for number in range(rounds):
        await _draw_until_killed(lesson, clients, after=chance.randint(1, 40 * people))
        await _check_log(lesson, clients)
        lesson.server = start()
        await _come_back(lesson, seats, clients, number)
    assert lesson.server.stop() == 0
    for client in clients:
        await client.until_closed()
    await _check_log(lesson, clients)
    board = await lesson.folded()
    assert len(board.elements) == sum(len(client.acks) for client in clients)


async def _draw_until_killed(lesson: Lesson, clients: list[LessonClient], *, after: int) -> None:
    """Have everyone draw, and kill the server once so many more events are acknowledged."""
    goal = after + sum(len(client.acks) for client in clients)
    drawing = [asyncio.create_task(_draw(client)) for client in clients]
    await clients[0].until(
        lambda: sum(len(client.acks) for client in clients) >= goal, f"{after} acks"
    )
    lesson.server.kill()
    await asyncio.gather(*drawing)
    for client in clients:
        await client.until_closed()


async def _draw(client: LessonClient) -> None:
    while client.closed is None:
        await client.draw(rect(f"{client.client_id}-{client.count}"))
        with contextlib.suppress(Closed):
            await client.until_fewer_than(_AHEAD)


async def _check_log(lesson: Lesson, clients: list[LessonClient]) -> None:
    """Compare what was acknowledged with what is on the disk, while no server runs."""
    log = await lesson.log()
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    written = {str(event.submission): event.seq for event in log if event.submission}
    assert len(written) == sum(event.submission is not None for event in log), "one is there twice"
    for client in clients:
        assert client.acks.items() <= written.items()
        assert client.head <= len(log), "seen, and not on the disk"


async def _come_back(
    lesson: Lesson, seats: list[Person], clients: list[LessonClient], number: int
) -> None:
    """Have everyone resume; in the end all have the same board, and so has a newcomer."""
    for seat, client in zip(seats, clients, strict=True):
        await lesson.enter(seat, client)
        assert client.sync["mode"] == "delta"
    for client in clients:
        await client.until_acknowledged()
    head = max(max(client.acks.values()) for client in clients)
    for client in clients:
        await client.until_at(head)
    newcomer = await lesson.enter(seats[number % len(seats)])
    head = max(newcomer.head, *(client.head for client in clients))
    for client in clients:
        await client.until_at(head)
    assert {client.board.digest() for client in clients} == {newcomer.board.digest()}
    await newcomer.drop()
