"""A room to knock at."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.house.rooms import Rooms
from gateway.addresses import TrustedProxies
from gateway.config import GatewayConfig
from gateway.held_refusals import HeldRefusals
from gateway.identity.revocations import Revocations
from gateway.identity.tokens import Tokens
from gateway.socket.intake import Intake
from gateway.socket.socket_services import Connects, SocketServices
from lessonroom.commands import PassTime, SeatParticipant
from lessonroom.people.permissions import Role
from lessonroom.rates import Backoff
from lessonroom.session.session import Session
from storage.records import Durability, UserKind
from storage.store import Store
from tests.gateway.socket.desk import CONFIG, SESSION, Desk
from tests.manual_clock import START_MS, ManualClock


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock()
    url = f"sqlite+aiosqlite:///{tmp_path}/lessons.db"
    store = await Store.open(url, durability=Durability.PROCESS)
    rooms = Rooms(store, clock=clock, config=CONFIG)
    ada = await rooms.ensure_user(issuer="guest", subject="ada", name="Ada", kind=UserKind.GUEST)
    session = Session(session_id=SESSION, host_id=ada.user_id, created_at_ms=START_MS)
    seat = SeatParticipant(user_id=ada.user_id, name="Ada", role=Role.STUDENT)
    await rooms.create(session, [seat])
    services = SocketServices(
        rooms=rooms,
        tokens=Tokens([b"a secret of thirty-two bytes, at least"], leeway_s=30, clock=clock),
        revocations=Revocations(rooms),
        clock=clock,
        config=GatewayConfig(),
        room_config=CONFIG,
        proxies=TrustedProxies(()),
        held_refusals=HeldRefusals(clock),
        refused_handshakes=Backoff(30),
        connects=Connects(per_min_user=60, per_min_address=3_000),
        intake=Intake(clock, interval_s=0.0),
        sockets=set(),
    )
    made = Desk(services, ada.user_id)
    yield made
    for socket, _ in made.wires:
        socket.connection_lost(None)
    # Wait for the room, which may still be being opened.
    await rooms.ask(SESSION, PassTime())
    await rooms.stop()
    await store.close()
