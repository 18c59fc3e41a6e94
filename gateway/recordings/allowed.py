"""Which parts of room time the log allows of a take (PROTOCOL RC-6)."""

from typing import Final

from lessonroom.recording.kept import EVENTS_THAT_COUNT, Parts, kept_parts
from storage.recordings.takes import StoredTake
from storage.records import EventFilter
from storage.store import Store

_PAGE_EVENTS: Final = 1_000


async def allowed_parts(store: Store, take: StoredTake) -> Parts:
    """Return of which parts of room time something of a take may be kept."""
    found = []
    after, is_more = 0, True
    wanted = EventFilter(types=EVENTS_THAT_COUNT)
    while is_more:
        events, is_more = await store.timeline(
            take.session_id, wanted, after=after, limit=_PAGE_EVENTS
        )
        found += events
        after = found[-1].seq if found else 0
    return kept_parts(found, user_id=take.user_id, kind=take.kind)
