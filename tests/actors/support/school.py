"""All rooms of a process, on a real store that can fail, with the time in the test's hand."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

import msgspec
import pykka

from actors.config import RoomConfig
from actors.house.places import Here, Places
from actors.house.rooms import Rooms
from actors.room.room import RoomActor
from actors.runtime.observing import Observer
from lessonroom.commands import Command, MoveSession, SeatParticipant
from lessonroom.log.events import Channel, Event
from lessonroom.people.permissions import Role
from lessonroom.rates import Rate, Rates
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.records import Durability
from tests.actors.support.client import Client
from tests.actors.support.faulty_store import FaultyStore
from tests.actors.support.recording_outbox import ALL_CHANNELS
from tests.manual_clock import ManualClock

HOST, ANN, BEN = 1, 2, 3
NAMES = {HOST: "hoster", ANN: "annnie", BEN: "bennie"}
_ANY: Final = Rate(1e6, 1e6)
FAST: Final = Rates(board=_ANY, pointer=_ANY, signal=_ANY, command=_ANY, room=_ANY)
"""Budgets that no test uses up, for those that are not about budgets: the clock stands still."""
QUICK: Final = RoomConfig(fanout_interval_s=0.0, rates=FAST)
"""A flush after each batch, so that most tests need not turn the clock."""

_STUCK_S = 60
_TURNS = 25


class OpenSchool(Protocol):
    """The fixture of that name."""

    async def __call__(self, config: RoomConfig = QUICK) -> "School": ...


class School:
    """Opens rooms, seats clients, and waits for what a test expects."""

    def __init__(
        self,
        store: FaultyStore,
        *,
        url: str,
        config: RoomConfig = QUICK,
        clock: ManualClock | None = None,
        observer: Observer | None = None,
        places: Places | None = None,
    ) -> None:
        self.store = store
        self.url = url
        self.config = config
        self.clock = clock or ManualClock()
        self.observer = observer
        self.places = places or Here()
        self.rooms = self._start()
        self.clients: list[Client] = []
        self.sockets: int = 0

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        config: RoomConfig = QUICK,
        clock: ManualClock | None = None,
        observer: Observer | None = None,
        places: Places | None = None,
        is_shared: bool = False,
    ) -> "School":
        """Open a school on a database, made where missing; others may have it, too."""
        store = await FaultyStore.open(url, durability=Durability.POWER, is_shared=is_shared)
        store.arm()
        return cls(store, url=url, config=config, clock=clock, observer=observer, places=places)

    async def close(self) -> None:
        """Stop the rooms and close the store."""
        self.store.is_down = False
        self.store.release()
        await self.stop()
        await self.store.close()

    async def stop(self) -> None:
        """Stop the rooms; the time that a last flush waits for passes."""
        if not self.rooms.directory.is_alive():
            return
        stopping = asyncio.create_task(self.rooms.stop())
        while not stopping.done():
            await self.rest()
            self.clock.advance(0.02)
        await stopping

    async def restart(self) -> None:
        """Stop the rooms and start them anew on the same store, as another process would."""
        await self.stop()
        self.rooms = self._start()

    def _start(self) -> Rooms:
        return Rooms.start(
            self.store,
            clock=self.clock,
            config=self.config,
            observer=self.observer,
            places=self.places,
        )

    async def crash(self) -> None:
        """End the actors where they stand, as a kill does, and start anew on the same store."""
        for ref in pykka.ActorRegistry.get_all():
            await ref.stop(block=False)
        self.rooms = self._start()

    # -- lessons

    async def lesson(
        self, session_id: str = "algebra", *, students: Iterable[int] = (ANN, BEN)
    ) -> None:
        """Write a lesson that has started, with seats for its host and students."""
        seats: list[Command] = [
            SeatParticipant(user_id=user_id, name=self.name_of(user_id), role=role)
            for user_id, role in [(HOST, Role.HOST), *((user, Role.STUDENT) for user in students)]
        ]
        session = Session(session_id=session_id, host_id=HOST, created_at_ms=self.clock.now_ms())
        await self.rooms.create(session, [*seats, MoveSession(by=HOST, move=Move.START)])

    @staticmethod
    def name_of(user_id: int) -> str:
        """Return the name of a participant, which is also that of their client."""
        return NAMES.get(user_id, f"person{user_id}")

    def client(
        self,
        user_id: int,
        session_id: str = "algebra",
        *,
        channels: frozenset[Channel] = ALL_CHANNELS,
        suffix: str = "",
    ) -> Client:
        """Return a client that has not connected yet; `suffix` tells two pages of one person."""
        client = Client(
            user_id,
            name=self.name_of(user_id) + suffix,
            session_id=session_id,
            clock=self.clock,
            config=self.config,
            channels=channels,
        )
        self.clients.append(client)
        return client

    async def join(
        self,
        user_id: int,
        session_id: str = "algebra",
        *,
        channels: frozenset[Channel] = ALL_CHANNELS,
        suffix: str = "",
    ) -> Client:
        """Return a client that is connected and has synced."""
        client = self.client(user_id, session_id, channels=channels, suffix=suffix)
        await self.connect(client)
        return client

    async def connect(self, client: Client) -> None:
        """Connect a client, again or for the first time, until it has synced."""
        client.connect(self.rooms)
        await self.until(lambda: client.is_synced or client.outbox.has_ended)
        assert client.is_synced, client.outbox.refused or client.outbox.closed

    # -- waiting

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; fail where that does not come."""
        async with asyncio.timeout(_STUCK_S):
            while not is_so():  # noqa: ASYNC110 - there is no one event for what tests wait for
                await asyncio.sleep(0)

    async def settle(self) -> None:
        """Let everything happen that needs neither time nor the disk."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def rest(self) -> None:
        """Let everything happen that needs no time."""
        quiet = 0
        async with asyncio.timeout(_STUCK_S):
            while quiet < _TURNS:
                under_way = self._under_way()
                if under_way:
                    await asyncio.wait(under_way)
                await asyncio.sleep(0)
                quiet = 0 if under_way else quiet + 1

    def _under_way(self) -> set[asyncio.Task[Any]]:
        """Return the tasks that wait for the disk, unless the test keeps them from it."""
        directory: Any = self.rooms._directory_ref._actor_weakref()
        journal: Any = self.rooms._journal_ref._actor_weakref()
        tasks = set(directory._tasks) if directory is not None else set()
        if journal is not None and not self.store.is_closed:
            tasks |= {journal._task} if journal._task is not None else set()
            tasks |= set(journal._ahead._tasks.values())
        return {task for task in tasks if not task.done()}

    # -- looking

    def room(self, session_id: str = "algebra") -> RoomActor:
        """Return the live room of a session."""
        directory: Any = self.rooms._directory_ref._actor_weakref()
        room = directory._entries[session_id].room._actor_weakref()
        assert isinstance(room, RoomActor)
        return room

    def is_live(self, session_id: str = "algebra") -> bool:
        """Whether the session has a room."""
        return session_id in {live.session_id for live in self.rooms.live()}

    async def log(self, session_id: str = "algebra") -> list[Event]:
        """Return the log as it is on disk."""
        return await self.store.events(session_id, limit=100_000)

    async def submissions(self, session_id: str = "algebra") -> dict[str, int]:
        """Return what was accepted from clients, by its id; fails where something is twice."""
        accepted: dict[str, int] = {}
        for event in await self.log(session_id):
            if event.submission is not None:
                key = str(event.submission)
                assert key not in accepted, f"{key} is in the log twice"
                accepted[key] = event.seq
        return accepted

    def board(self, session_id: str = "algebra") -> dict[str, float]:
        """Return where the room has its elements."""
        encoded = msgspec.json.decode(self.room(session_id)._lesson.state.board.encode())
        return {name: element["x"] for name, element in encoded["elements"].items()}

    async def check(self, session_id: str = "algebra") -> None:
        """Check what must hold at rest: the log is dense, and everyone agrees with it."""
        seqs = [event.seq for event in await self.log(session_id)]
        assert seqs == list(range(1, len(seqs) + 1)), "a gap in the log"
        accepted = await self.submissions(session_id)
        board = self.board(session_id)
        for client in self.clients:
            if client.session_id != session_id:
                continue
            assert not client.faults, (client.name, client.faults)
            missing = client.acked.items() - accepted.items()
            assert not missing, f"{client.name}: acknowledged and not in the log: {missing}"
            if client.is_synced:
                assert client.board == board, client.name
                assert client.seq == len(seqs), client.name
