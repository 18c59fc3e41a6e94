"""What hosts, and the platforms that they are of, call their sessions."""

from typing import Any, Final

from sqlalchemy import ColumnElement

from lessonroom.session.lifecycle import ENDED, SessionStatus
from lessonroom.session.session import Session
from storage.sessions import sessions
from storage.store import Store
from storage.tables import IS_THERE, SESSIONS, USERS

_HAS_ENDED: Final = SESSIONS.c.status.in_(sorted(status.value for status in ENDED))
_HAS_NOT_BEGUN: Final = SESSIONS.c.status == SessionStatus.SCHEDULED.value
_NEXT: Final[tuple[Any, ...]] = (
    # What goes on, then what is to come, then what was: of these two what is nearest.
    _HAS_ENDED,
    _HAS_NOT_BEGUN,
    SESSIONS.c.scheduled_start.is_(None),
    _SOONEST := SESSIONS.c.scheduled_start,
    SESSIONS.c.id.desc(),
)


async def session_of(store: Store, host_id: int, external_id: str) -> Session | None:
    """Return the session that its host calls by that id."""
    return await store.reading(
        lambda connection: sessions.find_external(connection, host_id, external_id)
    )


async def session_of_platform(store: Store, issuer: str, external_id: str) -> Session | None:
    """Return the session that a host of a platform calls by that id; of several the newest.

    Whoever hosts it by now.
    """
    named = (USERS.c.issuer == issuer, SESSIONS.c.external_id == external_id, IS_THERE)
    order = (_HAS_ENDED, SESSIONS.c.id.desc())
    return await store.reading(
        lambda connection: sessions.find_first(connection, *named, order=order)
    )


async def next_of_series(store: Store, issuer: str, series_id: str) -> Session | None:
    """Return the session of a series, hosted by a platform's people, that is the next one.

    One that has begun, else the one that is planned for the earliest time, else one that is planned
    for none; where all are over, the last one.
    """
    is_one = (SESSIONS.c.series_id == series_id) | (SESSIONS.c.uuid == series_id)
    to_come: ColumnElement[bool] = ~_HAS_ENDED
    of_series = (USERS.c.issuer == issuer, is_one, IS_THERE)
    return await store.reading(
        lambda connection: sessions.find_first(connection, *of_series, to_come, order=_NEXT)
    ) or await store.reading(
        lambda connection: sessions.find_first(
            connection, *of_series, order=(SESSIONS.c.created_at.desc(), SESSIONS.c.id.desc())
        )
    )
