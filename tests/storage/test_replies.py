import msgspec
import pytest

from storage import replies
from storage.errors import CommitFailed
from storage.replies import KEPT_MS, KeptReply
from storage.sessions import bookings
from storage.store import Store
from tests.storage.lessons import Lesson

REPLY = KeptReply(scope="user 1", key="k", digest=b"d", status=201, body=b'{"a":1}', at_ms=1_000)


async def test_a_reply_is_kept_for_a_day_for_its_sender(store: Store) -> None:
    """[API Idempotency-Key] Another sender's key is another key."""
    await replies.keep(store, REPLY)
    assert await replies.find(store, "user 1", "k", now_ms=KEPT_MS + 999) == REPLY
    assert await replies.find(store, "user 1", "k", now_ms=KEPT_MS + 1_000) is None
    assert await replies.find(store, "user 2", "k", now_ms=2_000) is None


async def test_replies_of_the_day_before_are_forgotten(store: Store) -> None:
    """[API Idempotency-Key] The same key can then be used for something else."""
    await replies.keep(store, REPLY)
    await replies.keep(store, msgspec.structs.replace(REPLY, at_ms=1_000 + KEPT_MS, status=200))
    found = await replies.find(store, "user 1", "k", now_ms=1_000 + KEPT_MS)
    assert found is not None
    assert found.status == 200


async def test_a_session_and_the_reply_to_its_creation_are_one_transaction(store: Store) -> None:
    """[API Idempotency-Key] A key that is taken lets no second session be."""
    first, second = Lesson("first"), Lesson("second")
    await store.create_session(first.session, [first.opened()], [], reply=REPLY)
    with pytest.raises(CommitFailed):
        await store.create_session(second.session, [second.opened()], [], reply=REPLY)
    assert await store.session("second") is None


async def test_a_booking_has_one_session(store: Store) -> None:
    """[API bookings] The database itself sees to it."""
    booked = [
        msgspec.structs.replace(Lesson(name).session, booking_id="b-1") for name in ("one", "two")
    ]
    await store.create_session(booked[0], [], [])
    with pytest.raises(CommitFailed):
        await store.create_session(booked[1], [], [])
    assert await bookings.session_of(store, "b-1") == booked[0]
    assert await bookings.session_of(store, "b-2") is None
