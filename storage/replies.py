"""Replies that are kept for a day: a request that comes twice is carried out once."""

from typing import TYPE_CHECKING, Final

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.tables import REPLIES
from storage.upkeep import forgetting

if TYPE_CHECKING:
    from storage.store import Store

KEPT_MS: Final = 24 * 3_600_000


class KeptReply(msgspec.Struct, frozen=True, kw_only=True):
    """What a request was answered; `digest` is of the request."""

    scope: str
    """Whose keys they are: two senders may use the same one."""
    key: str
    digest: bytes
    status: int
    body: bytes
    at_ms: int


async def find(store: "Store", scope: str, key: str, *, now_ms: int) -> KeptReply | None:
    """Return the reply under a key, unless it is older than a day."""
    query = select(REPLIES).where(
        REPLIES.c.scope == scope, REPLIES.c.key == key, REPLIES.c.at > now_ms - KEPT_MS
    )

    async def read(connection: AsyncConnection) -> KeptReply | None:
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        return KeptReply(
            scope=row.scope,
            key=row.key,
            digest=row.digest,
            status=row.status,
            body=row.body,
            at_ms=row.at,
        )

    return await store.reading(read)


async def keep(store: "Store", reply: KeptReply) -> None:
    """Keep a reply, in a transaction of its own."""
    await store.writing(lambda connection: add(connection, reply))


async def forget_old(store: "Store", *, now_ms: int) -> None:
    """Delete the replies of the day before, also where no new one is kept."""

    async def write(connection: AsyncConnection) -> int:
        gone = await connection.execute(REPLIES.delete().where(REPLIES.c.at <= now_ms - KEPT_MS))
        return gone.rowcount

    await forgetting.erasing(store, write)


async def add(connection: AsyncConnection, reply: KeptReply) -> None:
    """Keep a reply, inside the caller's transaction, and forget those of the day before."""
    await connection.execute(REPLIES.delete().where(REPLIES.c.at <= reply.at_ms - KEPT_MS))
    await connection.execute(
        insert(REPLIES)
        .inline()
        .values(
            scope=reply.scope,
            key=reply.key,
            at=reply.at_ms,
            digest=reply.digest,
            status=reply.status,
            body=reply.body,
        )
    )
