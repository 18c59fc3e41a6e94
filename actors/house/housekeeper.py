"""Housekeeping: what is over expires, what is old is deleted, in slices between the rooms' commits.

The actor is told that it is time, by timers or by a test, and does one thing after the other.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final, Self, TypeVar, assert_never

import msgspec
import pykka
import structlog

from actors.house.asset_sweep import sweep_assets
from actors.house.chores import Chore, HousekeepingConfig
from actors.house.indexing import Indexing
from actors.house.left_behind import remove_arriving
from actors.house.rooms import Rooms
from actors.runtime.asyncio_actor import AsyncioActor
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox, Request
from actors.runtime.telling import settle, tell
from actors.runtime.timers import TimerActor
from lessonroom.codes import Refused
from lessonroom.commands import MoveSession
from lessonroom.log.thinning import superseded
from lessonroom.session.lifecycle import Move
from lessonroom.session.session_types import DEMO_LASTS_MS
from storage import replies
from storage.errors import StorageError
from storage.log import bodies
from storage.people import erasure, revocation, seat_keys
from storage.sessions import bookings
from storage.store import Store
from storage.upkeep import forgetting, upkeep
from storage.upkeep.upkeep import Found

_log: Final = structlog.get_logger(__name__)

_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_INDEX_S: Final = 20.0
"""After so long what was written is found."""
_DAY_MS: Final = 86_400_000
_SEATING_MS: Final = 600_000
"""A guest so young may be on the way to the first seat."""

_T = TypeVar("_T")
_Page = Callable[[int], Awaitable[list[Found]]]


class Due(msgspec.Struct, frozen=True):
    """Told to the housekeeper: it is time for a chore."""

    chore: Chore


class Settled(Request[None], frozen=True):
    """Asked of the housekeeper: answered when nothing is left to do."""


class FinishUp(Request[None], frozen=True):
    """Asked of the housekeeper: the same, where nothing more is begun."""


class _Finished(msgspec.Struct, frozen=True):
    pass


HousekeeperMessage = Due | Settled | FinishUp
"""What may be told to the housekeeper."""


class _CutShort(Exception):  # noqa: N818 - says what happened
    """The server stops: the rest is done after the next start."""


class HousekeeperActor(AsyncioActor):
    """Does the chores that are due, each once at start. One is under way at any time, at most."""

    def __init__(self, rooms: Rooms, *, clock: Clock, config: HousekeepingConfig) -> None:
        super().__init__()
        self._rooms = rooms
        self._clock = clock
        self._began_ms = clock.now_ms()
        self._config = config
        self._due: dict[Chore, None] = dict.fromkeys(Chore)
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._is_leaving = False
        self._indexing = Indexing(rooms, self._write, config.asset_files)

    def on_receive(self, message: HousekeeperMessage | _Finished) -> Any:  # noqa: ANN401 - an answer
        """Hear that it is time, or that a chore is done."""
        match message:
            case Due(chore=chore):
                if not self._is_leaving:
                    self._due[chore] = None
            case Settled():
                return self._wait()
            case FinishUp():
                self._is_leaving = True
                self._due.clear()
                return self._wait()
            case _Finished():
                self._task = None
            case _:
                assert_never(message)
        return None

    def on_start(self) -> None:
        """What was due while the server was down is done first."""
        self._begin()

    def after_batch(self) -> None:
        """Begin the next chore, or tell who waits that there is none."""
        self._begin()
        if self._task is None:
            self._settle()

    def on_stop(self) -> None:
        """Nobody may wait for ever."""
        self._settle()

    def _wait(self) -> "asyncio.Future[None]":
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(done)
        return done

    def _begin(self) -> None:
        if self._task is None and self._due:
            chore = next(iter(self._due))
            del self._due[chore]
            self._task = self._loop.create_task(self._do(chore))

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            settle(done)

    async def _do(self, chore: Chore) -> None:
        try:
            match chore:
                case Chore.EXPIRE:
                    await self._expire()
                    await self._remove_demos()
                case Chore.SETTLE:
                    await self._look_after_the_left()
                    await self._settle_empty()
                case Chore.RETIRE:
                    await remove_arriving(self._rooms, self._write)
                    await self._retire()
                    await self._remove_guests()
                    await self._sweep()
                case Chore.PRUNE:
                    await self._thin_snapshots()
                case Chore.INDEX:
                    await self._indexing.recent_lessons()
                case Chore.INDEX_ALL:
                    if await self._indexing.more_lessons():
                        # What else is due comes in between.
                        tell(self.actor_ref, Due(Chore.INDEX_ALL))
                case Chore.FORGET:
                    await self._forget()
        except _CutShort:
            _log.info("a chore waits for the next start", chore=chore)
        except (Refused, StorageError) as error:
            _log.warning("a chore was cut short; the next one goes on", chore=chore, why=str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the next chore must come
            _log.exception("a chore failed", chore=chore)
        tell(self.actor_ref, _Finished())

    # -- expiry

    async def _expire(self) -> None:
        now_ms = self._clock.now_ms()
        expire_after_ms = round(self._config.expire_after_h * 3_600_000)

        def page(after: int) -> Awaitable[list[Found]]:
            return upkeep.overdue(
                self._rooms.store, now_ms=now_ms, expire_after_ms=expire_after_ms, after=after
            )

        expired = 0
        async for found in self._all(page):
            expired += await self._move(found, Move.EXPIRE)
        if expired:
            _log.info("sessions expired", sessions=expired)

    async def _move(self, found: Found, move: Move, *, reason: str | None = None) -> bool:
        """Move a session through its room, so that who is there is told; say whether it did."""
        try:
            command = MoveSession(by=None, move=move, reason=reason, only_if_empty=True)
            await self._rooms.ask(found.session_id, command)
        except Refused as refused:
            if not self._rooms.is_writable():
                raise
            # Somebody is in, or started it in this moment, or its room is parked: the others go on.
            _log.info("a session stays as it is", session_id=found.session_id, why=str(refused))
            return False
        self._rooms.put_to_rest(found.session_id)
        return True

    # -- nobody there

    async def _look_after_the_left(self) -> None:
        """Open the rooms whose people were left behind by a server that was killed.

        Opening one tells who was last there when, and begins their grace (SY-1); the next round
        settles those who do not come back.
        """
        live = {room.session_id for room in self._rooms.live()}

        def page(after: int) -> Awaitable[list[Found]]:
            return upkeep.attended(self._rooms.store, after=after)

        async for found in self._all(page):
            if found.session_id not in live:
                await self._settle_one(found)

    async def _settle_empty(self) -> None:
        now_ms = self._clock.now_ms()

        def page(after: int) -> Awaitable[list[Found]]:
            rule = self._config.when_empty
            return upkeep.unattended(
                self._rooms.store,
                now_ms=now_ms,
                pause_after_ms=rule.pause_after_ms,
                end_after_ms=rule.end_after_ms,
                end_unplanned_after_ms=rule.end_unplanned_after_ms,
                after=after,
            )

        async for found in self._all(page):
            await self._settle_one(found)
            self._rooms.put_to_rest(found.session_id)

    async def _settle_one(self, found: Found) -> None:
        try:
            await self._rooms.ask(found.session_id, self._config.when_empty)
        except Refused as refused:
            if not self._rooms.is_writable():
                raise
            _log.info("a session stays as it is", session_id=found.session_id, why=str(refused))

    # -- deleting

    async def _remove_demos(self) -> None:
        """Nothing of a demo is kept: neither what was drawn nor who was there."""
        made_before_ms = self._clock.now_ms() - DEMO_LASTS_MS

        def page(after: int) -> Awaitable[list[Found]]:
            return upkeep.old_demos(self._rooms.store, made_before_ms=made_before_ms, after=after)

        removed = 0
        async for found in self._all(page):
            has_ended = found.has_ended or await self._move(
                found, Move.TERMINATE, reason="a demo lasts a day"
            )
            removed += has_ended and await self._purge(found)
        if removed:
            _log.info("demo sessions removed", sessions=removed)
            await self._remove_guests()

    async def _thin_snapshots(self) -> None:
        now_ms = self._clock.now_ms()
        store = self._rooms.store
        deleted, after = 0, 0
        while keys := await upkeep.keys_with_snapshots(store, after=after):
            for key in keys:
                taken = await upkeep.snapshots_taken(store, key)
                # In a thread: a session may have any number of them.
                doomed = await asyncio.to_thread(superseded, taken, now_ms=now_ms)
                deleted += len(doomed)
                while doomed:
                    gone = await self._write(
                        partial(upkeep.delete_snapshots, snapshot_ids=tuple(doomed))
                    )
                    del doomed[:gone]
            after = keys[-1]
        if deleted:
            _log.info("snapshots thinned", deleted=deleted)

    async def _sweep(self) -> None:
        files = self._config.asset_files
        if files is not None:
            await sweep_assets(
                self._rooms, files, now_ms=self._clock.now_ms(), began_ms=self._began_ms
            )

    async def _retire(self) -> None:
        now_ms = self._clock.now_ms()
        await self._write(lambda store: erasure.forget_marks(store, now_ms=now_ms))
        await self._write(lambda store: revocation.forget(store, now_ms=now_ms))
        await self._write(lambda store: replies.forget_old(store, now_ms=now_ms))
        used_before_ms = now_ms - self._config.seat_key_days * _DAY_MS
        while await self._write(
            lambda store: seat_keys.forget_old(store, used_before_ms=used_before_ms)
        ):
            pass
        days = self._config.retention_days

        def page(after: int) -> Awaitable[list[Found]]:
            return upkeep.outlived(
                self._rooms.store, now_ms=now_ms, retention_days=days, after=after
            )

        removed = 0
        async for found in self._all(page):
            removed += await self._purge(found)
        if removed:
            _log.info("sessions deleted after their retention", sessions=removed)
        while await self._write(lambda store: bookings.forget_strays(store, now_ms=now_ms)):
            pass

    async def _purge(self, found: Found) -> bool:
        if self._rooms.live_room(found.session_id) is not None:
            # On its way to rest; it would write behind our back.
            return False
        while not await self._write(lambda store: upkeep.purge(store, found.key)):
            pass
        return True

    async def _forget(self) -> None:
        while await self._write(lambda store: store.writing(bodies.delete_unnamed)):
            pass
        if await forgetting.is_due(self._rooms.store):
            is_quiet = not self._rooms.live()
            await self._write(lambda store: forgetting.forget(store, is_quiet=is_quiet))

    async def _remove_guests(self) -> None:
        made_before_ms = self._clock.now_ms() - _SEATING_MS
        while await self._write(
            lambda store: upkeep.delete_stray_guests(store, made_before_ms=made_before_ms)
        ):
            pass

    # -- slices

    async def _all(self, page: _Page) -> AsyncIterator[Found]:
        after = 0
        while found := await page(after):
            for session in found:
                self._check_not_leaving()
                yield session
            after = found[-1].key

    async def _write(self, work: Callable[[Store], Awaitable[_T]]) -> _T:
        """Have a slice written in the journal's turn. It is a whole: one may stop behind it."""
        self._check_not_leaving()
        return await self._rooms.write(work)

    def _check_not_leaving(self) -> None:
        if self._is_leaving:
            raise _CutShort


