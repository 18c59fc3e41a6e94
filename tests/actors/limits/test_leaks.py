"""Rooms come and go and leave nothing."""

import asyncio
import gc
from typing import Any

import pykka

from tests.actors.support.school import HOST, School

ROOMS = 200
AT_ONCE = 20


def _counts() -> dict[str, int]:
    gc.collect()
    counts = {
        "actors": len(pykka.ActorRegistry.get_all()),
        "tasks": len(asyncio.all_tasks()),
        "live actors": 0,
        "futures": 0,
    }
    done = 0
    for thing in gc.get_objects():
        if isinstance(thing, pykka.Actor):
            counts["live actors"] += 1
        elif isinstance(thing, asyncio.Future) and not isinstance(thing, asyncio.Task):
            # The thread of each pooled connection of the database holds on to its last one.
            counts["futures"] += not thing.done()
            done += thing.done()
    assert done < ROOMS / 10, "futures that were settled are held on to"
    return counts


async def test_two_hundred_rooms_leave_nothing_behind(school: School) -> None:
    """[P24] Opened, drawn in, left, at rest: actors, tasks and futures are as before."""
    await _visit(school, "algebra")
    await _all_rest(school)
    before = _counts()
    sessions = [f"room-{n}" for n in range(ROOMS)]
    await asyncio.gather(*(school.lesson(session_id, students=()) for session_id in sessions))
    for n in range(0, ROOMS, AT_ONCE):
        visits = (_visit(school, session_id) for session_id in sessions[n : n + AT_ONCE])
        await asyncio.gather(*visits)
    assert len(school.rooms.live()) == ROOMS
    await _all_rest(school)
    school.clients.clear()
    await school.settle()
    directory: Any = school.rooms._directory_ref._actor_weakref()
    assert not directory._entries
    assert not directory._crashes._at_s
    journal: Any = school.rooms._journal_ref._actor_weakref()
    assert not journal._lost
    assert not journal._bereaved
    assert _counts() == before


async def _visit(school: School, session_id: str) -> None:
    host = await school.join(HOST, session_id)
    host.draw()
    await school.until(lambda: not host.pending)
    host.leave()


async def _all_rest(school: School) -> None:
    await school.rest()
    school.clock.advance(school.config.rest_after_s + 2)
    await school.until(lambda: not school.rooms.live())
    await school.rest()
