"""The way to the rooms for callers by name: REST, the operator, tests. And their start and end."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Self, TypeVar

import msgspec
import pykka

from actors.config import RoomConfig
from actors.house.directory import DirectoryActor
from actors.house.places import Here, Places
from actors.house.writing.backlog import Backlog
from actors.house.writing.journal import JournalActor
from actors.house.writing.messages import JournalMessage, Write, written
from actors.messages import (
    AwaitRoom,
    DirectoryMessage,
    Do,
    GiveUp,
    MayRest,
    RoomMessage,
    StopRooms,
    Tick,
)
from actors.room.joining.presence import LiveRoom
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer, Shielded, Unobserved
from actors.runtime.telling import tell
from actors.runtime.timers import TimerActor
from lessonroom.codes import ErrorCode, Refused, unavailable
from lessonroom.commands import Command, CommandOf, CreateSession, MoveSession
from lessonroom.log.events import Event
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.room import Room
from lessonroom.session import lifecycle, reopening
from lessonroom.session.session import Session
from lessonroom.session.session_types import require_fitting
from lessonroom.state import RoomState
from storage.log import bodies
from storage.records import Batch, LogUsage, User, UserKind
from storage.replies import KeptReply
from storage.sessions import creating
from storage.sessions.creating import NewSession
from storage.store import Store

_T = TypeVar("_T")

_TICK_S = 1.0
_ASK_TIMEOUT_S = 30.0
_STOP_TIMEOUT_S = 5.0
_TRIES = 3
"""Rooms that are looked for in a row, each found dead, before the caller is told to come again."""


class Rooms:
    """All rooms of this process. Made by `start`, ended by `stop`; runs on one event loop."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        config: RoomConfig,
        observer: Observer | None = None,
        places: Places | None = None,
    ) -> None:
        self.store = store
        """For reading; what writes goes through the journal."""
        self.clock = clock
        self.config = config
        self.observer: Observer = Shielded(observer or Unobserved())
        self.arrived: set[str] = set()
        """Sessions that came from elsewhere, until what was written in them was looked through."""
        self.backlog = Backlog(config.journal_queue)
        self._journal_ref: pykka.ActorRef[JournalActor] = JournalActor.start(
            store,
            clock,
            self.backlog,
            observer=self.observer,
            interval_s=config.fanout_interval_s,
        )
        self._journal: Mailbox[JournalMessage] = self._journal_ref
        self._directory_ref: pykka.ActorRef[DirectoryActor] = DirectoryActor.start(
            store,
            journal=self._journal,
            backlog=self.backlog,
            clock=clock,
            config=config,
            observer=self.observer,
            places=places or Here(),
        )
        self.directory: Mailbox[DirectoryMessage] = self._directory_ref
        self._timers: list[pykka.ActorRef[TimerActor]] = []

    @classmethod
    def start(
        cls,
        store: Store,
        *,
        clock: Clock,
        config: RoomConfig,
        observer: Observer | None = None,
        places: Places | None = None,
    ) -> Self:
        """Start the actors that every room needs, and the timer that drives them.

        `places` says which sessions live here; None: all of them do.
        """
        rooms = cls(store, clock=clock, config=config, observer=observer, places=places)
        rooms._timers.append(
            TimerActor.start(rooms.directory, Tick(), interval_s=_TICK_S, clock=clock)
        )
        return rooms

    async def stop(self) -> None:
        """Commit what was accepted, close everyone with 1012, stop the actors (SY-4).

        A store that does not answer is waited for 5 s: then everyone is told that what they wait
        for was not written, and the transaction under way is left to the store.
        """
        for timer in self._timers:
            await timer.stop(block=False)
        given_up = asyncio.get_running_loop().create_future()

        def give_up() -> None:
            tell(self.directory, GiveUp())
            given_up.cancel()

        overdue = self.clock.call_later(_STOP_TIMEOUT_S, give_up)
        await StopRooms().asked_of(self.directory)
        await self._directory_ref.stop(block=False)
        # The rooms' last snapshots are on their way; where they cannot be written, so be it.
        written = asyncio.ensure_future(self._drained())
        await asyncio.wait([written, given_up], return_when=asyncio.FIRST_COMPLETED)
        written.cancel()
        overdue.cancel()
        await self._journal_ref.stop(block=False)

    async def _drained(self) -> None:
        with contextlib.suppress(Refused, pykka.ActorDeadError):
            await written(self._journal)

    # -- commands

    async def ask(self, session_id: str, command: CommandOf[_T]) -> _T:
        """Carry out a command in the session's room, opened if need be.

        Returns its result once all it came to is on disk.

        Raises:
            Refused: `not_found`, no such session; `session_ended`, it is over (`conflict` for a
                change of status); `unavailable`, it was not written; or what the room refused.

        """
        try:
            async with asyncio.timeout(_ASK_TIMEOUT_S):
                return await self._ask(session_id, command)
        except TimeoutError:
            raise unavailable("the room did not answer in time") from None
        except Refused as refused:
            if refused.code is ErrorCode.SESSION_ENDED and isinstance(command, MoveSession):
                session = await self.store.session(session_id)
                if session is not None:
                    lifecycle.after(session.status, command.move)
            raise

    async def _ask(self, session_id: str, command: CommandOf[_T]) -> _T:
        is_of_the_past = reopening.is_of_the_past(command)
        for _ in range(_TRIES):
            room = await self._find(session_id, is_of_the_past=is_of_the_past)
            try:
                return await Do(command).asked_of(room)
            except pykka.ActorDeadError:
                # It went to rest, or failed, since the directory named it.
                continue
        raise unavailable("the room ends again and again")

    async def _find(self, session_id: str, *, is_of_the_past: bool) -> Mailbox[RoomMessage]:
        try:
            return await AwaitRoom(session_id, is_of_the_past).asked_of(self.directory)
        except pykka.ActorDeadError:
            raise unavailable("the server is stopping") from None

    async def create(
        self,
        session: Session,
        commands: Sequence[Command] = (),
        *,
        reply: KeptReply | None = None,
        sessions_most: int | None = None,
    ) -> tuple[Session, bool]:
        """Write a new session with its first events; say whether it is new.

        Args:
            session: the session; with an `external_id` that its host has used before, the earlier
                session is returned and nothing is written.
            commands: carried out before anyone can join, for instance a seat and `start`.
            reply: kept in the same transaction, where the session is new.
            sessions_most: how many its host may have, this one among them.

        Raises:
            Refused: the session is not what its type promises, one of the commands is not
                possible, its host has too many, or the database cannot be written.

        """
        new = await self._begun(session, commands)

        async def write(store: Store) -> Session:
            return await store.create_session(
                new.session,
                new.events,
                new.participants,
                taken=new.taken,
                reply=reply,
                sessions_most=sessions_most,
                bodies=new.bodies,
            )

        stored = await self.write(write)
        return stored, stored.session_id == session.session_id

    async def create_all(
        self,
        planned: Sequence[tuple[Session, Sequence[Command]]],
        *,
        reply: KeptReply | None = None,
        sessions_most: int | None = None,
    ) -> None:
        """Write several sessions of one host, none of which has an `external_id`: all or none.

        Raises:
            Refused: as `create` does.

        """
        begun = [
            msgspec.structs.replace(
                await self._begun(session, commands), sessions_most=sessions_most
            )
            for session, commands in planned
        ]
        begun[-1] = msgspec.structs.replace(begun[-1], reply=reply)

        async def write(store: Store) -> None:
            await store.writing(
                lambda connection: creating.create_all(connection, begun, store.endpoints)
            )

        await self.write(write)

    async def _begun(self, session: Session, commands: Sequence[Command]) -> NewSession:
        """Return a session with the beginning of its log, as it is to be written."""
        require_fitting(session)
        roles = await self.store.role_permissions()
        room = Room(RoomState(session, role_permissions=roles), limits=self.config.limits)
        room.quota.elsewhere_bytes = await self.store.owner_bytes(session.host_id)
        events: list[Event] = []
        participants: dict[int, Participant] = {}
        now_ms = self.clock.now_ms()

        def carry_out() -> None:
            for command in (CreateSession(by=session.host_id), *commands):
                outcome = room.handle(command, now_ms)
                events.extend(outcome.events)
                participants.update(outcome.participants)

        # A board of thousands of elements takes a while, and nobody else knows this room yet.
        await asyncio.to_thread(carry_out)
        batch = await bodies.write_ahead(
            Batch(session=room.state.session, events=tuple(events)), self.write
        )
        return NewSession(
            session=batch.session,
            events=batch.events,
            bodies=batch.bodies,
            participants=tuple(participants.values()),
            taken=LogUsage(room.state.head, room.state.usage.by_person),
        )

    # -- people and roles

    async def ensure_user(self, *, issuer: str, subject: str, name: str, kind: UserKind) -> User:
        """Return the user of that issuer and subject, made where missing."""
        at_ms = self.clock.now_ms()

        async def write(store: Store) -> User:
            return await store.ensure_user(
                issuer=issuer, subject=subject, name=name, kind=kind, at_ms=at_ms
            )

        return await self.write(write)

    async def set_role_permissions(self, role: Role, permissions: PermissionSet) -> None:
        """Set what a role may do on this server; rooms that are opened from now on keep to it."""

        async def write(store: Store) -> None:
            await store.set_role_permissions(role, permissions)

        await self.write(write)

    # -- for upkeep

    async def write(self, work: Callable[[Store], Awaitable[_T]]) -> _T:
        """Have the journal run another write in its turn, and return what it returns.

        Raises:
            Refused: `unavailable`, the database cannot be written.

        """
        self.backlog.check()
        try:
            return await Write(work).asked_of(self._journal)
        except pykka.ActorDeadError:
            raise unavailable("the server is stopping") from None

    def put_to_rest(self, session_id: str) -> None:
        """Have a room that nobody needs any more stop now, without waiting for its time."""
        tell(self.directory, MayRest(session_id))

    # -- for operators

    def live(self) -> list[LiveRoom]:
        """Return all open rooms."""
        directory = self._directory_ref._actor_weakref()  # noqa: SLF001 - see DirectoryActor.live
        return directory.live() if directory is not None else []

    def live_room(self, session_id: str) -> LiveRoom | None:
        """Return the room of a session; None: it is not open. Costs the same however many are."""
        directory = self._directory_ref._actor_weakref()  # noqa: SLF001 - see DirectoryActor.live
        return directory.live_room(session_id) if directory is not None else None

    def is_writable(self) -> bool:
        """Whether the database takes writes at the moment, as far as is known."""
        return self.backlog.is_writable
