"""People, and the keys with which they come back to a seat."""

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlmodel import Field

from storage.tables.rows import Key, Row


class User(Row, table=True):
    """A person, as the platform that vouches for them names them."""

    __tablename__: ClassVar[str] = "user"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("issuer", "subject"),
        # An id that was given to one person must never name another.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    issuer: str
    subject: str
    name: str
    kind: str
    created_at: int = Field(sa_type=BigInteger)
    role: str | None = None
    barred_at: int | None = Field(default=None, sa_type=BigInteger)


class SeatKey(Row, table=True):
    """What opens a guest's seat in a session again, as a hash; one for each of them."""

    __tablename__: ClassVar[str] = "seat_key"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("session_id", "digest"),
        Index(None, "user_id"),
        Index(None, "used_at"),
    )

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    user_id: int = Field(primary_key=True, sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)


class SignInCode(Row, table=True):
    """What signs somebody in once, as a hash, and whom."""

    __tablename__: ClassVar[str] = "sign_in_code"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "until"), Index(None, "subject"))

    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    until: int = Field(sa_type=BigInteger)
    subject: str
    whom: bytes = Field(sa_type=LargeBinary)


class CalendarAddress(Row, table=True):
    """Which of a person's calendar addresses is good; earlier generations are void."""

    __tablename__: ClassVar[str] = "calendar_address"

    user_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    generation: int
    made_at: int = Field(sa_type=BigInteger)
    is_open: bool
