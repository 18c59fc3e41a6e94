"""PostgreSQL by asyncpg: one connection writes, and holds the lock of its database meanwhile.

The lock keeps a second server out: rooms live in one process, and two of them would each hold half
of a lesson. Nodes, which are fenced in each write, share it, and keep out who is none. Readers are
separate connections whose transactions are read-only.
"""

import contextlib
import functools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Literal, cast, get_args

import asyncpg
import msgspec
from sqlalchemy import Table
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.dialects.arrays import arrays, insert_sql
from storage.dialects.driver import driver_of
from storage.errors import (
    DatabaseInUse,
    DatabaseNotShared,
    DatabaseUnsuitable,
    NodeMigrating,
    StorageUnavailable,
    StorageUrlInvalid,
)
from storage.records import Durability
from storage.tables import METADATA

ALLOWED: Final = "postgresql+asyncpg://user:password@host/database"
CARRIES_THROUGH: Final = False
"""Cancelled, the driver has the server give up the statement."""

_OLDEST: Final = 13
_READERS: Final = 8
_CONNECT_TIMEOUT_S: Final = 10.0
_POOL_TIMEOUT_S: Final = 5.0
_STATEMENT_TIMEOUT_S: Final = 30
_ANSWER_TIMEOUT_S: Final = 45.0
"""Longer than any statement may take: whoever has not answered by then is not there any more."""
_IDLE_TIMEOUT_S: Final = 60
_REWRITE_S: Final = 600.0
_LOCK_TIMEOUT_MS: Final = 5_000
"""A server that was killed holds its lock until PostgreSQL has seen that it is gone."""

_LOCK: Final = int.from_bytes(b"lessonrm", "big")
_MIGRATING: Final = int.from_bytes(b"lessonmg", "big")
"""Held by the node that migrates, while others go on."""
_OF_NODES: Final = {
    # The fence looks at a row again after waiting for it: nowhere else does PostgreSQL.
    "default_transaction_isolation": "read committed",
    "lock_timeout": "1500",
    # Whoever takes a session over waits for a commit under way: one that hangs must end.
    "idle_in_transaction_session_timeout": "2000",
    "statement_timeout": "5000",
    "tcp_user_timeout": "3000",
}
_ANSWER_OF_NODES_S: Final = 6.0
_OPTIONS: Final = frozenset({"host", "ssl"})
_SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_SSL_MODES: Final = get_args(_SslMode)

_UNIQUE_VIOLATION: Final = "23505"
_INSUFFICIENT_PRIVILEGE: Final = "42501"
_DATA_CLASS: Final = "22"
_REFUSED_CLASSES: Final = frozenset({"0A", "21", _DATA_CLASS, "23", "42", "54"})
"""Classes of SQLSTATE that blame the statement or its values."""

_DURABLE: Final = {
    # Until a standby that is waited for has it on disk as well, another machine may take over
    # without it; `remote_apply` waits for that and longer.
    Durability.POWER: ("on", "remote_apply"),
    Durability.PROCESS: ("on", "remote_apply", "remote_write", "local"),
}

_Connect = Callable[[], Awaitable[asyncpg.Connection]]


def check(url: URL) -> None:
    """Refuse a URL without a database, and options that would undo what this module sets."""
    if not url.database:
        raise StorageUrlInvalid(f"storage.url names no database; allowed: {ALLOWED}")
    if unknown := sorted(url.query.keys() - _OPTIONS):
        raise StorageUrlInvalid(
            f"storage.url has the option {unknown[0]!r}; allowed: host (of a Unix socket) and ssl"
        )
    if _option(url, "ssl") not in {None, *_SSL_MODES}:
        raise StorageUrlInvalid(
            f"storage.url has an unknown ssl=; allowed: {', '.join(_SSL_MODES)}"
        )


def prepare(_: URL) -> tuple[str, ...]:
    """Do nothing: the operator makes the database and its owner."""
    return ()


def writer(url: URL, *, durability: Durability, is_shared: bool = False) -> AsyncEngine:
    """Return the engine of the writing connection, which holds the lock of the database."""
    return _engine(lambda: _connect_writer(url, durability, is_shared=is_shared), connections=1)


def migrator(url: URL, *, is_shared: bool = False) -> AsyncEngine:
    """Return a writer without a time limit; of nodes one migrates at a time."""
    return _engine(lambda: _connect_writer(url, None, is_shared=is_shared), connections=1)


