"""What all tables share: their metadata, the names of constraints, numbers of rows."""

from typing import Any, ClassVar, Final

from sqlalchemy import (
    BigInteger,
    Index,
    MetaData,
    SmallInteger,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Field, SQLModel

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Key(BigInteger):
    """An integer that numbers rows, and does not end at 2**31."""


@compiles(Key, "sqlite")
def _sqlite_key(*_: object, **__: object) -> str:
    # The only type by which SQLite hands out numbers itself; it holds 64 bits.
    return "INTEGER"


class Row(SQLModel):
    """The base of all tables, with metadata of their own: constraints have predictable names."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


def board_schema() -> Any:  # noqa: ANN401 - what SQLModel declares fields with
    """Return a column for the number of the form of a board, 1 in rows of before it (BD-16)."""
    return Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")})


def body_id() -> Any:  # noqa: ANN401 - what SQLModel declares fields with
    """Return a column for the body that holds what is too large for the row.

    Not a foreign key, with which SQLite could not be given the column later on.
    """
    return Field(default=None, sa_type=BigInteger)


def names_body(table: str) -> Index:
    """Return the index that tells which rows name a body: few do."""
    is_named = text("body_id IS NOT NULL")
    return Index(f"ix_{table}_body_id", "body_id", sqlite_where=is_named, postgresql_where=is_named)
