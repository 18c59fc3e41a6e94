"""What hosts call their sessions."""

from lessonroom.session.session import Session
from storage.sessions import sessions
from storage.store import Store


async def session_of(store: Store, host_id: int, external_id: str) -> Session | None:
    """Return the session that its host calls by that id."""
    return await store.reading(
        lambda connection: sessions.find_external(connection, host_id, external_id)
    )
