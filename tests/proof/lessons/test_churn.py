"""People who come and go by the thousand leave nothing behind in the server."""

import asyncio
import itertools
from collections.abc import Iterator

import pytest

from tests.e2e.client import rect
from tests.e2e.conftest import Begin, StartServer
from tests.e2e.lesson import Lesson, Person
from tests.e2e.wire import PythonWire
from tests.proof.support.figures import proof
from tests.proof.support.looking import Inside
from tests.recording import RecordProof
from tests.serving import RunningServer

_AT_ONCE = 20
_GUESTS = 20
_RSS_GROWTH_KIB = 5 * 1024


@pytest.mark.parametrize("visits", [300, pytest.param(proof(10_000), marks=pytest.mark.proof)])
async def test_visits_leave_nothing_behind(
    start: StartServer, begin: Begin, inside: Inside, visits: int, record_proof: RecordProof
) -> None:
    """[T11] [P24] Half of them vanish without a word: actors, tasks, threads, files, memory."""
    server = start(rooms__grace_s=1, limits__requests_per_min_address=1_000_000)
    lesson = await begin(server)
    people = [await lesson.guest(f"guest-{n}") for n in range(_GUESTS)]
    # Twice: what is made at first use, and stays, is no leak.
    for _ in range(2):
        await _visit(lesson, people, visits=max(100, visits // 10))
        await inside.until_quiet(server)
    before = await inside.held(server)
    await _visit(lesson, people, visits=visits)
    after = await inside.until_quiet(server, before)
    grown_kib = after.rss_kib - before.rss_kib
    leaked = after.more_than(before)
    record_proof(
        "T11",
        f"visits, half of them cut off; memory {grown_kib:+} KiB",
        visits,
        leaked=leaked,
    )
    assert leaked == 0, f"{before} became {after}"
    assert grown_kib <= _RSS_GROWTH_KIB
    assert server.stop() == 0


@pytest.mark.proof
async def test_lessons_leave_nothing_behind(
    start: StartServer, inside: Inside, record_proof: RecordProof
) -> None:
    """[T11] [P24] Lessons that begin, are drawn in and end leave no actor, task, file or memory."""
    rooms = proof(2_000)
    server = start(limits__requests_per_min_address=1_000_000)
    empty = await inside.held(server)
    # What is made at first use, and stays, is no leak; nor is what is free between live objects
    # after many rooms at once, so that there are as many in each turn.
    at_once = max(20, rooms // 4)
    await _hold_lessons(server, rooms=at_once)
    before = await inside.until_at_rest(server, empty)
    for _ in range(rooms // at_once):
        await _hold_lessons(server, rooms=at_once)
        await inside.until_at_rest(server, empty)
    after = await inside.until_quiet(server, before)
    grown_kib = after.rss_kib - before.rss_kib
    leaked = after.more_than(before)
    record_proof(
        "T11", f"lessons begun, drawn in and ended; memory {grown_kib:+} KiB", rooms, leaked=leaked
    )
    assert leaked == 0, f"{before} became {after}"
    assert grown_kib <= _RSS_GROWTH_KIB
    assert server.stop() == 0


async def _hold_lessons(server: RunningServer, *, rooms: int) -> None:
    turns = iter(range(rooms))

    async def hold() -> None:
        for _ in turns:
            lesson = await Lesson.begin(server)
            host = await lesson.enter(lesson.host)
            await host.drawn(rect("r1"))
            await lesson.post("complete")
            await host.until_closed()

    await asyncio.gather(*(hold() for _ in range(_AT_ONCE)))


async def _visit(lesson: Lesson, people: list[Person], *, visits: int) -> None:
    turns: Iterator[tuple[int, Person]] = zip(range(visits), itertools.cycle(people), strict=False)

    async def come_and_go() -> None:
        for number, person in turns:
            wire = await PythonWire.open(lesson.url(), person.token)
            await wire.receive()
            await wire.send({"ch": "board", "type": "sync_request", "data": {}})
            if number % 2:
                await wire.drop()
            else:
                await wire.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(come_and_go())
