"""Commits with the storage of whichever checkout is on its path; see `benchmarks.commit_against`.

Reads a line of JSON for each round, [rooms, events of each, commits], and answers with another: the
median milliseconds of a commit and the mean of its CPU time. The first commits of a round do not
count.
"""

import asyncio
import json
import statistics
import sys
import time

from storage.records import Batch, Durability
from storage.store import Store

try:
    from lessonroom.log.events import Event, EventType, Submission
    from lessonroom.session.session import Session
except ModuleNotFoundError:  # Before the core had packages.
    from lessonroom.events import Event, EventType, Submission  # type: ignore[import-not-found,no-redef]
    from lessonroom.session import Session  # type: ignore[attr-defined,no-redef]

_ROOMS = 20
_WARM_UP = 20
_DATA = b'{"ops":[' + b"0," * 145 + b"0]}"


def _event(seq: int) -> Event:
    return Event(
        seq=seq,
        type=EventType.BOARD_OP,
        at_ms=1_700_000_000_000 + seq,
        data=_DATA,
        user_id=1,
        submission=Submission("client-0000", seq, seq),
    )


async def _main(url: str) -> None:
    store = await Store.open(url, durability=Durability.POWER)
    sessions = [Session(session_id=f"room-{n}", host_id=1) for n in range(_ROOMS)]
    for session in sessions:
        await store.create_session(session, [], [])
    seqs = [0] * _ROOMS
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        rooms, events, commits = json.loads(line)
        walls_s, cpus_s = [], []
        for _ in range(_WARM_UP + commits):
            batches = []
            for n in range(rooms):
                new = tuple(_event(seqs[n] + i) for i in range(1, events + 1))
                seqs[n] += events
                batches.append(Batch(session=sessions[n], events=new))
            cpu_s, begun_s = time.process_time(), time.perf_counter()
            await store.commit(batches)
            walls_s.append(time.perf_counter() - begun_s)
            cpus_s.append(time.process_time() - cpu_s)
        wall_ms = statistics.median(walls_s[_WARM_UP:]) * 1000
        answer = [wall_ms, statistics.mean(cpus_s[_WARM_UP:]) * 1000]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await store.close()


asyncio.run(_main(sys.argv[1]))
