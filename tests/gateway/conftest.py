"""A real port on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.runtime.clock import SystemClock
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig
from gateway.held_refusals import HeldRefusals
from gateway.identity.revocations import Revocations
from gateway.identity.tokens import Tokens
from gateway.port import Address, Port
from gateway.socket.intake import Intake
from gateway.socket.socket_services import Connects, SocketServices
from lessonroom.rates import Backoff
from storage.records import Durability
from storage.store import Store
from tests.gateway.served_port import DEADLINE_S, App, Serve, Serving


@pytest.fixture
async def serve(tmp_path: Path) -> AsyncIterator[Serve]:
    """Serves `App` on a free port; what an `Address` says besides is given by name."""
    clock = SystemClock()
    url = f"sqlite+aiosqlite:///{tmp_path}/lessons.db"
    store = await Store.open(url, durability=Durability.PROCESS)
    rooms = Rooms(store, clock=clock, config=RoomConfig())
    services = SocketServices(
        rooms=rooms,
        tokens=Tokens([b"a secret of thirty-two bytes, at least"], leeway_s=30, clock=clock),
        revocations=Revocations(rooms),
        clock=clock,
        config=GatewayConfig(),
        room_config=RoomConfig(),
        proxies=TrustedProxies(()),
        held_refusals=HeldRefusals(clock),
        refused_handshakes=Backoff(30),
        connects=Connects(per_min_user=60, per_min_address=3_000),
        intake=Intake(clock, interval_s=0.0),
        sockets=set(),
    )

    @asynccontextmanager
    async def serve_one(
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        operator_socket: Path | None = None,
        request_timeout_s: float = 10,
        stop_rooms: Callable[[], Awaitable[None]] = _nothing,
    ) -> AsyncIterator[Serving]:
        address = Address(
            host=host,
            port=port,
            operator_socket=operator_socket,
            request_timeout_s=request_timeout_s,
            shutdown_timeout_s=1,
        )
        app = App()
        opened = Port(app, sockets=services, address=address, stop_rooms=stop_rooms)
        listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(opened.serve(listening.set_result))
        either: set[asyncio.Future[Any]] = {task, listening}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            listening.cancel()
            task.result()
        serving = Serving(opened, listening.result(), app)
        try:
            yield serving
        finally:
            for writer in serving.streams:
                writer.transport.abort()
            opened.stop()
            async with asyncio.timeout(DEADLINE_S):
                await task

    yield serve_one
    await rooms.stop()
    await store.close()


async def _nothing() -> None:
    pass
