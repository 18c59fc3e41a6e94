"""One life of a server process: the real actors on the simulated loop, until it is killed."""

import asyncio
import random
from typing import Any, Final

import msgspec
import pykka

from actors.config import RoomConfig
from actors.edge.connection import ConnectionActor
from actors.house.rooms import Rooms
from lessonroom.commands import Connect
from lessonroom.state import RoomState
from tests.actors.support.school import FAST
from tests.lessonroom.moments import LIMITS
from tests.proof.simulation.disk import Disk, SimulatedStore
from tests.proof.simulation.loop import SimulatedClock
from tests.proof.simulation.network import Link

SESSION_ID: Final = "algebra"
CONFIG: Final = RoomConfig(
    limits=LIMITS,
    rates=FAST,
    grace_s=5,
    autosave_s=3.0,
    snapshot_events=15,
    rest_after_s=4.0,
    resume_window=25,
    outbox_soft_bytes=2_000,
    outbox_hard_bytes=5_000,
    journal_queue=60,
    crashes_before_parking=1_000_000,
)
"""Everything is small, so that a lesson of seconds meets every limit."""

ROOMY: Final = msgspec.structs.replace(
    CONFIG,
    limits=msgspec.structs.replace(
        LIMITS,
        elements_per_board=100,
        element_bytes=20_000,
        points_per_stroke=500,
        board_bytes=100_000,
        max_message_bytes=1_500,
    ),
    journal_queue=20,
)
"""Strokes become long, and do not fit into one message; the queue towards the disk is short."""


class ServerProcess:
    """Rooms, their store, and the server's ends of its connections."""

    def __init__(
        self,
        disk: Disk,
        chance: random.Random,
        *,
        config: RoomConfig,
        fault_rate: float,
        skew_ms: int,
    ) -> None:
        self._config = config
        self.store = SimulatedStore(disk, chance, fault_rate=fault_rate)
        self.clock = SimulatedClock(asyncio.get_running_loop())
        self.clock.skew_ms = skew_ms
        self.rooms = Rooms.start(self.store, clock=self.clock, config=config)
        self._links: list[Link] = []

    def accept(self, link: Link, *, connection_id: str, user_id: int) -> None:
        """Take up a connection."""
        self._links.append(link)
        link.server_end = ConnectionActor.start(
            Connect(
                connection_id=connection_id,
                peer_id=f"peer-{connection_id}",
                user_id=user_id,
                token_issued_at_ms=self.clock.now_ms(),
                is_peer=True,
            ),
            session_id=SESSION_ID,
            outbox=link,
            directory=self.rooms.directory,
            ice_servers=[],
            clock=self.clock,
            config=self._config,
            observer=self.rooms.observer,
        )

    def kill(self) -> None:
        """End it in the middle of whatever it does: nothing that it still does has an effect."""
        self.store.is_dead = True
        self.clock.is_running = False
        for link in self._links:
            link.sever()
        for actor in pykka.ActorRegistry.get_all():
            pykka.ActorRegistry.unregister(actor)

    async def stop(self) -> None:
        """Stop it as SIGTERM does."""
        await self.rooms.stop()
        self.kill()

    def break_room(self) -> None:
        """Have a fault in the room's own code: it takes a message that it does not know."""
        room = self._room()
        if room is not None:
            room.actor_ref.tell("nobody sends this")

    def state(self) -> RoomState | None:
        """Return the room's state where the room is open, and nothing of it waits for the disk."""
        room = self._room()
        if room is None or room._lesson.is_suspended or not room._lesson.fanout.is_idle():
            return None
        state: RoomState = room._lesson.state
        return state

    def _room(self) -> Any:  # noqa: ANN401 - pykka's weak reference
        directory: Any = self.rooms._directory_ref._actor_weakref()
        entry = directory._entries.get(SESSION_ID)
        return None if entry is None or entry.room is None else entry.room._actor_weakref()
