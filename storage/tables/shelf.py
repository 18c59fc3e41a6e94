"""What people keep to use in other lessons, and the images that it shows."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false
from sqlmodel import Field

from storage.tables.rows import Key, Row, board_schema, names_body


class ShelfItem(Row, table=True):
    """Pages, or some elements, on somebody's shelf; its board is a body (see `large_body`)."""

    __tablename__: ClassVar[str] = "shelf_item"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("item_id"),
        Index(None, "user_id", "id"),
        Index(None, "is_shared", "id"),
        names_body("shelf_item"),
        # Pages of a list are told apart by it.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    item_id: str
    user_id: int = Field(sa_type=BigInteger)
    name: str
    kind: str
    pages: int
    elements: int
    size_bytes: int = Field(sa_type=BigInteger)
    picture: str | None = None
    """An image of its first page, as `asset` has it."""
    is_shared: bool = Field(sa_column_kwargs={"server_default": false()})
    created_at: int = Field(sa_type=BigInteger)
    crc32: int = Field(sa_type=BigInteger)
    board_schema: int = board_schema()
    body_id: int = Field(sa_type=BigInteger)


class ShelfAsset(Row, table=True):
    """An image that something on a shelf shows."""

    __tablename__: ClassVar[str] = "shelf_asset"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "sha256"),)

    item_key: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("shelf_item.id"),)
    )
    sha256: str = Field(primary_key=True, sa_column_args=(ForeignKey("asset.sha256"),))