def keeper(url: URL) -> AsyncEngine:
    """Return the engine of a node's two connections beside the writing one, each by itself.

    Their statements are transactions, and give up before the node's lease is over.
    """
    return _engine(
        lambda: _connect(url, answer_s=_ANSWER_OF_NODES_S, settings=_OF_NODES),
        connections=2,
        isolation_level="AUTOCOMMIT",
    )


def readers(url: URL) -> AsyncEngine:
    """Return the engine of the reading connections; a transaction sees one moment of the data."""
    return _engine(
        lambda: _connect(
            url,
            settings={
                "default_transaction_isolation": "repeatable read",
                "default_transaction_read_only": "on",
            },
        ),
        connections=_READERS,
        # One that died with a restart of PostgreSQL is found before a query is lost on it.
        is_pinged=True,
    )


async def begin_migration(_: AsyncConnection) -> None:
    """Do nothing: DDL is transactional, and the writer's lock is held."""


async def size_bytes(connection: AsyncConnection) -> int:
    """Return how large the database is, with its indexes."""
    driver: asyncpg.Connection = await driver_of(connection)
    size: int = await driver.fetchval("SELECT pg_database_size(current_database())")
    return size


async def forget(connection: AsyncConnection, *, is_whole: bool) -> bool:
    """Where it `is_whole`, write all tables anew; else the server's vacuuming frees the rows.

    The server's own log of writes, replicas and archives are the operator's.
    """
    if not is_whole:
        return True
    driver: asyncpg.Connection = await driver_of(connection)
    await driver.execute(f"SET lock_timeout = {_LOCK_TIMEOUT_MS}; SET statement_timeout = 0")
    try:
        for table in METADATA.sorted_tables:
            await driver.execute(f'VACUUM FULL "{table.name}"', timeout=_REWRITE_S)
    except asyncpg.LockNotAvailableError:
        return False
    finally:
        await driver.execute("RESET lock_timeout; RESET statement_timeout")
    return True


async def insert_all(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows whose values need no conversion, in one statement."""
    columns = tuple(rows[0])
    # Through SQLAlchemy, which begins the caller's transaction with the first statement it sees.
    await connection.exec_driver_sql(_insert_sql(table, columns), arrays(columns, rows))


async def commit_all(
    connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows whose values need no conversion, as one transaction, in one round trip.

    A statement outside of a transaction is one by itself; BEGIN and COMMIT would be two more trips.
    The driver returns when the server is ready for the next query, which is behind the commit.
    """
    columns = tuple(rows[0])
    driver: asyncpg.Connection = await driver_of(connection)
    try:
        await driver.execute(_insert_sql(table, columns), *arrays(columns, rows))
    except BaseException:
        if driver.is_closed():
            # Unseen by SQLAlchemy, whose pool would hand it out again.
            await connection.invalidate()
        raise


def is_unique_violation(error: BaseException) -> bool:
    """Whether a row with the same key was there already."""
    return _sqlstate(error) == _UNIQUE_VIOLATION


def is_storage_fault(error: BaseException) -> bool:
    """Whether the database itself failed, as opposed to refusing what it was given."""
    original = _original(error)
    if isinstance(original, OSError | asyncpg.InternalClientError):
        # The latter where the server has ended the connection between two statements.
        return True
    sqlstate = _sqlstate(error)
    if sqlstate is None:
        # The driver says this of a connection, or as a ValueError of a value.
        return isinstance(original, asyncpg.InterfaceError) and not isinstance(original, ValueError)
    return sqlstate == _INSUFFICIENT_PRIVILEGE or sqlstate[:2] not in _REFUSED_CLASSES


def reason(error: BaseException) -> str:
    """Return what happened, without the statement and its values."""
    original = _original(error)
    if isinstance(original, ValueError) or (_sqlstate(error) or "").startswith(_DATA_CLASS):
        # The driver and the server both quote the value.
        return "a value does not fit its column"
    if isinstance(original, asyncpg.PostgresError):
        # Its details may hold the whole row.
        return str(original.args[0])
    return str(original) or type(original).__name__


def cause(_: BaseException) -> None:
    """Return nothing: the driver's errors show rows and values in what they print."""


def _engine(
    connect: _Connect,
    *,
    connections: int,
    is_pinged: bool = False,
    isolation_level: Literal["AUTOCOMMIT"] | None = None,
) -> AsyncEngine:
    return create_async_engine(
        # Without user and password: nothing that prints an engine can show them.
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_POOL_TIMEOUT_S,
        pool_pre_ping=is_pinged,
        **({} if isolation_level is None else {"isolation_level": isolation_level}),
        hide_parameters=True,
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
    )


async def _connect_writer(
    url: URL, durability: Durability | None, *, is_shared: bool
) -> asyncpg.Connection:
    """Connect, make sure that the database keeps what it acknowledges, and take its lock.

    Raises:
        DatabaseUnsuitable: it does not, or cannot be written.
        DatabaseInUse: another server holds the lock.

    """
    is_migrating = durability is None
    if is_shared and not is_migrating:
        connection = await _connect(url, answer_s=_ANSWER_OF_NODES_S, settings=_OF_NODES)
    else:
        connection = await _connect(url, is_patient=is_migrating, settings={})
    try:
        await _check_server(connection, durability or Durability.PROCESS)
        await _lock(connection, is_shared=is_shared)
        if is_shared and is_migrating:
            await _take(connection, "pg_advisory_lock", _MIGRATING, NodeMigrating)
    except BaseException as error:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=_CONNECT_TIMEOUT_S)
        if isinstance(error, OSError | asyncpg.PostgresError | asyncpg.InterfaceError):
            raise StorageUnavailable(f"cannot use PostgreSQL: {reason(error)}") from None
        raise
    return connection


