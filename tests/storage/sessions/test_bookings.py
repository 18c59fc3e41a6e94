"""What is remembered of bookings."""

import msgspec
import pytest

from lessonroom.bookings.record import Change, Plan, Said, fold
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session
from storage.errors import CommitFailed
from storage.replies import KeptReply
from storage.sessions import bookings
from storage.store import Store
from tests.storage.lessons import Lesson

DAY_MS = 86_400_000


def reply(key: str) -> KeptReply:
    return KeptReply(scope="bookings", key=key, digest=b"d", status=200, body=b"{}", at_ms=1_000)


def said(booking_id: str, *people: int, at_ms: int = 1, former_id: str | None = None) -> Said:
    return Said(
        change=Change.CONFIRMED,
        booking_id=booking_id,
        at_ms=at_ms,
        former_id=former_id,
        plan=Plan(title="Fractions", host=7),
        people=frozenset(people),
    )


async def hear(store: Store, message: Said, *, key: str, at_ms: int = 1_000) -> None:
    """Take a message in, as one server does."""
    ids = [message.booking_id, message.former_id or message.booking_id]
    before = await bookings.known(store, ids)
    after = fold(before.records, message)
    await bookings.remember(store, before, after, at_ms=at_ms, reply=reply(key))


def booked(name: str, *, status: SessionStatus = SessionStatus.SCHEDULED) -> Session:
    return msgspec.structs.replace(Lesson(name).session, booking_id="b-1", status=status)


async def test_what_was_heard_is_known_with_all_it_points_to(store: Store) -> None:
    """[API bookings] From either end of a trail of moves."""
    await hear(store, said("a", 11), key="1")
    await hear(store, said("b", 11, former_id="a", at_ms=2), key="2")
    await hear(store, said("c", 11, former_id="b", at_ms=3), key="3")
    for booking_id in ("a", "b", "c"):
        found = await bookings.known(store, [booking_id])
        assert found.records.keys() == {"a", "b", "c"}
        assert found.records["c"].places.keys() == {11}
    assert (await bookings.known(store, ["d"])).records == {}


async def test_of_two_who_have_heard_at_once_one_has_to_read_again(store: Store) -> None:
    """[API bookings] Of a record that is new, and of one that there was; its reply is not kept."""
    for turn in (1, 2):
        both = [await bookings.known(store, ["a"]) for _ in range(2)]
        records = [
            fold(known.records, said("a", 10 * turn + n, at_ms=turn))
            for n, known in enumerate(both)
        ]
        await bookings.remember(
            store, both[0], records[0], at_ms=1_000, reply=reply(f"first {turn}")
        )
        with pytest.raises(CommitFailed) as failed:
            await bookings.remember(
                store, both[1], records[1], at_ms=1_000, reply=reply(f"second {turn}")
            )
        assert failed.value.is_conflict
        assert not failed.value.is_storage_fault
        await hear(store, said("a", 10 * turn + 1, at_ms=turn), key=f"second {turn}")


async def test_the_session_of_a_booking_is_the_one_that_goes_on(store: Store) -> None:
    """[API bookings] Or else the last; those that are over do not stand in its way."""
    for name in ("one", "two"):
        await store.create_session(booked(name, status=SessionStatus.TERMINATED), [], [])
    assert (await bookings.known(store, ["b-1"])).sessions["b-1"].session_id == "two"
    await store.create_session(booked("three"), [], [])
    await store.create_session(booked("four", status=SessionStatus.COMPLETED), [], [])
    found = await bookings.session_of(store, "b-1")
    assert found is not None
    assert found.session_id == "three"
    with pytest.raises(CommitFailed):
        await store.create_session(booked("five"), [], [])


async def test_bookings_without_a_session_are_forgotten_after_a_week(store: Store) -> None:
    """[API Timers, pruning] Those of a session stay for as long as it does."""
    await store.create_session(booked("one"), [], [])
    for number, booking_id in enumerate(("b-1", "stray", "young")):
        at_ms = 6 * DAY_MS if booking_id == "young" else 1_000
        await hear(store, said(booking_id, 11), key=str(number), at_ms=at_ms)
    assert await bookings.forget_strays(store, now_ms=7 * DAY_MS) == 0
    assert await bookings.forget_strays(store, now_ms=7 * DAY_MS + 1_000) == 1
    assert (await bookings.known(store, ["stray"])).records == {}
    assert (await bookings.known(store, ["young"])).records.keys() == {"young"}
    assert (await bookings.known(store, ["b-1"])).versions == {"b-1": 1}