class Housekeeping:
    """The housekeeper and its timers. Made by `start`, ended by `stop`, before the rooms are."""

    def __init__(
        self,
        housekeeper: pykka.ActorRef[HousekeeperActor],
        timers: Sequence[pykka.ActorRef[TimerActor]],
    ) -> None:
        self._actors: list[pykka.ActorRef[Any]] = [*timers, housekeeper]
        self._housekeeper: Mailbox[HousekeeperMessage] = housekeeper

    @classmethod
    def start(cls, rooms: Rooms, *, clock: Clock, config: HousekeepingConfig) -> Self:
        """Do every chore now, then each at its interval."""
        housekeeper = HousekeeperActor.start(rooms, clock=clock, config=config)
        intervals = {
            Chore.EXPIRE: _HOUR_S,
            Chore.SETTLE: _MINUTE_S,
            Chore.RETIRE: _HOUR_S,
            Chore.PRUNE: 24 * _HOUR_S,
            Chore.INDEX: _INDEX_S,
            Chore.INDEX_ALL: _HOUR_S,
            Chore.FORGET: _MINUTE_S,
        }
        timers = [
            TimerActor.start(housekeeper, Due(chore), interval_s=interval_s, clock=clock)
            for chore, interval_s in intervals.items()
        ]
        return cls(housekeeper, timers)

    async def settled(self) -> None:
        """Wait until nothing is left to do."""
        await Settled().asked_of(self._housekeeper)

    async def stop(self) -> None:
        """Stop behind the slice that is under way; the rest is done after the next start."""
        await FinishUp().asked_of(self._housekeeper)
        for actor in self._actors:
            await actor.stop(block=False)
