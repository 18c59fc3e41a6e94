"""What an operator looks through: the same on every database.

Tests also: storage/sessions/folding.py.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import msgspec
import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import Event, EventType, ParticipantChange, ParticipantChanged
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant, ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session
from storage.records import EventFilter
from storage.sessions import listing
from storage.sessions.listing import SeatFilter, SnapshotFilter
from storage.sessions.sessions import SessionFilter
from storage.store import Store
from tests.storage.lessons import Lesson


async def _sessions(store: Store, *made: Session) -> None:
    for session in made:
        await store.create_session(session, [], [])


async def _names(store: Store, **wanted: object) -> list[str]:
    found = await store.sessions(msgspec.structs.replace(SessionFilter(), **wanted))
    return [session.session_id for session in found]


async def test_sessions_are_found_by_type_and_time_of_creation(store: Store) -> None:
    """[API operator] From a moment on, and before another."""
    await _sessions(
        store,
        Session(session_id="a", host_id=1, created_at_ms=100),
        Session(session_id="b", host_id=1, created_at_ms=200, session_type=SessionType.SOLO),
        Session(session_id="c", host_id=1, created_at_ms=300, status=SessionStatus.ACTIVE),
    )
    assert await _names(store) == ["c", "b", "a"]
    assert await _names(store, types=frozenset({SessionType.SOLO})) == ["b"]
    assert await _names(store, created_from_ms=200) == ["c", "b"]
    assert await _names(store, created_before_ms=200) == ["a"]
    assert await _names(store, created_from_ms=200, created_before_ms=300) == ["b"]


async def test_sessions_are_paged_newest_first_whatever_the_order_they_were_written_in(
    store: Store,
) -> None:
    """[API operator] Those of one moment too: none is left out and none comes twice."""
    made = [Session(session_id=f"s{n}", host_id=1, created_at_ms=n % 3) for n in range(7)]
    await _sessions(store, *made)
    expected = ["s5", "s2", "s4", "s1", "s6", "s3", "s0"]
    paged: list[str] = []
    cursor: str | None = None
    while page := await store.sessions(limit=2, cursor=cursor):
        paged += [session.session_id for session in page]
        cursor = paged[-1]
    assert paged == expected


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("ГЕОМ", ["title"]),
        ("booking-0815", ["external"]),
        ("CAL-42", ["booked"]),
        ("100%", ["percent"]),
        ("_", []),
        ("nowhere", []),
    ],
)
async def test_sessions_are_found_by_a_part_of_what_they_are_called(
    store: Store, part: str, found: list[str]
) -> None:
    """[API operator] In every alphabet, in capital letters or small ones; signs are no patterns."""
    await _sessions(
        store,
        Session(session_id="title", host_id=1, title="Геометрія, урок 2"),
        Session(session_id="external", host_id=1, external_id="Booking-0815"),
        Session(session_id="booked", host_id=1, booking_id="cal-42"),
        Session(session_id="percent", host_id=1, title="100% of it"),
        Session(session_id="thousand", host_id=1, title="1000"),
    )
    assert await _names(store, text=part) == found


async def test_seats_are_listed_by_session_person_role_and_status(store: Store) -> None:
    """[API operator] Those of everyone, the ones that were taken last first, by pages."""
    for name, guest in (("a", 2), ("b", 3)):
        seats = [
            Participant(user_id=1, name="Ada", role=Role.HOST),
            Participant(
                user_id=guest, name="Ben", role=Role.STUDENT, status=ParticipantStatus.KICKED
            ),
        ]
        await store.create_session(Session(session_id=name, host_id=1), [], seats)

    async def listed(limit: int = 10, before: int | None = None, **wanted: object) -> list[str]:
        seats = await listing.seats(
            store,
            msgspec.structs.replace(SeatFilter(), **wanted),
            limit=limit,
            before=before,
        )
        return [f"{seat.session_id}{seat.participant.user_id}" for seat in seats]

    assert await listed() == ["b3", "b1", "a2", "a1"]
    assert await listed(session_id="a") == ["a2", "a1"]
    assert await listed(session_id="none") == []
    assert await listed(user_id=1) == ["b1", "a1"]
    assert await listed(roles=frozenset({Role.STUDENT})) == ["b3", "a2"]
    assert await listed(statuses=frozenset({ParticipantStatus.KICKED}), user_id=2) == ["a2"]
    (second,) = (await listing.seats(store, SeatFilter(), limit=2))[1:]
    assert await listed(limit=1, before=second.seat_id) == ["a2"]


async def test_snapshots_are_listed_by_session_and_type(store: Store, lesson: Lesson) -> None:
    """[API operator] Those of everyone, newest first, by pages."""
    other = Lesson("other")
    await store.create_session(other.session, [other.opened()], [other.host])
    saved = msgspec.structs.replace(other.snapshot(1), kind=SnapshotType.MANUAL, created_by=1)
    await store.commit([lesson.batch(snapshot=lesson.snapshot(1))])
    await store.commit([other.batch(snapshot=saved)])
    await store.commit([lesson.batch(*lesson.strokes(1).events, snapshot=lesson.snapshot(2))])

    async def listed(before: int | None = None, **wanted: object) -> list[tuple[str, int]]:
        found = await listing.saved_boards(
            store,
            msgspec.structs.replace(SnapshotFilter(), **wanted),
            limit=10,
            before=before,
        )
        return [(each.session_id, each.entry.version) for each in found]

    assert await listed() == [("algebra", 2), ("other", 1), ("algebra", 1)]
    assert await listed(session_id="algebra") == [("algebra", 2), ("algebra", 1)]
    assert await listed(session_id="none") == []
    assert await listed(types=frozenset({SnapshotType.MANUAL})) == [("other", 1)]
    (newest,) = await listing.saved_boards(store, SnapshotFilter(), limit=1)
    assert await listed(before=newest.entry.snapshot_id) == [("other", 1), ("algebra", 1)]


def _kicked(lesson: Lesson, *, by: int | None, at_ms: int) -> Event:
    """Return the event of somebody being removed."""
    lesson.seq += 1
    view = Participant(user_id=9, name="Mallory", role=Role.STUDENT).view()
    return Event(
        seq=lesson.seq,
        type=EventType.PARTICIPANT_KICK,
        at_ms=at_ms,
        data=msgspec.json.encode(ParticipantChanged(ParticipantChange.KICKED, view)),
        user_id=by,
    )


async def _two_logs(store: Store, lesson: Lesson) -> None:
    """`algebra` with three strokes between two events, `other` with one event in between."""
    other = Lesson("other")
    await store.create_session(other.session, [other.opened()], [other.host])
    late = _kicked(other, by=None, at_ms=9_000)
    strokes = lesson.strokes(3).events
    last = _kicked(lesson, by=1, at_ms=9_001)
    await store.commit([lesson.batch(*strokes, last), other.batch(late)])


async def test_events_of_one_session_are_listed_newest_first(store: Store, lesson: Lesson) -> None:
    """[API operator] With its strokes; by type, author and `seq`, by pages."""
    await _two_logs(store, lesson)

    async def listed(
        name: str = "algebra",
        wanted: EventFilter = EventFilter(),  # noqa: B008 - frozen
        *,
        limit: int = 10,
        after: int = 0,
        before: int | None = None,
    ) -> list[int]:
        found = await listing.events_of(
            store, name, wanted, limit=limit, after=after, before=before
        )
        return [each.seq for each in found]

    assert await listed() == [5, 4, 3, 2, 1]
    assert await listed(limit=2, before=4) == [3, 2]
    assert await listed(after=3) == [5, 4]
    assert await listed(wanted=EventFilter(types=frozenset({EventType.BOARD_OP}))) == [4, 3, 2]
    assert await listed(wanted=EventFilter(user_id=1)) == [5, 4, 3, 2]
    assert await listed("none") == []


async def test_events_of_all_sessions_are_listed_by_time_without_strokes(
    store: Store, lesson: Lesson
) -> None:
    """[API operator] By type and author, by pages; with the author's name in that session."""
    await _two_logs(store, lesson)

    async def listed(
        wanted: EventFilter = EventFilter(),  # noqa: B008 - frozen
        *,
        limit: int = 10,
        before: tuple[str, int] | None = None,
    ) -> list[tuple[str, int, str | None]]:
        found = await listing.events_of_all(store, wanted, limit=limit, before=before)
        return [(each.session_id, each.seq, each.name) for each in found]

    everything = [("algebra", 5, "Ada"), ("other", 2, None), ("other", 1, None)]
    everything += [("algebra", 1, None)]
    assert await listed() == everything
    assert await listed(limit=1, before=("algebra", 5)) == everything[1:2]
    assert await listed(before=("other", 1)) == everything[3:]
    assert await listed(before=("purged", 7)) == []
    kicks = EventFilter(types=frozenset({EventType.PARTICIPANT_KICK}))
    assert await listed(kicks) == everything[:2]
    assert await listed(EventFilter(user_id=1)) == everything[:1]


