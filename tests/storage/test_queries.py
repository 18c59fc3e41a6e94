"""The queries of upkeep, erasure, images, the feed and deliveries: the same on every database.

Tests also: storage/announcing/announcing.py, storage/images/assets.py, storage/log/trimming.py,
storage/people/erasure.py.
"""

import msgspec
import pytest

from lessonroom.log.events import AssetAdded, Event, EventType, RoomOpened, SessionStatusChanged
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings
from storage.announcing import deliveries, feed
from storage.announcing.announcing import Endpoint
from storage.images import assets
from storage.people import erasure
from storage.records import Batch, Durability, UserKind
from storage.store import Store
from storage.upkeep import checking, upkeep
from tests.storage.lessons import Lesson

DAY_MS = 86_400_000
NOW_MS = 1_800_000_000_000


async def _session(store: Store, name: str, **fields: object) -> Session:
    session = msgspec.structs.replace(
        Session(session_id=name, host_id=1, created_at_ms=NOW_MS - 100 * DAY_MS), **fields
    )
    await store.create_session(session, [], [])
    return session


async def test_sessions_that_nobody_started_are_found(store: Store) -> None:
    """[API timers] By their planned end, or their planned start, or when they were made."""
    await _session(store, "planned", scheduled_end_ms=NOW_MS)
    await _session(store, "later", scheduled_end_ms=NOW_MS + 1)
    await _session(store, "begins", scheduled_start_ms=NOW_MS - 30 * DAY_MS)
    await _session(store, "recent", scheduled_start_ms=NOW_MS - 30 * DAY_MS + 1)
    await _session(store, "ran", status=SessionStatus.COMPLETED)
    found = await upkeep.overdue(store, now_ms=NOW_MS, expire_after_ms=30 * DAY_MS)
    assert [each.session_id for each in found] == ["planned", "begins"]
    assert not any(each.has_ended for each in found)


async def test_sessions_that_were_kept_long_enough_are_found(store: Store) -> None:
    """[API timers] By the session's own days, where it has some; else by the server's."""
    ended = {"status": SessionStatus.COMPLETED, "actual_end_ms": NOW_MS - 50 * DAY_MS}
    await _session(store, "server's", **ended)
    await _session(store, "own 50", settings=SessionSettings(retention_days=50), **ended)
    await _session(store, "own 51", settings=SessionSettings(retention_days=51), **ended)
    await _session(store, "own 0", settings=SessionSettings(retention_days=0), **ended)
    await _session(store, "runs", status=SessionStatus.ACTIVE)

    async def outlived(days: int) -> list[str]:
        found = await upkeep.outlived(store, now_ms=NOW_MS, retention_days=days)
        return [each.session_id for each in found]

    assert await outlived(50) == ["server's", "own 50", "own 0"]
    assert await outlived(51) == ["own 50", "own 0"]
    assert await outlived(0) == ["own 50", "own 0"]


async def test_old_demos_are_found(store: Store) -> None:
    """[API timers] A demo is gone after a day."""
    await _session(store, "demo", session_type=SessionType.DEMO)
    await _session(store, "lesson")
    found = await upkeep.old_demos(store, made_before_ms=NOW_MS)
    assert [each.session_id for each in found] == ["demo"]


async def test_a_session_is_purged_in_slices_with_all_that_belongs_to_it(
    store: Store, lesson: Lesson
) -> None:
    """[API timers] Nothing is left of it, and its neighbour is whole."""
    other = Lesson("other")
    await store.create_session(other.session, [other.opened()], [other.host])
    strokes = lesson.strokes(3 * upkeep.SLICE_ROWS)
    await store.commit([lesson.batch(*strokes.events, snapshot=lesson.snapshot(2))])
    taken = await upkeep.snapshots_taken(store, 1)
    assert await upkeep.keys_with_snapshots(store) == [1]
    assert await upkeep.delete_snapshots(store, [each.snapshot_id for each in taken]) == 1
    over = msgspec.structs.replace(lesson.session, status=SessionStatus.COMPLETED)
    await store.commit([Batch(session=over, events=(), session_changed=True)])
    slices = 1
    while not await upkeep.purge(store, 1):
        slices += 1
    assert slices > 3
    assert await store.session("algebra") is None
    assert await store.head("other") == 1
    assert len(await store.participants("other")) == 1


async def test_guests_without_a_session_are_deleted(store: Store) -> None:
    """[API users] Who has a seat or hosts stays, and so does who is registered."""
    users = {}
    for name, kind in (
        ("stray", UserKind.GUEST),
        ("seated", UserKind.GUEST),
        ("host", UserKind.GUEST),
        ("registered", UserKind.REGISTERED),
    ):
        users[name] = await store.ensure_user(
            issuer="school", subject=name, name=name, kind=kind, at_ms=1
        )
    session = Session(session_id="algebra", host_id=users["host"].user_id)
    seat = Participant(user_id=users["seated"].user_id, name="seated", role=Role.STUDENT)
    await store.create_session(session, [], [seat])
    assert await upkeep.delete_stray_guests(store, made_before_ms=2) == 1
    left = [name for name, user in users.items() if await store.user(user.user_id) is not None]
    assert left == ["seated", "host", "registered"]


