"""Two servers, and a lesson of the first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest

from gateway.packs.player import Player
from gateway.rest.packing import contents
from storage.engine import parse_url
from storage.migrate import upgrade
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.arrivals import full_lesson
from tests.gateway.rest.endpoints.test_past import Lesson
from tests.gateway.rest.school import School
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """A database in PostgreSQL to be copied: faster than to migrate one for each test."""
    url = postgres.new_database()
    asyncio.run(upgrade(url))
    return str(parse_url(url).database)


@pytest.fixture(params=["sqlite", "postgres"])
def each_url_of(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Where the database of a place is, of each kind."""
    if request.param == "sqlite":
        return lambda place: f"sqlite+aiosqlite:///{tmp_path}/{place}/lessons.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    migrated: str = request.getfixturevalue("migrated")
    # The same again, for a restart of the server.
    return cache(lambda _place: postgres.new_database(f"TEMPLATE {migrated}"))


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player, whether the page is built here or not."""
    directory = tmp_path / "player"
    directory.mkdir()
    for name in ("player.js", "player.css"):
        (directory / name).write_text("")
    monkeypatch.setattr(contents, "Player", lambda: Player(directory))


@pytest.fixture
async def here(opened: Open, built: None) -> AsyncIterator[School]:
    """The other server."""
    async with opened(place="here") as school:
        yield school


@pytest.fixture
async def full(school: School, built: None) -> Lesson:
    """A lesson with all that there is to draw, show, say and send, which is over."""
    return await full_lesson(school)
