"""Announcing events: in the feed and as deliveries, in the transaction of the event itself.

An event that is on disk is thus told to platforms, and one that is told was on disk.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.audience import circle_of
from lessonroom.log.events import Event
from lessonroom.session.session import Session
from storage.announcing.notices import ENDS, FEED_EVENTS, Summary, Told, notice_of
from storage.engine import insert_all
from storage.tables import DELIVERIES, FEED

_TAKES_READY_MS: Final = 120_000
"""A minute after a recording has stopped its takes are sealed."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A platform's address, and what it is told."""

    url: str
    events: frozenset[Told] = FEED_EVENTS


async def announce(
    connection: AsyncConnection,
    endpoints: Sequence[Endpoint],
    committed: Sequence[tuple[int, Session, Sequence[Event]]],
) -> None:
    """Put events into the feed and among the deliveries of each endpoint that wants them.

    Args:
        connection: in the transaction that commits the events.
        endpoints: who is told.
        committed: keys of sessions, the sessions as they stand after their events, and the events.

    """
    feed = [
        {"session_id": key, "seq": event.seq}
        for key, _, events in committed
        for event in events
        if event.type in FEED_EVENTS
    ]
    await insert_all(connection, FEED, feed)
    rows: list[dict[str, Any]] = []
    for key, session, events in committed:
        for event in events:
            wanting = [endpoint.url for endpoint in endpoints if event.type in endpoint.events]
            # What was written to one person is no business of a platform (CH-4).
            if wanting and circle_of(event) is None:
                body = msgspec.json.encode(notice_of(event, session))
                rows += [_row(url, key, event, body) for url in wanting]
            if event.type in ENDS:
                rows += [
                    _row_of_report(endpoint.url, key, event, session)
                    for endpoint in endpoints
                    if Summary.REPORT in endpoint.events
                ]
    await insert_all(connection, DELIVERIES, rows)


def _row(url: str, key: int, event: Event, body: bytes) -> dict[str, Any]:
    return {
        "endpoint": url,
        "session_id": key,
        "seq": event.seq,
        "event_type": event.type.value,
        "is_given_up": False,
        "attempts": 0,
        "next_attempt_at": 0,
        "created_at": event.at_ms,
        "last_error": "",
        "body": body,
    }


def _row_of_report(url: str, key: int, event: Event, session: Session) -> dict[str, Any]:
    """Return the row of a report, which has no body: it is worked out when it is told."""
    waits_ms = _TAKES_READY_MS if session.takes else 0
    return _row(url, key, event, b"") | {
        "event_type": Summary.REPORT.value,
        "next_attempt_at": event.at_ms + waits_ms,
    }
