"""Stores on real files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import Durability
from storage.store import Store
from tests.storage.lessons import Lesson


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store of each kind is; the contract runs against all of them."""
    return {"sqlite": f"sqlite+aiosqlite:///{tmp_path}/data/lessons.db"}[request.param]


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
