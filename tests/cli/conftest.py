from collections.abc import Iterator

import pytest

from tests.serving import RunningServer, start_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with rate limits that a test does not reach; each test makes its own lessons."""
    running = start_server(
        tmp_path_factory.mktemp("server") / "data",
        env={
            "LESSONROOM_LIMITS__BOARD_PER_S": "5000",
            "LESSONROOM_LIMITS__BOARD_BURST": "10000",
            "LESSONROOM_LIMITS__ROOM_BOARD_PER_S": "20000",
            "LESSONROOM_ROOMS__FANOUT_INTERVAL_MS": "0",
        },
    )
    yield running
    assert running.stop() == 0
