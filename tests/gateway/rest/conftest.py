"""The API over real rooms and a real database file."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from gateway.config import GatewayConfig
from gateway.documents.spool import Spool
from gateway.identity.tokens import Tokens
from gateway.lti.lti import Lti
from gateway.lti.lti_config import LtiConfig
from gateway.metrics import Metrics
from gateway.recordings.take_files import TakeFiles
from gateway.rest.app import create_app
from gateway.webhooks.webhooks import Webhooks
from storage.images.asset_directory import AssetDirectory
from storage.records import Durability
from storage.store import Store
from tests.gateway.rest.school import School
from tests.manual_clock import ManualClock

SECRET = b"a secret of thirty-two bytes, at least"

Open = Callable[..., AbstractAsyncContextManager[School]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def url_of(tmp_path: Path) -> Callable[[str], str]:
    """Where the database of a place is; a file about another kind has its own."""
    return lambda place: f"sqlite+aiosqlite:///{tmp_path}/{place}/lessons.db"


@pytest.fixture
def opened(tmp_path: Path, clock: ManualClock, url_of: Callable[[str], str]) -> Open:
    """Opens the school on its one database file; again, for a restart of the server.

    Another `place` is another server.
    """

    @asynccontextmanager
    async def open_school(
        *,
        secrets: tuple[bytes, ...] = (SECRET,),
        config: GatewayConfig | None = None,
        webhooks: Webhooks | None = None,
        api_keys: dict[str, bytes] | None = None,
        metrics: Metrics | None = None,
        lti: bool = False,
        place: str = "data",
    ) -> AsyncIterator[School]:
        (tmp_path / place).mkdir(exist_ok=True)
        store = await Store.open(url_of(place), durability=Durability.PROCESS)
        rooms = Rooms(store, clock=clock, config=RoomConfig(fanout_interval_s=0), observer=metrics)
        if metrics is not None:
            metrics.watch(rooms)
        tokens = Tokens(secrets, api_keys, leeway_s=30, clock=clock)
        app = create_app(
            rooms=rooms,
            tokens=tokens,
            clock=clock,
            config=config or GatewayConfig(),
            webhooks=webhooks,
            lti=_lti(tmp_path / place, rooms, tokens) if lti else None,
            metrics=metrics,
            asset_files=AssetDirectory(tmp_path / place / "assets"),
            spool=Spool(tmp_path / place / "documents"),
            take_files=TakeFiles(tmp_path / place / "recordings"),
        )
        try:
            yield School(app, tokens, clock)
        finally:
            await app.state.services.stop()
            app.state.services.takes.stop()
            await rooms.stop()
            await store.close()

    return open_school


def _lti(home: Path, rooms: Rooms, tokens: Tokens) -> Lti:
    """Return what judges platforms, which may be on this machine."""
    config = LtiConfig(keys=home / "lti-keys.json", allowed_networks=("127.0.0.0/8",))
    return Lti(config, rooms, tokens, rooms.clock)


@pytest.fixture
async def school(opened: Open) -> AsyncIterator[School]:
    async with opened() as school:
        yield school


@pytest.fixture
def refusals_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold none of them: for who is refused often, one after the other, while the clock stands."""
    monkeypatch.setattr("gateway.held_refusals._AT_ONCE", 1_000_000)