async def test_a_whole_database_is_checked(store: Store, lesson: Lesson) -> None:
    """[API db check] Nothing is wrong with what was just written, and all of it was looked at."""
    host = await store.ensure_user(
        issuer="school", subject="1", name="Ada", kind=UserKind.REGISTERED, at_ms=1
    )
    assert host.user_id == lesson.session.host_id
    await store.commit([lesson.batch(*lesson.strokes(4).events, snapshot=lesson.snapshot(3))])
    checked = await checking.check(store, on_progress=lambda _: None)
    assert (checked.sessions, checked.events, checked.faults) == (1, 5, [])


@pytest.mark.parametrize("not_before_ms", [0, 500, 5_000])
async def test_an_erased_seat_has_no_name_and_no_valid_token(
    store: Store, not_before_ms: int
) -> None:
    """[API users erase] Tokens are void from then on, and none is valid again."""
    lesson = Lesson("algebra")
    seat = msgspec.structs.replace(lesson.host, not_before_ms=not_before_ms)
    await store.create_session(lesson.session, [], [seat])
    (place,) = await erasure.places_of(store, 1)
    await erasure.erase_seat(store, place, 1, at_ms=1_000)
    erased = await store.participant("algebra", 1)
    assert erased is not None
    assert erased.name != lesson.host.name
    assert erased.not_before_ms == max(1_001, not_before_ms)


async def test_an_erased_person_is_a_stranger(store: Store) -> None:
    """[API users erase] And marked as erased for a while."""
    user = await store.ensure_user(
        issuer="school", subject="42", name="Ada", kind=UserKind.REGISTERED, at_ms=1
    )
    for at_ms in (7, 8):
        await erasure.erase_identity(store, user.user_id, at_ms=at_ms)
    assert await store.user_by_subject("school", "42") is None
    assert await erasure.erased_at_ms(store, "school", "42") == 7
    await erasure.forget_marks(store, now_ms=NOW_MS)
    assert await erasure.erased_at_ms(store, "school", "42") is None


async def test_images_are_counted_once_by_whoever_brought_them(
    store: Store, lesson: Lesson
) -> None:
    """[API assets] As a whole number, and none are none."""
    other = Lesson("other")
    await store.create_session(other.session, [], [])
    for each in (lesson, other):
        event = each.stroke(msgspec.json.encode(AssetAdded("a" * 64, "image/png", 2, 3, 1_000)))
        await store.commit([each.batch(msgspec.structs.replace(event, type=EventType.ASSET_ADD))])
    held = await store.reading(lambda connection: assets.bytes_of_user(connection, 1))
    none = await store.reading(lambda connection: assets.bytes_of_user(connection, 2))
    assert (held, none) == (1_000, 0)
    assert isinstance(held, int)
    assert await store.reading(lambda connection: assets.is_visible_to(connection, "a" * 64, 1))
    await store.writing(
        lambda connection: assets.settle(connection, 1, shown=["a" * 64], not_shown=[])
    )
    await store.writing(
        lambda connection: assets.settle(connection, 2, shown=[], not_shown=["a" * 64])
    )
    assert await store.writing(assets.forget_orphans) == 0


async def test_what_is_told_goes_through_feed_and_deliveries(url: str) -> None:
    """[API webhooks] In the order of the log, each endpoint for itself."""
    told = Endpoint(url="https://platform.example/hook", events=frozenset({EventType.ROOM_OPEN}))
    store = await Store.open(url, durability=Durability.POWER, endpoints=[told])
    try:
        lesson = Lesson("algebra")
        created = Event(
            seq=1,
            type=EventType.SESSION_CREATED,
            at_ms=5,
            data=msgspec.json.encode(SessionStatusChanged(SessionStatus.SCHEDULED)),
        )
        lesson.seq = 1
        opened = Event(
            seq=2, type=EventType.ROOM_OPEN, at_ms=6, data=msgspec.json.encode(RoomOpened("e"))
        )
        await store.create_session(lesson.session, [created, opened], [lesson.host])
        items = await feed.read(store, after=0, limit=10, issuer=None)
        assert [item.notice.data.seq for item in items] == [1]
        (delivery,) = await deliveries.due(store, [told.url], now_ms=0, limit=10)
        assert (delivery.session_id, delivery.seq, delivery.attempts) == ("algebra", 2, 0)
        failed = deliveries.Postponed(
            delivery_id=delivery.delivery_id, error="down", next_attempt_at_ms=2**41
        )
        await deliveries.settle(store, [failed])
        (backlog,) = await deliveries.backlogs(store)
        assert (backlog.waiting, backlog.given_up, backlog.last_error) == (1, 0, "down")
        assert await deliveries.due(store, [told.url], now_ms=0, limit=10) == []
        assert await deliveries.retry(store, None) == 1
        await deliveries.settle(store, [deliveries.Delivered(delivery.delivery_id)])
        assert await deliveries.backlogs(store) == []
    finally:
        await store.close()
