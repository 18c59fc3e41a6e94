"""Resource links: which lesson each opens, and whom its platform has named by it.

Every function but `forget` makes a transaction of its own.
"""

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert
from storage.store import Store
from storage.tables import LTI_LESSONS, LTI_LINKS, LTI_MEMBERS


class Part(StrEnum):
    """The part that a platform gives somebody in a course."""

    TEACHER = "teacher"
    LEARNER = "learner"
    OTHER = "other"
    """Who looks on: a mentor, an observer, or nobody in particular."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform calls a link."""

    platform_id: int
    deployment_id: str
    resource_link_id: str


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform offers for a link; empty: it does not."""

    members_url: str = ""
    """Of names and roles (NRPS)."""
    line_items_url: str = ""
    """Of the course's columns of the grade book (AGS)."""
    line_item_url: str = ""
    """Of the link's own column."""
    scopes: tuple[str, ...] = ()
    """What may be done with columns."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link, and the lesson that it opens, which may be gone. Times are ms since the epoch."""

    link_id: int
    place: Place
    session_id: str
    endpoints: Endpoints
    members_at_ms: int
    """When its people were last asked for; 0: never."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A lesson that a link has opened, and its own column of the grade book, if it has one."""

    link: Link
    line_item_url: str
    is_first: bool
    """Whether it is the first that the link has opened."""


async def at(store: Store, place: Place) -> Link | None:
    """Return the link of that name; None: nobody has come by it."""

    async def read(connection: AsyncConnection) -> Link | None:
        row = (await connection.execute(select(LTI_LINKS).where(*_is_at(place)))).first()
        return None if row is None else _link(row)

    return await store.reading(read)


async def open_lesson(
    store: Store, place: Place, session_id: str, endpoints: Endpoints, *, at_ms: int
) -> Link:
    """Have a link open a lesson from now on; make it where nobody has come by it."""

    async def write(connection: AsyncConnection) -> Link:
        values = {
            **msgspec.structs.asdict(place),
            "session_uuid": session_id,
            **_columns(endpoints),
            "made_at": at_ms,
            "members_at": 0,
        }
        changed = {"session_uuid": session_id, **_columns(endpoints)}
        await connection.execute(
            insert(LTI_LINKS)
            .values(values)
            .on_conflict_do_update(
                index_elements=["platform_id", "deployment_id", "resource_link_id"], set_=changed
            )
        )
        row = (await connection.execute(select(LTI_LINKS).where(*_is_at(place)))).one()
        lesson = {
            "session_uuid": session_id,
            "link_id": row.id,
            "line_item_url": "",
            "made_at": at_ms,
        }
        await connection.execute(insert(LTI_LESSONS).values(lesson).on_conflict_do_nothing())
        return _link(row)

    return await store.writing(write)


async def refresh(store: Store, link: Link, endpoints: Endpoints) -> Link:
    """Take over what a platform offers for a link now; nothing is written where it is the same."""
    if endpoints == link.endpoints:
        return link

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            LTI_LINKS.update().where(LTI_LINKS.c.id == link.link_id).values(_columns(endpoints))
        )

    await store.writing(write)
    return msgspec.structs.replace(link, endpoints=endpoints)


async def note_members(store: Store, link_id: int, *, at_ms: int) -> None:
    """Remember when the people of a link were asked for."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            LTI_LINKS.update().where(LTI_LINKS.c.id == link_id).values(members_at=at_ms)
        )

    await store.writing(write)


async def note_line_item(store: Store, link_id: int, session_id: str, url: str) -> None:
    """Remember the column that a lesson has of its own."""

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(
            LTI_LESSONS.update()
            .where(LTI_LESSONS.c.link_id == link_id, LTI_LESSONS.c.session_uuid == session_id)
            .values(line_item_url=url)
        )

    await store.writing(write)


async def of_lesson(store: Store, session_id: str) -> list[Lesson]:
    """Return the links that have opened a lesson, with what each says of it."""

    async def read(connection: AsyncConnection) -> list[Lesson]:
        query = (
            select(LTI_LINKS, LTI_LESSONS.c.line_item_url.label("own_url"), LTI_LESSONS.c.made_at)
            .join(LTI_LESSONS, LTI_LESSONS.c.link_id == LTI_LINKS.c.id)
            .where(LTI_LESSONS.c.session_uuid == session_id)
            .order_by(LTI_LINKS.c.id)
        )
        found: list[Lesson] = []
        for row in (await connection.execute(query)).all():
            first = (
                select(LTI_LESSONS.c.session_uuid)
                .where(LTI_LESSONS.c.link_id == row.id)
                .order_by(LTI_LESSONS.c.made_at, LTI_LESSONS.c.session_uuid)
                .limit(1)
            )
            is_first = (await connection.execute(first)).scalar() == session_id
            found.append(Lesson(link=_link(row), line_item_url=row.own_url, is_first=is_first))
        return found

    return await store.reading(read)


async def part_of(store: Store, link_id: int, user_id: int) -> Part | None:
    """Return the part that a platform gave somebody last; None: none yet."""

    async def read(connection: AsyncConnection) -> Part | None:
        query = select(LTI_MEMBERS.c.part).where(
            LTI_MEMBERS.c.link_id == link_id, LTI_MEMBERS.c.user_id == user_id
        )
        part = (await connection.execute(query)).scalar()
        return None if part is None else Part(part)

    return await store.reading(read)


async def parts(store: Store, link_id: int) -> dict[int, Part]:
    """Return whom a platform has named by a link, by number, with their parts."""

    async def read(connection: AsyncConnection) -> dict[int, Part]:
        rows = await connection.execute(select(LTI_MEMBERS).where(LTI_MEMBERS.c.link_id == link_id))
        return {row.user_id: Part(row.part) for row in rows}

    return await store.reading(read)


async def note_parts(store: Store, link_id: int, told: dict[int, Part]) -> None:
    """Remember the parts that a platform gives people."""

    async def write(connection: AsyncConnection) -> None:
        for user_id, part in told.items():
            values = {"link_id": link_id, "user_id": user_id, "part": part.value}
            await connection.execute(
                insert(LTI_MEMBERS)
                .values(values)
                .on_conflict_do_update(
                    index_elements=["link_id", "user_id"], set_={"part": part.value}
                )
            )

    await store.writing(write)


async def forget(connection: AsyncConnection, user_id: int) -> None:
    """Delete what platforms said of a person, in the caller's transaction."""
    await connection.execute(delete(LTI_MEMBERS).where(LTI_MEMBERS.c.user_id == user_id))


def _is_at(place: Place) -> tuple[Any, ...]:
    return (
        LTI_LINKS.c.platform_id == place.platform_id,
        LTI_LINKS.c.deployment_id == place.deployment_id,
        LTI_LINKS.c.resource_link_id == place.resource_link_id,
    )


def _columns(endpoints: Endpoints) -> dict[str, str]:
    return {**msgspec.structs.asdict(endpoints), "scopes": " ".join(endpoints.scopes)}


def _link(row: Row[Any]) -> Link:
    return Link(
        link_id=row.id,
        place=Place(
            platform_id=row.platform_id,
            deployment_id=row.deployment_id,
            resource_link_id=row.resource_link_id,
        ),
        session_id=row.session_uuid,
        endpoints=Endpoints(
            members_url=row.members_url,
            line_items_url=row.line_items_url,
            line_item_url=row.line_item_url,
            scopes=tuple(row.scopes.split()),
        ),
        members_at_ms=row.members_at,
    )
