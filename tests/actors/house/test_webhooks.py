"""Telling platforms, with the network in the test's hand and the clock too.

Tests also: gateway/reports/announced.py.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import msgspec
import pykka
import pytest
from standardwebhooks.webhooks import Webhook

from actors.house.webhooks import RETRY_DELAYS_S, Failure, Send, WebhookActor
from actors.messages import Tick
from actors.runtime.telling import tell
from gateway.reports.announced import announced
from gateway.webhooks.outbound import Outbound
from gateway.webhooks.webhook_signatures import decoded_secret
from lessonroom.codes import unavailable
from lessonroom.commands import MoveSession, UpdateSession
from lessonroom.log.events import EventType
from lessonroom.session.lifecycle import Move
from storage.announcing import deliveries
from storage.announcing.announcing import Endpoint
from storage.announcing.notices import Summary, Told
from tests.actors.support.school import HOST, School
from tests.gateway.receiver import Receiver

URL = "https://platform.example/hook"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "https://other.example/hook"


class Platform:
    """A receiver that can be down; keeps what it has taken."""

    def __init__(self) -> None:
        self.is_down = False
        self.failure = Failure("answered 500")
        self.taken: list[tuple[str, int]] = []
        self.attempts = 0
        self.under_way: Counter[tuple[str, str]] = Counter()

    async def send(self, url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        data = msgspec.json.decode(body)["data"]
        stream = (url, data["session_id"])
        assert webhook_id == f"evt_{data['session_id']}_{data['seq']}"
        self.under_way[stream] += 1
        assert self.under_way[stream] == 1, "two at once of one session"
        self.attempts += 1
        await asyncio.sleep(0)
        self.under_way[stream] -= 1
        if self.is_down:
            return self.failure
        self.taken.append((data["session_id"], data["seq"]))
        return None


def begun(school: School, send: Send, *urls: str) -> pykka.ActorRef[WebhookActor]:
    """Begin to tell platforms."""
    summarise = partial(announced, school.rooms)
    return WebhookActor.start(school.rooms, send, endpoints=urls, summarise=summarise)


class Post:
    """A school whose lessons are announced, and the actor that does it."""

    def __init__(
        self, school: School, platform: Platform, *, send: Send | None = None, url: str = URL
    ) -> None:
        self.school = school
        self.platform = platform
        self.actor = begun(school, send or platform.send, url)

    async def round(self) -> None:
        """Let everything happen that is due now."""
        tell(self.actor, Tick())
        actor = self.actor._actor_weakref()
        quiet = 0
        async with asyncio.timeout(10):
            while quiet < 20:
                await asyncio.sleep(0)
                quiet = 0 if actor is not None and actor._tasks else quiet + 1

    async def expected(self) -> dict[str, list[int]]:
        """Return, by session, the events on disk that the platform is to hear of."""
        wanted = Endpoint(url=URL).events
        return {
            session.session_id: [
                event.seq
                for event in await self.school.log(session.session_id)
                if event.type in wanted
            ]
            for session in await self.school.store.sessions()
        }

    def heard(self) -> dict[str, list[int]]:
        """Return, by session, what the platform has taken, in the order that it came."""
        heard: dict[str, list[int]] = {}
        for session_id, seq in self.platform.taken:
            heard.setdefault(session_id, []).append(seq)
        return heard


@pytest.fixture
async def post(url: str) -> AsyncIterator[Post]:
    school = await School.open(url)
    school.store.endpoints = (Endpoint(url=URL),)
    post = Post(school, Platform())
    yield post
    await post.actor.stop(block=False)
    await school.close()


async def test_every_event_arrives_once_and_in_order(post: Post) -> None:
    """[API Webhooks] Of several lessons at once."""
    for name in ("algebra", "botany", "chemistry"):
        await post.school.lesson(name)
        await post.school.rooms.ask(name, MoveSession(by=HOST, move=Move.PAUSE))
    await post.round()
    assert post.heard() == await post.expected()
    assert await deliveries.backlogs(post.school.store) == []
    await post.round()
    assert post.platform.attempts == len(post.platform.taken)


async def test_a_receiver_that_was_down_under_load_hears_everything_once_it_is_back(
    post: Post,
) -> None:
    """[API Webhooks] In the order of the log, nothing left out and nothing twice."""
    names = [f"lesson-{n}" for n in range(10)]
    for name in names:
        await post.school.lesson(name)
    await post.round()
    post.platform.is_down = True
    for second in range(60):
        for name in names:
            change = UpdateSession(by=HOST, title=f"at {second}")
            await post.school.rooms.ask(name, change)
        post.school.clock.advance(1)
        await post.round()
    # While it was down each lesson was tried twice: at once, and after five seconds.
    assert post.platform.attempts == len(post.platform.taken) + 2 * len(names)
    post.platform.is_down = False
    for delay_s in RETRY_DELAYS_S[:2]:
        post.school.clock.advance(delay_s)
        await post.round()
    assert post.heard() == await post.expected()
    assert sum(map(len, post.heard().values())) > 600


async def test_a_receiver_that_was_killed_under_load_hears_everything_signed(url: str) -> None:
    """[API Webhooks] Over sockets, its port closed for a minute; checked by the standard's code."""
    receiver = Receiver()
    await receiver.start()
    endpoint = f"http://platform.example:{receiver.port}/hook"
    school = await School.open(url)
    school.store.endpoints = (Endpoint(url=endpoint),)
    outbound = Outbound(
        {endpoint: decoded_secret(SECRET)},
        allowed_networks=["127.0.0.0/8"],
        clock=school.clock,
        resolver=_here,
    )
    post = Post(school, Platform(), send=outbound.send, url=endpoint)
    try:
        names = [f"lesson-{n}" for n in range(5)]
        for name in names:
            await school.lesson(name)
        await post.round()
        await receiver.stop()
        before = len(receiver.requests)
        for second in range(60):
            for name in names:
                await school.rooms.ask(name, UpdateSession(by=HOST, title=f"at {second}"))
            school.clock.advance(1)
            await post.round()
        assert len(receiver.requests) == before
        await receiver.start()
        for delay_s in RETRY_DELAYS_S[:2]:
            school.clock.advance(delay_s)
            await post.round()
        for headers, body in receiver.requests:
            data = msgspec.json.decode(body)["data"]
            assert headers["webhook-id"] == f"evt_{data['session_id']}_{data['seq']}"
            at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            signature = Webhook(SECRET).sign(headers["webhook-id"], at, body.decode())
            assert headers["webhook-signature"] == signature
            post.platform.taken.append((data["session_id"], data["seq"]))
        assert post.heard() == await post.expected()
        assert len(receiver.requests) - before >= 300
        assert await deliveries.backlogs(school.store) == []
    finally:
        await post.actor.stop(block=False)
        await outbound.close()
        await school.close()
        await receiver.stop()
        receiver.give_up_port()


