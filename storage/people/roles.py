"""What each role may do on this server, as the operator left it.

Every function works inside the caller's transaction.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.people.permissions import (
    DEFAULT_PERMISSIONS,
    Permission,
    PermissionSet,
    Role,
    as_booleans,
)
from storage.engine import insert
from storage.tables import PERMISSIONS


async def read(connection: AsyncConnection) -> dict[Role, PermissionSet]:
    """Return the permissions of every role."""
    rows = (await connection.execute(select(PERMISSIONS))).mappings()
    return {
        Role(row["role"]): frozenset(
            permission for permission in Permission if row[permission.value]
        )
        for row in rows
    }


async def write(connection: AsyncConnection, role: Role, permissions: PermissionSet) -> None:
    """Set the permissions of a role."""
    booleans = as_booleans(permissions)
    await connection.execute(
        insert(PERMISSIONS)
        .values(role=role.value, **booleans)
        .on_conflict_do_update(index_elements=["role"], set_=booleans)
    )


async def fill_missing(connection: AsyncConnection) -> None:
    """Give roles without a row their defaults; what an operator set stays."""
    rows = [
        {"role": role.value, **as_booleans(permissions)}
        for role, permissions in DEFAULT_PERMISSIONS.items()
    ]
    await connection.execute(
        insert(PERMISSIONS).inline().on_conflict_do_nothing(index_elements=["role"]), rows
    )
