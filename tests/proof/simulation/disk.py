"""A model of the database: what is on disk, and the ways in which a commit can fail."""

import asyncio
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.log.events import ChatMessageSent, Event, RoomOpened
from lessonroom.log.quotas import ROW_BYTES
from lessonroom.log.replay import replay
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, PermissionSet, Role
from lessonroom.session.messages import MessageHead
from lessonroom.session.session import Session
from storage.errors import CommitFailed
from storage.records import (
    NO_BODIES,
    Batch,
    Body,
    Durability,
    LogUsage,
    Snapshot,
    StoredRoom,
    StoredSubmission,
)
from storage.replies import KeptReply
from storage.store import Store


class Fault(StrEnum):
    """How a commit fails."""

    FULL = "full"
    """Nothing was applied, and writing fails for a while."""
    AMBIGUOUS = "ambiguous"
    """Everything was applied, and is reported as failed."""
    REFUSED = "refused"
    """The database takes no such row; others it takes."""


_FAULTS: Final = tuple(Fault)


class Disk:
    """One session, as far as it was committed. It outlives every server."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.initial: Session | None = None
        self.events: list[Event] = []
        self.participants: dict[int, Participant] = {}
        self.snapshot: Snapshot | None = None
        self.commits = 0

    @property
    def head(self) -> int:
        """The `seq` of the newest event on disk."""
        return len(self.events)

    def apply(self, batch: Batch) -> None:
        """Put a batch on disk; the primary key (session, seq) refuses what does not follow."""
        if batch.events and batch.events[0].seq <= self.head:
            raise CommitFailed("a seq is taken", is_conflict=True, is_storage_fault=False)
        self.events += batch.events
        if batch.session_changed:
            self.session = batch.session
        self.participants |= {person.user_id: person for person in batch.participants}
        for taken in batch.snapshots:
            snapshot = msgspec.structs.replace(taken, board=_encoded(taken.board))
            if self.snapshot is None or snapshot.version >= self.snapshot.version:
                self.snapshot = snapshot

    def load(self, resume_window: int) -> StoredRoom:
        """Return what a room is opened from."""
        assert self.session is not None
        snapshot = self.snapshot
        version = 0 if snapshot is None else snapshot.version
        epochs = [
            (body.epoch, event.seq)
            for event in self.events
            if isinstance(body := event.body(), RoomOpened)
        ]
        return StoredRoom(
            session=self.session,
            participants=list(self.participants.values()),
            board=None if snapshot is None else _encoded(snapshot.board),
            board_version=version,
            tail=self.events[version:],
            recent=self.events[-resume_window:],
            head=self.head,
            head_at_ms=self.events[-1].at_ms if self.events else 0,
            epochs=epochs,
            submissions=[
                StoredSubmission(event.user_id, sent.client_id, sent.n, event.seq, sent.digest)
                for event in self.events
                if (sent := event.submission) is not None
            ],
            assets={},
            messages=[
                (event.seq, MessageHead(event.user_id or 0, body.to))
                for event in self.events
                if isinstance(body := event.body(), ChatMessageSent) and body.removed is None
            ],
            usage=self._usage(),
            is_saved_by_hand=snapshot is not None and snapshot.kind is SnapshotType.MANUAL,
        )

    def _usage(self) -> dict[int | None, int]:
        taken: Counter[int | None] = Counter()
        for event in self.events:
            taken[event.user_id] += len(event.data) + ROW_BYTES
        return dict(taken)

    def board_at(self, version: int) -> Board:
        """Return the board that the log comes to after event `version`."""
        board = Board()
        for event in self.events[:version]:
            replay(board, event)
        return board


def _encoded(board: bytes | Board | Body) -> bytes:
    """Return a snapshot's board as the store writes it."""
    assert not isinstance(board, Body), "boards of these lessons are small"
    return board if isinstance(board, bytes) else board.encode()


class SimulatedStore(Store):
    """What one server process sees of the disk. Commits take time and can fail.

    Args:
        disk: what is committed.
        chance: decides how long a commit takes, and whether it fails.
        fault_rate: of so many commits one fails, as a fraction.

    """

    def __init__(self, disk: Disk, chance: random.Random, *, fault_rate: float) -> None:
        self.durability = Durability.POWER
        self.is_dead = False
        """The process that has this store was killed: nothing it does reaches the disk."""
        self.fault_rate = fault_rate
        self.faults = dict.fromkeys(Fault, 0)
        self._disk = disk
        self._chance = chance
        self._down_until_s = 0.0

    async def commit(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        await self._take_time()
        fault = self._fault()
        if fault is None or fault is Fault.AMBIGUOUS:
            for batch in batches:
                self._disk.apply(batch)
            self._disk.commits += 1
        if fault is not None:
            self.faults[fault] += 1
            raise CommitFailed(
                f"simulated: {fault}",
                is_conflict=False,
                is_storage_fault=fault is not Fault.REFUSED,
            )
        # On disk; the process may die before it hears of it.
        await self._take_time()
        return ()

    def _fault(self) -> Fault | None:
        if asyncio.get_running_loop().time() < self._down_until_s:
            return Fault.FULL
        if self._chance.random() >= self.fault_rate:
            return None
        fault = self._chance.choice(_FAULTS)
        if fault is Fault.FULL:
            self._down_until_s = asyncio.get_running_loop().time() + self._chance.random() * 2
        return fault

    async def _take_time(self) -> None:
        await asyncio.sleep(self._chance.choice((0.0005, 0.002, 0.002, 0.03)))
        if self.is_dead:
            await asyncio.get_running_loop().create_future()

    async def create_session(
        self,
        session: Session,
        events: Sequence[Event],
        participants: Sequence[Participant],
        *,
        taken: LogUsage | None = None,  # noqa: ARG002 - the model counts by itself
        reply: KeptReply | None = None,  # noqa: ARG002 - keeps no replies
        sessions_most: int | None = None,  # noqa: ARG002 - and has one session
        bodies: Mapping[int, Body] = NO_BODIES,  # noqa: ARG002 - which begins small
    ) -> Session:
        self._disk.session = session
        self._disk.participants = {person.user_id: person for person in participants}
        self._disk.events = list(events)
        return session

    async def load_room(
        self,
        session_id: str,  # noqa: ARG002 - there is one session
        *,
        resume_window: int,
        resume_bytes: int = 0,  # noqa: ARG002 - all that were asked for are few
    ) -> StoredRoom | None:
        await self._take_time()
        return self._disk.load(resume_window)

    async def owner_bytes(self, host_id: int, *, without: Collection[str] = ()) -> int:  # noqa: ARG002 - as above
        return 0

    async def role_permissions(self) -> dict[Role, PermissionSet]:
        return dict(DEFAULT_PERMISSIONS)

    async def board_at(self, session_id: str, version: int) -> bytes | None:  # noqa: ARG002 - as above
        await self._take_time()
        return self._disk.board_at(version).encode() if 1 <= version <= self._disk.head else None

    async def head(self, session_id: str) -> int:  # noqa: ARG002 - as above
        return self._disk.head

    async def session(self, session_id: str) -> Session | None:  # noqa: ARG002 - as above
        return self._disk.session

    async def probe(self) -> None:
        await self._take_time()
        if asyncio.get_running_loop().time() < self._down_until_s:
            raise CommitFailed("simulated: full", is_conflict=False, is_storage_fault=True)

    async def reconnect_writer(self) -> None:
        await self._take_time()
