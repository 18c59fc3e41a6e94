"""A school for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.config import RoomConfig
from tests.actors.support.school import QUICK, OpenSchool, School


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where the database is."""
    return f"sqlite+aiosqlite:///{tmp_path}/data/lessons.db"


@pytest.fixture
async def open_school(url: str) -> AsyncIterator[OpenSchool]:
    """Opens a school with one lesson, `algebra`, and closes it at the end of the test."""
    schools: list[School] = []

    async def open_one(config: RoomConfig = QUICK) -> School:
        school = await School.open(url, config=config)
        schools.append(school)
        await school.lesson()
        return school

    yield open_one
    for school in schools:
        await school.close()


@pytest.fixture
async def school(open_school: OpenSchool) -> School:
    """A school with one lesson, `algebra`."""
    return await open_school()
