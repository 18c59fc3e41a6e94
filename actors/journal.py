"""The journal: the one writer. Takes batches from all rooms and commits them together.

While one transaction commits, the next gathers: under load the commit's own duration is the
batching interval, and the cost of an event falls as the load rises.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Protocol

import msgspec
import pykka
import structlog

from actors.asyncio_actor import AsyncioActor
from actors.clock import Clock
from actors.telling import settle, tell
from lessonroom.codes import ErrorCode, Refused
from storage.errors import CommitFailed, StorageError
from storage.records import Batch
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_PROBE_FIRST_S: Final = 0.25
_PROBE_MOST_S: Final = 5.0


class Append(msgspec.Struct, frozen=True):
    """Put a batch on disk and tell `room`: `Committed` or `CommitLost`.

    `generation` counts how often the room has loaded itself anew. What a room sent before it heard
    of a failure builds on events that are lost, and is lost with them.
    """

    room: pykka.ActorRef[Any]
    generation: int
    batch: Batch


class Write(msgspec.Struct, frozen=True):
    """Run another write (a new session, a user) in its turn; `done` gets what it returns."""

    work: Callable[[Store], Awaitable[Any]]
    done: asyncio.Future[Any]


class Committed(msgspec.Struct, frozen=True):
    """Told to a room: everything up to `seq` is on disk."""

    seq: int


class CommitLost(msgspec.Struct, frozen=True):
    """Told to a room: what was sent in this generation and not yet confirmed is lost."""

    generation: int
    reason: str


class JournalWritable(msgspec.Struct, frozen=True):
    """Told to whoever heard `CommitLost`: the database takes writes again."""


class _Written(msgspec.Struct, frozen=True):
    appends: Sequence[Append]
    failed: Sequence[tuple[Append, CommitFailed]]


class _Probe(msgspec.Struct, frozen=True):
    pass


class _ProbeDone(msgspec.Struct, frozen=True):
    is_writable: bool


class Backlog:
    """How much waits for the disk, readable by every room (PROMISES P17)."""

    __slots__ = ("events", "is_writable", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.events = 0
        self.is_writable = True

    def check(self) -> None:
        """Refuse with `unavailable` while the disk cannot take more.

        Raises:
            Refused: `unavailable`, with when to try again.

        """
        if not self.is_writable:
            raise Refused(
                ErrorCode.UNAVAILABLE,
                "the server cannot write to its database at the moment",
                retry_after_ms=1000,
            )
        if self.events >= self.limit:
            raise Refused(ErrorCode.UNAVAILABLE, "too much waits for the disk", retry_after_ms=200)


class CommitObserver(Protocol):
    """Hears of every transaction, for metrics."""

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """`events` of `rooms` were committed in `duration_s` seconds."""


class JournalActor(AsyncioActor):
    """Owns the writing end of the store. One transaction is under way at any time, at most."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        backlog: Backlog,
        *,
        observer: CommitObserver | None = None,
    ) -> None:
        super().__init__()
        self._store = store
        self._clock = clock
        self._backlog = backlog
        self._observer = observer
        self._waiting: list[Append] = []
        self._writes: list[Write] = []
        self._task: asyncio.Task[None] | None = None
        self._lost: dict[str, int] = {}
        self._bereaved: dict[str, pykka.ActorRef[Any]] = {}
        self._probe_after_s = _PROBE_FIRST_S

    def on_receive(self, message: object) -> None:
        """Take a batch or another write, or hear how the last transaction went."""
        match message:
            case Append():
                self._append(message)
            case Write():
                self._writes.append(message)
            case _Written():
                self._written(message)
            case _Probe() if self._task is None:
                self._run(self._probe())
            case _Probe():
                self._probe_later()
            case _ProbeDone():
                self._probed(is_writable=message.is_writable)
            case _:
                raise TypeError(f"the journal does not know {message!r}")

    def after_batch(self) -> None:
        """Start the next transaction with everything that has gathered."""
        if self._task is not None or not self._backlog.is_writable:
            return
        if self._waiting:
            appends, self._waiting = self._waiting, []
            self._run(self._commit(appends))
        elif self._writes:
            self._run(self._write(self._writes.pop(0)))

    def on_stop(self) -> None:
        """Nobody may wait for ever."""
        for write in self._writes:
            settle(write.done, error=_unavailable("the server is stopping"))
        self._writes.clear()

    # -- appending

    def _append(self, append: Append) -> None:
        session_id = append.batch.session.session_id
        if append.generation <= self._lost.get(session_id, -1):
            return
        if not self._backlog.is_writable:
            self._lose(append, "the database cannot be written at the moment")
            return
        self._backlog.events += len(append.batch.events)
        self._waiting.append(append)

    async def _commit(self, appends: Sequence[Append]) -> None:
        """Commit all batches in one transaction; where that fails, room by room.

        A batch that the database refuses thus takes only its own room with it (PROMISES P10).
        """
        started_s = self._clock.monotonic_s()
        error = await self._attempt(appends)
        if error is None:
            failed: list[tuple[Append, CommitFailed]] = []
        elif error.is_storage_fault or _is_one_room(appends):
            failed = [(append, error) for append in appends]
        else:
            failed = await self._commit_by_room(appends)
        if self._observer is not None and not failed:
            self._observer.committed(
                events=sum(len(append.batch.events) for append in appends),
                rooms=len({append.batch.session.session_id for append in appends}),
                duration_s=self._clock.monotonic_s() - started_s,
            )
        self._finish(_Written(appends, failed))

    async def _commit_by_room(self, appends: Sequence[Append]) -> list[tuple[Append, CommitFailed]]:
        rooms: dict[str, list[Append]] = {}
        for append in appends:
            rooms.setdefault(append.batch.session.session_id, []).append(append)
        failed: list[tuple[Append, CommitFailed]] = []
        for those in rooms.values():
            error = await self._attempt(those)
            if error is not None:
                failed += [(append, error) for append in those]
        return failed

    async def _attempt(self, appends: Sequence[Append]) -> CommitFailed | None:
        try:
            await self._store.commit([append.batch for append in appends])
        except CommitFailed as error:
            return error
        except Exception as error:  # whatever it is, somebody waits for an answer
            _log.exception("commit raised")
            return CommitFailed(repr(error), is_conflict=False, is_storage_fault=False)
        return None

    def _written(self, written: _Written) -> None:
        self._task = None
        self._backlog.events -= sum(len(append.batch.events) for append in written.appends)
        lost = {id(append) for append, _ in written.failed}
        newest: dict[str, Append] = {}
        for append in written.appends:
            if id(append) not in lost and append.batch.events:
                newest[append.batch.session.session_id] = append
        for append in newest.values():
            tell(append.room, Committed(append.batch.events[-1].seq))
        if any(error.is_storage_fault for _, error in written.failed):
            self._stop_writing()
        for append, error in written.failed:
            self._lose(append, str(error))

    def _lose(self, append: Append, reason: str) -> None:
        """Tell a room, once a generation, that what it sent is lost, with all that builds on it."""
        session_id = append.batch.session.session_id
        if append.generation <= self._lost.get(session_id, -1):
            return
        _log.error("commit failed", session_id=session_id, reason=reason)
        self._lost[session_id] = append.generation
        for waiting in self._waiting:
            if waiting.batch.session.session_id == session_id:
                self._backlog.events -= len(waiting.batch.events)
        self._waiting = [
            waiting for waiting in self._waiting if waiting.batch.session.session_id != session_id
        ]
        self._bereaved[session_id] = append.room
        tell(append.room, CommitLost(append.generation, reason))
        if self._backlog.is_writable:
            tell(append.room, JournalWritable())

    # -- other writes

    async def _write(self, write: Write) -> None:
        try:
            result = await write.work(self._store)
        except CommitFailed as error:
            settle(write.done, error=_unavailable(str(error)))
            self._finish(_Written((), ()))
            if error.is_storage_fault:
                self.actor_ref.tell(_Probe())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            settle(write.done, error=error)
            self._finish(_Written((), ()))
        else:
            settle(write.done, result)
            self._finish(_Written((), ()))

    # -- the database went away

    def _stop_writing(self) -> None:
        """From here on nothing is acknowledged until a probe has been written (PROMISES P19)."""
        self._backlog.is_writable = False
        for append in list(self._waiting):
            self._lose(append, "the database cannot be written at the moment")
        for write in self._writes:
            settle(write.done, error=_unavailable("the database cannot be written"))
        self._writes.clear()
        self._probe_after_s = _PROBE_FIRST_S
        self._probe_later()

    def _probe_later(self) -> None:
        self._clock.call_later(self._probe_after_s, lambda: tell(self.actor_ref, _Probe()))
        self._probe_after_s = min(_PROBE_MOST_S, self._probe_after_s * 2)

    async def _probe(self) -> None:
        """Open the writing connection anew and write something: an fsync retry proves nothing."""
        try:
            await self._store.reconnect_writer()
            await self._store.probe()
        except StorageError:
            self._finish(_ProbeDone(is_writable=False))
        else:
            self._finish(_ProbeDone(is_writable=True))

    def _probed(self, *, is_writable: bool) -> None:
        self._task = None
        if not is_writable:
            self._backlog.is_writable = False
            self._probe_later()
            return
        if not self._backlog.is_writable:
            _log.warning("the database can be written again")
        self._backlog.is_writable = True
        bereaved, self._bereaved = self._bereaved, {}
        for room in bereaved.values():
            tell(room, JournalWritable())

    # -- tasks

    def _run(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        self._task = asyncio.get_running_loop().create_task(work)

    def _finish(self, message: object) -> None:
        tell(self.actor_ref, message)


def _is_one_room(appends: Sequence[Append]) -> bool:
    return len({append.batch.session.session_id for append in appends}) == 1


def _unavailable(reason: str) -> Refused:
    return Refused(ErrorCode.UNAVAILABLE, reason, retry_after_ms=1000)
