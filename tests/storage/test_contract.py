"""What every store must do, whatever the database below.

Tests also: storage/people/identities.py, storage/people/roles.py, storage/reader.py,
storage/records.py, storage/store.py.
"""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
import pytest

from lessonroom.log.events import Event, EventType, Submission
from lessonroom.people.participant import (
    Participant,
    ParticipantStatus,
)
from lessonroom.session.session import Session
from storage.errors import CommitFailed, UnknownSession
from storage.records import Batch, Durability
from storage.store import Store
from tests.storage.lessons import Lesson
from tests.storage.sessions.full_rows import FULL_PARTICIPANT, FULL_SESSION


@pytest.mark.parametrize("full", [FULL_SESSION, FULL_PARTICIPANT], ids=["session", "participant"])
def test_the_tests_below_lose_no_new_field(full: Session | Participant) -> None:
    """[API Data] Each field has a value that is not its default, so that losing it shows."""
    for field in msgspec.structs.fields(full):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        assert getattr(full, field.name) != default, field.name


async def test_a_session_comes_back_as_it_was_written(store: Store) -> None:
    """[API Data] No field and no millisecond is lost."""
    await store.create_session(FULL_SESSION, [], [])
    assert await store.session("full") == FULL_SESSION


async def test_a_session_that_changed_comes_back_as_it_stands(store: Store) -> None:
    """[API Data] The row a person reads is written with the events that change it."""
    first = Session(session_id="full", host_id=7, created_at_ms=FULL_SESSION.created_at_ms)
    await store.create_session(first, [], [])
    await store.commit([Batch(session=FULL_SESSION, events=(), session_changed=True)])
    assert await store.session("full") == FULL_SESSION


async def test_a_session_is_left_alone_unless_it_changed(store: Store, lesson: Lesson) -> None:
    """[API Data] A stroke writes no session row."""
    renamed = msgspec.structs.replace(lesson.session, title="other")
    await store.commit([Batch(session=renamed, events=(lesson.stroke(),))])
    assert await store.session("algebra") == lesson.session


async def test_a_seat_comes_back_as_it_was_written(store: Store, lesson: Lesson) -> None:
    """[API Data] No field and no millisecond is lost."""
    await store.commit([Batch(session=lesson.session, events=(), participants=(FULL_PARTICIPANT,))])
    assert await store.participant("algebra", 9) == FULL_PARTICIPANT
    assert await store.participants("algebra") == [lesson.host, FULL_PARTICIPANT]


async def test_of_two_changes_to_a_seat_the_later_one_stays(store: Store, lesson: Lesson) -> None:
    """[SY-3] A kick that was written is not undone by what came before it in the batch."""
    kicked = msgspec.structs.replace(
        FULL_PARTICIPANT, status=ParticipantStatus.KICKED, not_before_ms=99, peer_id=None
    )
    await store.commit(
        [Batch(session=lesson.session, events=(), participants=(FULL_PARTICIPANT, kicked))]
    )
    assert await store.participant("algebra", 9) == kicked


async def test_what_does_not_exist_is_absent(store: Store, lesson: Lesson) -> None:
    """[API Data] Unknown names are answers, not errors."""
    assert await store.session("none") is None
    assert await store.load_room("none", resume_window=10) is None
    assert await store.participant("algebra", 404) is None
    assert await store.participants("none") == []
    assert await store.events("none") == []
    assert await store.head("none") == 0
    assert await store.user(404) is None


async def test_an_external_id_makes_creation_idempotent(store: Store) -> None:
    """[API POST sessions] The same session again, and nothing written."""
    await store.create_session(FULL_SESSION, [], [])
    again = msgspec.structs.replace(FULL_SESSION, session_id="again", title="other")
    event = Event(seq=1, type=EventType.SESSION_CREATED, at_ms=1, data=b"{}")
    assert await store.create_session(again, [event], [FULL_PARTICIPANT]) == FULL_SESSION
    assert await store.session("again") is None
    assert await store.head("full") == 0
    assert await store.participants("full") == []


async def test_an_external_id_belongs_to_its_host(store: Store) -> None:
    """[P13] One host's ids say nothing about another's."""
    await store.create_session(FULL_SESSION, [], [])
    other = msgspec.structs.replace(FULL_SESSION, session_id="other", host_id=8, booking_id="b-2")
    assert await store.create_session(other, [], []) == other


async def test_sessions_without_an_external_id_are_many(store: Store) -> None:
    """[API POST sessions] Absent is not equal to absent."""
    for name in ("a", "b"):
        session = Session(session_id=name, host_id=1)
        assert await store.create_session(session, [], []) == session