async def test_an_index_leads_to_each_page(store: Store, lesson: Lesson, url: str) -> None:
    """[API operator] No table is sorted, and none is read but along an index."""
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL reads small tables whole, and is right")
    plans: dict[str, list[str]] = {}

    async def explained(name: str, statement: str, connection: AsyncConnection) -> None:
        rows = await connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"))
        plans[name] = [row.detail for row in rows]

    statements: list[str] = []
    engine = store._readers._engine.sync_engine
    sqlalchemy_event.listen(
        engine, "before_cursor_execute", lambda *found: statements.append(found[2])
    )
    cases: dict[str, Callable[[], Awaitable[object]]] = {
        "sessions": store.sessions,
        "sessions by status": lambda: store.sessions(
            SessionFilter(statuses=frozenset({SessionStatus.ACTIVE}))
        ),
        "sessions by type": lambda: store.sessions(
            SessionFilter(types=frozenset({SessionType.DEMO}))
        ),
        "sessions by time": lambda: store.sessions(
            SessionFilter(created_from_ms=1, created_before_ms=2)
        ),
        "seats": lambda: listing.seats(store, SeatFilter(), limit=9),
        "seats by role": lambda: listing.seats(
            store, SeatFilter(roles=frozenset({Role.VIEWER})), limit=9
        ),
        "seats by status": lambda: listing.seats(
            store, SeatFilter(statuses=frozenset({ParticipantStatus.KICKED})), limit=9, before=5
        ),
        "seats by person": lambda: listing.seats(store, SeatFilter(user_id=1), limit=9),
        "snapshots": lambda: listing.saved_boards(store, SnapshotFilter(), limit=9),
        "snapshots by type": lambda: listing.saved_boards(
            store, SnapshotFilter(types=frozenset({SnapshotType.JOIN})), limit=9
        ),
        "events": lambda: listing.events_of_all(store, EventFilter(), limit=9),
        "events by type": lambda: listing.events_of_all(
            store, EventFilter(types=frozenset({EventType.PARTICIPANT_KICK})), limit=9
        ),
        "events by person": lambda: listing.events_of_all(store, EventFilter(user_id=1), limit=9),
        "events of a session": lambda: listing.events_of(
            store, lesson.session.session_id, EventFilter(), limit=9, after=3
        ),
    }
    for name, ask in cases.items():
        statements.clear()
        await ask()
        await store.reading(partial(explained, name, statements[-1].replace("?", "1")))
    # Without a filter these are walked in the order of their keys, and the limit ends the walk.
    walks = {"seats": "SCAN session_participant", "snapshots": "SCAN board_snapshot"}
    for name, plan in plans.items():
        assert not [step for step in plan if "TEMP B-TREE" in step], (name, plan)
        scans = [step for step in plan if step.startswith("SCAN") and "USING" not in step]
        assert scans in ([], [walks.get(name)]), (name, plan)
