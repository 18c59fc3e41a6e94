"""Which session or shelf has which image, and what is known of each; bytes: `asset_files`.

Every function with a `connection` works inside the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BigInteger, Exists, Row, cast, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.log.events import BOARD_CHANGES, AssetAdded, Event, EventType
from lessonroom.people.participant import ParticipantStatus
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import ENDED
from storage.engine import insert
from storage.tables import (
    ASSETS,
    EVENTS,
    PARTICIPANTS,
    SESSION_ASSETS,
    SESSIONS,
    SHELF,
    SHELF_ASSETS,
)

SLICE_ROWS = 200
_SESSIONS_LOOKED_INTO = 20
"""Rows that one transaction reads or deletes at most."""

_decode = msgspec.json.Decoder(AssetAdded).decode


class Unseen(NamedTuple):
    """An image of a session that is over, of which nobody has looked whether its log shows it."""

    key: int
    asset: str


# -- writing


async def add(connection: AsyncConnection, events: Iterable[tuple[int, Event]]) -> None:
    """Write the rows that events of this kind come to; others are passed over.

    Args:
        connection: in the transaction that writes the events.
        events: each with the key of its session.

    """
    added = [
        (key, event, _decode(event.data))
        for key, event in events
        if event.type is EventType.ASSET_ADD
    ]
    if not added:
        return
    await connection.execute(
        insert(ASSETS).on_conflict_do_nothing(),
        [_row(asset, at_ms=event.at_ms) for _, event, asset in added],
    )
    await connection.execute(
        insert(SESSION_ASSETS).on_conflict_do_nothing(),
        [
            {
                "session_id": key,
                "sha256": asset.asset,
                "user_id": event.user_id,
                "added_at": event.at_ms,
                "is_shown": False,
            }
            for key, event, asset in added
        ],
    )


async def describe(connection: AsyncConnection, added: Iterable[AssetAdded], *, at_ms: int) -> None:
    """Write what is known of images, where it is not yet; whose they are is the caller's to say."""
    await connection.execute(
        insert(ASSETS).on_conflict_do_nothing(), [_row(asset, at_ms=at_ms) for asset in added]
    )


def _row(asset: AssetAdded, *, at_ms: int) -> dict[str, Any]:
    return {
        "sha256": asset.asset,
        "media_type": asset.media_type,
        "width": asset.width,
        "height": asset.height,
        "size_bytes": asset.size_bytes,
        "created_at": at_ms,
    }


# -- reading


async def of_session(connection: AsyncConnection, key: int) -> dict[str, int]:
    """Return the images of a session with their sizes in bytes, in the order they came."""
    rows = await connection.execute(
        select(ASSETS.c.sha256, ASSETS.c.size_bytes)
        .join(SESSION_ASSETS, SESSION_ASSETS.c.sha256 == ASSETS.c.sha256)
        .where(SESSION_ASSETS.c.session_id == key)
        .order_by(SESSION_ASSETS.c.added_at, ASSETS.c.sha256)
    )
    return {row.sha256: row.size_bytes for row in rows}


