"""What is to be told to platforms, kept until it was.

Tests also: storage/announcing/feed.py, storage/announcing/notices.py.
"""

import msgspec
import pytest

from lessonroom.log.events import (
    ChatMessageRemoved,
    ChatMessageSent,
    Event,
    EventType,
    ParticipantChange,
    ParticipantChanged,
    SessionStatusChanged,
)
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus
from storage.announcing import deliveries, feed
from storage.announcing.announcing import Endpoint
from storage.announcing.deliveries import Delivered, Delivery, Postponed
from storage.announcing.notices import Summary
from storage.errors import CommitFailed
from storage.records import Batch, Durability, UserKind
from storage.store import Store
from tests.storage.lessons import Lesson

LIFE = "https://platform.example/life"
EVERYTHING = "https://platform.example/all"
REPORTS = "https://platform.example/reports"


@pytest.fixture
async def store(url: str) -> Store:
    """A store with two endpoints: one hears of the course of lessons, one of everything."""
    return await Store.open(
        url,
        durability=Durability.POWER,
        endpoints=(
            Endpoint(url=LIFE),
            Endpoint(url=EVERYTHING, events=frozenset(EventType)),
        ),
    )


@pytest.fixture(autouse=True)
async def _closing(store: Store) -> object:
    yield
    await store.close()


def started(lesson: Lesson) -> Event:
    body = SessionStatusChanged(SessionStatus.ACTIVE)
    return lesson._event(EventType.SESSION_START, msgspec.json.encode(body), user_id=1)


def left(lesson: Lesson, user_id: int) -> Event:
    view = Participant(user_id=user_id, name="Secret Name", role=Role.STUDENT).view()
    body = ParticipantChanged(ParticipantChange.LEFT, view)
    return lesson._event(EventType.PARTICIPANT_LEAVE, msgspec.json.encode(body), user_id=user_id)


async def due(store: Store, *, now_ms: int = 10**13, busy: tuple[int, ...] = ()) -> list[Delivery]:
    return await deliveries.due(store, (LIFE, EVERYTHING), now_ms=now_ms, limit=100, busy=busy)


async def of(store: Store, endpoint: str) -> list[Delivery]:
    return [delivery for delivery in await due(store) if delivery.endpoint == endpoint]


async def test_an_event_and_its_announcement_are_one_transaction(
    store: Store, lesson: Lesson
) -> None:
    """[API Webhooks] A commit that fails announces nothing."""
    first = started(lesson)
    await store.commit([lesson.batch(first)])
    with pytest.raises(CommitFailed):
        await store.commit([Batch(session=lesson.session, events=(left(lesson, 7), first))])
    assert [delivery.seq for delivery in await of(store, LIFE)] == [2]
    assert [item.notice.data.seq for item in await feed.read(store, after=0, limit=9, issuer=None)]
    backlogs = {found.endpoint: found.waiting for found in await deliveries.backlogs(store)}
    assert backlogs == {LIFE: 1, EVERYTHING: 2}


async def test_an_endpoint_hears_of_what_it_wants(store: Store, lesson: Lesson) -> None:
    """[API Webhooks] Of strokes only where they are asked for, and never what was drawn."""
    await store.commit([lesson.batch(lesson.stroke(b'{"ops":["secret"]}'), started(lesson))])
    (life,) = await of(store, LIFE)
    assert life.event_type is EventType.SESSION_START
    (everything,) = await of(store, EVERYTHING)
    await deliveries.settle(store, [Delivered(everything.delivery_id)])
    (stroke,) = await of(store, EVERYTHING)
    assert stroke.event_type is EventType.BOARD_OP
    assert b"secret" not in stroke.body


async def test_what_was_written_to_one_person_is_told_to_nobody(
    store: Store, lesson: Lesson
) -> None:
    """[CH-4] [API Webhooks] Neither that nor its removal; what is for everyone is, without text."""

    def said(body: ChatMessageSent | ChatMessageRemoved, kind: EventType) -> Event:
        return lesson._event(kind, msgspec.json.encode(body), user_id=7)

    private = said(ChatMessageSent("secret", to=1), EventType.CHAT_MESSAGE)
    gone = said(ChatMessageRemoved(private.seq, 7, to=1), EventType.CHAT_REMOVE)
    open_one = said(ChatMessageSent("secret"), EventType.CHAT_MESSAGE)
    await store.commit([lesson.batch(private, gone, open_one)])
    # One after the other: before it comes that the session was created.
    (created,) = await of(store, EVERYTHING)
    await deliveries.settle(store, [Delivered(created.delivery_id)])
    (told,) = await of(store, EVERYTHING)
    assert told.seq == open_one.seq
    assert b"secret" not in told.body
    items = await feed.read(store, after=0, limit=9, issuer=None)
    assert not {item.notice.data.seq for item in items} & {event.seq for event in (private, gone)}


async def test_a_notice_says_what_where_when_and_whom(store: Store, lesson: Lesson) -> None:
    """[API Webhooks] By number: names are for those who may ask for them."""
    await store.commit([lesson.batch(left(lesson, 7))])
    (delivery,) = await of(store, LIFE)
    assert msgspec.json.decode(delivery.body) == {
        "type": "participant_leave",
        "timestamp": "1970-01-01T00:00:01.002Z",
        "data": {
            "session_id": "algebra",
            "seq": 2,
            "at": 1002,
            "user_id": 7,
            "participant_ids": [7],
        },
    }
    assert delivery.webhook_id == "evt_algebra_2"


