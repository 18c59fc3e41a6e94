"""How long a commit takes: `python -m benchmarks.storage_commit [DIRECTORY]`.

Commits batches of events (300 bytes each, under identities of a client) one after the other and
prints median and 99th percentile of a commit, the CPU time of this process for one, and events per
second. Beside the store stands, on the same disk and taking turns with it:

* SQLite: the floor, the same rows through `sqlite3` alone, without a thread between.
* PostgreSQL, where one is installed: what a program that knows nothing better does, BEGIN, a
  statement with a set of values for each row, COMMIT. The cluster is made for this, with fsync.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from rich.console import Console
from rich.table import Table

from lessonroom.log.events import Event, EventType, Submission
from lessonroom.session.session import Session
from storage.log import log
from storage.records import Batch, Durability
from storage.store import Store
from storage.tables import EVENTS
from tests.postgres import Postgres, PostgresMissing

DATA: Final = b'{"ops":[' + b"0," * 145 + b"0]}"
WARM_UP: Final = 20
ROUNDS: Final = 5
SECONDS: Final = 0.5
"""Of each way in each round."""
MOST_ROOMS: Final = 100


class Load(NamedTuple):
    """What one commit holds."""

    rooms: int
    events: int

    def __str__(self) -> str:
        each = f"{self.events} event{'s' * (self.events > 1)}"
        return each if self.rooms == 1 else f"{self.rooms} rooms, {each} each"


class Taken(NamedTuple):
    """One commit, in seconds."""

    wall_s: float
    cpu_s: float


class Way(Protocol):
    """One way to commit."""

    name: str

    async def commit(self, batches: Sequence[Batch]) -> None:
        """Put the events on disk."""


class ThroughStore:
    """As the journal does."""

    name = "Store"

    def __init__(self, store: Store) -> None:
        self._store = store

    async def commit(self, batches: Sequence[Batch]) -> None:
        """Put the events on disk."""
        await self._store.commit(batches)


class RowByRow:
    """BEGIN, an INSERT that is executed for each row, COMMIT."""

    name = "row by row"
    _INSERT = EVENTS.insert().inline()

    def __init__(self, store: Store) -> None:
        self._store = store

    async def commit(self, batches: Sequence[Batch]) -> None:
        """Put the events on disk."""
        rows = _rows(batches)
        await self._store.writing(lambda connection: connection.execute(self._INSERT, rows))


class ThroughSqlite:
    """`sqlite3`, on a file of its own that a store has made."""

    name = "sqlite3"

    def __init__(self, file: Path, durability: Durability) -> None:
        self._connection = sqlite3.connect(file, isolation_level="IMMEDIATE")
        synchronous = "FULL" if durability is Durability.POWER else "NORMAL"
        self._connection.execute(f"PRAGMA synchronous={synchronous}")
        names = log.row_of(event(1), 1, "room-0").keys()
        values = ", ".join(f":{name}" for name in names)
        self._insert = f"INSERT INTO session_event ({', '.join(names)}) VALUES ({values})"  # noqa: S608

    async def commit(self, batches: Sequence[Batch]) -> None:
        """Put the events on disk."""
        self._connection.executemany(self._insert, _rows(batches))
        self._connection.commit()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


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


async def opened(url: str, durability: Durability) -> Store:
    """Return a store with as many rooms as are needed; room `room-N` has the key N + 1."""
    store = await Store.open(url, durability=durability)
    for number in range(MOST_ROOMS):
        session = Session(session_id=f"room-{number}", host_id=1)
        await store.create_session(session, [], [])
        # From now on the store knows the session's key, as it does in a lesson.
        await store.commit([Batch(session=session, events=(), session_changed=True)])
    return store


class Rooms:
    """The rooms that write, each with its `seq`."""

    def __init__(self) -> None:
        self._seqs = [0] * MOST_ROOMS

    def batches(self, load: Load) -> list[Batch]:
        """Return what the rooms write next."""
        found = []
        for number in range(load.rooms):
            seq = self._seqs[number]
            events = tuple(event(seq + i) for i in range(1, load.events + 1))
            self._seqs[number] += load.events
            found.append(
                Batch(session=Session(session_id=f"room-{number}", host_id=1), events=events)
            )
        return found


async def measure(way: Way, rooms: Rooms, load: Load) -> list[Taken]:
    """Return what each commit took."""
    taken = []
    began_s = time.perf_counter()
    while time.perf_counter() - began_s < SECONDS:
        batches = rooms.batches(load)
        cpu_s, start_s = time.process_time(), time.perf_counter()
        await way.commit(batches)
        taken.append(Taken(time.perf_counter() - start_s, time.process_time() - cpu_s))
    return taken


async def compare(table: Table, title: str, ways: dict[Way, Rooms], load: Load) -> None:
    """Let the ways take turns, and add a row for each."""
    taken: dict[Way, list[Taken]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, rooms in ways.items():
            taken[way] += await measure(way, rooms, load)
    for way, found in taken.items():
        walls_s = sorted(one.wall_s for one in found[WARM_UP:])
        per_second = len(walls_s) / sum(walls_s)
        table.add_row(
            title,
            str(load),
            way.name,
            f"{statistics.median(walls_s) * 1000:.2f}",
            f"{walls_s[len(walls_s) * 99 // 100] * 1000:.2f}",
            f"{statistics.mean(one.cpu_s for one in found[WARM_UP:]) * 1000:.2f}",
            f"{per_second * load.rooms * load.events:,.0f}",
        )


async def in_sqlite(table: Table, directory: Path) -> None:
    """Measure SQLite with either durability."""
    for durability in Durability:
        stores = [
            await opened(f"sqlite+aiosqlite:///{directory}/{durability}-{name}.db", durability)
            for name in ("alone", "store")
        ]
        # The first has made the tables; the floor has the file to itself.
        await stores[0].close()
        floor = ThroughSqlite(directory / f"{durability}-alone.db", durability)
        ways: dict[Way, Rooms] = {floor: Rooms(), ThroughStore(stores[1]): Rooms()}
        for load in (Load(1, 1), Load(1, 10), Load(1, 100)):
            await compare(table, f"SQLite, {durability.value}", ways, load)
        floor.close()
        await stores[1].close()


async def in_postgresql(table: Table, url: str) -> None:
    """Measure PostgreSQL; both ways write into the same tables, over the same connection."""
    store = await opened(url, Durability.POWER)
    rooms = Rooms()
    ways: dict[Way, Rooms] = {RowByRow(store): rooms, ThroughStore(store): rooms}
    for load in (Load(1, 1), Load(20, 1), Load(1, 20), Load(100, 2)):
        await compare(table, "PostgreSQL, power", ways, load)
    await store.close()


def _rows(batches: Sequence[Batch]) -> list[dict[str, object]]:
    return [
        log.row_of(each, int(batch.session.session_id[5:]) + 1, batch.session.session_id)
        for batch in batches
        for each in batch.events
    ]


def main(directory: Path) -> None:
    """Measure every combination and print the table."""
    table = Table("database", "a commit", "way", "p50 ms", "p99 ms", "CPU ms", "events/s")
    for column in table.columns:
        column.no_wrap = True
    asyncio.run(in_sqlite(table, directory))
    try:
        cluster = Postgres.start()
    except PostgresMissing as missing:
        Console(stderr=True).print(str(missing))
    else:
        try:
            asyncio.run(in_postgresql(table, cluster.new_database()))
        finally:
            cluster.remove()
    Console(width=100).print(table)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as made:
        main(Path(made))
