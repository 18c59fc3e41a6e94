"""The fence: a commit names the term of each session's owner, and writes where it is the newest.

Statements for PostgreSQL. `FOR SHARE` looks at a row again after it has waited for it, which needs
READ COMMITTED: so whoever takes a session over waits for a commit under way, and a commit that
comes behind finds that the term is over. Shares do not wait for each other, and the fence costs no
round trip of its own: it is a part of the statement that writes.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.arrays import arrays, insert_sql
from storage.dialects.driver import driver_of
from storage.records import Batch

_HELD: Final = (
    "SELECT l.session_id FROM room_lease l"
    " JOIN unnest($1::bigint[], $2::bigint[]) AS x (session_id, term)"
    " ON l.session_id = x.session_id AND l.term = x.term FOR SHARE OF l"
)


def terms_of(batches: Sequence[Batch], keys: Mapping[str, int]) -> dict[int, int]:
    """Return the newest term of each session among batches, by the session's key."""
    terms: dict[int, int] = {}
    for batch in batches:
        key = keys[batch.session.session_id]
        terms[key] = max(batch.term, terms.get(key, 0))
    return terms


def parted(
    batches: Sequence[Batch], keys: Mapping[str, int], terms: Mapping[int, int]
) -> tuple[list[Batch], list[Batch]]:
    """Return the batches whose term is the one that goes on, and those whose term is over."""
    owned: list[Batch] = []
    fenced: list[Batch] = []
    for batch in batches:
        goes_on = terms.get(keys[batch.session.session_id]) == batch.term
        (owned if goes_on else fenced).append(batch)
    return owned, fenced


async def commit(
    connection: AsyncConnection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    terms: Mapping[int, int],
) -> dict[int, int]:
    """Insert rows, one or more, as one transaction in one round trip, of sessions that are owned.

    Args:
        connection: the writing one, on which no transaction is open.
        table: has the column `session_id`.
        rows: have the same columns; their values need no conversion.
        terms: of each session of the rows, by its key, the term that writes.

    Returns:
        Those of the terms that go on: their rows are on disk, and nothing of the others.

    """
    columns = tuple(rows[0])
    driver = await driver_of(connection)
    try:
        held = await driver.fetch(
            _commit_sql(table, columns), list(terms), list(terms.values()), *arrays(columns, rows)
        )
    except BaseException:
        if driver.is_closed():
            # Unseen by SQLAlchemy, whose pool would hand it out again.
            await connection.invalidate()
        raise
    return {row[0]: terms[row[0]] for row in held}


async def hold(connection: AsyncConnection, terms: Mapping[int, int]) -> dict[int, int]:
    """Return those of the terms that go on, and keep it so until the caller's transaction ends."""
    held = await connection.exec_driver_sql(_HELD, (list(terms), list(terms.values())))
    return {key: terms[key] for key in held.scalars()}


@functools.cache
def _commit_sql(table: Table, columns: tuple[str, ...]) -> str:
    insert = insert_sql(table, columns, first=3, matching=" JOIN f USING (session_id)")
    return f"WITH f AS ({_HELD}), i AS ({insert}) SELECT session_id FROM f"  # noqa: S608 - ours
