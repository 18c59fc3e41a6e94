"""Stores of each kind: on real files, and in a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine import parse_url
from storage.migrate import upgrade
from storage.records import Durability
from storage.store import Store
from tests.postgres import Postgres
from tests.storage.lessons import Lesson


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where a store in a file is, empty and not made yet."""
    return f"sqlite+aiosqlite:///{tmp_path}/data/lessons.db"


@pytest.fixture(scope="session")
def migrated_database(postgres: Postgres) -> str:
    """A database in PostgreSQL to be copied: faster than to migrate one for each test."""
    url = postgres.new_database()
    asyncio.run(upgrade(url))
    return str(parse_url(url).database)


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_database: str) -> str:
    """Where a store in PostgreSQL is, empty."""
    return postgres.new_database(f"TEMPLATE {migrated_database}")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """Where an empty store of each kind is; a file about one kind has its own `url`."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty store."""
    store = await Store.open(url, durability=Durability.POWER)
    yield store
    await store.close()


@pytest.fixture
async def lesson(store: Store) -> Lesson:
    """A lesson in the store, its log begun with `room_open`."""
    lesson = Lesson("algebra")
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    return lesson
