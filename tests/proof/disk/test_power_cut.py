"""Power cuts: the real store, driver and migrations, on a disk that loses what was not synced."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from storage.dialects import sqlite
from storage.errors import CommitFailed, StorageError
from storage.records import Durability
from storage.store import Store
from tests.proof.disk import power
from tests.proof.support.figures import proof
from tests.recording import RecordProof
from tests.storage.lessons import Lesson

PUSH, PROOF = 40, proof(1_000)
CONTROL_CUTS = 20
CUTS_OF_A_LESSON = 100
"""After so many cuts another lesson begins: after each its whole log is read."""

Acked = dict[int, bytes]


@pytest.fixture
def disk() -> Iterator[power.PowerCutDisk]:
    """The disk whose power is cut; databases that are opened in `_on` lie on it."""
    disk = power.PowerCutDisk()
    yield disk
    disk.unregister()


@contextlib.contextmanager
def _on(disk: power.PowerCutDisk) -> Iterator[None]:
    """Have the store write to that disk, and checkpoint often: a cut may fall into one."""
    with (
        mock.patch.object(sqlite3, "connect", power.connect),
        mock.patch.object(sqlite, "_CHECKPOINT_PAGES", 16),
    ):
        yield
    disk.cut()


@pytest.mark.parametrize("cuts", [PUSH, pytest.param(PROOF, marks=pytest.mark.proof)])
def test_what_was_acknowledged_survives_a_power_cut(
    disk: power.PowerCutDisk, tmp_path: Path, cuts: int, record_proof: RecordProof
) -> None:
    """[T3] [P1] With `synchronous=FULL` nothing is lost, whatever of the rest reached the disk."""
    acked, lost, cut_short = asyncio.run(_cut_often(disk, tmp_path, Durability.POWER, cuts))
    record_proof(
        "T3",
        f"simulated power cuts, {cut_short} of them within a commit; {acked} events acknowledged",
        cuts,
        lost=lost,
        doubled=0,
    )
    assert lost == 0
    assert cut_short > cuts // 4
    assert acked > cuts


@pytest.mark.parametrize(
    "cuts", [CONTROL_CUTS, pytest.param(proof(5 * CONTROL_CUTS), marks=pytest.mark.proof)]
)
def test_without_a_sync_the_same_cuts_lose_events(
    disk: power.PowerCutDisk, tmp_path: Path, cuts: int, record_proof: RecordProof
) -> None:
    """[T3] [P1] The control: `synchronous=NORMAL` must lose, or the test above has no teeth."""
    acked, lost, _ = asyncio.run(_cut_often(disk, tmp_path, Durability.PROCESS, cuts))
    record_proof(
        "T3", "control: synchronous=NORMAL", cuts, control=f"loses {lost} of {acked} events"
    )
    assert lost > 0


async def _cut_often(
    disk: power.PowerCutDisk, directory: Path, durability: Durability, cuts: int
) -> tuple[int, int, int]:
    """Return how many events were acknowledged, how many of them lost, and cuts amid a commit."""
    chance = random.Random(3)  # noqa: S311 - the same cuts in each run
    total = lost = cut_short = 0
    for begun in range(0, cuts, CUTS_OF_A_LESSON):
        url = f"sqlite+aiosqlite:///{directory}/{begun}/lessons.db"
        found = await _cut_a_lesson(
            disk, url, durability, min(CUTS_OF_A_LESSON, cuts - begun), chance
        )
        total, lost, cut_short = total + found[0], lost + found[1], cut_short + found[2]
    return total, lost, cut_short


async def _cut_a_lesson(
    disk: power.PowerCutDisk, url: str, durability: Durability, cuts: int, chance: random.Random
) -> tuple[int, int, int]:
    lesson = Lesson("algebra")
    store = await Store.open(url, durability=durability)
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    await store.close()
    acked: Acked = {}
    total = lost = cut_short = 0
    for _ in range(cuts):
        disk.cut_after(chance.randint(1, 400))
        with _on(disk):
            is_cut_short, new = await _write_until_cut(url, durability, lesson, disk, chance)
        disk.restore(chance)
        total += len(new)
        cut_short += is_cut_short
        rows = await _rows(url)
        acked |= new
        missing = {seq for seq, data in acked.items() if rows.get(seq) != data}
        lost += len(missing)
        acked = {seq: data for seq, data in acked.items() if seq not in missing}
        lesson.seq = len(rows)
    return total, lost, cut_short


async def _write_until_cut(
    url: str,
    durability: Durability,
    lesson: Lesson,
    disk: power.PowerCutDisk,
    chance: random.Random,
) -> tuple[bool, Acked]:
    """Return whether the power went amid the commits, and what was acknowledged."""
    store = Store(url, durability=durability)
    acked: Acked = {}
    try:
        for _ in range(chance.randint(1, 25)):
            events = [
                lesson.stroke(chance.randbytes(chance.randint(10, 900)), n=lesson.seq + 1)
                for _ in range(chance.choice((1, 1, 5, 20)))
            ]
            board = chance.randbytes(9_000)
            snapshot = lesson.snapshot(lesson.seq, board) if chance.random() < 0.2 else None
            await store.commit([lesson.batch(*events, snapshot=snapshot)])
            acked |= {event.seq: event.data for event in events}
    except CommitFailed as error:
        if disk.has_power:
            raise AssertionError("a commit failed, and the power was there") from error
        return True, acked
    finally:
        # Closing must not bring to the disk what the cut has taken.
        disk.cut()
        with contextlib.suppress(StorageError):
            await store.close()
    return False, acked


async def _rows(url: str) -> Acked:
    """Return the log as a server finds it that starts afterwards; reading checks every row."""
    store = await Store.open(url, durability=Durability.POWER)
    try:
        events = await store.events("algebra", limit=1_000_000)
        room = await store.load_room("algebra", resume_window=10)
    finally:
        await store.close()
    assert room is not None
    assert not room.is_board_damaged
    assert room.head == len(events)
    return {event.seq: event.data for event in events}
