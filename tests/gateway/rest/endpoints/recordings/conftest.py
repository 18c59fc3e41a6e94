"""Two servers, and a lesson of the first."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.packs.player import Player
from gateway.rest.packing import contents
from tests.gateway.rest.conftest import Open
from tests.gateway.rest.endpoints.recordings.arrivals import full_lesson
from tests.gateway.rest.endpoints.test_past import Lesson
from tests.gateway.rest.school import School


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
