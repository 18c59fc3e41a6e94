"""What is done to a database from time to time: finding what is over, and deleting what is old.

Deleting goes in slices, each a transaction of its own: rooms commit between two of them. What
writes belongs into the journal's turn, as all writing does.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Table, cast, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.thinning import Taken
from lessonroom.people.participant import ParticipantStatus
from lessonroom.session.lifecycle import ENDED, SessionStatus, SessionType
from storage.log import trimming
from storage.records import UserKind
from storage.store import Store
from storage.tables import (
    ARRIVING,
    LEASES,
    LTI_LESSONS,
    METADATA,
    PARTICIPANTS,
    SESSIONS,
    SNAPSHOTS,
    USERS,
    WORDS,
)
from storage.upkeep import forgetting

SLICE_ROWS: Final = 200
"""Rows that one transaction deletes at most."""
_SLICE_WORDS: Final = 5_000
"""Of the words of what was written, which are short."""
_PAGE: Final = 200
_SNAPSHOTS_PER_PAGE: Final = 2_000
_DAY_MS: Final = 86_400_000
_UNDER_WAY: Final = (SessionStatus.ACTIVE.value, SessionStatus.PAUSED.value)


class Found(NamedTuple):
    """A session; `key` is what the next page begins after."""

    key: int
    session_id: str
    has_ended: bool


async def overdue(
    store: Store, *, now_ms: int, expire_after_ms: int, after: int = 0
) -> list[Found]:
    """Return a page of the sessions that nobody started in time.

    A session's time is up at its planned end, or without one `expire_after_ms` after its planned
    start, or else after it was made.
    """
    began = func.coalesce(SESSIONS.c.scheduled_start, SESSIONS.c.created_at)
    ends = func.coalesce(SESSIONS.c.scheduled_end, began + expire_after_ms)
    waiting = (SessionStatus.SCHEDULED.value, SessionStatus.WAITING.value)
    return await _page(store, SESSIONS.c.status.in_(waiting), ends <= now_ms, after=after)


async def unattended(
    store: Store,
    *,
    now_ms: int,
    pause_after_ms: int,
    end_after_ms: int,
    end_unplanned_after_ms: int,
    after: int = 0,
) -> list[Found]:
    """Return a page of the sessions under way that nobody is in, and whose time is to stand still.

    Or whose end has come: an hour after the last departure where the planned end has passed, and
    so on. What is found here is looked at again, and decided, in the session's room.
    """
    ends = SESSIONS.c.scheduled_end
    is_over = ((ends <= now_ms) & _left_before(now_ms - end_after_ms)) | (
        ends.is_(None) & _left_before(now_ms - end_unplanned_after_ms)
    )
    goes_on = SESSIONS.c.active_since.is_not(None) & _left_before(now_ms - pause_after_ms)
    return await _page(
        store,
        SESSIONS.c.status.in_(_UNDER_WAY),
        ~_somebody_is_connected(),
        goes_on | (is_over & (SESSIONS.c.session_type != SessionType.SOLO.value)),
        after=after,
    )


async def attended(store: Store, *, after: int = 0) -> list[Found]:
    """Return a page of the sessions whose seats say that somebody is there.

    That may be wrong where no room of them is open: the server that knew better was killed.
    """
    has_begun = (SessionStatus.WAITING.value, *_UNDER_WAY)
    return await _page(
        store, SESSIONS.c.status.in_(has_begun), _somebody_is_connected(), after=after
    )


def _left_before(moment_ms: int) -> ColumnElement[bool]:
    """Whether the last departure was before a moment; without any, the beginning."""
    left = func.coalesce(PARTICIPANTS.c.left_at, PARTICIPANTS.c.dropped_at)
    began = func.coalesce(SESSIONS.c.reopened_at, SESSIONS.c.actual_start, SESSIONS.c.created_at)
    return (began <= moment_ms) & ~_seats().where(left > moment_ms).exists()


def _somebody_is_connected() -> ColumnElement[bool]:
    # Who is on the way back is judged by when they dropped.
    return _seats().where(PARTICIPANTS.c.status == ParticipantStatus.CONNECTED.value).exists()


def _seats() -> Select[tuple[Any]]:
    return select(PARTICIPANTS.c.id).where(PARTICIPANTS.c.session_id == SESSIONS.c.id)


async def old_demos(store: Store, *, made_before_ms: int, after: int = 0) -> list[Found]:
    """Return a page of the demo sessions that were made before a moment."""
    return await _page(
        store,
        SESSIONS.c.session_type == SessionType.DEMO.value,
        SESSIONS.c.created_at <= made_before_ms,
        after=after,
    )


async def outlived(
    store: Store, *, now_ms: int, retention_days: int, after: int = 0
) -> list[Found]:
    """Return a page of the sessions that were kept for long enough after their end.

    That is what a session's own settings say (0: not at all), or else `retention_days` (0: for
    ever).
    """
    # Wide enough for milliseconds, where the database minds.
    own_days = cast(SESSIONS.c.settings["retention_days"].as_integer(), BigInteger)
    ended = func.coalesce(SESSIONS.c.actual_end, SESSIONS.c.created_at)
    is_over = ended + own_days * _DAY_MS <= now_ms
    if retention_days:
        is_over |= own_days.is_(None) & (ended + retention_days * _DAY_MS <= now_ms)
    has_ended = SESSIONS.c.status.in_(sorted(status.value for status in ENDED))
    return await _page(store, has_ended, is_over, after=after)


async def keys_with_snapshots(store: Store, *, after: int = 0) -> list[int]:
    """Return a page of the keys of sessions that have snapshots."""

    async def read(connection: AsyncConnection) -> list[int]:
        rows = await connection.execute(
            select(SNAPSHOTS.c.session_id)
            .where(SNAPSHOTS.c.session_id > after)
            .distinct()
            .order_by(SNAPSHOTS.c.session_id)
            .limit(_PAGE)
        )
        return list(rows.scalars())

    return await store.reading(read)


async def snapshots_taken(store: Store, key: int) -> list[Taken]:
    """Return the snapshots of a session that may be deleted, and when they were taken."""
    found: list[Taken] = []
    while page := await store.reading(
        partial(
            trimming.taken,
            key=key,
            after=found[-1].snapshot_id if found else 0,
            limit=_SNAPSHOTS_PER_PAGE,
        )
    ):
        found += page
    return found


async def delete_snapshots(store: Store, snapshot_ids: Sequence[int]) -> int:
    """Delete the first of these snapshots, as many as a slice takes, and return how many."""
    return await store.writing(lambda connection: trimming.delete_slice(connection, snapshot_ids))


async def purge(store: Store, key: int) -> bool:
    """Delete a slice of a session and of all that belongs to it; say whether nothing is left."""
    return await forgetting.erasing(store, lambda connection: _purge(connection, key))


async def delete_stray_guests(store: Store, *, made_before_ms: int) -> int:
    """Delete guests whose sessions are all gone, as many as a slice takes; return how many."""
    strays = (
        select(USERS.c.id)
        .where(
            USERS.c.kind == UserKind.GUEST.value,
            USERS.c.created_at < made_before_ms,
            ~select(PARTICIPANTS.c.id).where(PARTICIPANTS.c.user_id == USERS.c.id).exists(),
            ~select(SESSIONS.c.id).where(SESSIONS.c.host_id == USERS.c.id).exists(),
        )
        .limit(SLICE_ROWS)
    )

    async def write(connection: AsyncConnection) -> int:
        return (await connection.execute(delete(USERS).where(USERS.c.id.in_(strays)))).rowcount

    return await forgetting.erasing(store, write)


async def _page(store: Store, *conditions: ColumnElement[bool], after: int) -> list[Found]:
    async def read(connection: AsyncConnection) -> list[Found]:
        rows = await connection.execute(
            select(SESSIONS.c.id, SESSIONS.c.uuid, SESSIONS.c.status)
            .where(SESSIONS.c.id > after, *conditions)
            .order_by(SESSIONS.c.id)
            .limit(_PAGE)
        )
        return [Found(row.id, row.uuid, SessionStatus(row.status).has_ended) for row in rows]

    return await store.reading(read)


async def _purge(connection: AsyncConnection, key: int) -> bool:
    over = SESSIONS.c.status.in_([*sorted(status.value for status in ENDED), ARRIVING])
    goes_on = select(SESSIONS.c.id).where(SESSIONS.c.id == key, ~over)
    if (await connection.execute(goes_on)).first() is not None:
        # Reopened since somebody looked.
        return True
    for table, column in _of_sessions():
        columns = table.primary_key.columns
        most = _SLICE_WORDS if table is WORDS else SLICE_ROWS
        some = select(*columns).where(column == key).order_by(*columns).limit(most)
        if table is SNAPSHOTS:
            if ids := list((await connection.execute(some)).scalars()):
                await trimming.delete_slice(connection, ids)
                return False
        elif (await connection.execute(delete(table).where(tuple_(*columns).in_(some)))).rowcount:
            return False
    own = select(SESSIONS.c.uuid).where(SESSIONS.c.id == key)
    await connection.execute(delete(LTI_LESSONS).where(LTI_LESSONS.c.session_uuid.in_(own)))
    await connection.execute(delete(SESSIONS).where(SESSIONS.c.id == key))
    return True


def _of_sessions() -> list[tuple[Table, ColumnElement[Any]]]:
    """Return every table whose rows belong to a session, with the column that says to which.

    Found by their foreign keys, those that others refer to last: a table that is added later is
    cleared like the rest. Leases come first: whoever has the session still is fenced from then on.
    """
    found = [
        (table, key.parent)
        for table in reversed(METADATA.sorted_tables)
        for key in table.foreign_keys
        if key.column is SESSIONS.c.id
    ]
    return sorted(found, key=lambda each: each[0] is not LEASES)
