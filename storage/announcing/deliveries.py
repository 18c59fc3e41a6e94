"""Deliveries: what platforms have yet to be told; `storage.announcing.announcing` adds to them.

What an endpoint has taken is deleted. In one session an endpoint is told one thing at a time, in
the order of the log.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.announcing.notices import Told, told_by, webhook_id
from storage.store import Store
from storage.tables import DELIVERIES, SESSIONS

_MAX_ERROR_CHARS: Final = 500


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to tell one endpoint. `attempts` have failed so far.

    The `body` of a summary is empty: it is worked out when it is told.
    """

    delivery_id: int
    endpoint: str
    session_id: str
    seq: int
    event_type: Told
    attempts: int
    body: bytes

    @property
    def webhook_id(self) -> str:
        """The id by which the receiver knows it again."""
        return webhook_id(self.session_id, self.seq, self.event_type)


class Delivered(msgspec.Struct, frozen=True):
    """The endpoint has taken it."""

    delivery_id: int


class Postponed(msgspec.Struct, frozen=True, kw_only=True):
    """The endpoint has not taken it; it is tried again at `next_attempt_at_ms`, or never."""

    delivery_id: int
    error: str
    next_attempt_at_ms: int | None


class EndpointBacklog(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint has yet to be told. Times are milliseconds since the Unix epoch."""

    endpoint: str
    waiting: int
    given_up: int
    oldest_at_ms: int | None
    next_attempt_at_ms: int | None
    last_error: str


async def due(
    store: Store, endpoints: Sequence[str], *, now_ms: int, limit: int, busy: Sequence[int] = ()
) -> list[Delivery]:
    """Return what may be told now: of each session, for each endpoint, only the oldest.

    Args:
        store: the store.
        endpoints: those that are configured; what is left of others waits.
        now_ms: the time.
        limit: how many at most.
        busy: deliveries that are under way.

    """
    oldest = (
        select(func.min(DELIVERIES.c.id))
        .where(DELIVERIES.c.endpoint.in_(endpoints), DELIVERIES.c.is_given_up.is_(False))
        .group_by(DELIVERIES.c.endpoint, DELIVERIES.c.session_id)
    )
    query = (
        select(DELIVERIES, SESSIONS.c.uuid)
        .join(SESSIONS, SESSIONS.c.id == DELIVERIES.c.session_id)
        .where(
            DELIVERIES.c.id.in_(oldest),
            DELIVERIES.c.next_attempt_at <= now_ms,
            DELIVERIES.c.id.not_in(busy),
        )
        .order_by(DELIVERIES.c.id)
        .limit(limit)
    )

    async def read(connection: AsyncConnection) -> list[Delivery]:
        return [_delivery(row) for row in await connection.execute(query)]

    return await store.reading(read)


async def settle(store: Store, results: Sequence[Delivered | Postponed]) -> None:
    """Write what came of deliveries.

    Raises:
        CommitFailed: nothing was applied; what was delivered will be delivered again.

    """
    done = [result.delivery_id for result in results if isinstance(result, Delivered)]

    async def write(connection: AsyncConnection) -> None:
        if done:
            await connection.execute(DELIVERIES.delete().where(DELIVERIES.c.id.in_(done)))
        for result in results:
            if isinstance(result, Postponed):
                await connection.execute(_postpone(result))

    await store.writing(write)


def _postpone(result: Postponed) -> Any:  # noqa: ANN401 - a statement
    return (
        DELIVERIES.update()
        .where(DELIVERIES.c.id == result.delivery_id)
        .values(
            attempts=DELIVERIES.c.attempts + 1,
            next_attempt_at=result.next_attempt_at_ms or 0,
            is_given_up=result.next_attempt_at_ms is None,
            last_error=result.error[:_MAX_ERROR_CHARS],
        )
    )


async def backlogs(store: Store) -> list[EndpointBacklog]:
    """Return what waits for each endpoint that has something waiting, by its address."""
    waits = DELIVERIES.c.is_given_up.is_(False)
    query = (
        select(
            DELIVERIES.c.endpoint,
            func.sum(case((waits, 1), else_=0)).label("waiting"),
            func.sum(case((waits, 0), else_=1)).label("given_up"),
            func.min(case((waits, DELIVERIES.c.created_at))).label("oldest_at"),
            func.min(
                case((waits & (DELIVERIES.c.attempts > 0), DELIVERIES.c.next_attempt_at))
            ).label("next_attempt_at"),
            func.max(DELIVERIES.c.last_error).label("last_error"),
        )
        .group_by(DELIVERIES.c.endpoint)
        .order_by(DELIVERIES.c.endpoint)
    )

    async def read(connection: AsyncConnection) -> list[EndpointBacklog]:
        return [
            EndpointBacklog(
                endpoint=row.endpoint,
                waiting=row.waiting,
                given_up=row.given_up,
                oldest_at_ms=row.oldest_at,
                next_attempt_at_ms=row.next_attempt_at,
                last_error=row.last_error,
            )
            for row in await connection.execute(query)
        ]

    return await store.reading(read)


async def retry(store: Store, endpoint: str | None) -> int:
    """Have everything that failed tried again now, of one endpoint or of all; return how many.

    What was given up begins anew with its attempts.
    """
    query = (
        DELIVERIES.update()
        .where(DELIVERIES.c.is_given_up | (DELIVERIES.c.attempts > 0))
        .values(next_attempt_at=0, attempts=0, is_given_up=False)
    )
    if endpoint is not None:
        query = query.where(DELIVERIES.c.endpoint == endpoint)

    async def write(connection: AsyncConnection) -> int:
        return (await connection.execute(query)).rowcount

    return await store.writing(write)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        delivery_id=row.id,
        endpoint=row.endpoint,
        session_id=row.uuid,
        seq=row.seq,
        event_type=told_by(row.event_type),
        attempts=row.attempts,
        body=row.body,
    )