async def test_creations_at_the_same_time_give_one_session(store: Store) -> None:
    """[API POST sessions] A retry that overtakes its first try finds the same session."""
    copies = [msgspec.structs.replace(FULL_SESSION, session_id=f"s{i}") for i in range(5)]
    created = await asyncio.gather(*(store.create_session(copy, [], []) for copy in copies))
    assert len({session.session_id for session in created}) == 1
    assert len(await store.sessions()) == 1


async def test_a_session_id_is_taken_once(store: Store, lesson: Lesson) -> None:
    """[P3] Two sessions never share a log."""
    with pytest.raises(CommitFailed) as failed:
        await store.create_session(lesson.session, [], [])
    assert failed.value.is_conflict
    assert not failed.value.is_storage_fault


async def test_a_session_whose_first_events_are_refused_is_not_created(store: Store) -> None:
    """[P1] All of it or nothing."""
    lesson = Lesson("algebra")
    event = lesson.opened()
    with pytest.raises(CommitFailed):
        await store.create_session(lesson.session, [event, event], [])
    assert await store.session("algebra") is None


async def test_events_of_many_rooms_are_committed_together(store: Store) -> None:
    """[P3] Each room has its own dense sequence."""
    lessons = [Lesson(f"room-{i}") for i in range(3)]
    for lesson in lessons:
        await store.create_session(lesson.session, [lesson.opened()], [])
    batches = [lesson.strokes(i) for i, lesson in enumerate(lessons)]
    await store.commit(batches)
    for i, lesson in enumerate(lessons):
        events = await store.events(lesson.session.session_id, after=1)
        assert tuple(events) == batches[i].events
        assert await store.head(lesson.session.session_id) == i + 1


async def test_an_event_comes_back_as_it_was_written(store: Store, lesson: Lesson) -> None:
    """[P1] Sequence, author, identity, time and data."""
    event = Event(
        seq=2,
        type=EventType.BOARD_CLEAR,
        at_ms=2**52,
        data='{"x":"\N{SNOWMAN}"}'.encode() + bytes(range(256)),
        user_id=2**40,
        submission=Submission("c" * 64, 2**52, 2**32 - 1),
    )
    await store.commit([lesson.batch(event)])
    assert await store.events("algebra", after=1) == [event]


@pytest.mark.parametrize(
    ("after", "until", "limit", "expected"),
    [
        (0, None, 1000, [1, 2, 3, 4, 5]),
        (2, None, 1000, [3, 4, 5]),
        (2, 4, 1000, [3, 4]),
        (0, None, 2, [1, 2]),
        (4, 99, 1000, [5]),
        (5, None, 1000, []),
        (9, None, 1000, []),
        (3, 2, 1000, []),
    ],
)
async def test_the_log_is_read_by_range(
    store: Store,
    lesson: Lesson,
    after: int,
    until: int | None,
    limit: int,
    expected: list[int],
) -> None:
    """[P6] Exactly the events after one `seq` up to another."""
    await store.commit([lesson.strokes(4)])
    events = await store.events("algebra", after=after, until=until, limit=limit)
    assert [event.seq for event in events] == expected


async def test_a_seq_is_written_once(store: Store, lesson: Lesson) -> None:
    """[P3] A second writer of one room ends in an error, and takes no other room with it."""
    other = Lesson("other")
    await store.create_session(other.session, [other.opened()], [])
    first, second = lesson.stroke(b"first"), msgspec.structs.replace(lesson.stroke(), seq=2)
    await store.commit([lesson.batch(first)])
    with pytest.raises(CommitFailed) as failed:
        await store.commit([other.strokes(1), lesson.batch(second)])
    assert failed.value.is_conflict
    assert not failed.value.is_storage_fault
    assert await store.events("algebra", after=1) == [first]
    assert await store.head("other") == 1


async def test_a_submission_is_written_once(store: Store, lesson: Lesson) -> None:
    """[BD-6] The same identity never makes two events."""
    await store.commit([lesson.batch(lesson.stroke(n=1))])
    with pytest.raises(CommitFailed) as failed:
        await store.commit([lesson.batch(lesson.stroke(n=1))])
    assert failed.value.is_conflict
    assert await store.head("algebra") == 2


async def test_a_submission_of_another_person_is_another(store: Store, lesson: Lesson) -> None:
    """[P4] No one can burn another's ids."""
    mine = lesson.stroke(n=1)
    theirs = msgspec.structs.replace(lesson.stroke(n=1), user_id=2)
    await store.commit([lesson.batch(mine, theirs)])
    assert await store.head("algebra") == 3


