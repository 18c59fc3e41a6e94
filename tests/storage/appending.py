"""The victim of the kill tests: a process that appends to a store until it is killed."""

import asyncio
from multiprocessing.connection import Connection
from random import Random

from storage.records import Batch, Durability
from storage.store import Store
from tests.storage.lessons import Lesson

ROOMS = ("room-0", "room-1", "room-2")

Acked = list[tuple[str, int]]


def run(url: str, seed: int, acks: "Connection[Acked, None]") -> None:
    """Append for ever, and send (session, seq) of each event once its commit has returned."""
    asyncio.run(_append(url, Random(seed), acks))  # noqa: S311 - a course that can be repeated


async def _append(url: str, random: Random, acks: "Connection[Acked, None]") -> None:
    store = await Store.open(url, durability=random.choice(list(Durability)))
    lessons = [Lesson(name) for name in ROOMS]
    for lesson in lessons:
        if await store.session(lesson.session.session_id) is None:
            await store.create_session(lesson.session, [], [lesson.host])
        lesson.seq = await store.head(lesson.session.session_id)
    while True:
        chosen = random.sample(lessons, random.randint(1, len(lessons)))
        batches = [_batch(lesson, random) for lesson in chosen]
        await store.commit(batches)
        acks.send(
            [(batch.session.session_id, event.seq) for batch in batches for event in batch.events]
        )


def _batch(lesson: Lesson, random: Random) -> Batch:
    events = [
        lesson.stroke(random.randbytes(random.choice((10, 300, 5000))), n=lesson.seq + 1)
        for _ in range(random.choice((1, 1, 3, 20)))
    ]
    snapshot = lesson.snapshot(lesson.seq, random.randbytes(20_000))
    return lesson.batch(*events, snapshot=snapshot if random.random() < 0.1 else None)
