"""Users: who a platform says that somebody is, and the number that the rest knows them by.

Every function works inside the caller's transaction.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.records import User, UserKind
from storage.tables import USERS

if TYPE_CHECKING:
    from storage.store import Store

_NAMED_MOST: Final = 10


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A user who is to be there, as the arguments of `ensure` say."""

    issuer: str
    subject: str
    name: str
    kind: UserKind
    at_ms: int


async def ensure_all(store: "Store", wanted: Sequence[NewUser]) -> list[User]:
    """Return users, made where missing, in one transaction of their own."""

    async def write(connection: AsyncConnection) -> list[User]:
        return [await ensure(connection, **msgspec.structs.asdict(user)) for user in wanted]

    return await store.writing(write)


async def find(connection: AsyncConnection, user_id: int) -> User | None:
    """Return a user by number."""
    return await _one(connection, select(USERS).where(USERS.c.id == user_id))


async def find_subject(connection: AsyncConnection, issuer: str, subject: str) -> User | None:
    """Return a user by what their platform calls them."""
    return await _one(
        connection, select(USERS).where(USERS.c.issuer == issuer, USERS.c.subject == subject)
    )


async def find_named(connection: AsyncConnection, issuer: str, name: str) -> list[User]:
    """Return a few of those whom an issuer knows by a name, in whatever case."""
    rows = await connection.execute(
        select(USERS)
        .where(USERS.c.issuer == issuer)
        .where((USERS.c.name == name) | (func.lower(USERS.c.name) == name.lower()))
        .order_by(USERS.c.id)
        .limit(_NAMED_MOST)
    )
    return [user_of(row) for row in rows]


async def ensure(
    connection: AsyncConnection, *, issuer: str, subject: str, name: str, kind: UserKind, at_ms: int
) -> User:
    """Return the user of that issuer and subject, made where missing.

    A registered user's name follows what the platform says; a guest keeps the first one.
    """
    statement = insert(USERS).values(
        issuer=issuer, subject=subject, name=name, kind=kind.value, created_at=at_ms
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["issuer", "subject"],
            set_={"name": statement.excluded.name},
            where=(USERS.c.kind == UserKind.REGISTERED.value),
        )
    )
    user = await find_subject(connection, issuer, subject)
    assert user is not None, "written by the statement before, in the same transaction"  # noqa: S101
    return user


async def _one(connection: AsyncConnection, query: Select[Any]) -> User | None:
    row = (await connection.execute(query)).first()
    return user_of(row) if row else None


def user_of(row: Row[Any]) -> User:
    """Return the user of a row."""
    return User(
        user_id=row.id,
        issuer=row.issuer,
        subject=row.subject,
        name=row.name,
        kind=UserKind(row.kind),
        created_at_ms=row.created_at,
        role=row.role,
        barred_at_ms=row.barred_at,
    )
