"""Two nodes on one PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.storage.cluster.nodes import TestNode, lesson_in
from tests.storage.lessons import Lesson


@pytest.fixture
async def first(postgres_url: str) -> AsyncIterator[TestNode]:
    """A node."""
    node = await TestNode.enter(postgres_url, "first")
    yield node
    await node.die()


@pytest.fixture
async def second(postgres_url: str) -> AsyncIterator[TestNode]:
    """Another one, of the same database."""
    node = await TestNode.enter(postgres_url, "second")
    yield node
    await node.die()


@pytest.fixture
async def lesson(first: TestNode) -> Lesson:
    """A lesson that nobody has yet."""
    return await lesson_in(first.store)
