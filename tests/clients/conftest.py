"""A server that the clients call, as a platform has it."""

from collections.abc import Iterator

import pytest

from lessonroom_client import ApiKey
from tests.serving import RunningServer, start_server

SECRET = "a key of thirty-two bytes, at least, of a school"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that knows the platform `school`."""
    home = tmp_path_factory.mktemp("served") / "data"
    running = start_server(home, env={"LESSONROOM_AUTH__API_KEYS__SCHOOL": SECRET})
    yield running
    running.stop()


@pytest.fixture
def key() -> ApiKey:
    """The platform's key."""
    return ApiKey("school", SECRET)