async def test_of_a_session_only_the_oldest_is_due(store: Store, lesson: Lesson) -> None:
    """[API Webhooks] In order: what comes after waits while it waits."""
    other = Lesson("botany")
    await store.create_session(other.session, [other.opened()], [other.host])
    for which in (lesson, other):
        await store.commit([which.batch(started(which), left(which, 7))])
    first, second = await of(store, LIFE)
    assert (first.session_id, first.seq) == ("algebra", 2)
    assert (second.session_id, second.seq) == ("botany", 2)
    await deliveries.settle(
        store, [Postponed(delivery_id=first.delivery_id, error="x", next_attempt_at_ms=2 * 10**13)]
    )
    assert [delivery.session_id for delivery in await of(store, LIFE)] == ["botany"]
    await deliveries.settle(store, [Delivered(second.delivery_id)])
    assert [(d.session_id, d.seq) for d in await of(store, LIFE)] == [("botany", 3)]
    late = await deliveries.due(store, (LIFE,), now_ms=3 * 10**13, limit=9)
    assert [(d.session_id, d.seq, d.attempts) for d in late] == [
        ("algebra", 2, 1),
        ("botany", 3, 0),
    ]


async def test_what_is_under_way_is_not_due(store: Store, lesson: Lesson) -> None:
    """[API Webhooks] Nor is what follows it."""
    await store.commit([lesson.batch(started(lesson), left(lesson, 7))])
    busy = tuple(delivery.delivery_id for delivery in await due(store))
    assert await due(store, busy=busy) == []


async def test_what_was_given_up_lets_the_next_pass_and_can_be_retried(
    store: Store, lesson: Lesson
) -> None:
    """[API Webhooks] It begins anew with its attempts."""
    await store.commit([lesson.batch(started(lesson), left(lesson, 7))])
    (first,) = await of(store, LIFE)
    await deliveries.settle(
        store, [Postponed(delivery_id=first.delivery_id, error="gone", next_attempt_at_ms=None)]
    )
    (second,) = await of(store, LIFE)
    assert second.seq == 3
    (backlog,) = [b for b in await deliveries.backlogs(store) if b.endpoint == LIFE]
    assert (backlog.waiting, backlog.given_up, backlog.last_error) == (1, 1, "gone")
    assert await deliveries.retry(store, LIFE) == 1
    assert await deliveries.retry(store, EVERYTHING) == 0
    (again,) = await of(store, LIFE)
    assert (again.delivery_id, again.attempts) == (first.delivery_id, 0)


async def test_what_is_left_of_an_endpoint_that_is_gone_waits(store: Store, lesson: Lesson) -> None:
    """[API Webhooks] Until it is configured again."""
    await store.commit([lesson.batch(started(lesson))])
    assert await deliveries.due(store, (), now_ms=10**13, limit=9) == []
    assert len(await deliveries.due(store, (LIFE,), now_ms=10**13, limit=9)) == 1


async def test_the_feed_goes_on_after_a_place(store: Store, lesson: Lesson) -> None:
    """[API events] All sessions in the order of their commits, without strokes."""
    other = Lesson("botany")
    await store.create_session(other.session, [other.opened()], [other.host])
    await store.commit([lesson.batch(started(lesson), lesson.stroke())])
    await store.commit([other.batch(started(other))])
    await store.commit([lesson.batch(left(lesson, 7))])
    first, *rest = await feed.read(store, after=0, limit=9, issuer=None)
    assert first.notice.data.session_id == "algebra"
    assert first.webhook_id == "evt_algebra_2"
    assert [(i.notice.data.session_id, i.notice.data.seq) for i in rest] == [
        ("botany", 2),
        ("algebra", 4),
    ]
    assert await feed.read(store, after=first.place, limit=1, issuer=None) == rest[:1]
    assert await feed.read(store, after=rest[-1].place, limit=9, issuer=None) == []


async def test_a_platform_reads_of_its_own_sessions_only(store: Store) -> None:
    """[P13] By the issuer of the host."""
    for issuer, name in (("school", "of-school"), ("club", "of-club")):
        user = await store.ensure_user(
            issuer=issuer, subject="ada", name="Ada", kind=UserKind.REGISTERED, at_ms=1
        )
        lesson = Lesson(name, host_id=user.user_id)
        await store.create_session(lesson.session, [started(lesson)], [])
    (item,) = await feed.read(store, after=0, limit=9, issuer="school")
    assert item.notice.data.session_id == "of-school"
    assert await feed.read(store, after=0, limit=9, issuer="nobody") == []


@pytest.mark.parametrize(("takes", "waits_ms"), [(0, 0), (2, 120_000)])
async def test_a_report_is_due_once_what_was_recorded_is_ready(
    store: Store, lesson: Lesson, takes: int, waits_ms: int
) -> None:
    """[SY-13] Behind the end of its session, and told to who asks for it."""
    store.endpoints = (
        Endpoint(url=LIFE),
        Endpoint(url=REPORTS, events=frozenset({Summary.REPORT})),
    )
    body = SessionStatusChanged(SessionStatus.COMPLETED)
    ended = lesson._event(EventType.SESSION_COMPLETE, msgspec.json.encode(body), user_id=1)
    session = msgspec.structs.replace(lesson.session, takes=takes)
    await store.commit([msgspec.structs.replace(lesson.batch(ended), session=session)])
    assert [each.event_type for each in await of(store, LIFE)] == [EventType.SESSION_COMPLETE]
    due_ms = ended.at_ms + waits_ms
    assert await deliveries.due(store, (REPORTS,), now_ms=due_ms - 1, limit=9) == []
    (report,) = await deliveries.due(store, (REPORTS,), now_ms=due_ms, limit=9)
    assert (report.event_type, report.body) == (Summary.REPORT, b"")
    assert report.webhook_id == f"evt_{lesson.session.session_id}_{ended.seq}_report"
