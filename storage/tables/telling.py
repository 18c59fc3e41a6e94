"""What platforms are told, and what callers were answered."""

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
)
from sqlmodel import Field

from storage.tables.rows import Key, Row


class FeedEntry(Row, table=True):
    """The events of all sessions that a platform may read, in the order of their commits.

    The writer is one connection, so a smaller id was never committed after a larger one was seen.
    """

    __tablename__: ClassVar[str] = "feed_entry"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "session_id", "seq"),
        # A reader goes on after the last id it has seen: none may come back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    seq: int = Field(sa_type=BigInteger)


class WebhookDelivery(Row, table=True):
    """What an endpoint has yet to be told, or could not be told."""

    __tablename__: ClassVar[str] = "webhook_delivery"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "endpoint", "session_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    endpoint: str
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    seq: int = Field(sa_type=BigInteger)
    event_type: str
    is_given_up: bool
    attempts: int
    next_attempt_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    last_error: str
    body: bytes = Field(sa_type=LargeBinary)


class KeptReply(Row, table=True):
    """What a request under a key of its sender's was answered, for when it comes again."""

    __tablename__: ClassVar[str] = "kept_reply"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "at"),)

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)
    status: int
    body: bytes = Field(sa_type=LargeBinary)
