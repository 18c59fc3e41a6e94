"""What is too large for one transaction, on its way to disk ahead of the batch that it is of.

Other rooms' batches go on meanwhile. Those of the same room wait behind theirs, in their order;
but not behind a snapshot that the room took by itself: the log has all that is in it.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from actors.house.writing.messages import CommitBatch
from actors.messages import RoomMessage
from actors.runtime.mailbox import Mailbox
from lessonroom.outcome import SnapshotType
from storage.log import bodies
from storage.records import Batch

_log: Final = structlog.get_logger(__name__)

_BY_ITSELF: Final = frozenset({SnapshotType.AUTO, SnapshotType.JOIN, SnapshotType.LEAVE})


class WrittenAhead(msgspec.Struct, frozen=True):
    """What was large of `append` is on disk, and `batch` names it; None: it was not written."""

    append: CommitBatch
    batch: Batch | None


class Ahead:
    """Holds batches back until what is large of them is on disk.

    Args:
        turn: runs a small transaction in the journal's turn.
        tell: hears how it went; whoever is told calls `release`, or loses the room.

    """

    def __init__(self, turn: bodies.Turn, tell: Callable[[WrittenAhead], None]) -> None:
        self._turn = turn
        self._tell = tell
        self._held: dict[Mailbox[RoomMessage], list[CommitBatch]] = {}
        """Of each room, what waits: the first of it is being written."""
        self._beside: list[CommitBatch] = []
        """Snapshots that are being written, for which nothing waits."""
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._watched: list[tuple[set[int], asyncio.Future[None]]] = []

    def ready(self, append: CommitBatch) -> list[CommitBatch]:
        """Return what of a batch may be committed at once; `release` returns the rest, later."""
        if append.room in self._held:
            self._held[append.room].append(append)
            return []
        if not bodies.is_large(append.batch):
            return [append]
        small, by_itself = _parted(append)
        self._begin(by_itself or append)
        if by_itself is None:
            self._held[append.room] = [append]
            return []
        self._beside.append(by_itself)
        return [small] if small else []

    def release(self, written: WrittenAhead) -> list[CommitBatch]:
        """Return what may be committed now, in its order: the batch, and what waited behind it.

        Nothing, where the room was lost meanwhile.
        """
        append, batch = written.append, written.batch
        assert batch is not None, "the room of any other is lost"  # noqa: S101
        if self._tasks.pop(id(append), None) is None:
            return []
        found = [msgspec.structs.replace(append, batch=batch)]
        beside = [each for each in self._beside if each is not append]
        if len(beside) < len(self._beside):
            self._beside = beside
        else:
            for waiting in self._held.pop(append.room)[1:]:
                found += self.ready(waiting)
        self._look_up()
        return found

    def is_waited_for(self, append: CommitBatch) -> bool:
        """Whether what is written is of a room that was not lost meanwhile."""
        return id(append) in self._tasks

    def drop(self, room: Mailbox[RoomMessage]) -> int:
        """Forget what a room waits for; return how many events that were."""
        held = self._held.pop(room, [])
        for append in (*held, *(each for each in self._beside if each.room is room)):
            task = self._tasks.pop(id(append), None)
            if task is not None:
                task.cancel()
        self._beside = [each for each in self._beside if each.room is not room]
        self._look_up()
        return sum(len(append.batch.events) for append in held)

    def rooms(self) -> list[CommitBatch]:
        """Return one batch of each room that waits for something."""
        of_rooms = {append.room: append for append in self._beside}
        return list((of_rooms | {room: held[0] for room, held in self._held.items()}).values())

    def passed(self) -> asyncio.Future[None] | None:
        """Return what is done once all that waits now may be committed or is lost; None: it is."""
        ids = self._ids()
        if not ids:
            return None
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watched.append((ids, done))
        return done

    def stop(self) -> None:
        """Give up what is being written; nobody may wait for it."""
        for append in self.rooms():
            self.drop(append.room)

    def _ids(self) -> set[int]:
        held = [append for those in self._held.values() for append in those]
        return {id(append) for append in (*held, *self._beside)}

    def _look_up(self) -> None:
        if not self._watched:
            return
        waiting = self._ids()
        for ids, done in self._watched:
            if ids.isdisjoint(waiting) and not done.done():
                done.set_result(None)
        self._watched = [each for each in self._watched if not each[1].done()]

    def _begin(self, append: CommitBatch) -> None:
        work = self._write(append)
        self._tasks[id(append)] = asyncio.get_running_loop().create_task(work)

    async def _write(self, append: CommitBatch) -> None:
        batch = None
        try:
            batch = await bodies.write_ahead(append.batch, self._turn)
        except Exception as error:  # noqa: BLE001 - whatever it is, the room has to hear of it
            _log.warning("a large body was not written", reason=str(error))
        self._tell(WrittenAhead(append, batch))


def _parted(append: CommitBatch) -> tuple[CommitBatch | None, CommitBatch | None]:
    """Return what nothing has to wait for apart, where a batch is large by that alone.

    That are snapshots that the room took by itself, with what is noted beside them: a cache.
    """
    batch = append.batch
    by_itself = tuple(each for each in batch.snapshots if each.kind in _BY_ITSELF)
    others = tuple(each for each in batch.snapshots if each.kind not in _BY_ITSELF)
    rest = msgspec.structs.replace(batch, snapshots=others, usage=None)
    if not by_itself or bodies.is_large(rest):
        return None, None
    alone = Batch(
        session=batch.session,
        events=(),
        snapshots=by_itself,
        usage=batch.usage,
        term=batch.term,
    )
    is_empty = not (rest.events or rest.participants or rest.session_changed or others)
    small = None if is_empty else msgspec.structs.replace(append, batch=rest)
    return small, msgspec.structs.replace(append, batch=alone)