async def _here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_what_fails_is_tried_again_at_the_times_that_are_promised(post: Post) -> None:
    """[API Webhooks] 5 s, 5 min, 30 min, 2 h, 5 h, 10 h; then the next one has its turn."""
    await post.school.lesson("algebra")
    post.platform.is_down = True
    await post.round()
    assert post.platform.attempts == 1
    for n, delay_s in enumerate((5, 300, 1_800, 7_200, 18_000, 36_000), start=2):
        post.school.clock.advance(delay_s - 1)
        await post.round()
        assert post.platform.attempts == n - 1
        post.school.clock.advance(1)
        await post.round()
        # With the seventh it is given up, and the next one is tried for the first time.
        assert post.platform.attempts == n + (n == 7)
    (backlog,) = await deliveries.backlogs(post.school.store)
    assert backlog.given_up == 1
    assert backlog.last_error == "answered 500"


async def test_who_is_gone_for_good_is_not_tried_again(post: Post) -> None:
    """[API Webhooks] 410 Gone."""
    await post.school.lesson("algebra")
    post.platform.is_down, post.platform.failure = True, Failure("answered 410", is_final=True)
    await post.round()
    (backlog,) = await deliveries.backlogs(post.school.store)
    assert (backlog.waiting, backlog.given_up) == (0, len((await post.expected())["algebra"]))


@pytest.mark.logs_errors
async def test_a_result_that_cannot_be_written_is_written_later(post: Post) -> None:
    """[P19] And the platform is not told a second time."""
    await post.school.lesson("algebra")
    post.school.rooms.backlog.is_writable = False
    await post.round()
    told = post.platform.attempts
    assert told == 1
    await post.round()
    assert post.platform.attempts == told
    post.school.rooms.backlog.is_writable = True
    post.school.clock.advance(1)
    await post.round()
    assert post.heard() == await post.expected()


