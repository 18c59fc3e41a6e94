"""Images, the sessions whose boards may show them, and files that came with messages."""

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
)
from sqlmodel import Field

from storage.tables.rows import Key, Row


class Asset(Row, table=True):
    """An uploaded image; its bytes are a file named by their hash."""

    __tablename__: ClassVar[str] = "asset"

    sha256: str = Field(primary_key=True)
    media_type: str
    width: int
    height: int
    size_bytes: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class SessionAsset(Row, table=True):
    """An image that the board of a session may show, and who brought it."""

    __tablename__: ClassVar[str] = "session_asset"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "sha256"), Index(None, "user_id"))

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    sha256: str = Field(primary_key=True, sa_column_args=(ForeignKey("asset.sha256"),))
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    added_at: int = Field(sa_type=BigInteger)
    is_shown: bool
    """Whether an ended session's log shows it, so that it stays; false until that was looked up."""


class SharedFile(Row, table=True):
    """A file that came with a message, event `seq`; its bytes lie where those of images do."""

    __tablename__: ClassVar[str] = "chat_file"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "sha256"), Index(None, "user_id"))

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    sha256: str
    user_id: int = Field(sa_type=BigInteger)
    size_bytes: int = Field(sa_type=BigInteger)
