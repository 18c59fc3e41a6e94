"""A school whose lessons open from a course at a platform on loopback."""

from collections.abc import AsyncIterator

import pytest

from tests.gateway.lti.tiny_platform import TinyPlatform
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.lti.course import Course
from tests.gateway.rest.school import School
from tests.manual_clock import ManualClock


@pytest.fixture
async def platform(clock: ManualClock) -> AsyncIterator[TinyPlatform]:
    platform = await TinyPlatform(clock).start()
    yield platform
    await platform.stop()


@pytest.fixture
async def school(opened: Open) -> AsyncIterator[School]:
    async with opened(lti=True) as school:
        yield school


@pytest.fixture
async def course(school: School, platform: TinyPlatform) -> Course:
    course = Course(school, platform)
    await course.known()
    platform.tool_keys = course.lti.keys.public
    return course
