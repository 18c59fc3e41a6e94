"""A real store on a real file that fails when a test says so."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from storage.errors import CommitFailed
from storage.records import Batch
from storage.store import Store


class Fault(StrEnum):
    """How a commit fails."""

    STORAGE = "storage"
    """The disk is full, say: nothing was applied."""
    AMBIGUOUS = "ambiguous"
    """An fsync failed after the rows had reached the disk: reported as failed, and it is there."""
    LATE = "late"
    """The same, but seen only once the database is opened anew and reads its log again."""
    REFUSED = "refused"
    """The database takes no such row."""
    FENCED = "fenced"
    """Another node owns the session by now."""
    CONFLICT = "conflict"
    """Somebody else has written a `seq` of the batch."""


class FaultyStore(Store):
    """`Store`, with a gate in front of its commits and a list of those that fail.

    `attempts` are the sessions of each transaction that was tried, `committed` of each that
    reached the disk.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Store's
        super().__init__(*args, **kwargs)
        self.arm()

    def arm(self) -> None:
        """Begin with nothing tried, nothing at fault and the gate open."""
        self.attempts: list[list[str]] = []
        self.committed: list[list[str]] = []
        self.faults: dict[int, Fault] = {}
        self.is_down = self.is_held = False
        self.reconnects = 0
        self._late: list[Batch] = []
        self._gate = asyncio.Event()
        self._gate.set()

    def fail_next(self, fault: Fault) -> None:
        """Have the next transaction that is tried fail."""
        self.faults[len(self.attempts) + 1] = fault

    def hold(self) -> None:
        """Have transactions wait in front of the disk."""
        self._gate.clear()

    def release(self) -> None:
        """Let them through."""
        self._gate.set()

    @property
    def is_closed(self) -> bool:
        """Whether the gate is closed."""
        return not self._gate.is_set()

    async def commit(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        sessions = [batch.session.session_id for batch in batches]
        self.attempts.append(sessions)
        fault = self.faults.pop(len(self.attempts), None)
        await self._wait()
        if self.is_down:
            fault = Fault.STORAGE
        fenced: Sequence[Batch] = ()
        if fault is None or fault is Fault.AMBIGUOUS:
            fenced = await super().commit(batches)
            self.committed.append(sessions)
        if fault is Fault.LATE:
            self._late += batches
        if fault is Fault.FENCED:
            return batches
        if fault is not None:
            raise CommitFailed(
                f"made to fail: {fault}",
                is_conflict=fault is Fault.CONFLICT,
                is_storage_fault=fault in {Fault.STORAGE, Fault.AMBIGUOUS, Fault.LATE},
            )
        return fenced

    async def probe(self) -> None:
        await self._wait()
        if self.is_down:
            raise CommitFailed("made to fail", is_conflict=False, is_storage_fault=True)
        await super().probe()

    async def reconnect_writer(self) -> None:
        self.reconnects += 1
        await super().reconnect_writer()
        late, self._late = self._late, []
        if late:
            await super().commit(late)

    async def _wait(self) -> None:
        self.is_held = not self._gate.is_set()
        await self._gate.wait()
        self.is_held = False
