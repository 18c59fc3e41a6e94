"""The end of a lesson goes to grade books the way that webhooks go: durable, and tried again."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from actors.config import RoomConfig
from actors.house.rooms import Rooms
from actors.house.webhooks import Failure
from cli.server.announcing import Announcing, endpoints_of
from cli.settings.settings import Settings
from gateway.identity.tokens import Tokens
from gateway.lti import grades
from gateway.lti.grades import Grades
from lessonroom.commands import MoveSession
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from storage.announcing import deliveries
from storage.records import Durability, UserKind
from storage.store import Store
from tests.manual_clock import ManualClock

SECRET = b"a secret of thirty-two bytes, at least"


def settings_with(**lti: bool) -> Settings:
    return Settings.model_validate({"lti": lti})


def test_they_are_told_where_that_is_wanted() -> None:
    told = [endpoint.url for endpoint in endpoints_of(settings_with(enabled=True))]
    assert told == [grades.ENDPOINT]
    assert endpoints_of(settings_with(enabled=False)) == ()
    assert endpoints_of(settings_with(enabled=True, grades=False)) == ()


async def round_of(announcing: Announcing) -> None:
    """Let everything happen that is due now."""
    announcing.webhooks.nudge()
    actor = announcing._actor._actor_weakref()
    quiet = 0
    async with asyncio.timeout(30):
        while quiet < 20:
            await asyncio.sleep(0)
            quiet = 0 if actor is not None and actor._tasks else quiet + 1


class Told:
    """What grade books were told, in place of `Grades.send`; it fails as often as it is told to."""

    def __init__(self) -> None:
        self.session_ids: list[str] = []
        self.failures = 1

    async def send(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        assert (url, webhook_id.startswith("evt_")) == (grades.ENDPOINT, True)
        self.session_ids.append(msgspec.json.decode(body)["data"]["session_id"])
        self.failures -= 1
        return Failure("the book is away") if self.failures >= 0 else None


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()

    async def send(_grades: Grades, url: str, **more: Any) -> Failure | None:  # noqa: ANN401 - as it is
        return await told.send(url, **more)

    monkeypatch.setattr(Grades, "send", send)
    return told


async def test_what_a_grade_book_did_not_take_is_tried_again(tmp_path: Path, told: Told) -> None:
    """And is among what waits, for the operator to see."""
    clock, settings = ManualClock(), settings_with(enabled=True)
    store = await Store.open(
        f"sqlite+aiosqlite:///{tmp_path}/lessons.db",
        durability=Durability.PROCESS,
        endpoints=endpoints_of(settings),
    )
    rooms = Rooms(store, clock=clock, config=RoomConfig(fanout_interval_s=0))
    tokens = Tokens([SECRET], leeway_s=30, clock=clock)
    announcing = Announcing.start(settings, tmp_path, rooms=rooms, tokens=tokens, clock=clock)
    try:
        user = await rooms.ensure_user(
            issuer="school", subject="1", name="Ada", kind=UserKind.REGISTERED
        )
        session = Session(session_id="s-1", host_id=user.user_id, created_at_ms=clock.now_ms())
        await rooms.create(session)
        end = MoveSession(by=None, move=Move.TERMINATE)
        await rooms.ask("s-1", end)
        await round_of(announcing)
        (waiting,) = await deliveries.backlogs(store)
        assert (waiting.endpoint, waiting.last_error) == (grades.ENDPOINT, "the book is away")
        clock.advance(6)
        await round_of(announcing)
        assert told.session_ids == ["s-1", "s-1"]
        assert await deliveries.backlogs(store) == []
    finally:
        await announcing.stop()
        await rooms.stop()
        await store.close()
