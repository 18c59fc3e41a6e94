"""What people keep to use in other lessons: pages and selections, with copies of what they show.

An item names nothing of the session that it came from: its board is a body of its own, and the
images that it shows are counted by its rows, so that they stay for as long as it does.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import AssetAdded
from storage.beside import beside
from storage.engine import insert
from storage.errors import BoardDamaged, SchemaNewer
from storage.images import assets
from storage.log import bodies, checksums
from storage.records import Body
from storage.sessions.folding import has_part
from storage.tables import ASSETS, SHELF, SHELF_ASSETS, USERS
from storage.upkeep import forgetting

if TYPE_CHECKING:
    from storage.store import Store


class ItemKind(StrEnum):
    """What is kept."""

    PAGES = "pages"
    """Whole pages, which come as pages."""
    SELECTION = "selection"
    """Some elements, which are put on a page that is there."""


class ShelfItem(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an item beside its board; later ones have a greater `key`.

    `size_bytes` is its board's. `picture` is an image of its first page; None: it could not be
    drawn. `owner` is what its owner is called now.
    """

    key: int
    item_id: str
    user_id: int
    owner: str
    name: str
    kind: ItemKind
    pages: int
    elements: int
    size_bytes: int
    picture: str | None
    is_shared: bool
    created_at_ms: int


class NewItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is to be written; `body` is its board, written ahead.

    `shown` is what its board shows and its picture. Of one person there may be `items_most`, and
    their images and boards may take `bytes_most` in all.
    """

    item_id: str
    user_id: int
    name: str
    kind: ItemKind
    pages: int
    elements: int
    body: Body
    picture: str | None
    shown: Sequence[AssetAdded]
    created_at_ms: int
    items_most: int
    bytes_most: int


class StoredBoard(NamedTuple):
    """The board of an item, and the schema that it is encoded in."""

    encoded: bytes
    schema: int


_READ = select(SHELF, USERS.c.name.label("owner")).outerjoin(USERS, USERS.c.id == SHELF.c.user_id)


# -- writing


async def add(store: "Store", new: NewItem) -> ShelfItem:
    """Write an item.

    Raises:
        Refused: `too_large`, its owner has as many as they may, or their bytes are full.

    """

    async def write(connection: AsyncConnection) -> ShelfItem:
        await _require_room(connection, new)
        await _add(connection, new)
        if await assets.bytes_of_user(connection, new.user_id) > new.bytes_most:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"your images, documents and shelf take at most {new.bytes_most} bytes in all",
            )
        found = await _find(connection, new.item_id)
        assert found is not None, "written in this transaction"  # noqa: S101
        return found

    return await store.writing(write)


async def _require_room(connection: AsyncConnection, new: NewItem) -> None:
    count = select(func.count()).select_from(SHELF).where(SHELF.c.user_id == new.user_id)
    if (await connection.execute(count)).scalar_one() >= new.items_most:
        raise Refused(
            ErrorCode.TOO_LARGE, f"a shelf holds at most {new.items_most} items: delete some first"
        )


async def _add(connection: AsyncConnection, new: NewItem) -> None:
    values = {
        "item_id": new.item_id,
        "user_id": new.user_id,
        "name": new.name,
        "kind": new.kind.value,
        "pages": new.pages,
        "elements": new.elements,
        "size_bytes": new.body.size_bytes,
        "picture": new.picture,
        "is_shared": False,
        "created_at": new.created_at_ms,
        "crc32": new.body.crc32,
        "board_schema": BOARD_SCHEMA,
        "body_id": new.body.body_id,
    }
    statement = insert(SHELF).values(**values).returning(SHELF.c.id)
    key = (await connection.execute(statement)).scalar_one()
    if new.shown:
        await assets.describe(connection, new.shown, at_ms=new.created_at_ms)
        await connection.execute(
            insert(SHELF_ASSETS).on_conflict_do_nothing(),
            [{"item_key": key, "sha256": each.asset} for each in new.shown],
        )


async def change(
    store: "Store", key: int, *, name: str | None = None, is_shared: bool | None = None
) -> ShelfItem | None:
    """Give an item another name, or have everyone use it, or its owner alone; return it."""
    changes = {"name": name, "is_shared": is_shared}
    values = {column: value for column, value in changes.items() if value is not None}

    async def write(connection: AsyncConnection) -> ShelfItem | None:
        await connection.execute(SHELF.update().where(SHELF.c.id == key).values(**values))
        row = (await connection.execute(_READ.where(SHELF.c.id == key))).first()
        return None if row is None else _item(row)

    return await store.writing(write)


async def remove(store: "Store", key: int) -> None:
    """Delete an item for good; its board and what only it shows are swept."""
    await forgetting.erasing(store, lambda connection: _delete(connection, SHELF.c.id == key))


async def forget(connection: AsyncConnection, user_id: int) -> None:
    """Delete all that is on somebody's shelf, shared or not, in the caller's transaction."""
    await _delete(connection, SHELF.c.user_id == user_id)


async def _delete(connection: AsyncConnection, doomed: ColumnElement[bool]) -> None:
    keys = select(SHELF.c.id).where(doomed)
    await connection.execute(delete(SHELF_ASSETS).where(SHELF_ASSETS.c.item_key.in_(keys)))
    await connection.execute(delete(SHELF).where(doomed))


# -- reading


def _is_for(user_id: int) -> ColumnElement[bool]:
    """Return whether an item is somebody's own, or everyone's."""
    return (SHELF.c.user_id == user_id) | SHELF.c.is_shared


async def find(store: "Store", item_id: str, *, for_user: int | None = None) -> ShelfItem | None:
    """Return an item; with `for_user` only one that they may use."""
    return await store.reading(lambda connection: _find(connection, item_id, for_user))


async def _find(
    connection: AsyncConnection, item_id: str, for_user: int | None = None
) -> ShelfItem | None:
    query = _READ.where(SHELF.c.item_id == item_id)
    if for_user is not None:
        query = query.where(_is_for(for_user))
    row = (await connection.execute(query)).first()
    return None if row is None else _item(row)


class ShelfFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items to list; what is absent does not matter.

    `for_user` is who may use them, `name` a part of the name in any case.
    """

    for_user: int | None = None
    user_id: int | None = None
    is_shared: bool | None = None
    kinds: Collection[ItemKind] = ()
    name: str | None = None


