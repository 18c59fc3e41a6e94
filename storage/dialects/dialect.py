"""What `storage.engine` needs of a database. The modules beside this one are its kinds."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.records import Durability


class Dialect(Protocol):
    """One kind of database.

    Every engine closes what it has opened where that turns out to be of no use, and then raises
    `StorageUnavailable`.
    """

    CARRIES_THROUGH: bool
    """Whether `commit_all`, once begun, goes on to its end though its caller is cancelled."""

    def check(self, url: URL) -> None:
        """Raise `StorageUrlInvalid` where `url` names nothing to store into."""

    def prepare(self, url: URL) -> tuple[str, ...]:
        """Make what has to be there before a connection; return warnings for the log."""

    def writer(self, url: URL, *, durability: Durability, is_shared: bool = False) -> AsyncEngine:
        """Return the engine of the one connection that writes.

        `is_shared`: other nodes write, too, each fenced (`storage.cluster`); `NotForNodes` where
        the database is for one process.
        """

    def migrator(self, url: URL, *, is_shared: bool = False) -> AsyncEngine:
        """Return the engine that migrates; like a writer, but it may take its time."""

    def keeper(self, url: URL) -> AsyncEngine:
        """Return the engine by which a node keeps its leases, or raise `NotForNodes`."""

    def readers(self, url: URL) -> AsyncEngine:
        """Return the engine of connections that cannot write and see one moment each."""

    async def begin_migration(self, connection: AsyncConnection) -> None:
        """Begin a transaction that nobody else writes beside."""

    async def size_bytes(self, connection: AsyncConnection) -> int:
        """Return how large the database is."""

    async def forget(self, connection: AsyncConnection, *, is_whole: bool) -> bool:
        """Leave nothing on disk of what was deleted, as far as the database can do that.

        `connection` writes, and no transaction is open on it. Where it `is_whole`, all is written
        anew. False: somebody still reads what was there before; to be tried again.
        """

    async def insert_all(
        self, connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
    ) -> None:
        """Insert rows, one or more, on the shortest way; part of the caller's transaction.

        All rows have the same columns, and their values need no conversion.
        """

    async def commit_all(
        self, connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]
    ) -> None:
        """Insert such rows as one transaction. Where it fails, the caller closes `connection`."""

    def is_unique_violation(self, error: BaseException) -> bool:
        """Whether a row with the same key was there already."""

    def is_storage_fault(self, error: BaseException) -> bool:
        """Whether the database itself failed, as opposed to refusing what it was given."""

    def reason(self, error: BaseException) -> str:
        """Return what happened, without the statement and its values."""

    def cause(self, error: BaseException) -> BaseException | None:
        """Return what a new error may be raised from: its text holds no values either."""
