"""Servers to test against."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.e2e.lesson import Lesson
from tests.e2e.raw import RawSocket
from tests.serving import RunningServer, start_server

FAST: Final = (
    {f"LESSONROOM_LIMITS__{name}": "100000" for name in ("BOARD_BURST", "ROOM_BOARD_PER_S")}
    | {f"LESSONROOM_LIMITS__{name}": "10000" for name in ("BOARD_PER_S", "COMMAND_PER_S")}
    | {f"LESSONROOM_LIMITS__CONNECTS_PER_MIN_{name}": "1000000" for name in ("USER", "ADDRESS")}
)
"""No rate stands in the way of a test that is about something else."""

StartServer = Callable[..., RunningServer]
Begin = Callable[..., Awaitable[Lesson]]
Dial = Callable[..., Awaitable[RawSocket]]
Shake = Callable[..., Awaitable[RawSocket]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for the tests of a module; each makes its own lesson."""
    running = start_server(tmp_path_factory.mktemp("server") / "data", env=FAST)
    yield running
    assert running.stop() == 0


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartServer]:
    """Starts servers, one after another, on one data directory."""
    running: list[RunningServer] = []

    def start_one(*args: str, **settings: object) -> RunningServer:
        env = FAST | {f"LESSONROOM_{name.upper()}": str(value) for name, value in settings.items()}
        running.append(start_server(tmp_path / "data", *args, env=env))
        return running[-1]

    yield start_one
    for server in running:
        server.kill()


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Begins lessons; in the end everyone who is still in one is gone."""
    begun: list[Lesson] = []

    async def begin_one(server: RunningServer, **fields: object) -> Lesson:
        begun.append(await Lesson.begin(server, **fields))
        return begun[-1]

    yield begin_one
    for lesson in begun:
        for client in lesson.clients:
            await client.drop()


@pytest.fixture
async def lesson(server: RunningServer, begin: Begin) -> Lesson:
    """A lesson that has begun."""
    return await begin(server)


@pytest.fixture
async def dial() -> AsyncIterator[Dial]:
    """Opens TCP connections to the server of a URL; closes them in the end."""
    opened: list[RawSocket] = []

    async def dial_one(url: str, receive_buffer_bytes: int | None = None) -> RawSocket:
        opened.append(await RawSocket.open(url, receive_buffer_bytes))
        return opened[-1]

    yield dial_one
    for raw in opened:
        raw.close()


@pytest.fixture
async def shake(dial: Dial) -> Shake:
    """Opens WebSockets by hand, as far as the server lets them."""

    async def shake_one(
        url: str,
        token: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        receive_buffer_bytes: int | None = None,
    ) -> RawSocket:
        raw = await dial(url, receive_buffer_bytes)
        await raw.shake_hands(url, token, headers)
        return raw

    return shake_one
