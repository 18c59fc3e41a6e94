"""The directory: which session's room is where. Opens rooms on demand and buries them."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, Final, assert_never

import pykka
import structlog

from actors.config import RoomConfig
from actors.house.crashes import Crashes
from actors.house.entries import (
    Entry,
    FoundDead,
    Freed,
    LoadLater,
    OpenedRoom,
    Phase,
    RoomMailbox,
    Waiting,
)
from actors.house.ledger import Ledger
from actors.house.places import Place, Places
from actors.house.reading import read_board, read_page
from actors.house.room_loader import RoomLoader
from actors.house.writing.backlog import Backlog
from actors.house.writing.messages import JournalMessage, written
from actors.messages import (
    AwaitRoom,
    DirectoryMessage,
    FindRoom,
    GiveUp,
    LoadAgain,
    LoadBoard,
    LoadedAgain,
    LoadedRoom,
    LoadPage,
    MayRest,
    Released,
    ReleaseSession,
    Rest,
    Rested,
    RoomFailed,
    RoomFound,
    Shutdown,
    StillBusy,
    StopRooms,
    Tick,
)
from actors.room.joining.presence import LiveRoom
from actors.room.room import RoomActor
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import settle, tell, tell_later
from lessonroom.codes import ErrorCode, Refused, unavailable
from storage.store import Store

_log: Final = structlog.get_logger(__name__)

_LOAD_AGAIN_S: Final = 1.0
_OwnMessage = OpenedRoom | Freed | FoundDead | LoadLater


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
        places: Places,
    ) -> None:
        super().__init__()
        self._store = store
        self._journal = journal
        self._backlog = backlog
        self._clock = clock
        self._config = config
        self._observer = observer
        self._entries: dict[str, Entry] = {}
        self._crashes = Crashes(config, clock)
        self._places = places
        self._tasks: set[asyncio.Task[None]] = set()
        self._ledger = Ledger()
        self._loader = RoomLoader(store, config=config, ledger=self._ledger)
        self._stopped: asyncio.Future[None] | None = None

    def on_receive(self, message: DirectoryMessage | _OwnMessage) -> Any:  # noqa: ANN401 - an answer
        """Find a room, or hear how one fares."""
        match message:
            case FindRoom(session_id=session_id, asker=asker):
                self._find(session_id, Waiting(lambda room: tell(asker, RoomFound(room))))
            case AwaitRoom():
                return self._await(message)
            case OpenedRoom():
                self._opened(message)
            case MayRest(session_id=session_id):
                self._put_to_rest(session_id)
            case StillBusy(session_id=session_id):
                self._still_busy(session_id)
            case ReleaseSession():
                self._run(self._let_go(message))
            case Rested():
                self._rested(message)
            case Freed(session_id=session_id):
                self._freed(session_id)
            case RoomFailed():
                self._failed(message)
            case LoadAgain(room=room) if not room.is_alive():
                pass
            case LoadAgain():
                self._run(self._load_again(message))
            case LoadBoard():
                self._run(read_board(self._store, message))
            case LoadPage():
                self._run(read_page(self._store, message))
            case LoadLater(again=again):
                tell_later(self._clock, _LOAD_AGAIN_S, self.actor_inbox, again)
            case FoundDead():
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
        rooms = map(self.live_room, self._entries)
        return [room for room in rooms if room is not None]

    def live_room(self, session_id: str) -> LiveRoom | None:
        """Return one of them; None: it is not open."""
        entry = self._entries.get(session_id)
        ref = entry.room if entry is not None else None
        # The operator's view reads the actors' state directly: all run on this one loop, so no
        # handler is under way, and asking a thousand rooms would take a thousand messages.
        if isinstance(ref, pykka.ActorRef) and isinstance(
            actor := ref._actor_weakref(),  # noqa: SLF001
            RoomActor,
        ):
            return actor.live()
        return None

    # -- opening

    def _await(self, asked: AwaitRoom) -> asyncio.Future[RoomMailbox]:
        done: asyncio.Future[RoomMailbox] = self._loop.create_future()

        def found(room: RoomMailbox | Refused) -> None:
            if isinstance(room, Refused):
                settle(done, error=room)
            else:
                settle(done, room)

        self._find(asked.session_id, Waiting(found, asked.is_of_the_past))
        return done

    def _find(self, session_id: str, waiting: Waiting) -> None:
        found = waiting.found
        if self._stopped is not None:
            found(unavailable("the server is restarting"))
            return
        if self._crashes.is_parked(session_id):
            found(Refused(ErrorCode.INTERNAL, "this session failed too often; ask the operator"))
            return
        entry = self._entries.get(session_id)
        if entry is None:
            self._entries[session_id] = Entry(Phase.OPENING, waiting=[waiting])
            self._run(self._open(session_id))
        elif entry.phase is Phase.OPEN and entry.room is not None and entry.room.is_alive():
            found(entry.room)
        else:
            if entry.room is not None and not entry.room.is_alive():
                # Behind what it may have said of its end itself, which is in the mailbox already.
                tell(self.actor_ref, FoundDead(session_id, entry.room))
            entry.waiting.append(waiting)

    async def _open(self, session_id: str) -> None:
        room: LoadedRoom | Refused
        place: Place | None = None
        try:
            if self._crashes.has_failed(session_id):
                await self._barrier()
            # Before it is read: whoever had it until now may have written up to that moment.
            place = await self._places.place(session_id)
            room = await self._loader.load(session_id, term=place.term)
        except Refused as refused:
            room = refused
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits for an answer
            _log.exception("cannot make a room of what is stored", session_id=session_id)
            room = Refused(ErrorCode.INTERNAL, "the session cannot be opened; ask the operator")
        tell(self.actor_ref, OpenedRoom(session_id, room, place))

    async def _barrier(self) -> None:
        """Wait until everything that a failed room sent to the journal is written."""
        await written(self._journal)

    def _opened(self, message: OpenedRoom) -> None:
        session_id = message.session_id
        entry = self._entries[session_id]
        entry.place = message.place
        if self._stopped is not None:
            self._dismiss(session_id, unavailable("the server is restarting"))
        elif isinstance(message.room, Refused):
            self._dismiss(session_id, message.room)
        elif (status := message.room.state.session.status).has_ended and not entry.is_of_the_past:
            self._dismiss(session_id, Refused(ErrorCode.SESSION_ENDED, f"the session is {status}"))
        else:
            self._start(entry, session_id, message.room)

    def _start(self, entry: Entry, session_id: str, room: LoadedRoom) -> None:
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
            self._crashes.count(session_id, repr(error))
            self._dismiss(session_id, Refused(ErrorCode.INTERNAL, "the session cannot be opened"))
        else:
            entry.room, entry.phase = ref, Phase.OPEN
            state = room.state
            self._ledger.opened(
                session_id,
                state.session.host_id,
                state.usage.total_bytes,
                elsewhere=room.elsewhere,
            )
            entry.answer(ref)

    def _dismiss(self, session_id: str, refused: Refused) -> None:
        """Tell those who wait why there is no room, and let go of the session."""
        entry = self._entries[session_id]
        entry.answer(refused)
        self._free(session_id, entry)

    async def _load_again(self, again: LoadAgain) -> None:
        try:
            room = await self._loader.load(again.session_id)
        except Refused:
            tell(self.actor_ref, LoadLater(again))
        except Exception:  # noqa: BLE001 - whatever it is, the room waits
            _log.exception("cannot make a room of what is stored", session_id=again.session_id)
            tell(self.actor_ref, LoadLater(again))
        else:
            tell(again.room, LoadedAgain(room))

    # -- resting

    def _put_to_rest(self, session_id: str) -> None:
        entry = self._entries.get(session_id)
        if entry is not None and entry.room is not None and entry.phase is Phase.OPEN:
            entry.phase = Phase.RESTING
            tell(entry.room, Rest())

    def _still_busy(self, session_id: str) -> None:
        entry = self._entries.get(session_id)
        if entry is not None and entry.room is not None:
            entry.phase = Phase.OPEN
            entry.answer(entry.room)

    def _rested(self, rested: Rested) -> None:
        self._crashes.forget(rested.session_id)
        self._bury(rested.session_id, rested.room)

    def _failed(self, failed: RoomFailed) -> None:
        try:
            self._crashes.count(failed.session_id, failed.reason)
        finally:
            self._bury(failed.session_id, failed.room)

    def _found_dead(self, found: FoundDead) -> None:
        """A room that has not even said that it failed, has failed all the same."""
        entry = self._entries.get(found.session_id)
        if entry is not None and entry.room is found.room:
            self._failed(RoomFailed(found.session_id, found.room, "it stopped without a word"))

    def _bury(self, session_id: str, room: RoomMailbox) -> None:
        """Forget a room that has stopped, and let go of its session."""
        entry = self._entries.get(session_id)
        if entry is None or entry.room is not room:
            # It failed on its way to rest and was buried before.
            return
        entry.room = None
        self._ledger.closed(session_id)
        self._free(session_id, entry)

    # -- letting go

    async def _let_go(self, asked: ReleaseSession) -> None:
        """Free a session whose room stops, before its people are sent away."""
        entry = self._entries.get(asked.session_id)
        if entry is not None and entry.room is asked.room:
            place, entry.place = entry.place, None
            await self._release(asked.session_id, place)
        tell(asked.room, Released())

    def _free(self, session_id: str, entry: Entry) -> None:
        entry.phase = Phase.RELEASING
        place, entry.place = entry.place, None

        async def free() -> None:
            if self._crashes.has_failed(session_id):
                # What it had handed over comes to the disk first, or is refused for good.
                with contextlib.suppress(Refused, pykka.ActorDeadError):
                    await self._barrier()
            await self._release(session_id, place)
            tell(self.actor_ref, Freed(session_id))

        if place is None:
            self._freed(session_id)
        else:
            self._run(free())

    async def _release(self, session_id: str, place: Place | None) -> None:
        if place is None:
            return
        try:
            await self._places.release(session_id, place.term)
        except Exception:  # noqa: BLE001 - whatever it is, the term runs out by itself
            _log.exception("a session cannot be let go", session_id=session_id)

    def _freed(self, session_id: str) -> None:
        """Nothing of the session is here any more; open it anew for those who came meanwhile."""
        entry = self._entries.pop(session_id)
        for waiting in entry.waiting:
            self._find(session_id, waiting)
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
            entry.room is not None or entry.phase is Phase.RELEASING
            for entry in self._entries.values()
        ):
            settle(self._stopped)

    def on_stop(self) -> None:
        """Nothing is left behind, and nobody waits."""
        for task in self._tasks:
            task.cancel()
        for entry in self._entries.values():
            entry.answer(unavailable("the server is restarting"))

    def on_discarded(self, message: object) -> None:
        """Answer who came too late."""
        if isinstance(message, FindRoom):
            tell(message.asker, RoomFound(unavailable("the server is restarting")))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
