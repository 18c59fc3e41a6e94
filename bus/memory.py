"""The bus within one process: for tests, with the faults of a network by a seed, and no clock.

`MemoryServer` stands where a NATS server would. It delivers in turns of the event loop, in the
order in which it was told, but for what `Faults` say.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from bus.bus import (
    WAITING_MOST,
    BusAway,
    BusFull,
    Counts,
    Heard,
    require_message,
    require_subject,
)

_log: Final = structlog.get_logger(__name__)
_Passed = Callable[[], None]


class Faults(msgspec.Struct, frozen=True):
    """How often something happens to a message on its way to one listener, as fractions of 1."""

    lose: float = 0.0
    double: float = 0.0
    """It comes twice, at once."""
    swap: float = 0.0
    """The next one to that connection comes before it."""
    hold: float = 0.0
    """It comes late: behind everything that is on its way by now."""


_NONE: Final = Faults()


class MemoryServer:
    """What connects the buses of one process.

    Args:
        faults: what happens to messages.
        chance: of the faults.
        deliver: runs a delivery later; the event loop's `call_soon`, where it is not said.

    """

    def __init__(
        self,
        *,
        faults: Faults = _NONE,
        chance: random.Random | None = None,
        deliver: Callable[[Callable[[], object]], object] | None = None,
    ) -> None:
        self.faults = faults
        self._chance = chance or random.Random(0)  # noqa: S311 - a course that can be repeated
        self._deliver = deliver
        self._buses: list[MemoryBus] = []
        self._cut: set[MemoryBus] = set()
        self._on_their_way: deque[tuple[MemoryBus, Heard | _Passed, int]] = deque()
        self._is_running = True
        self._is_frozen = False
        self._is_armed = False

    def connect(self, *, waiting_most: int = WAITING_MOST) -> "MemoryBus":
        """Return a bus of this server; it is connected where the server runs."""
        bus = MemoryBus(self, waiting_most=waiting_most)
        self._buses.append(bus)
        return bus

    # -- faults by hand

    def stop(self) -> None:
        """End as a server that is killed: what is on its way is lost, nobody is connected."""
        self._is_running = self._is_frozen = False
        for bus, heard, size in self._on_their_way:
            if isinstance(heard, Heard):
                bus.gone(size, is_lost=True)
        self._on_their_way.clear()

    def start(self) -> None:
        """Run again, with everybody who was connected, and what they listen to."""
        self._is_running = True
        for bus in self._buses:
            bus.counts.reconnects += 1

    def freeze(self) -> None:
        """Go on taking messages and deliver none; nobody notices."""
        self._is_frozen = True

    def thaw(self) -> None:
        """Deliver again, what had gathered first."""
        self._is_frozen = False
        self._arm()

    def cut(self, bus: "MemoryBus") -> None:
        """Lose all that goes to a bus and comes from it, which it does not notice."""
        self._cut.add(bus)

    def mend(self, bus: "MemoryBus") -> None:
        """Let through what goes to a bus and comes from it."""
        self._cut.discard(bus)

    # -- for buses

    @property
    def is_running(self) -> bool:
        """Whether buses are connected."""
        return self._is_running

    def take(self, sender: "MemoryBus", heard: Heard, size: int) -> None:
        """Take a message of a bus, to be delivered to all who listen to its subject."""
        # Behind all that the same bus has said before, and decided as it arrives.
        self._on_their_way.append((sender, heard, size))
        self._arm()

    def take_mark(self, sender: "MemoryBus", passed: _Passed) -> None:
        """Take a mark: `passed` is called once all that stands before it has arrived."""
        self._on_their_way.append((sender, passed, 0))
        self._arm()

    def forget(self, bus: "MemoryBus") -> None:
        """Take a bus out that was closed."""
        self._buses.remove(bus)

    def _arm(self) -> None:
        if not self._is_armed and not self._is_frozen and self._on_their_way:
            self._is_armed = True
            later = self._deliver or asyncio.get_running_loop().call_soon
            later(self._turn)

    def _turn(self) -> None:
        self._is_armed = False
        if self._is_frozen or not self._is_running:
            return
        for _ in range(len(self._on_their_way)):
            sender, heard, size = self._on_their_way.popleft()
            if not isinstance(heard, Heard):
                if sender not in self._cut:
                    heard()
                continue
            sender.gone(size, is_lost=False)
            if sender not in self._cut:
                self._route(sender, heard)
        for bus in self._buses:
            bus.deliver_held()
        self._arm()

    def _route(self, sender: "MemoryBus", heard: Heard) -> None:
        listeners = [bus for bus in self._buses if bus.listens_to(heard.subject)]
        for bus in listeners:
            if bus not in self._cut:
                self._arrive(bus, heard)
        if not listeners and heard.reply:
            sender.hear(Heard(heard.reply, b"", is_nobody=True))

    def _arrive(self, bus: "MemoryBus", heard: Heard) -> None:
        what, faults = self._chance.random(), self.faults
        if what < faults.lose:
            return
        what -= faults.lose
        if what < faults.swap:
            bus.hold(heard, is_for_one=True)
            return
        what -= faults.swap
        if what < faults.hold:
            bus.hold(heard, is_for_one=False)
            return
        what -= faults.hold
        for _ in range(2 if what < faults.double else 1):
            bus.hear(heard)


class MemoryBus:
    """`Bus` of one process. Made by `MemoryServer.connect`."""

    def __init__(self, server: MemoryServer, *, waiting_most: int) -> None:
        self.counts = Counts()
        self._server = server
        self._waiting_most = waiting_most
        self._waiting_bytes = 0
        self._listeners: dict[str, list[Callable[[Heard], None]]] = {}
        self._swapped: list[Heard] = []
        self._held: list[Heard] = []
        self._is_closed = False

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._server.is_running and not self._is_closed

    @property
    def waiting_bytes(self) -> int:
        """Return how many bytes were accepted and are on their way."""
        return self._waiting_bytes

    def publish(self, subject: str, payload: bytes, *, reply: str = "") -> None:
        """Send a message, or raise `BusFull`, `BusAway` or `ValueError` at once."""
        require_message(subject, payload, reply)
        if not self.is_connected:
            raise BusAway("there is no connection")
        size = len(subject) + len(payload) + len(reply)
        if self._waiting_bytes + size > self._waiting_most:
            raise BusFull(f"{self._waiting_bytes} bytes wait already")
        self._waiting_bytes += size
        self._server.take(self, Heard(subject, payload, reply), size)

    async def subscribe(self, subject: str, heard: Callable[[Heard], None]) -> None:
        """Listen to a subject, through lost connections."""
        require_subject(subject)
        self._listeners.setdefault(subject, []).append(heard)

    async def flush(self, timeout_s: float) -> None:
        """Return once all of before has arrived; `BusAway` where the server is not there."""
        if not self.is_connected:
            raise BusAway("there is no connection")
        passed = asyncio.Event()
        self._server.take_mark(self, passed.set)
        try:
            async with asyncio.timeout(timeout_s):
                await passed.wait()
        except TimeoutError:
            raise BusAway("no answer in time") from None

    async def close(self) -> None:
        """End the connection."""
        if not self._is_closed:
            self._is_closed = True
            self._server.forget(self)

    # -- for the server

    def listens_to(self, subject: str) -> bool:
        """Whether somebody here is to hear of a subject."""
        return subject in self._listeners

    def gone(self, size: int, *, is_lost: bool) -> None:
        """Hear that a message is not on its way any more."""
        self._waiting_bytes -= size
        if is_lost:
            self.counts.lost += 1
        else:
            self.counts.sent += 1
            self.counts.sent_bytes += size

    def hold(self, heard: Heard, *, is_for_one: bool) -> None:
        """Keep a message back: until the next one has come, or all that are on their way."""
        (self._swapped if is_for_one else self._held).append(heard)

    def deliver_held(self) -> None:
        """Have what was kept back come."""
        held, self._held = self._swapped + self._held, []
        self._swapped = []
        for heard in held:
            self._tell(heard)

    def hear(self, heard: Heard) -> None:
        """Have a message come, and behind it what was to be swapped with it."""
        self._tell(heard)
        swapped, self._swapped = self._swapped, []
        for late in swapped:
            self._tell(late)

    def _tell(self, heard: Heard) -> None:
        for listener in self._listeners.get(heard.subject, ()):
            if self._is_closed:
                return
            self.counts.heard += 1
            self.counts.heard_bytes += len(heard.payload)
            try:
                listener(heard)
            except Exception:  # noqa: BLE001 - whatever it is, the next one must be heard
                _log.exception("a message was not dealt with", subject=heard.subject)
