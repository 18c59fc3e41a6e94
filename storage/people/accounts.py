"""What the operator sees and decides of people: who and what they are, and who may not come in."""

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people.erasure import ERASED_ISSUER
from storage.people.identities import user_of
from storage.records import User, UserKind
from storage.sessions.folding import has_part
from storage.tables import USERS

if TYPE_CHECKING:
    from storage.store import Store


class UserFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which users to list; what is absent does not matter. `name` is a part of it in any case."""

    kind: UserKind | None = None
    role: str | None = None
    is_barred: bool | None = None
    name: str | None = None


async def users(
    store: "Store", wanted: UserFilter, *, limit: int, before: int | None = None
) -> list[User]:
    """Return a page of users, newest first, without those who were erased.

    Args:
        store: the store.
        wanted: which ones.
        limit: how many at most.
        before: the `user_id` of the last one of the page before.

    """
    query = select(USERS).where(USERS.c.issuer != ERASED_ISSUER)
    query = query.order_by(USERS.c.id.desc()).limit(limit)
    if wanted.kind is not None:
        query = query.where(USERS.c.kind == wanted.kind.value)
    if wanted.role is not None:
        query = query.where(USERS.c.role == wanted.role)
    if wanted.is_barred is not None:
        is_barred = USERS.c.barred_at.is_not(None)
        query = query.where(is_barred if wanted.is_barred else ~is_barred)
    if wanted.name is not None:
        query = query.where(has_part(USERS.c.name, wanted.name))
    if before is not None:
        query = query.where(USERS.c.id < before)

    async def read(connection: AsyncConnection) -> list[User]:
        return [user_of(row) for row in await connection.execute(query)]

    return await store.reading(read)


async def set_role(store: "Store", user_id: int, role: str) -> None:
    """Have somebody be a `teacher` or an `operator` from now on."""
    await _change(store, user_id, role=role)


async def set_barred(store: "Store", user_id: int, *, at_ms: int | None) -> None:
    """Have somebody come in no more from `at_ms` on; None lets them in again."""
    await _change(store, user_id, barred_at=at_ms)


async def _change(store: "Store", user_id: int, **values: str | int | None) -> None:
    async def write(connection: AsyncConnection) -> None:
        await connection.execute(USERS.update().where(USERS.c.id == user_id).values(**values))

    await store.writing(write)
