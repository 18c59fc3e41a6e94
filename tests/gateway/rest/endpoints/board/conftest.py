"""A lesson for each test."""

import pytest

from tests.gateway.rest.endpoints.board.test_assets import Lesson, begun
from tests.gateway.rest.school import School


@pytest.fixture
async def lesson(school: School) -> Lesson:
    return await begun(school)
