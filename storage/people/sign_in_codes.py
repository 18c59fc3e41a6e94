"""Codes that sign somebody in once; here are only hashes. What they say of whom is not read here.

A person has a pending code from the moment they are invited, which may be weeks before they come:
it outlives restarts, and is taken away with the person.
"""

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.tables import SIGN_IN_CODES

if TYPE_CHECKING:
    from storage.store import Store


async def keep(
    store: "Store", code: str, whom: bytes, *, subject: str, now_ms: int, until_ms: int
) -> None:
    """Accept `code` until that time, for whom this server calls `subject`; forget what is over."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(delete(SIGN_IN_CODES).where(SIGN_IN_CODES.c.until <= now_ms))
        values = {"subject": subject, "until": until_ms, "whom": whom}
        await connection.execute(insert(SIGN_IN_CODES).values(digest=_digest(code), **values))

    await store.writing(write)


async def is_good(store: "Store", code: str, *, now_ms: int) -> bool:
    """Whether `code` was accepted and not used. Whoever guesses has nothing written."""
    query = select(SIGN_IN_CODES.c.until).where(SIGN_IN_CODES.c.digest == _digest(code))

    async def read(connection: AsyncConnection) -> bool:
        until_ms = (await connection.execute(query)).scalar()
        return until_ms is not None and now_ms < until_ms

    return await store.reading(read)


async def use(store: "Store", code: str, *, now_ms: int) -> bytes | None:
    """Return whom `code` signs in, and have it sign in nobody any more; of two at once one gets it.

    None: it was not accepted, is over, or was used.
    """

    async def write(connection: AsyncConnection) -> bytes | None:
        statement = (
            delete(SIGN_IN_CODES)
            .where(SIGN_IN_CODES.c.digest == _digest(code))
            .returning(SIGN_IN_CODES.c.until, SIGN_IN_CODES.c.whom)
        )
        row = (await connection.execute(statement)).first()
        return bytes(row.whom) if row is not None and now_ms < row.until else None

    return await store.writing(write)


async def forget(connection: AsyncConnection, subject: str) -> None:
    """Take the codes of a person away: their name stands in them."""
    await connection.execute(delete(SIGN_IN_CODES).where(SIGN_IN_CODES.c.subject == subject))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
