"""Seat keys: what a guest's browser keeps to be the same person later; here are only hashes.

A guest has one in each session. Every function makes a transaction of its own.
"""

import hashlib
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.sessions import sessions
from storage.store import Store
from storage.tables import SEAT_KEYS, SESSIONS
from storage.upkeep import forgetting

_SLICE_ROWS: Final = 1_000


class SeatKey(msgspec.Struct, frozen=True, kw_only=True):
    """Whose seat a key opens; times in ms since the Unix epoch."""

    user_id: int
    made_at_ms: int
    used_at_ms: int


async def give(store: Store, session_id: str, user_id: int, key: str, *, at_ms: int) -> None:
    """Make `key` the one of a guest in a session; another that they had opens nothing any more."""

    async def write(connection: AsyncConnection) -> None:
        made = {"digest": _digest(key), "made_at": at_ms, "used_at": at_ms}
        found = await sessions.key_of(connection, session_id)
        if found is None:
            return
        statement = insert(SEAT_KEYS).values(session_id=found, user_id=user_id, **made)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["session_id", "user_id"], set_=made)
        )

    await store.writing(write)


async def find(store: Store, session_id: str, key: str) -> SeatKey | None:
    """Return whose key of a session it is."""
    return await _one(store, session_id, SEAT_KEYS.c.digest == _digest(key))


async def of_guest(store: Store, session_id: str, user_id: int) -> SeatKey | None:
    """Return the key that a guest has in a session."""
    return await _one(store, session_id, SEAT_KEYS.c.user_id == user_id)


async def use(store: Store, session_id: str, user_id: int, *, at_ms: int) -> None:
    """Note that a key was used: it lasts from then."""

    async def write(connection: AsyncConnection) -> None:
        found = await sessions.key_of(connection, session_id)
        await connection.execute(
            update(SEAT_KEYS)
            .where(SEAT_KEYS.c.session_id == found, SEAT_KEYS.c.user_id == user_id)
            .values(used_at=at_ms)
        )

    await store.writing(write)


async def take_away(store: Store, user_id: int) -> None:
    """Delete every key of a guest."""

    async def write(connection: AsyncConnection) -> int:
        gone = await connection.execute(delete(SEAT_KEYS).where(SEAT_KEYS.c.user_id == user_id))
        return gone.rowcount

    await forgetting.erasing(store, write)


async def forget_old(store: Store, *, used_before_ms: int) -> int:
    """Delete keys that were last used before then, as many as a slice takes; return how many."""
    keys = tuple(SEAT_KEYS.primary_key.columns)
    old = select(*keys).where(SEAT_KEYS.c.used_at < used_before_ms).limit(_SLICE_ROWS)

    async def write(connection: AsyncConnection) -> int:
        rows = (await connection.execute(old)).all()
        for row in rows:
            await connection.execute(
                delete(SEAT_KEYS).where(
                    SEAT_KEYS.c.session_id == row.session_id, SEAT_KEYS.c.user_id == row.user_id
                )
            )
        return len(rows)

    return await forgetting.erasing(store, write)


async def _one(store: Store, session_id: str, condition: ColumnElement[bool]) -> SeatKey | None:
    query = (
        select(SEAT_KEYS.c.user_id, SEAT_KEYS.c.made_at, SEAT_KEYS.c.used_at)
        .join(SESSIONS, SESSIONS.c.id == SEAT_KEYS.c.session_id)
        .where(SESSIONS.c.uuid == session_id, condition)
    )

    async def read(connection: AsyncConnection) -> SeatKey | None:
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        return SeatKey(user_id=row.user_id, made_at_ms=row.made_at, used_at_ms=row.used_at)

    return await store.reading(read)


def _digest(key: str) -> bytes:
    # Fast on purpose: 256 random bits cannot be guessed, so nothing need be slowed down.
    return hashlib.sha256(key.encode()).digest()
