"""How long a commit takes: `python benchmarks/storage_commit.py [DIRECTORY]`.

Commits batches of one room's events (300 bytes each, under identities of a client) one after the
other and prints commits per second, median and 99th percentile, and events per second. Beside them
stands the floor: the same rows through `sqlite3` alone, on the same disk, without a thread between.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lessonroom.log.events import Event, EventType, Submission
from lessonroom.session.session import Session
from storage.log import log
from storage.records import Batch, Durability
from storage.store import Store

SIZES = (1, 10, 100)
DATA = b'{"ops":[' + b"0," * 145 + b"0]}"
WARM_UP = 20
SECONDS = 2.0


def event(seq: int) -> Event:
    """Return an event such as a stroke makes."""
    return Event(
        seq=seq,
        type=EventType.BOARD_OP,
        at_ms=1_700_000_000_000 + seq,
        data=DATA,
        user_id=1,
        submission=Submission("client-0000", seq, seq),
    )


async def through_store(file: Path, durability: Durability, size: int) -> list[float]:
    """Return the seconds that each commit took."""
    store = await Store.open(f"sqlite+aiosqlite:///{file}", durability=durability)
    session = Session(session_id="bench", host_id=1)
    await store.create_session(session, [], [])
    seq, taken = 0, []
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        events = tuple(event(seq + i) for i in range(1, size + 1))
        seq += size
        start = time.perf_counter()
        await store.commit([Batch(session=session, events=events)])
        taken.append(time.perf_counter() - start)
    assert await store.head("bench") == seq
    await store.close()
    return taken[WARM_UP:]


def through_sqlite(file: Path, durability: Durability, size: int) -> list[float]:
    """Return the seconds that each commit takes at least."""
    # The store makes the tables.
    asyncio.run(_create(file))
    connection = sqlite3.connect(file, isolation_level="IMMEDIATE")
    synchronous = "FULL" if durability is Durability.POWER else "NORMAL"
    connection.execute(f"PRAGMA synchronous={synchronous}")
    names = log.row_of(event(1), 1, "bench").keys()
    values = ", ".join(f":{name}" for name in names)
    insert = f"INSERT INTO session_event ({', '.join(names)}) VALUES ({values})"  # noqa: S608
    seq, taken = 0, []
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        events = [event(seq + i) for i in range(1, size + 1)]
        seq += size
        start = time.perf_counter()
        connection.executemany(insert, [log.row_of(each, 1, "bench") for each in events])
        connection.commit()
        taken.append(time.perf_counter() - start)
    connection.close()
    return taken[WARM_UP:]


async def _create(file: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{file}", durability=Durability.POWER)
    await store.create_session(Session(session_id="bench", host_id=1), [], [])
    await store.close()


def _store(file: Path, durability: Durability, size: int) -> list[float]:
    return asyncio.run(through_store(file, durability, size))


def main(directory: Path) -> None:
    """Measure every combination and print the table."""
    table = Table("durability", "events", "through", "commits/s", "p50 ms", "p99 ms", "events/s")
    ways: dict[str, Callable[[Path, Durability, int], list[float]]] = {
        "sqlite3": through_sqlite,
        "Store": _store,
    }
    for durability in Durability:
        for size in SIZES:
            for name, way in ways.items():
                file = directory / f"{durability}-{size}-{name}.db"
                taken = sorted(way(file, durability, size))
                per_second = len(taken) / sum(taken)
                table.add_row(
                    durability.value,
                    str(size),
                    name,
                    f"{per_second:,.0f}",
                    f"{taken[len(taken) // 2] * 1000:.2f}",
                    f"{taken[len(taken) * 99 // 100] * 1000:.2f}",
                    f"{per_second * size:,.0f}",
                )
    Console().print(table)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as made:
        main(Path(made))
