"""The journal: the one writer. Takes batches from all rooms and commits them together.

While one transaction commits, the next gathers. On a disk that is done at once that would be a
transaction for every stroke: so they keep a distance (`gathering`), and one begins at once where
nothing was written for that long. The cost of an event falls as the load rises. What would make a
transaction long is written ahead of it, in pieces (`ahead`).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, TypeVar, assert_never

import msgspec
import structlog

from actors.house.writing.ahead import Ahead, WrittenAhead
from actors.house.writing.backlog import Backlog, not_writable
from actors.house.writing.gathering import Gathering
from actors.house.writing.messages import CommitBatch, JournalMessage, Passed, Write
from actors.messages import CommitLost, Committed, JournalWritable, RoomMessage
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.asyncio_inbox import Dispatcher
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import settle, tell, tell_at_once, tell_later
from storage.errors import CommitFailed, StorageError, fenced_off
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_PROBE_FIRST_S: Final = 0.25
_PROBE_MOST_S: Final = 1.0
"""Rooms of a database that is back wait for the next probe: with 5 s a restart of PostgreSQL that
took 2 s cost up to 12."""
_AFTER_FAULT_S: Final = 1.0
_R = TypeVar("_R")


class _Asked(msgspec.Struct, frozen=True):
    """A write that waits for its turn, and who waits for it."""

    work: Callable[[Store], Awaitable[Any]]
    done: asyncio.Future[Any]


_Failed = list[tuple[CommitBatch, CommitFailed]]


class _Gathered(msgspec.Struct, frozen=True):
    """The interval since the last transaction began is over."""


class _Written(msgspec.Struct, frozen=True):
    appends: Sequence[CommitBatch]
    failed: _Failed
    started_s: float


class _WriteDone(msgspec.Struct, frozen=True):
    is_storage_fault: bool


class _Probe(msgspec.Struct, frozen=True):
    pass


class _ProbeDone(msgspec.Struct, frozen=True):
    is_writable: bool


_OwnMessage = _Gathered | _Written | WrittenAhead | _WriteDone | _Probe | _ProbeDone


class JournalActor(AsyncioActor):
    """Owns the writing end of the store. One transaction is under way at any time, at most."""

    OUTLIVES_FAULTS = True

    def __init__(
        self,
        store: Store,
        clock: Clock,
        backlog: Backlog,
        *,
        observer: Observer,
        interval_s: float = 0.0,
    ) -> None:
        super().__init__()
        self._gathering = Gathering(interval_s)
        self._is_armed = False
        self._store = store
        self._clock = clock
        self._backlog = backlog
        self._observer = observer
        self._waiting: list[CommitBatch] = []
        self._ahead = Ahead(self._in_turn, lambda written: tell(self.actor_ref, written))
        self._writes: deque[_Asked] = deque()
        self._due: deque[_Asked] = deque()
        self._is_turn_of_writes = False
        self._task: asyncio.Task[None] | None = None
        self._lost: dict[Mailbox[RoomMessage], int] = {}
        self._bereaved: set[Mailbox[RoomMessage]] = set()
        self._probe_after_s = _PROBE_FIRST_S

    def on_receive(self, message: JournalMessage | _OwnMessage) -> Any:  # noqa: ANN401 - an answer
        """Take a batch or another write, or hear how the last transaction went."""
        match message:
            case CommitBatch():
                self._append(message)
            case Write() if not self._backlog.is_writable:
                raise not_writable()
            case Write():
                return self._wait_for_turn(message)
            case Passed():
                return self._ahead.passed()
            case _Written():
                self._written(message)
            case WrittenAhead():
                self._written_ahead(message)
            case _Gathered():
                self._is_armed = False
                self._gathering.rung()
            case _WriteDone():
                self._write_done(is_storage_fault=message.is_storage_fault)
            case _Probe() if self._backlog.is_writable or self._task is not None:
                # Armed a second time, after a fault.
                pass
            case _Probe():
                self._run(self._probe())
            case _ProbeDone():
                self._probed(is_writable=message.is_writable)
            case _:
                assert_never(message)
        return None

    def after_batch(self) -> None:
        """Start the next transaction.

        It takes every batch that has gathered. Then one of the other writes has its turn, of those
        that came before that transaction began: so neither kind waits for ever for the other, and
        a write finds on disk what was sent before it.
        """
        if self._task is not None or not self._backlog.is_writable:
            return
        if self._waiting and not (self._due and self._is_turn_of_writes):
            if self._gathers():
                return
            # Before anything is taken out: should the clock fail, it is all still there.
            started_s = self._clock.monotonic_s()
            appends, self._waiting = self._waiting, []
            # What came before this transaction began has its turn right behind it; what comes
            # while it runs waits for the next one, or strokes would wait for writes without end.
            self._due += self._writes
            self._writes.clear()
            self._is_turn_of_writes = True
            self._run(self._commit(appends, started_s))
        elif self._due or self._writes:
            self._is_turn_of_writes = False
            self._run(self._write((self._due or self._writes).popleft()))

    def _gathers(self) -> bool:
        """Whether the next transaction waits for more.

        Strokes alone do; somebody who comes in waits for the answer, as do the other writes.
        """
        if self._due or self._writes:
            return False
        for append in self._waiting:
            if append.batch.participants or append.batch.session_changed:
                return False
        now_s = self._clock.monotonic_s()
        wait_s = self._gathering.wait_s(now_s)
        if wait_s <= 0:
            self._gathering.begin(now_s, events=self._backlog.events)
            return False
        if not self._is_armed:
            self._is_armed = True
            self._gathering.arm()
            tell_later(self._clock, wait_s, self.actor_inbox, _Gathered())
        return True

    def on_fault(self) -> None:
        """Look again after a while, by the loop's own timer: the clock may be what failed."""

        def look_again() -> None:
            tell(self.actor_ref, _Gathered() if self._backlog.is_writable else _Probe())

        self._loop.call_later(_AFTER_FAULT_S, look_again)

    def on_stop(self) -> None:
        """Nobody may wait for ever, not even where the store does not answer."""
        self._ahead.stop()
        self._refuse_writes()
        if self._task is not None:
            self._task.cancel()

    # -- appending

    def _append(self, append: CommitBatch) -> None:
        if append.generation <= self._lost.get(append.room, -1):
            # Built on what was lost: the room has been told, and knows this one went with it.
            return
        if not self._backlog.is_writable:
            self._lose(append, not_writable().message)
            return
        self._backlog.events += len(append.batch.events)
        self._waiting += self._ahead.ready(append)

    async def _in_turn(self, work: Callable[[Store], Awaitable[_R]]) -> _R:
        return await Write(work).asked_of(self.actor_ref)

    def _written_ahead(self, written: WrittenAhead) -> None:
        if written.batch is not None:
            self._waiting += self._ahead.release(written)
        elif self._ahead.is_waited_for(written.append):
            self._lose(written.append, "a large body was not written")

    async def _commit(self, appends: Sequence[CommitBatch], started_s: float) -> None:
        """Commit all batches in one transaction; where that fails, room by room.

        A batch that the database refuses thus takes only its own room with it (PROMISES P10).
        """
        error, failed = await self._attempt(appends)
        if error is not None:
            if error.is_storage_fault or _is_one_room(appends):
                failed = [(append, error) for append in appends]
            else:
                failed = await self._commit_by_room(appends)
        self._finish(_Written(appends, failed, started_s))

    async def _commit_by_room(self, appends: Sequence[CommitBatch]) -> _Failed:
        rooms: dict[Mailbox[RoomMessage], list[CommitBatch]] = {}
        for append in appends:
            rooms.setdefault(append.room, []).append(append)
        failed: _Failed = []
        for those in rooms.values():
            error, fenced = await self._attempt(those)
            failed += fenced if error is None else [(append, error) for append in those]
        return failed

    async def _attempt(self, appends: Sequence[CommitBatch]) -> tuple[CommitFailed | None, _Failed]:
        """Return why nothing is on disk, or what is not because another node owns its session."""
        try:
            left_out = await self._store.commit([append.batch for append in appends])
        except CommitFailed as error:
            return error, []
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            _log.exception("commit raised")
            return CommitFailed(repr(error), is_conflict=False, is_storage_fault=False), []
        if not left_out:
            return None, []
        fenced = {id(batch) for batch in left_out}
        return None, [(append, fenced_off()) for append in appends if id(append.batch) in fenced]

    def _written(self, written: _Written) -> None:
        self._task = None
        lost = {id(append) for append, _ in written.failed} if written.failed else ()
        newest: dict[Mailbox[RoomMessage], int] = {}
        n_events = 0
        for append in written.appends:
            events = append.batch.events
            n_events += len(events)
            if events and id(append) not in lost:
                newest[append.room] = events[-1].seq
        # Ahead of all that follows, which tells rooms to go on and so to add to it.
        self._backlog.events -= n_events
        # Those that are on disk first: a room shows what it kept before it drops what it lost, and
        # must not wait for a probe that `_stop_writing` arms.
        for room, seq in newest.items():
            tell(room, Committed(seq))
        if any(error.is_storage_fault for _, error in written.failed):
            self._stop_writing()
        for append, error in written.failed:
            self._lose(append, str(error), is_fenced=error.is_fenced)
        if not written.failed:
            self._observer.committed(
                events=n_events,
                rooms=len({append.room for append in written.appends}),
                duration_s=self._clock.monotonic_s() - written.started_s,
            )

    def _lose(self, append: CommitBatch, reason: str, *, is_fenced: bool = False) -> None:
        """Tell a room, once a generation, that what it sent is lost, with all that builds on it.

        A room is its actor, not its session: one that is opened anew begins with generation 0.
        """
        room = append.room
        if append.generation <= self._lost.get(room, -1):
            return
        log = _log.warning if is_fenced else _log.error
        log("commit failed", session_id=append.batch.session.session_id, reason=reason)
        # Rooms come and go for as long as the server runs; those that are gone send nothing more.
        self._lost = {known: lost for known, lost in self._lost.items() if known.is_alive()}
        self._lost[room] = append.generation
        for waiting in self._waiting:
            if waiting.room is room:
                self._backlog.events -= len(waiting.batch.events)
        self._waiting = [waiting for waiting in self._waiting if waiting.room is not room]
        self._backlog.events -= self._ahead.drop(room)
        is_writable = self._backlog.is_writable
        if not is_writable:
            self._bereaved.add(room)
        tell(room, CommitLost(append.generation, is_writable, is_fenced))

    # -- other writes

    def _wait_for_turn(self, write: Write[Any]) -> asyncio.Future[Any]:
        done: asyncio.Future[Any] = self._loop.create_future()
        self._writes.append(_Asked(write.work, done))
        return done

    async def _write(self, write: _Asked) -> None:
        is_storage_fault = False
        try:
            settle(write.done, await write.work(self._store))
        except StorageError as error:
            if isinstance(error, CommitFailed) and error.is_conflict:
                # Nothing was applied, and the row that was there first is for the asker to read.
                settle(write.done, error=error)
                self._finish(_WriteDone(is_storage_fault=False))
                return
            _log.warning("a write failed", reason=str(error))
            settle(write.done, error=not_writable())
            is_storage_fault = isinstance(error, CommitFailed) and error.is_storage_fault
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            settle(write.done, error=error)
        self._finish(_WriteDone(is_storage_fault))

    def _write_done(self, *, is_storage_fault: bool) -> None:
        self._task = None
        if is_storage_fault:
            self._stop_writing()

    # -- the database went away

    def _stop_writing(self) -> None:
        """From here on nothing is acknowledged until a probe has been written (PROMISES P19)."""
        self._backlog.is_writable = False
        for append in (*self._waiting, *self._ahead.rooms()):
            self._lose(append, not_writable().message)
        self._refuse_writes()
        self._probe_after_s = _PROBE_FIRST_S
        self._probe_later()

    def _refuse_writes(self) -> None:
        for write in (*self._due, *self._writes):
            settle(write.done, error=not_writable())
        self._due.clear()
        self._writes.clear()

    def _probe_later(self) -> None:
        tell_later(self._clock, self._probe_after_s, self.actor_inbox, _Probe())
        self._probe_after_s = min(_PROBE_MOST_S, self._probe_after_s * 2)

    async def _probe(self) -> None:
        """Open the writing connection anew and write something: an fsync retry proves nothing."""
        is_writable = False
        try:
            # The connection anew first: a transaction that hung may still hold the old one's lock,
            # and what it did is only certain once that connection is gone.
            await self._store.reconnect_writer()
            await self._store.probe()
            is_writable = True
        except StorageError as error:
            _log.info("the database still cannot be written", reason=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the next probe must come
            _log.exception("the probe raised")
        self._finish(_ProbeDone(is_writable))

    def _probed(self, *, is_writable: bool) -> None:
        self._task = None
        if not is_writable:
            self._probe_later()
            return
        _log.warning("the database can be written again")
        # Before the rooms hear of it: each begins with a write of its own.
        self._backlog.is_writable = True
        bereaved, self._bereaved = self._bereaved, set()
        for room in bereaved:
            tell(room, JournalWritable())

    # -- tasks

    def _run(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        self._task = asyncio.get_running_loop().create_task(work)

    def _finish(self, message: object) -> None:
        # Rooms hear, and say what is on disk, in this turn of the loop.
        Dispatcher.of(self._loop).at_once(partial(tell_at_once, self.actor_inbox), message)


def _is_one_room(appends: Sequence[CommitBatch]) -> bool:
    return all(append.room is appends[0].room for append in appends)
