"""The directory: which session's room is where. Opens rooms on demand and buries them."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from enum import StrEnum
from typing import Any, Final, assert_never

import msgspec
import pykka
import structlog

from actors.config import RoomConfig
from actors.house.journal import Backlog, JournalMessage, Write
from actors.house.ledger import Elsewhere, Ledger
from actors.house.versions import board_at, too_old
from actors.messages import (
    AwaitRoom,
    DirectoryMessage,
    FindRoom,
    GiveUp,
    LoadAgain,
    LoadBoard,
    LoadedAgain,
    LoadedBoard,
    LoadedRoom,
    MayRest,
    Rest,
    Rested,
    RoomFailed,
    RoomFound,
    RoomMessage,
    Shutdown,
    StillBusy,
    StopRooms,
    Tick,
)
from actors.room.loading import loaded, takes_long
from actors.room.presence import LiveRoom
from actors.room.room import RoomActor
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import settle, tell, tell_later
from lessonroom.codes import ErrorCode, Refused
from lessonroom.session.session import Session
from storage.errors import SchemaNewer, StorageError
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_LOAD_AGAIN_S: Final = 1.0
_LOADS_AT_ONCE: Final = 3
"""After a restart everyone comes back at once. Beyond its seven readers the store lets wait for a
few seconds only: two of them are for long reads, and as many are left to other requests."""

RoomMailbox = Mailbox[RoomMessage]
Found = Callable[[RoomMailbox | Refused], None]


class _Phase(StrEnum):
    OPENING = "opening"
    OPEN = "open"
    RESTING = "resting"


class _Entry(msgspec.Struct):
    phase: _Phase
    room: RoomMailbox | None = None
    waiting: list[Found] = []


class _Loaded(msgspec.Struct, frozen=True):
    session_id: str
    room: LoadedRoom | Refused


class _FoundDead(msgspec.Struct, frozen=True):
    session_id: str
    room: RoomMailbox


class _LoadLater(msgspec.Struct, frozen=True):
    again: LoadAgain


_OwnMessage = _Loaded | _FoundDead | _LoadLater


class DirectoryActor(AsyncioActor):
    """Knows every live room of this process.

    A room that fails is opened anew for whoever comes next; one that fails too often in a row is
    parked: it refuses with `internal` until the server restarts, and the log says so.
    """

    OUTLIVES_FAULTS = True

    def __init__(
        self,
        store: Store,
        *,
        journal: Mailbox[JournalMessage],
        backlog: Backlog,
        clock: Clock,
        config: RoomConfig,
        observer: Observer,
    ) -> None:
        super().__init__()
        self._store = store
        self._journal = journal
        self._backlog = backlog
        self._clock = clock
        self._config = config
        self._observer = observer
        self._entries: dict[str, _Entry] = {}
        self._crashes: dict[str, deque[float]] = {}
        self._parked: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loads = asyncio.Semaphore(_LOADS_AT_ONCE)
        self._ledger = Ledger()
        self._stopped: asyncio.Future[None] | None = None

    def on_receive(self, message: DirectoryMessage | _OwnMessage) -> Any:  # noqa: ANN401 - an answer
        """Find a room, or hear how one fares."""
        match message:
            case FindRoom(session_id=session_id, asker=asker):
                self._find(session_id, lambda room: tell(asker, RoomFound(room)))
            case AwaitRoom(session_id=session_id):
                return self._await(session_id)
            case _Loaded():
                self._opened(message)
            case MayRest(session_id=session_id):
                self._put_to_rest(session_id)
            case StillBusy(session_id=session_id):
                self._still_busy(session_id)
            case Rested():
                self._rested(message)
            case RoomFailed():
                self._failed(message)
            case LoadAgain(room=room) if not room.is_alive():
                pass
            case LoadAgain():
                self._run(self._load_again(message))
            case LoadBoard():
                self._run(self._load_board(message))
            case _LoadLater(again=again):
                tell_later(self._clock, _LOAD_AGAIN_S, self.actor_ref, again)
            case _FoundDead():
                self._found_dead(message)
            case Tick():
                self._tell_rooms(message)
            case StopRooms():
                return self._shutdown()
            case GiveUp():
                self._tell_rooms(message)
            case _:
                assert_never(message)
        return None

    def live(self) -> list[LiveRoom]:
        """Return all open rooms, as an operator may see them. Read-only, on the event loop."""
        actors = (entry.room for entry in self._entries.values() if entry.room is not None)
        # The operator's view reads the actors' state directly: all run on this one loop, so no
        # handler is under way, and asking a thousand rooms would take a thousand messages.
        return [
            actor.live()
            for ref in actors
            if isinstance(ref, pykka.ActorRef)
            and isinstance(actor := ref._actor_weakref(), RoomActor)  # noqa: SLF001
        ]

    # -- opening

    def _await(self, session_id: str) -> asyncio.Future[RoomMailbox]:
        done: asyncio.Future[RoomMailbox] = self._loop.create_future()

        def found(room: RoomMailbox | Refused) -> None:
            if isinstance(room, Refused):
                settle(done, error=room)
            else:
                settle(done, room)

        self._find(session_id, found)
        return done

    def _find(self, session_id: str, found: Found) -> None:
        if self._stopped is not None:
            found(_unavailable("the server is restarting"))
            return
        if session_id in self._parked:
            found(Refused(ErrorCode.INTERNAL, "this session failed too often; ask the operator"))
            return
        entry = self._entries.get(session_id)
        if entry is None:
            self._entries[session_id] = _Entry(_Phase.OPENING, None, [found])
            self._run(self._open(session_id, after_crash=session_id in self._crashes))
        elif entry.phase is _Phase.OPEN and entry.room is not None and entry.room.is_alive():
            found(entry.room)
        else:
            if entry.room is not None and not entry.room.is_alive():
                # Behind what it may have said of its end itself, which is in the mailbox already.
                tell(self.actor_ref, _FoundDead(session_id, entry.room))
            entry.waiting.append(found)

    async def _open(self, session_id: str, *, after_crash: bool) -> None:
        room: LoadedRoom | Refused
        try:
            if after_crash:
                await self._barrier()
            room = await self._load(session_id)
        except Refused as refused:
            room = refused
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            _log.exception("cannot make a room of what is stored", session_id=session_id)
            room = Refused(ErrorCode.INTERNAL, "the session cannot be opened; ask the operator")
        tell(self.actor_ref, _Loaded(session_id, room))

    async def _load(self, session_id: str) -> LoadedRoom:
        try:
            async with self._loads:
                stored = await self._store.load_room(
                    session_id,
                    resume_window=self._config.resume_window,
                    resume_bytes=self._config.resume_bytes,
                )
                roles = await self._store.role_permissions()
                elsewhere = Elsewhere() if stored is None else await self._elsewhere(stored.session)
        except SchemaNewer as newer:
            _log.error("a session is of a newer version", session_id=session_id, reason=str(newer))
            raise too_old() from newer
        except StorageError as error:
            _log.exception("cannot load a session", session_id=session_id)
            raise _unavailable("the session cannot be read from the database") from error
        if stored is None:
            raise Refused(ErrorCode.NOT_FOUND, "there is no such session")
        if takes_long(stored):
            room = await asyncio.to_thread(loaded, stored, roles)
        else:
            room = loaded(stored, roles)
        return msgspec.structs.replace(room, elsewhere=elsewhere)

    async def _elsewhere(self, session: Session) -> Elsewhere:
        """Return what the owner's other sessions take; what is open is known better by itself."""
        without = self._ledger.live_of(session.host_id) | {session.session_id}
        n_bytes = await self._store.owner_bytes(session.host_id, without=without)
        return Elsewhere(n_bytes, without)

    async def _barrier(self) -> None:
        """Wait until everything that a failed room sent to the journal is written."""

        async def nothing(_store: Store) -> None:
            pass

        await Write(nothing).asked_of(self._journal)

    def _opened(self, message: _Loaded) -> None:
        session_id = message.session_id
        entry = self._entries[session_id]
        if self._stopped is not None:
            self._dismiss(session_id, _unavailable("the server is restarting"))
        elif isinstance(message.room, Refused):
            self._dismiss(session_id, message.room)
        elif (status := message.room.state.session.status).has_ended:
            self._dismiss(session_id, Refused(ErrorCode.SESSION_ENDED, f"the session is {status}"))
        else:
            self._start(entry, session_id, message.room)

    def _start(self, entry: _Entry, session_id: str, room: LoadedRoom) -> None:
        try:
            ref: RoomMailbox = RoomActor.start(
                room,
                journal=self._journal,
                directory=self.actor_ref,
                backlog=self._backlog,
                clock=self._clock,
                config=self._config,
                durability=self._store.durability.value,
                observer=self._observer,
                ledger=self._ledger,
            )
        except Exception as error:  # noqa: BLE001 - a fault of this room must not end the directory
            _log.exception("a room cannot be started", session_id=session_id)
            self._count_crash(session_id, repr(error))
            self._dismiss(session_id, Refused(ErrorCode.INTERNAL, "the session cannot be opened"))
        else:
            entry.room, entry.phase = ref, _Phase.OPEN
            state = room.state
            self._ledger.opened(
                session_id,
                state.session.host_id,
                state.usage.total_bytes,
                elsewhere=room.elsewhere,
            )
            self._answer(entry, ref)

    def _dismiss(self, session_id: str, refused: Refused) -> None:
        self._answer(self._entries.pop(session_id), refused)

    @staticmethod
    def _answer(entry: _Entry, answer: RoomMailbox | Refused) -> None:
        waiting, entry.waiting = entry.waiting, []
        for found in waiting:
            found(answer)

    async def _load_again(self, again: LoadAgain) -> None:
        try:
            room = await self._load(again.session_id)
        except Refused:
            tell(self.actor_ref, _LoadLater(again))
        except Exception:  # noqa: BLE001 - whatever it is, the room waits
            _log.exception("cannot make a room of what is stored", session_id=again.session_id)
            tell(self.actor_ref, _LoadLater(again))
        else:
            tell(again.room, LoadedAgain(room))

    async def _load_board(self, wanted: LoadBoard) -> None:
        board: bytes | Refused
        try:
            board = await board_at(self._store, wanted.session_id, wanted.version)
        except Refused as refused:
            board = refused
        tell(wanted.room, LoadedBoard(wanted.asked, wanted.version, board))

    # -- resting

    def _put_to_rest(self, session_id: str) -> None:
        entry = self._entries.get(session_id)
        if entry is not None and entry.room is not None and entry.phase is _Phase.OPEN:
            entry.phase = _Phase.RESTING
            tell(entry.room, Rest())

    def _still_busy(self, session_id: str) -> None:
        entry = self._entries.get(session_id)
        if entry is not None and entry.room is not None:
            entry.phase = _Phase.OPEN
            self._answer(entry, entry.room)

    def _rested(self, rested: Rested) -> None:
        self._crashes.pop(rested.session_id, None)
        self._bury(rested.session_id, rested.room)

    def _failed(self, failed: RoomFailed) -> None:
        try:
            self._count_crash(failed.session_id, failed.reason)
        finally:
            self._bury(failed.session_id, failed.room)

    def _found_dead(self, found: _FoundDead) -> None:
        """A room that has not even said that it failed, has failed all the same."""
        entry = self._entries.get(found.session_id)
        if entry is not None and entry.room is found.room:
            self._failed(RoomFailed(found.session_id, found.room, "it stopped without a word"))

    def _count_crash(self, session_id: str, reason: str) -> None:
        now_s = self._clock.monotonic_s()
        crashes = self._crashes.setdefault(session_id, deque())
        crashes.append(now_s)
        while now_s - crashes[0] > self._config.crash_window_s:
            crashes.popleft()
        _log.error("a room failed", session_id=session_id, reason=reason, in_a_row=len(crashes))
        if len(crashes) >= self._config.crashes_before_parking:
            self._parked.add(session_id)
            _log.error("the session is parked until the server restarts", session_id=session_id)

    def _bury(self, session_id: str, room: RoomMailbox) -> None:
        """Forget a room that has stopped, and open a new one for those who wait."""
        entry = self._entries.get(session_id)
        if entry is None or entry.room is not room:
            # It failed on its way to rest and was buried before.
            return
        del self._entries[session_id]
        self._ledger.closed(session_id)
        for found in entry.waiting:
            self._find(session_id, found)
        self._check_stopped()

    # -- stopping

    def _shutdown(self) -> "asyncio.Future[None]":
        """Have every room say goodbye; the future is done when all have stopped."""
        if self._stopped is None:
            self._stopped = self._loop.create_future()
            self._tell_rooms(Shutdown())
            self._check_stopped()
        return self._stopped

    def _tell_rooms(self, message: Tick | Shutdown | GiveUp) -> None:
        for entry in self._entries.values():
            if entry.room is not None:
                tell(entry.room, message)

    def _check_stopped(self) -> None:
        if self._stopped is not None and not any(
            entry.room is not None for entry in self._entries.values()
        ):
            settle(self._stopped)

    def on_stop(self) -> None:
        """Nothing is left behind, and nobody waits."""
        for task in self._tasks:
            task.cancel()
        for session_id in list(self._entries):
            self._dismiss(session_id, _unavailable("the server is restarting"))

    def on_discarded(self, message: object) -> None:
        """Answer who came too late."""
        if isinstance(message, FindRoom):
            tell(message.asker, RoomFound(_unavailable("the server is restarting")))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _unavailable(reason: str) -> Refused:
    return Refused(ErrorCode.UNAVAILABLE, reason, retry_after_ms=1000)
