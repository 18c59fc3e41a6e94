"""The feed: the events of all sessions in one order, for platforms to catch up with."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.announcing.notices import Notice, notice_of, webhook_id
from storage.log import log
from storage.sessions import sessions
from storage.store import Store
from storage.tables import FEED, SESSIONS, USERS


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """A notice and its place in the feed; places rise, but not by one."""

    place: int
    webhook_id: str
    notice: Notice


async def read(store: Store, *, after: int, limit: int, issuer: str | None) -> list[FeedItem]:
    """Return what follows place `after`, at most `limit`.

    Args:
        store: the store.
        after: the place of the last item seen; 0 at first.
        limit: how many at most.
        issuer: only sessions whose host is of this platform; None for all.

    Raises:
        LogDamaged: an event is missing or does not match its checksum.

    """
    query = (
        select(FEED.c.id, FEED.c.session_id, FEED.c.seq, SESSIONS.c.uuid)
        .join(SESSIONS, SESSIONS.c.id == FEED.c.session_id)
        .where(FEED.c.id > after)
        .order_by(FEED.c.id)
        .limit(limit)
    )
    if issuer is not None:
        query = query.join(USERS, USERS.c.id == SESSIONS.c.host_id).where(USERS.c.issuer == issuer)

    async def read_items(connection: AsyncConnection) -> list[FeedItem]:
        items = []
        for place, key, seq, session_id in (await connection.execute(query)).all():
            session = await sessions.find(connection, session_id)
            assert session is not None, "joined in the same transaction"  # noqa: S101
            (event,) = await log.read(connection, key, session_id, after=seq - 1, until=seq)
            items.append(
                FeedItem(
                    place=place,
                    webhook_id=webhook_id(session_id, seq),
                    notice=notice_of(event, session),
                )
            )
        return items

    return await store.reading(read_items)
