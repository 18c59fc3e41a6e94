"""The platforms that may send people here, and their deployments.

Every function makes a transaction of its own.
"""

import json
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.store import Store
from storage.tables import LTI_DEPLOYMENTS, LTI_LESSONS, LTI_LINKS, LTI_MEMBERS, LTI_PLATFORMS


class NewPlatform(msgspec.Struct, frozen=True, kw_only=True):
    """A platform as it is made known."""

    name: str
    """What the operator calls it."""
    issuer: str
    """As its tokens say it, to the letter."""
    client_id: str
    """What it calls this server."""
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str = ""
    """Whom a client assertion is for, where that is not the `token_url`."""
    origins: tuple[str, ...]
    """Whose pages may show lessons in a frame."""
    takes_any_deployment: bool = False
    """Whether a deployment that is new is taken up when somebody comes from it."""
    deployments: tuple[str, ...] = ()


class Platform(NewPlatform, frozen=True, kw_only=True):
    """A platform that is known. `made_at_ms` is in milliseconds since the Unix epoch."""

    platform_id: int
    made_at_ms: int


async def add(store: Store, new: NewPlatform, *, at_ms: int) -> int | None:
    """Make a platform known; return its number, None: one of that issuer and client is already."""

    async def write(connection: AsyncConnection) -> int | None:
        values = {
            "name": new.name,
            "issuer": new.issuer,
            "client_id": new.client_id,
            "authorization_url": new.authorization_url,
            "token_url": new.token_url,
            "key_set_url": new.key_set_url,
            "token_audience": new.token_audience,
            "origins": json.dumps(new.origins),
            "takes_any_deployment": new.takes_any_deployment,
            "made_at": at_ms,
        }
        statement = insert(LTI_PLATFORMS).values(values).on_conflict_do_nothing()
        made: int | None = (
            await connection.execute(statement.returning(LTI_PLATFORMS.c.id))
        ).scalar()
        if made is not None:
            await _add_deployments(connection, made, new.deployments, at_ms)
        return made

    return await store.writing(write)


async def add_deployments(
    store: Store, platform_id: int, deployments: tuple[str, ...], *, at_ms: int
) -> None:
    """Have people come from more places at a platform; those that are known stay."""

    async def write(connection: AsyncConnection) -> None:
        await _add_deployments(connection, platform_id, deployments, at_ms)

    await store.writing(write)


async def remove(store: Store, platform_id: int) -> bool:
    """Forget a platform and its links; lessons and people stay. Return whether it was there."""

    async def write(connection: AsyncConnection) -> bool:
        own = select(LTI_LINKS.c.id).where(LTI_LINKS.c.platform_id == platform_id)
        for table in (LTI_MEMBERS, LTI_LESSONS):
            await connection.execute(delete(table).where(table.c.link_id.in_(own)))
        for table in (LTI_LINKS, LTI_DEPLOYMENTS):
            await connection.execute(delete(table).where(table.c.platform_id == platform_id))
        done = await connection.execute(
            delete(LTI_PLATFORMS).where(LTI_PLATFORMS.c.id == platform_id)
        )
        return done.rowcount > 0

    return await store.writing(write)


async def every(store: Store) -> list[Platform]:
    """Return all platforms, oldest first."""

    async def read(connection: AsyncConnection) -> list[Platform]:
        deployments: dict[int, list[str]] = {}
        named = select(LTI_DEPLOYMENTS).order_by(
            LTI_DEPLOYMENTS.c.made_at, LTI_DEPLOYMENTS.c.deployment_id
        )
        for row in await connection.execute(named):
            deployments.setdefault(row.platform_id, []).append(row.deployment_id)
        rows = await connection.execute(select(LTI_PLATFORMS).order_by(LTI_PLATFORMS.c.id))
        return [_platform(row, deployments.get(row.id, [])) for row in rows]

    return await store.reading(read)


async def _add_deployments(
    connection: AsyncConnection, platform_id: int, deployments: tuple[str, ...], at_ms: int
) -> None:
    for deployment_id in deployments:
        values = {"platform_id": platform_id, "deployment_id": deployment_id, "made_at": at_ms}
        statement = insert(LTI_DEPLOYMENTS).values(values)
        await connection.execute(statement.on_conflict_do_nothing())


def _platform(row: Row[Any], deployments: list[str]) -> Platform:
    return Platform(
        platform_id=row.id,
        name=row.name,
        issuer=row.issuer,
        client_id=row.client_id,
        authorization_url=row.authorization_url,
        token_url=row.token_url,
        key_set_url=row.key_set_url,
        token_audience=row.token_audience,
        origins=tuple(json.loads(row.origins)),
        takes_any_deployment=row.takes_any_deployment,
        deployments=tuple(deployments),
        made_at_ms=row.made_at,
    )
