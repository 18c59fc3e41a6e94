"""Which message came with which file.

What is known of one is in the log, its bytes lie in `asset_files`. Every function works inside the
caller's transaction.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import BigInteger, ColumnElement, cast, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import ChatMessageRemoved, ChatMessageSent, Event, EventType
from storage.engine import insert
from storage.tables import CHAT_FILES, SESSIONS

_said = msgspec.json.Decoder(ChatMessageSent).decode
_removed = msgspec.json.Decoder(ChatMessageRemoved).decode
_HAS_FILE = b'"file":'


async def follow(connection: AsyncConnection, events: Iterable[tuple[int, Event]]) -> None:
    """Write and delete the rows that messages come to; other events are passed over.

    Args:
        connection: in the transaction that writes the events.
        events: each with the key of its session, in their order.

    """
    for key, event in events:
        if event.type is EventType.CHAT_MESSAGE and _HAS_FILE in event.data:
            file = _said(event.data).file
            if file is not None:
                row = {
                    "session_id": key,
                    "seq": event.seq,
                    "sha256": file.asset,
                    "user_id": event.user_id,
                    "size_bytes": file.size_bytes,
                }
                await connection.execute(insert(CHAT_FILES), row)
        elif event.type is EventType.CHAT_REMOVE:
            await forget(connection, key, [_removed(event.data).message])


async def forget(connection: AsyncConnection, key: int, seqs: Sequence[int]) -> None:
    """Delete the rows of some messages; their bytes go with the next sweep."""
    if seqs:
        gone = (CHAT_FILES.c.session_id == key) & CHAT_FILES.c.seq.in_(seqs)
        await connection.execute(delete(CHAT_FILES).where(gone))


async def known(connection: AsyncConnection, *, names: Sequence[str]) -> set[str]:
    """Return those of some files that came with any message."""
    rows = await connection.execute(
        select(CHAT_FILES.c.sha256).where(CHAT_FILES.c.sha256.in_(names)).distinct()
    )
    return set(rows.scalars())


async def bytes_of_user(connection: AsyncConnection, user_id: int) -> int:
    """Return how many bytes the files take that somebody sent, each time that they did."""
    return await _sum(connection, CHAT_FILES.c.user_id == user_id)


async def bytes_of_session(connection: AsyncConnection, session_id: str) -> int:
    """Return how many bytes the files of a session's chat take, each time that one was sent."""
    key = select(SESSIONS.c.id).where(SESSIONS.c.uuid == session_id).scalar_subquery()
    return await _sum(connection, CHAT_FILES.c.session_id == key)


async def _sum(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    total_bytes = func.coalesce(func.sum(CHAT_FILES.c.size_bytes), 0)
    # PostgreSQL sums into a decimal number.
    query = select(cast(total_bytes, BigInteger)).where(where)
    total: int = (await connection.execute(query)).scalar_one()
    return total
