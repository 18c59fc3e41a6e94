"""Buses of each kind: within the process, and through a real NATS server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol

import pytest

from bus.bus import WAITING_MOST, Bus, Heard
from bus.memory import MemoryServer
from bus.nats import NatsBus
from tests.bus.nats_server import NatsMissing, NatsServer

_STUCK_S = 60


class BusServer(Protocol):
    """What buses meet at."""

    def kill(self) -> None:
        """End it at once."""

    def start(self) -> None:
        """Run it again."""

    def freeze(self) -> None:
        """Have it stand still, and nobody notice."""

    def thaw(self) -> None:
        """Let it go on."""

    async def bus(self, *, waiting_most: int = WAITING_MOST, is_awaited: bool = True) -> Bus:
        """Return a bus, once it is connected."""


class Listener:
    """Listens to subjects, and keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def __call__(self, heard: Heard) -> None:
        self.heard.append(heard)

    @property
    def payloads(self) -> list[bytes]:
        """What came, in order."""
        return [each.payload for each in self.heard]


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; fail where that does not come."""
    async with asyncio.timeout(_STUCK_S):
        while not is_so():  # noqa: ASYNC110 - there is no one event for what tests wait for
            await asyncio.sleep(0)


class _Memory:
    def __init__(self) -> None:
        self._server = MemoryServer()
        self.buses: list[Bus] = []
        self.kill, self.start = self._server.stop, self._server.start
        self.freeze, self.thaw = self._server.freeze, self._server.thaw

    async def bus(self, *, waiting_most: int = WAITING_MOST, is_awaited: bool = True) -> Bus:
        bus = self._server.connect(waiting_most=waiting_most)
        self.buses.append(bus)
        assert bus.is_connected or not is_awaited
        return bus


class _Nats:
    def __init__(self, server: NatsServer) -> None:
        self._server = server
        self.buses: list[Bus] = []
        self.kill, self.start = server.kill, server.start
        self.freeze, self.thaw = server.freeze, server.thaw

    async def bus(self, *, waiting_most: int = WAITING_MOST, is_awaited: bool = True) -> Bus:
        bus = NatsBus.start([self._server.url], name="tests", waiting_most=waiting_most)
        self.buses.append(bus)
        if is_awaited:
            await until(lambda: bus.is_connected)
        return bus


@pytest.fixture(scope="session")
def nats_server() -> Iterator[NatsServer]:
    """A NATS server for all tests of the run; each leaves it running."""
    try:
        server = NatsServer.begin()
    except NatsMissing as missing:
        pytest.skip(str(missing))
    yield server
    server.remove()


@pytest.fixture(params=["memory", "nats"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[BusServer]:
    """What buses meet at, of each kind."""
    if request.param == "memory":
        kind: _Memory | _Nats = _Memory()
    else:
        kind = _Nats(request.getfixturevalue("nats_server"))
    yield kind
    for bus in kind.buses:
        await bus.close()
