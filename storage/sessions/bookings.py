"""Bookings: which session was made for one."""

from lessonroom.session.session import Session
from storage.sessions import sessions
from storage.store import Store


async def session_of(store: Store, booking_id: str) -> Session | None:
    """Return the session of a booking; there is one at most."""
    return await store.reading(lambda connection: sessions.find_booked(connection, booking_id))