async def _connect(
    url: URL,
    *,
    is_patient: bool = False,
    answer_s: float = _ANSWER_TIMEOUT_S,
    settings: Mapping[str, str],
) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(
            host=_option(url, "host") or url.host,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            ssl=cast("_SslMode | None", _option(url, "ssl")),
            timeout=_CONNECT_TIMEOUT_S,
            command_timeout=None if is_patient else answer_s,
            server_settings={
                "application_name": "lessonroom",
                "statement_timeout": "0" if is_patient else f"{_STATEMENT_TIMEOUT_S}s",
                "idle_in_transaction_session_timeout": f"{_IDLE_TIMEOUT_S}s",
                # A machine that vanished must not hold the lock for hours.
                "tcp_keepalives_idle": "10",
                "tcp_keepalives_interval": "5",
                "tcp_keepalives_count": "3",
                # Compiling takes longer than any query of ours.
                "jit": "off",
                **settings,
            },
        )
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StorageUnavailable(f"cannot connect to PostgreSQL: {reason(error)}") from None


async def _check_server(connection: asyncpg.Connection, durability: Durability) -> None:
    version = connection.get_server_version()
    if version.major < _OLDEST:
        raise DatabaseUnsuitable(
            f"the server is PostgreSQL {version.major}; {_OLDEST} or newer is needed"
        )
    if await connection.fetchval("SELECT pg_is_in_recovery()"):
        raise DatabaseUnsuitable("the server is a standby and cannot be written; name the primary")
    found = {
        name: str(await connection.fetchval("SELECT current_setting($1)", name))
        for name in ("server_encoding", "synchronous_commit", "fsync")
    }
    needed = {
        "server_encoding": ("UTF8",),
        "synchronous_commit": _DURABLE[durability],
        "fsync": ("on",) if durability is Durability.POWER else ("on", "off"),
    }
    for name, allowed in needed.items():
        if found[name] not in allowed:
            raise DatabaseUnsuitable(
                f"{name} of the PostgreSQL server is {found[name]!r}, with which what was"
                f" acknowledged could be lost; with storage.durability = {durability.value!r} it"
                f" must be {' or '.join(allowed)}"
            )


async def _lock(connection: asyncpg.Connection, *, is_shared: bool) -> None:
    if is_shared:
        await _take(connection, "pg_advisory_lock_shared", _LOCK, DatabaseNotShared)
    else:
        await _take(connection, "pg_advisory_lock", _LOCK, DatabaseInUse)


async def _take(
    connection: asyncpg.Connection, take: str, key: int, taken: type[StorageUnavailable]
) -> None:
    """Take a lock of the session, not of the transaction: held until the connection ends."""
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT_MS}")
            await connection.execute(f"SELECT {take}($1)", key)
    except asyncpg.LockNotAvailableError:
        raise taken from None


@functools.cache
def _insert_sql(table: Table, columns: tuple[str, ...]) -> str:
    return insert_sql(table, columns)


def _option(url: URL, name: str) -> str | None:
    found = url.query.get(name)
    return found[-1] if isinstance(found, tuple) else found


def _original(error: BaseException) -> BaseException | None:
    """Return the driver's own error."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def _sqlstate(error: BaseException) -> str | None:
    original = _original(error)
    return original.sqlstate if isinstance(original, asyncpg.PostgresError) else None
