"""What sessions take on disk: kept beside the log, so that nobody has to walk it to know (QU-1).

A row says what the log took up to a `seq`; it is written with each snapshot, in the transaction of
the snapshot. What came after that is summed up when a room opens: as much of the log as it reads in
any case. A session from before these rows were kept is summed up whole, once.

Every function works inside the caller's transaction.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import BigInteger, Update, bindparam, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.quotas import ROW_BYTES
from storage.engine import insert
from storage.log import bodies
from storage.records import LogUsage
from storage.tables import EVENTS, SESSIONS, SNAPSHOTS, USAGE

_OF_KEY: Final = USAGE.c.session_id == bindparam("key")
_NOTE: Final[Update] = (
    USAGE.update()
    .where(_OF_KEY)
    .values(
        until_seq=bindparam("until_seq_"),
        log_bytes=bindparam("log_bytes_"),
        people=bindparam("people_"),
        snapshot_bytes=USAGE.c.snapshot_bytes + bindparam("added_bytes"),
    )
    .returning(USAGE.c.snapshot_bytes)
)


async def note(connection: AsyncConnection, key: int, usage: LogUsage, *, added_bytes: int) -> int:
    """Note what a session takes; return what its snapshots do.

    Args:
        connection: in the transaction that wrote what is noted.
        key: the session.
        usage: what its log takes.
        added_bytes: of the snapshots that were written beside it.

    """
    people = {str(user_id): taken for user_id, taken in usage.by_person.items()}
    log_bytes = sum(usage.by_person.values())
    noted = {
        "key": key,
        "until_seq_": usage.until_seq,
        "log_bytes_": log_bytes,
        "people_": people,
        "added_bytes": added_bytes,
    }
    snapshot_bytes: int | None = (await connection.execute(_NOTE, noted)).scalar()
    if snapshot_bytes is None:
        snapshot_bytes = await _sum_of_snapshots(connection, key)
        row = insert(USAGE).values(
            session_id=key,
            until_seq=usage.until_seq,
            log_bytes=log_bytes,
            snapshot_bytes=snapshot_bytes,
            people=people,
        )
        await connection.execute(row)
    return snapshot_bytes


async def deleted(connection: AsyncConnection, freed_bytes: Mapping[int, int]) -> None:
    """Note that snapshots were deleted; of each session how many bytes of them."""
    for key, n_bytes in freed_bytes.items():
        await connection.execute(
            USAGE.update()
            .where(USAGE.c.session_id == key)
            .values(snapshot_bytes=USAGE.c.snapshot_bytes - n_bytes)
        )


async def of_session(connection: AsyncConnection, key: int) -> dict[int | None, int]:
    """Return what the log of a session takes, by person; None is the server."""
    row = (
        await connection.execute(
            select(USAGE.c.until_seq, USAGE.c.people).where(USAGE.c.session_id == key)
        )
    ).first()
    until_seq, people = (row.until_seq, row.people) if row else (0, {})
    taken: dict[int | None, int] = {int(user_id) or None: n for user_id, n in people.items()}
    # PostgreSQL sums into a decimal number.
    data_bytes = cast(func.sum(bodies.size_of(EVENTS.c.data)), BigInteger)
    rows = await connection.execute(
        select(EVENTS.c.user_id, func.count(), data_bytes)
        .where(EVENTS.c.session_id == key, EVENTS.c.seq > until_seq)
        .group_by(EVENTS.c.user_id)
    )
    for user_id, events, n_bytes in rows:
        taken[user_id] = taken.get(user_id, 0) + events * ROW_BYTES + n_bytes
    return taken


async def of_owner(
    connection: AsyncConnection, host_id: int, *, without: Collection[str] = ()
) -> int:
    """Return what the logs of somebody's sessions take; those `without` are left out."""
    total_bytes = cast(func.coalesce(func.sum(USAGE.c.log_bytes), 0), BigInteger)
    total: int = (
        await connection.execute(
            select(total_bytes)
            .join(SESSIONS, SESSIONS.c.id == USAGE.c.session_id)
            .where(SESSIONS.c.host_id == host_id, SESSIONS.c.uuid.not_in(sorted(without)))
        )
    ).scalar_one()
    return total


async def _sum_of_snapshots(connection: AsyncConnection, key: int) -> int:
    size_bytes = cast(func.coalesce(func.sum(SNAPSHOTS.c.size_bytes), 0), BigInteger)
    total: int = (
        await connection.execute(select(size_bytes).where(SNAPSHOTS.c.session_id == key))
    ).scalar_one()
    return total