async def described(connection: AsyncConnection, session_id: str) -> dict[str, AssetAdded]:
    """Return what is known of all images of a session, by their names."""
    rows = await connection.execute(
        select(ASSETS)
        .join(SESSION_ASSETS, SESSION_ASSETS.c.sha256 == ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(SESSIONS.c.uuid == session_id)
    )
    return {row.sha256: known_of(row) for row in rows}


async def find(connection: AsyncConnection, asset: str) -> AssetAdded | None:
    """Return what is known of an image."""
    row = (await connection.execute(select(ASSETS).where(ASSETS.c.sha256 == asset))).first()
    if row is None:
        return None
    return known_of(row)


def known_of(row: Row[Any]) -> AssetAdded:
    """Return what a row of `asset` says of an image."""
    return AssetAdded(row.sha256, row.media_type, row.width, row.height, row.size_bytes)


async def those_of_session(
    connection: AsyncConnection, names: Sequence[str], session_id: str
) -> list[AssetAdded]:
    """Return what is known of some images, in the order of their names; of one session alone."""
    query = (
        select(ASSETS)
        .join(SESSION_ASSETS, SESSION_ASSETS.c.sha256 == ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(SESSIONS.c.uuid == session_id)
        .order_by(ASSETS.c.sha256)
    )
    found: list[AssetAdded] = []
    # A page may show as many as a session has, which is more than one statement takes.
    for first in range(0, len(names), SLICE_ROWS):
        some = names[first : first + SLICE_ROWS]
        rows = await connection.execute(query.where(ASSETS.c.sha256.in_(some)))
        found += map(known_of, rows)
    return found


async def is_in_session(connection: AsyncConnection, asset: str, session_id: str) -> bool:
    """Whether a session has an image."""
    query = (
        select(SESSION_ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(SESSION_ASSETS.c.sha256 == asset, SESSIONS.c.uuid == session_id)
    )
    return (await connection.execute(query)).first() is not None


async def was_brought_by(
    connection: AsyncConnection, asset: str, session_id: str, user_id: int
) -> bool:
    """Whether it was somebody who brought an image to a session."""
    query = (
        select(SESSION_ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(SESSION_ASSETS.c.sha256 == asset, SESSIONS.c.uuid == session_id)
        .where(SESSION_ASSETS.c.user_id == user_id)
    )
    return (await connection.execute(query)).first() is not None


async def is_visible_to(connection: AsyncConnection, asset: str, user_id: int) -> bool:
    """Whether a session that somebody hosts, or has a seat in, has an image, or a shelf of theirs.

    The seat of one who was kicked is none, nor is that of one who waits to be let in. What is
    shared is on everyone's shelf. Where a session has had private pages, it goes by what they show
    (`privately_in`), but for whoever leads it or brought the image.
    """
    has_seat = _seat_of(user_id)
    leads = (SESSIONS.c.host_id == user_id) | has_seat.where(PARTICIPANTS.c.role == Role.HOST.value)
    is_plain = SESSIONS.c.private_from.is_(None) | (SESSION_ASSETS.c.user_id == user_id)
    query = (
        select(SESSION_ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(SESSION_ASSETS.c.sha256 == asset, leads | (has_seat & is_plain))
        .limit(1)
    )
    if (await connection.execute(query)).first() is not None:
        return True
    on_shelf = (
        select(SHELF_ASSETS.c.sha256)
        .join(SHELF, SHELF.c.id == SHELF_ASSETS.c.item_key)
        .where(SHELF_ASSETS.c.sha256 == asset, (SHELF.c.user_id == user_id) | SHELF.c.is_shared)
        .limit(1)
    )
    return (await connection.execute(on_shelf)).first() is not None


async def privately_in(connection: AsyncConnection, asset: str, user_id: int) -> list[str]:
    """Return the sessions with private pages that have an image, and in which somebody has a seat.

    Whether they may have it is a matter of what they see of the board (PROTOCOL AU-1). The newest
    comes first.
    """
    query = (
        select(SESSIONS.c.uuid)
        .join(SESSION_ASSETS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(
            SESSION_ASSETS.c.sha256 == asset,
            SESSIONS.c.private_from.is_not(None),
            _seat_of(user_id),
        )
        .order_by(SESSIONS.c.id.desc())
        .limit(_SESSIONS_LOOKED_INTO)
    )
    return [row.uuid for row in await connection.execute(query)]


def _seat_of(user_id: int) -> Exists:
    return exists().where(
        PARTICIPANTS.c.session_id == SESSION_ASSETS.c.session_id,
        PARTICIPANTS.c.user_id == user_id,
        PARTICIPANTS.c.status != ParticipantStatus.KICKED.value,
        PARTICIPANTS.c.is_admitted,
    )


async def bytes_of_user(connection: AsyncConnection, user_id: int) -> int:
    """Return what somebody keeps here: images that they brought or have on their shelf, its boards.

    In bytes; an image counts once.
    """
    brought = select(SESSION_ASSETS.c.sha256).where(SESSION_ASSETS.c.user_id == user_id)
    kept = (
        select(SHELF_ASSETS.c.sha256)
        .join(SHELF, SHELF.c.id == SHELF_ASSETS.c.item_key)
        .where(SHELF.c.user_id == user_id)
    )
    of_images = select(func.sum(ASSETS.c.size_bytes)).where(
        ASSETS.c.sha256.in_(brought) | ASSETS.c.sha256.in_(kept)
    )
    of_boards = select(func.sum(SHELF.c.size_bytes)).where(SHELF.c.user_id == user_id)
    # PostgreSQL sums into a decimal number.
    found = await connection.execute(
        select(
            *(
                cast(func.coalesce(total.scalar_subquery(), 0), BigInteger)
                for total in (of_images, of_boards)
            )
        )
    )
    return sum(found.one())


# -- deleting what no board shows


async def unseen(connection: AsyncConnection, *, after: tuple[int, str] = (0, "")) -> list[Unseen]:
    """Return a page of images of ended sessions that were not looked up in the log yet."""
    key, asset = after
    rows = await connection.execute(
        select(SESSION_ASSETS.c.session_id, SESSION_ASSETS.c.sha256)
        .join(SESSIONS, SESSIONS.c.id == SESSION_ASSETS.c.session_id)
        .where(
            SESSIONS.c.status.in_(sorted(status.value for status in ENDED)),
            SESSION_ASSETS.c.is_shown.is_(False),
            (SESSION_ASSETS.c.session_id > key)
            | ((SESSION_ASSETS.c.session_id == key) & (SESSION_ASSETS.c.sha256 > asset)),
        )
        .order_by(SESSION_ASSETS.c.session_id, SESSION_ASSETS.c.sha256)
        .limit(SLICE_ROWS)
    )
    return [Unseen(row.session_id, row.sha256) for row in rows]


async def board_data(
    connection: AsyncConnection, key: int, *, after: int
) -> list[tuple[int, bytes]]:
    """Return a page of a log's board changes: `seq` and data of each, oldest first."""
    rows = await connection.execute(
        select(EVENTS.c.seq, EVENTS.c.data)
        .where(
            EVENTS.c.session_id == key,
            EVENTS.c.seq > after,
            EVENTS.c.event_type.in_(sorted(kind.value for kind in BOARD_CHANGES)),
        )
        .order_by(EVENTS.c.seq)
        .limit(SLICE_ROWS)
    )
    return [(row.seq, row.data) for row in rows]


async def settle(
    connection: AsyncConnection, key: int, *, shown: Sequence[str], not_shown: Sequence[str]
) -> None:
    """Note which images of an ended session stay, and take the others from it."""
    of_session = SESSION_ASSETS.c.session_id == key
    await connection.execute(
        update(SESSION_ASSETS)
        .where(of_session, SESSION_ASSETS.c.sha256.in_(shown))
        .values(is_shown=True)
    )
    await connection.execute(
        delete(SESSION_ASSETS).where(of_session, SESSION_ASSETS.c.sha256.in_(not_shown))
    )


async def forget_orphans(connection: AsyncConnection) -> int:
    """Delete what is known of images that no session and no shelf has; return how many, a slice."""
    orphans = (
        select(ASSETS.c.sha256)
        .where(
            ~exists().where(SESSION_ASSETS.c.sha256 == ASSETS.c.sha256),
            ~exists().where(SHELF_ASSETS.c.sha256 == ASSETS.c.sha256),
        )
        .limit(SLICE_ROWS)
    )
    gone = await connection.execute(delete(ASSETS).where(ASSETS.c.sha256.in_(orphans)))
    return gone.rowcount


async def known(connection: AsyncConnection, *, names: Sequence[str]) -> set[str]:
    """Return those of some images that any session or shelf has."""
    rows = await connection.execute(select(ASSETS.c.sha256).where(ASSETS.c.sha256.in_(names)))
    return set(rows.scalars())
