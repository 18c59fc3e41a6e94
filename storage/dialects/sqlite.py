"""SQLite: one connection writes and checkpoints, ever.

Below 3.51.3 two of them can corrupt a database in WAL mode. Readers are separate connections that
refuse to write.
"""

import functools
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import aiosqlite
import msgspec
from sqlalchemy import Table, event
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.dialects.driver import driver_of
from storage.errors import NotForNodes, StorageUrlInvalid
from storage.records import Durability

ALLOWED: Final = "sqlite+aiosqlite:///path/to/file.db"

CARRIES_THROUGH: Final = True
"""All of `commit_all` is one call in the driver's thread, which hears of no cancelling."""

SAFE_SQLITE: Final = (3, 51, 3)
_READERS: Final = 7
"""Three open rooms and two are for long reads (`storage.lanes`); opened as they are needed."""
_BUSY_TIMEOUT_MS: Final = 5_000
_CHECKPOINT_PAGES: Final = 1_000
_WAL_BYTES_KEPT: Final = 16 * 1024 * 1024
"""Of a log of writes that grew behind a long read; the rest is given back."""
_FORGETTING_MS: Final = 200
_ROWS_OF_A_STATEMENT: Final = 32
"""So many at most, each number a statement of its own in the driver's cache of 128."""

_UNIQUE: Final = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
    }
)
_REFUSED: Final = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_RANGE,
    }
)


class _Cursor(Protocol):
    def execute(self, sql: str) -> object: ...
    def close(self) -> object: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...


def check(url: URL) -> None:
    """Refuse a database in memory: lost with its connection, and out of the readers' sight."""
    is_memory = url.database == ":memory:" or (url.database or "").startswith("file:")
    if not url.database or is_memory or url.query:
        raise StorageUrlInvalid(f"storage.url must name a file and no options; allowed: {ALLOWED}")


def prepare(url: URL) -> tuple[str, ...]:
    """Make the database's file and directory, closed to others, and return warnings for the log.

    A directory that is missing or empty gets mode 0700 and the file 0600; its `-wal` and `-shm`
    inherit that. A directory that holds other things already is left as its owner made it.
    """
    file = Path(url.database or "").absolute()
    warnings = []
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not any(file.parent.iterdir()):
        file.parent.chmod(0o700)
    elif file.parent.stat().st_mode & 0o077:
        warnings.append(f"other users can enter the data directory {file.parent}: chmod 700 it")
    file.touch(mode=0o600)
    file.chmod(0o600)
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        warnings.append(
            f"SQLite {sqlite3.sqlite_version} can corrupt a WAL database when two processes write"
            " at once; run one server on a database, and never write to it with another program"
        )
    return tuple(warnings)


def writer(url: URL, *, durability: Durability, is_shared: bool = False) -> AsyncEngine:
    """Return the engine of the writing connection; it never has more than that one."""
    if is_shared:
        raise NotForNodes
    synchronous = {Durability.POWER: "FULL", Durability.PROCESS: "NORMAL"}[durability]
    # The driver itself begins a transaction in front of the first INSERT or UPDATE, in the same
    # hop to its thread; an explicit BEGIN would cost two more.
    return _engine(
        url,
        connections=1,
        isolation_level="IMMEDIATE",
        pragmas=(
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
            f"journal_size_limit={_WAL_BYTES_KEPT}",
            # Nothing that was deleted stays in a free part of the file.
            "secure_delete=ON",
        ),
    )


def migrator(url: URL, *, is_shared: bool = False) -> AsyncEngine:
    """Return a writer: it waits for nothing but the disk."""
    return writer(url, durability=Durability.POWER, is_shared=is_shared)


def keeper(_: URL) -> AsyncEngine:
    """Refuse: a file is no place where nodes meet."""
    raise NotForNodes