async def items(
    store: "Store", wanted: ShelfFilter, *, limit: int, before: int | None = None
) -> list[ShelfItem]:
    """Return a page of items, newest first; `before` is the `key` of the last one before it."""
    query = _READ.order_by(SHELF.c.id.desc()).limit(limit)
    if wanted.for_user is not None:
        query = query.where(_is_for(wanted.for_user))
    if wanted.user_id is not None:
        query = query.where(SHELF.c.user_id == wanted.user_id)
    if wanted.is_shared is not None:
        query = query.where(SHELF.c.is_shared.is_(wanted.is_shared))
    if wanted.kinds:
        query = query.where(SHELF.c.kind.in_(sorted(wanted.kinds)))
    if wanted.name is not None:
        query = query.where(has_part(SHELF.c.name, wanted.name))
    if before is not None:
        query = query.where(SHELF.c.id < before)

    async def read(connection: AsyncConnection) -> list[ShelfItem]:
        return [_item(row) for row in await connection.execute(query)]

    return await store.reading(read)


async def described(store: "Store", item_id: str) -> dict[str, AssetAdded]:
    """Return what is known of all images of an item, by their names."""
    query = (
        select(ASSETS)
        .join(SHELF_ASSETS, SHELF_ASSETS.c.sha256 == ASSETS.c.sha256)
        .join(SHELF, SHELF.c.id == SHELF_ASSETS.c.item_key)
        .where(SHELF.c.item_id == item_id)
    )

    async def read(connection: AsyncConnection) -> dict[str, AssetAdded]:
        return {row.sha256: assets.known_of(row) for row in await connection.execute(query)}

    return await store.reading(read)


async def board_of(store: "Store", item: ShelfItem) -> StoredBoard | None:
    """Return the board of an item, encoded; None where it was deleted meanwhile.

    Raises:
        BoardDamaged: it is not what was written.
        SchemaNewer: a newer program wrote it.

    """
    columns = (SHELF.c.body_id, SHELF.c.crc32, SHELF.c.board_schema)

    async def read(connection: AsyncConnection) -> tuple[int, StoredBoard] | None:
        row = (await connection.execute(select(*columns).where(SHELF.c.id == item.key))).first()
        if row is None:
            return None
        return row.crc32, StoredBoard(await bodies.read(connection, row.body_id), row.board_schema)

    found = await store.reading(read)
    if found is None:
        return None
    crc32, board = found
    encoded = board.encoded
    if await beside(lambda: checksums.of_bytes(encoded), n_bytes=len(encoded)) != crc32:
        raise BoardDamaged(f"the board of shelf item {item.item_id}")
    if board.schema > BOARD_SCHEMA:
        raise SchemaNewer(f"shelf item {item.item_id}", board.schema)
    return board


def _item(row: Row[Any]) -> ShelfItem:
    return ShelfItem(
        key=row.id,
        item_id=row.item_id,
        user_id=row.user_id,
        owner=row.owner or "",
        name=row.name,
        kind=ItemKind(row.kind),
        pages=row.pages,
        elements=row.elements,
        size_bytes=row.size_bytes,
        picture=row.picture,
        is_shared=row.is_shared,
        created_at_ms=row.created_at,
    )