POISON: list[dict[str, Any]] = [
    {"submission": Submission("\ud800", 1, 1)},
    {"at_ms": 2**70},
    {"user_id": -(2**70)},
    {"data": "text"},
    {"data": None},
    {"at_ms": None},
    {"submission": Submission("client", 2**64, 1)},
]


@pytest.mark.counted
@pytest.mark.parametrize("poison", POISON, ids=str)
async def test_what_the_database_refuses_fails_without_a_trace(
    store: Store, lesson: Lesson, poison: dict[str, Any]
) -> None:
    """[P10] [T7] Nothing of the transaction is applied, and the next one is."""
    good, bad = lesson.stroke(), msgspec.structs.replace(lesson.stroke(), **poison)
    changed = msgspec.structs.replace(lesson.session, title="changed")
    batch = Batch(
        session=changed, events=(good, bad), session_changed=True, participants=(FULL_PARTICIPANT,)
    )
    with pytest.raises(CommitFailed) as failed:
        await store.commit([batch])
    assert not failed.value.is_conflict
    assert not failed.value.is_storage_fault
    assert await store.head("algebra") == 1
    await store.commit([lesson.batch(good)])
    assert await store.events("algebra", after=1) == [good]
    assert await store.session("algebra") == lesson.session


async def test_a_title_the_database_refuses_takes_its_events_along(
    store: Store, lesson: Lesson
) -> None:
    """[P10] Whatever part fails, all of it is rolled back."""
    session = msgspec.structs.replace(lesson.session, title="\ud800")
    batch = Batch(session=session, events=(lesson.stroke(),), session_changed=True)
    with pytest.raises(CommitFailed):
        await store.commit([batch])
    assert await store.head("algebra") == 1


async def test_an_error_shows_no_content(store: Store, lesson: Lesson) -> None:
    """[SECURITY logs] What people draw and write does not get into a log through an error."""
    copy = msgspec.structs.replace(lesson.session, title="a secret title")
    with pytest.raises(CommitFailed) as failed:
        await store.create_session(copy, [], [])
    assert "secret" not in f"{failed.value} {failed.value.__cause__}"
    secret = lesson.stroke(b"secret drawing")
    with pytest.raises(CommitFailed) as failed:
        await store.commit([lesson.batch(secret, secret)])
    assert "secret" not in f"{failed.value} {failed.value.__cause__}"


async def test_a_batch_of_an_unknown_session_is_refused(store: Store, lesson: Lesson) -> None:
    """[P10] Its neighbours are not written either: the journal decides what to try again."""
    stranger = Session(session_id="stranger", host_id=1)
    with pytest.raises(UnknownSession, match="stranger"):
        await store.commit([lesson.strokes(1), Batch(session=stranger, events=())])
    assert await store.head("algebra") == 1


async def test_committing_nothing_is_nothing(store: Store) -> None:
    """[P10] No batches, no error."""
    await store.commit([])


async def test_cancelled_reads_leave_the_store_in_order(store: Store, lesson: Lesson) -> None:
    """[P20] Many in a row, cut off at different moments: none takes a connection along."""
    for turns in range(20):
        reading = asyncio.ensure_future(store.load_room("algebra", resume_window=10))
        for _ in range(turns):
            await asyncio.sleep(0)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
    await store.commit([lesson.strokes(1)])
    assert await store.head("algebra") == 2


async def test_everything_survives_a_restart(store: Store, url: str, lesson: Lesson) -> None:
    """[SY-4] The lesson goes on where it was."""
    await store.commit([lesson.batch(lesson.stroke(n=1), snapshot=lesson.snapshot(2))])
    before = await store.load_room("algebra", resume_window=10)
    await store.close()
    again = await Store.open(url, durability=Durability.PROCESS)
    try:
        assert await again.load_room("algebra", resume_window=10) == before
    finally:
        await again.close()


async def test_writing_goes_on_over_a_new_connection(store: Store, lesson: Lesson) -> None:
    """[P19] After `reconnect_writer` nothing is missing and everything works."""
    await store.commit([lesson.strokes(1)])
    await store.reconnect_writer()
    assert await store.head("algebra") == 2
    await store.commit([lesson.strokes(1)])
    assert await store.head("algebra") == 3


async def test_a_probe_leaves_lessons_alone(store: Store, lesson: Lesson) -> None:
    """[P19] It may be called at any time, any number of times."""
    before = await store.load_room("algebra", resume_window=10)
    await store.probe()
    await store.probe()
    assert await store.load_room("algebra", resume_window=10) == before