@pytest.mark.logs_errors
async def test_a_fault_in_sending_is_a_failed_attempt(post: Post) -> None:
    """[P20] Nothing is lost by it."""

    async def broken(url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        raise RuntimeError("broken")

    await post.school.lesson("algebra")
    actor = post.actor._actor_weakref()
    assert actor is not None
    sound, actor._send = actor._send, broken
    await post.round()
    actor._send = sound
    post.school.clock.advance(5)
    await post.round()
    assert post.heard() == await post.expected()


async def test_an_endpoint_that_is_slow_holds_up_no_other(post: Post) -> None:
    """[API Webhooks] Each has its own places."""
    never = asyncio.Event()

    async def send(url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        if url == URL:
            await never.wait()
        return await post.platform.send(url, webhook_id=webhook_id, body=body)

    await post.actor.stop(block=False)
    post.school.store.endpoints = (Endpoint(url=URL), Endpoint(url=OTHER))
    post.actor = begun(post.school, send, URL, OTHER)
    for n in range(12):
        await post.school.lesson(f"lesson-{n}")
    tell(post.actor, Tick())
    expected = await post.expected()
    await post.school.until(lambda: post.heard() == expected)


async def test_what_was_not_told_is_told_after_a_restart(post: Post) -> None:
    """[API Webhooks] Deliveries are on disk."""
    post.platform.is_down = True
    await post.school.lesson("algebra")
    await post.round()
    await post.actor.stop(block=False)
    await post.school.restart()
    post.platform.is_down = False
    post.actor = begun(post.school, post.platform.send, URL)
    post.school.clock.advance(5)
    await post.round()
    assert post.heard() == await post.expected()
    assert EventType.SESSION_CREATED in Endpoint(url=URL).events


async def test_the_report_of_a_lesson_follows_its_end(post: Post) -> None:
    """[SY-13] Where it is asked for: its numbers, no names, and again where it was not taken."""
    heard: list[tuple[str, dict[str, object]]] = []

    async def send(url: str, *, webhook_id: str, body: bytes) -> Failure | None:
        heard.append((webhook_id, msgspec.json.decode(body)))
        return Failure("answered 500") if len(heard) == 1 else None

    wanted: frozenset[Told] = frozenset({EventType.SESSION_START, Summary.REPORT})
    post.school.store.endpoints = (Endpoint(url=URL, events=wanted),)
    await post.actor.stop(block=False)
    await post.school.lesson("algebra")
    await post.school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    head = await post.school.store.head("algebra")
    post.actor = begun(post.school, send, URL)
    await post.round()
    post.school.clock.advance(5)
    await post.round()
    await post.round()
    assert [name for name, _ in heard][-1] == f"evt_algebra_{head}_report"
    told = heard[-1][1]
    assert told["type"] == "session.report"
    data = told["data"]
    assert isinstance(data, dict)
    assert (data["session_id"], data["seq"]) == ("algebra", head)
    report = data["report"]
    assert (report["status"], report["version"]) == ("completed", head)
    assert {each["name"] for each in report["participants"]} == {None}
    assert report["title"] is None
    assert await deliveries.backlogs(post.school.store) == []


async def test_a_report_that_cannot_be_worked_out_is_tried_again(post: Post) -> None:
    """[SY-13] A database that cannot be read for a moment loses no report."""
    posted = post.platform

    async def summarise(delivery: deliveries.Delivery) -> bytes:
        if not posted.attempts:
            posted.attempts += 1
            raise unavailable("the disk is slow")
        return await announced(post.school.rooms, delivery)

    heard: list[str] = []

    async def send(url: str, *, webhook_id: str, body: bytes) -> None:
        heard.append(webhook_id)

    post.school.store.endpoints = (Endpoint(url=URL, events=frozenset({Summary.REPORT})),)
    await post.actor.stop(block=False)
    await post.school.lesson("algebra")
    await post.school.rooms.ask("algebra", MoveSession(by=HOST, move=Move.COMPLETE))
    post.actor = WebhookActor.start(post.school.rooms, send, endpoints=(URL,), summarise=summarise)
    await post.round()
    (backlog,) = await deliveries.backlogs(post.school.store)
    assert "could not be worked out" in backlog.last_error
    assert not heard
    post.school.clock.advance(5)
    await post.round()
    assert len(heard) == 1
