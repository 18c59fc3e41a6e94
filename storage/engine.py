"""Connections to the database: chooses what knows the kind of database that a URL names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, make_url
from sqlalchemy.dialects import postgresql as sql
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.dialects import sqlite
from storage.dialects.dialect import Dialect
from storage.errors import StorageUrlInvalid
from storage.records import Durability

insert: Final = sql.insert
"""`insert()` with `on_conflict_do_nothing` and `on_conflict_do_update`.

SQLite took the clause over from PostgreSQL word for word, and so did SQLAlchemy's compilers: the
one for SQLite reads this one's statements, though not the other way round.
"""

FAULTS: Final = (SQLAlchemyError, OSError, UnicodeDecodeError)
"""What connecting and reading raise where the database is at fault: its file, its disk, its server.

SQLite's driver cannot decode the text of an error about a schema that is damaged.
"""

_ALLOWED: Final = f"{sqlite.ALLOWED} or postgresql+asyncpg://user:password@host/database"


def parse_url(url: str) -> URL:
    """Check and parse a database URL.

    Raises:
        StorageUrlInvalid: it is not a URL, of another database, or names nothing to store into.

    """
    parsed = _parsed(url)
    _dialect(parsed.drivername).check(parsed)
    return parsed


def file_of(url: str) -> Path | None:
    """Return the file that a URL names; None for a database on a server. Raises as `parse_url`."""
    parsed = parse_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def url_of(file: Path) -> str:
    """Return the URL of a database file, in which what means something in URLs is written out."""
    return URL.create("sqlite+aiosqlite", database=str(file.absolute())).render_as_string()


def dialect_of(url: str) -> Dialect:
    """Return what knows the database of a URL; raises as `parse_url` does."""
    return _dialect(parse_url(url).drivername)


def prepare(url: str) -> tuple[str, ...]:
    """Make what has to be there before a connection; return warnings for the log."""
    return dialect_of(url).prepare(parse_url(url))


def writer(url: str, *, durability: Durability, is_shared: bool = False) -> AsyncEngine:
    """Return the engine of the writing connection; it never has more than that one."""
    return dialect_of(url).writer(parse_url(url), durability=durability, is_shared=is_shared)


def migrator(url: str, *, is_shared: bool = False) -> AsyncEngine:
    """Return the engine of a connection that migrates."""
    return dialect_of(url).migrator(parse_url(url), is_shared=is_shared)


def keeper(url: str) -> AsyncEngine:
    """Return the engine by which a node keeps its leases."""
    return dialect_of(url).keeper(parse_url(url))


def readers(url: str) -> AsyncEngine:
    """Return the engine of the reading connections; a transaction sees one moment of the data."""
    return dialect_of(url).readers(parse_url(url))


async def insert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows of the same columns, whose values need no conversion; none are no statement."""
    if rows:
        await of_connection(connection).insert_all(connection, table, rows)


def of_connection(connection: AsyncConnection) -> Dialect:
    """Return what knows the database that a connection leads to."""
    return _dialect(f"{connection.dialect.name}+{connection.dialect.driver}")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # What could not be parsed may be a password with a character that must be escaped.
        raise StorageUrlInvalid(
            f"storage.url is not a database URL; allowed: {_ALLOWED}; characters such as @ : / in"
            " a password are written as %40 %3A %2F"
        ) from None


def _dialect(drivername: str) -> Dialect:
    match drivername:
        case "sqlite+aiosqlite":
            return sqlite
        case "postgresql+asyncpg":
            return _postgresql()
        case _:
            raise StorageUrlInvalid(f"storage.url names {drivername!r}; allowed: {_ALLOWED}")


def _postgresql() -> Dialect:
    try:
        from storage.dialects import postgresql  # noqa: PLC0415 - its driver is optional
    except ImportError as error:
        raise StorageUrlInvalid(
            "storage.url names PostgreSQL, whose driver is not installed:"
            " pip install 'lessonroom[postgres]'"
        ) from error
    return postgresql