def readers(url: URL) -> AsyncEngine:
    """Return the engine of the reading connections; a transaction sees one moment of the data."""
    engine = _engine(
        url,
        connections=_READERS,
        isolation_level=None,
        pragmas=("query_only=ON", "wal_autocheckpoint=0"),
    )
    event.listen(engine.sync_engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
    return engine


async def begin_migration(connection: AsyncConnection) -> None:
    """Take the write lock: the driver begins no transaction for DDL by itself."""
    await connection.exec_driver_sql("BEGIN IMMEDIATE")


async def size_bytes(connection: AsyncConnection) -> int:
    """Return how large the file is, without the log of writes beside it."""
    driver = await _driver(connection)
    return await _pragma(driver, "page_count") * await _pragma(driver, "page_size")


async def forget(connection: AsyncConnection, *, is_whole: bool) -> bool:
    """Have the log of writes beside the file emptied; where it `is_whole`, the file written anew.

    What is deleted is overwritten in its page at once (`secure_delete`), but pages that were split
    before may hold copies of what has moved: one in four hundred, found by writing all anew alone.
    """
    driver = await _driver(connection)
    if is_whole:
        await driver.execute("VACUUM")
    # Commits wait meanwhile: who still reads an older moment is met again in a while.
    await _pragma(driver, f"busy_timeout={_FORGETTING_MS}")
    try:
        is_busy = await _pragma(driver, "wal_checkpoint(TRUNCATE)")
    finally:
        await _pragma(driver, f"busy_timeout={_BUSY_TIMEOUT_MS}")
    return not is_busy


async def _pragma(driver: aiosqlite.Connection, text: str) -> int:
    """Carry out a pragma and return the first number that it answers."""
    async with driver.execute(f"PRAGMA {text}") as cursor:
        row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - each of ours answers
    return int(row[0])


async def insert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows whose values need no conversion, in one hop to the driver's thread.

    SQLAlchemy makes three of it (a cursor, the statement, closing the cursor), which takes more
    time than SQLite needs to write a stroke.
    """
    driver = await _driver(connection)
    await driver.executemany(_insert_sql(table, tuple(rows[0])), rows)


async def commit_all(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows whose values need no conversion, as one transaction, in one hop.

    Few of them are one statement, outside of any transaction, which makes it one by itself: the
    driver's thread gives the interpreter away and asks for it back once, not for each row, for
    BEGIN and for COMMIT. What fails is left as it is, rows inserted or not: closing `connection`
    rolls it back.
    """
    driver = await _driver(connection)
    if len(rows) <= _ROWS_OF_A_STATEMENT:
        values: list[object] = []
        for row in rows:
            values += row.values()
        sql = _one_statement(table, tuple(rows[0]), len(rows))
        # The driver's own way asks for what was found, and has a wrapper that closes a cursor.
        await driver._execute(_insert, driver._conn, sql, values)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return
    # The driver has a method for either half alone, and each is a hop to its thread and back.
    await driver._execute(  # type: ignore[no-untyped-call]  # noqa: SLF001
        _insert_and_commit,
        driver._conn,  # noqa: SLF001
        _insert_sql(table, tuple(rows[0])),
        rows,
    )


@functools.cache
def _one_statement(table: Table, columns: tuple[str, ...], n_rows: int) -> str:
    """Return an INSERT of so many rows.

    It begins with WITH: in front of an INSERT Python's driver would begin a transaction.
    """
    names = ", ".join(columns)
    row = f"({', '.join('?' * len(columns))})"
    return (
        f"WITH r ({names}) AS (VALUES {', '.join([row] * n_rows)})"  # noqa: S608 - names of ours
        f" INSERT INTO {table.name} ({names}) SELECT * FROM r"
    )


def _insert(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> None:
    connection.execute(sql, values)


def _insert_and_commit(
    connection: sqlite3.Connection, sql: str, rows: Sequence[dict[str, Any]]
) -> None:
    connection.executemany(sql, rows)
    connection.commit()


def is_unique_violation(error: BaseException) -> bool:
    """Whether a row with the same key was there already."""
    return _code(error) in _UNIQUE


def is_storage_fault(error: BaseException) -> bool:
    """Whether the database itself failed, as opposed to refusing what it was given."""
    if not isinstance(error, DBAPIError | sqlite3.Error | OSError):
        return False
    code = _code(error)
    if code is None:
        return isinstance(error, OSError) or _is_operational(error)
    return code & 0xFF not in _REFUSED


def reason(error: BaseException) -> str:
    """Return what happened, without the statement and its values."""
    return str(_original(error))


def cause(error: BaseException) -> BaseException:
    """Return the error itself: SQLite names columns and never values."""
    return error


def _engine(
    url: URL, *, connections: int, isolation_level: str | None, pragmas: tuple[str, ...]
) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        # Readers wait for each other rather than open more; a query takes milliseconds.
        pool_timeout=_BUSY_TIMEOUT_MS / 1000,
        # An error ends in a log line; what people drew and wrote must not.
        hide_parameters=True,
        connect_args={"isolation_level": isolation_level},
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=_document,
    )
    event.listen(engine.sync_engine, "connect", _configure(pragmas))
    return engine


def _configure(pragmas: tuple[str, ...]) -> Callable[[_Connection, Any], None]:
    def configure(connection: _Connection, _: Any) -> None:  # noqa: ANN401 - SQLAlchemy's record
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            *pragmas,
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return configure


def _document(text: str) -> Any:  # noqa: ANN401 - whatever was stored
    # What is no JSON any more is for the row's checksum to tell, which names the row.
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


async def _driver(connection: AsyncConnection) -> aiosqlite.Connection:
    driver = await driver_of(connection)
    assert isinstance(driver, aiosqlite.Connection)  # noqa: S101 - the driver of this dialect
    return driver


@functools.cache
def _insert_sql(table: Table, columns: tuple[str, ...]) -> str:
    dialect = SQLiteDialect_aiosqlite(paramstyle="named")
    return str(table.insert().inline().compile(dialect=dialect, column_keys=columns))


def _original(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error


def _code(error: BaseException) -> int | None:
    return getattr(_original(error), "sqlite_errorcode", None)


def _is_operational(error: BaseException) -> bool:
    """Whether an error without a code of SQLite's says that the connection is of no use.

    Values that do not fit are `ProgrammingError`, `InterfaceError` or `DataError`.
    """
    return isinstance(_original(error), sqlite3.OperationalError)
