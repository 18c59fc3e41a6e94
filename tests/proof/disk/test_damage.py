"""Damage to the files of the database: refused, or rolled back to a true beginning."""

import contextlib
import random
import shutil
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import msgspec
import pytest

from actors.room.persistence.loading import loaded
from lessonroom.commands import OpenRoom
from lessonroom.log.resume import is_known_point
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import DEFAULT_PERMISSIONS
from lessonroom.room import Room
from lessonroom.session.session import Session
from lessonroom.state import RoomState
from storage.errors import StorageError
from storage.log import checksums
from storage.records import Batch, Durability, Snapshot
from storage.store import Store
from tests.lessonroom.lesson import fingerprint, folded
from tests.lessonroom.moments import SESSION
from tests.lessonroom.player import Player
from tests.lessonroom.sequences import sequence
from tests.proof.support.figures import proof
from tests.recording import RecordProof

PUSH, PROOF = 40, proof(1_000)
FILES = ("lessons.db", "lessons.db-wal")


class Original:
    """A database as a killed server leaves it, all in the write-ahead log, and as it is at rest."""

    def __init__(self, killed: Path, at_rest: Path, player: Player) -> None:
        self.killed = killed
        self.at_rest = at_rest
        self.log = player.log
        self.initial = player.initial

    def prefix(self, head: int) -> bytes:
        """Return what the first `head` events come to."""
        return fingerprint(folded(self.initial, self.log[:head]))


@pytest.fixture
async def original(tmp_path: Path) -> Original:
    """Write a random lesson, event by event, and take the files away from under the store."""
    player = Player().play(sequence(16, length=400))
    directory, taken = tmp_path / "original", tmp_path / "taken"
    store = await Store.open(_url(directory), durability=Durability.POWER)
    session = msgspec.structs.replace(SESSION)
    await store.create_session(session, [], [])
    for batch in _batches(player, session):
        await store.commit([batch])
    taken.mkdir()
    for name in FILES:
        shutil.copy(directory / name, taken / name)
    await store.close()
    return Original(taken, directory, player)


def _batches(player: Player, session: Session) -> list[Batch]:
    """Cut a log into the batches that its room would have sent, a snapshot in its middle."""
    state = RoomState(player.initial)
    batches = []
    middle = len(player.log) // 2
    for event in player.log:
        touched = state.apply(event)
        seats: tuple[Participant, ...] = tuple(
            state.participants[user_id] for user_id in touched.participants
        )
        snapshots = (_snapshot(state),) if event.seq == middle else ()
        batches.append(
            Batch(
                session=state.session,
                events=(event,),
                session_changed=touched.session,
                participants=seats,
                snapshots=snapshots,
            )
        )
    return batches


def _snapshot(state: RoomState) -> Snapshot:
    return Snapshot(
        kind=SnapshotType.AUTO,
        version=state.head,
        board=state.board.encode(),
        created_by=None,
        participant_count=0,
        created_at_ms=state.head_at_ms,
    )


@pytest.mark.parametrize("times", [PUSH, pytest.param(PROOF, marks=pytest.mark.proof)])
async def test_damaged_files_never_become_another_lesson(
    original: Original, tmp_path: Path, times: int, record_proof: RecordProof
) -> None:
    """[T16] [P6] Bits flipped, SQLite's own log cut or gone: refused, or a beginning of the truth.

    "Gone" is a beginning too: all that was in a log that somebody deleted.
    """
    chance = random.Random(16)  # noqa: S311 - the same damage in each run
    outcomes: Counter[str] = Counter()
    for number in range(times):
        directory = tmp_path / f"damaged-{number}"
        damage = _damage(original, directory, chance)
        outcome = await _outcome(original, directory)
        outcomes[outcome] += 1
        assert outcome != "diverged", damage
        shutil.rmtree(directory)
    record_proof(
        "T16",
        "damaged databases: " + ", ".join(f"{n} {what}" for what, n in sorted(outcomes.items())),
        times,
        diverged=outcomes["diverged"],
    )
    assert len(outcomes) >= 3, outcomes


class _AnyNumber:
    """A checksum that matches every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.proof
async def test_without_checksums_damage_becomes_another_lesson(
    original: Original, tmp_path: Path, record_proof: RecordProof
) -> None:
    """[T16] [P6] The control: whoever does not look at checksums believes everything."""
    chance = random.Random(16)  # noqa: S311 - the same damage in each run
    times, believed = 300, 0
    blind = SimpleNamespace(crc32=lambda *_: _AnyNumber())
    for number in range(times):
        directory = tmp_path / f"damaged-{number}"
        _damage(original, directory, chance)
        with (
            mock.patch.object(checksums, "zlib", blind),
            # A lesson that cannot even be decoded was noticed by luck.
            contextlib.suppress(ValueError, KeyError),
        ):
            believed += await _outcome(original, directory) == "diverged"
        shutil.rmtree(directory)
    record_proof(
        "T16",
        "control: nobody looks at checksums",
        times,
        control=f"{believed} diverge",
    )
    assert believed > 0


def _damage(original: Original, directory: Path, chance: random.Random) -> str:
    """Copy the files, damage them in one way, and say in which."""
    kind = chance.choice(("flip", "flip", "flip", "zeros", "cut", "gone", "flip in the log"))
    is_of_log = kind in {"cut", "gone", "flip in the log"}
    shutil.copytree(original.killed if is_of_log else original.at_rest, directory)
    path = directory / FILES[is_of_log]
    at = chance.randrange(path.stat().st_size)
    match kind:
        case "cut":
            with path.open("r+b") as file:
                file.truncate(at)
        case "gone":
            path.unlink()
        case "zeros":
            _overwrite(path, at, bytes(512))
        case _:
            _overwrite(path, at, bytes([path.read_bytes()[at] ^ 1 << chance.randrange(8)]))
    return f"{kind} at {at}"


def _overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


async def _outcome(original: Original, directory: Path) -> str:
    """Start on damaged files and say what became of the lesson."""
    try:
        store = await Store.open(_url(directory), durability=Durability.POWER)
    except StorageError:
        return "refused at start"
    try:
        stored = await store.load_room(SESSION.session_id, resume_window=10)
        log = await store.events(SESSION.session_id, limit=100_000)
    except StorageError:
        return "refused when opened"
    finally:
        await store.close()
    if stored is None:
        return "gone"
    if log != original.log[: len(log)]:
        return "diverged"
    room = loaded(stored, DEFAULT_PERMISSIONS)
    if fingerprint(room.state) != original.prefix(len(log)):
        return "diverged"
    if len(log) == len(original.log):
        return "unharmed, the board read from the log" if stored.is_board_damaged else "unharmed"
    _resynchronises(original, room.state)
    return "rolled back"


def _resynchronises(original: Original, state: RoomState) -> None:
    """A client that saw what was rolled back is told the whole state, whatever comes next."""
    seen = folded(original.initial, original.log)
    Room(state).handle(OpenRoom(epoch="after the damage"), state.head_at_ms)
    assert not is_known_point(
        state.epochs, head=len(original.log) + 100, epoch=seen.epoch, seq=seen.head
    )


def _url(directory: Path) -> str:
    return f"sqlite+aiosqlite:///{directory}/lessons.db"
