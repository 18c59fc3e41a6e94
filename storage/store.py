"""The store: the door to the database for everything above."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Self, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.codes import Refused
from lessonroom.log.events import Event, EventType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import PermissionSet, Role
from lessonroom.session.session import Session
from storage import engine, probe
from storage.announcing.announcing import Endpoint, announce
from storage.announcing.notices import FEED_EVENTS
from storage.cluster import fence
from storage.errors import CommitFailed, StorageError, StorageUnavailable, UnknownSession
from storage.lanes import LongReads
from storage.log import committing
from storage.migrate import upgrade
from storage.people import identities, roles
from storage.reader import Reader
from storage.readers import Readers
from storage.records import (
    NO_BODIES,
    Batch,
    Body,
    Durability,
    EncodedBoard,
    LogUsage,
    User,
    UserKind,
)
from storage.replies import KeptReply
from storage.sessions import sessions
from storage.sessions.creating import NewSession, create
from storage.sharing import SharedReads
from storage.tables import EVENTS
from storage.uncancelled import uncancelled

_T = TypeVar("_T")
_Work = Callable[[AsyncConnection], Awaitable[_T]]

_MAX_KEYS = 100_000

SNAPSHOT_BYTES_PER_SESSION = 256 * 1024 * 1024


class Store(Reader):
    """One database, open. Made by `Store.open`, ended by `close`; runs on one event loop.

    All writing goes through one connection, one transaction at a time, in the order of the calls.
    A write that has begun is carried through, even where its caller is cancelled. Reading goes
    on beside it and sees what was committed.
    """

    def __init__(
        self,
        url: str,
        *,
        durability: Durability,
        endpoints: Sequence[Endpoint] = (),
        snapshot_bytes_per_session: int = SNAPSHOT_BYTES_PER_SESSION,
        is_shared: bool = False,
        warnings: tuple[str, ...] = (),
    ) -> None:
        self.durability = durability
        self.endpoints = endpoints
        self._snapshot_bytes_most = snapshot_bytes_per_session
        self.warnings = warnings
        """What the operator should know about this database; for the caller to log."""
        self._dialect = engine.dialect_of(url)
        self._is_shared = is_shared
        self._writer_engine = engine.writer(url, durability=durability, is_shared=is_shared)
        self._writer: AsyncConnection | None = None
        self._readers = Readers(url)
        self._long_reads = LongReads()
        self._boards = SharedReads[EncodedBoard]()
        self._lock = asyncio.Lock()
        self._keys: dict[str, int] = {}
        told = FEED_EVENTS.union(*(endpoint.events for endpoint in endpoints))
        self._untold = frozenset({EventType.BOARD_OP}) - told

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        durability: Durability,
        endpoints: Sequence[Endpoint] = (),
        snapshot_bytes_per_session: int = SNAPSHOT_BYTES_PER_SESSION,
        is_shared: bool = False,
    ) -> Self:
        """Open a database, made where missing and migrated where old.

        Args:
            url: `sqlite+aiosqlite:///path/to/file.db`, or
                `postgresql+asyncpg://user:password@host/database`.
            durability: what a commit survives.
            endpoints: who is told of events by webhook.
            snapshot_bytes_per_session: past that, some snapshots of a session go.
            is_shared: other nodes write this database, too; what is committed is fenced.

        Raises:
            StorageUrlInvalid: the URL names nothing to store into, or `is_shared` and it is SQLite.
            DatabaseNewerError: a newer program wrote the database.
            StorageUnavailable: the database cannot be opened or is none, or another server
                writes it, or it would not keep what it acknowledges.

        """
        try:
            warnings = await upgrade(url, is_shared=is_shared)
        except engine.FAULTS as error:
            dialect = engine.dialect_of(url)
            raise StorageUnavailable(
                f"cannot open the database: {dialect.reason(error)}"
            ) from dialect.cause(error)
        store = cls(
            url,
            durability=durability,
            endpoints=endpoints,
            snapshot_bytes_per_session=snapshot_bytes_per_session,
            is_shared=is_shared,
            warnings=warnings,
        )
        try:
            # From here on nobody else can write the database, where it has a lock for that.
            await store.reconnect_writer()
            if len(await store.role_permissions()) < len(Role):
                await store._write(roles.fill_missing)
        except BaseException:
            await store.close()
            raise
        return store

    async def close(self) -> None:
        """Wait for the write that is under way, then close all connections."""
        async with self._lock:
            await self._disconnect()

    # --- writing

    async def commit(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        """Put batches of any number of rooms on disk, in one transaction.

        Return those of which nothing was written, because another node owns their session by now;
        the others are on disk. In a store that is not shared there are none.

        Raises:
            CommitFailed: nothing was applied; after a storage fault see there.
            UnknownSession: a batch is of a session that does not exist; nothing was applied.

        """
        if not committing.is_log_alone(batches, self._keys, self._untold):
            return await self._write(lambda connection: self._commit(connection, batches))
        appending = self._append_fenced(batches) if self._is_shared else self._append(batches)
        if self._dialect.CARRIES_THROUGH:
            return await appending
        # Cancelled half-way, the connection would be left in the middle of a transaction.
        return await uncancelled(appending)

    async def create_session(
        self,
        session: Session,
        events: Sequence[Event],
        participants: Sequence[Participant],
        *,
        taken: LogUsage | None = None,
        reply: KeptReply | None = None,
        sessions_most: int | None = None,
        bodies: Mapping[int, Body] = NO_BODIES,
    ) -> Session:
        """Write a new session; the arguments are those of `NewSession`.

        Where its host has a session of that `external_id`, that one is returned and nothing
        written.

        Raises:
            CommitFailed: nothing was applied.
            Refused: its host has too many; nothing was applied.

        """
        new = NewSession(
            session=session,
            events=events,
            participants=participants,
            taken=taken,
            reply=reply,
            sessions_most=sessions_most,
            bodies=bodies,
        )
        return await self._write(lambda connection: create(connection, new, self.endpoints))

    async def ensure_user(
        self, *, issuer: str, subject: str, name: str, kind: UserKind, at_ms: int
    ) -> User:
        """Return the user of that issuer and subject, made where missing.

        A registered user's name follows what the platform says; a guest keeps the first one.

        Raises:
            CommitFailed: nothing was applied.

        """
        known = await self.user_by_subject(issuer, subject)
        if known is not None and (known.name == name or known.kind is UserKind.GUEST):
            return known
        return await self._write(
            lambda connection: identities.ensure(
                connection, issuer=issuer, subject=subject, name=name, kind=kind, at_ms=at_ms
            )
        )

    async def set_role_permissions(self, role: Role, permissions: PermissionSet) -> None:
        """Set what a role may do on this server.

        Raises:
            CommitFailed: nothing was applied.

        """
        await self._write(lambda connection: roles.write(connection, role, permissions))

    async def probe(self) -> None:
        """Write something tiny to the disk, to see whether that is possible.

        Raises:
            CommitFailed: it is not.

        """
        await self._write(probe.write)

    async def reconnect_writer(self) -> None:
        """Close every connection and open the writing one anew.

        After an I/O error nothing that is in memory is trusted: SQLite reads the log's end from
        the disk again, and so must the rooms, before anything is acknowledged (PROMISES P19).

        Raises:
            StorageUnavailable: the database cannot be opened; the next write tries again.

        """
        async with self._lock:
            await self._disconnect()
            try:
                self._writer = await self._writer_engine.connect()
            except engine.FAULTS as error:
                raise StorageUnavailable(
                    f"cannot open the database: {self._dialect.reason(error)}"
                ) from self._dialect.cause(error)

    # --- for the parts of storage that are no methods of this class

    async def writing(self, work: _Work[_T]) -> _T:
        """Return what `work` does in a transaction of the writing connection.

        Raises:
            CommitFailed: nothing was applied.

        """
        return await self._write(work)

    async def writing_alone(self, work: _Work[_T]) -> _T:
        """The same, on that connection without a transaction."""
        return await uncancelled(self._transaction(work))

    async def reading(self, work: _Work[_T]) -> _T:
        """Return what `work` reads at one moment.

        Raises:
            StorageUnavailable: the database cannot be read.

        """
        return await self._read(work)

    # --- inside

    async def _commit(
        self, connection: AsyncConnection, batches: Sequence[Batch]
    ) -> Sequence[Batch]:
        keys = await self._keys_of(connection, batches)
        fenced: Sequence[Batch] = ()
        if self._is_shared:
            held = await fence.hold(connection, fence.terms_of(batches, keys))
            batches, fenced = fence.parted(batches, keys, held)
        keyed = [(keys[batch.session.session_id], batch) for batch in batches]
        await committing.write(connection, keyed, snapshot_bytes_most=self._snapshot_bytes_most)
        committed = [(key, batch.session, batch.events) for key, batch in keyed]
        await announce(connection, self.endpoints, committed)
        return fenced

    async def _keys_of(
        self, connection: AsyncConnection, batches: Sequence[Batch]
    ) -> dict[str, int]:
        unknown = {batch.session.session_id for batch in batches} - self._keys.keys()
        if unknown:
            if len(self._keys) > _MAX_KEYS:
                self._keys = {}
                unknown = {batch.session.session_id for batch in batches}
            # Reads what is committed: a key that is remembered here cannot be rolled back.
            found = await sessions.keys(connection, sorted(unknown))
            self._keys.update(found)
            for session_id in unknown - found.keys():
                raise UnknownSession(session_id)
        return self._keys

    async def _append(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        async def write(connection: AsyncConnection) -> Sequence[Batch]:
            if rows := committing.rows_of(batches, self._keys):
                await self._dialect.commit_all(connection, EVENTS, rows)
            return ()

        return await self._transaction(write)

    async def _append_fenced(self, batches: Sequence[Batch]) -> Sequence[Batch]:
        async def write(connection: AsyncConnection) -> Sequence[Batch]:
            terms = fence.terms_of(batches, self._keys)
            newest, _ = fence.parted(batches, self._keys, terms)
            if rows := committing.rows_of(newest, self._keys):
                terms = await fence.commit(connection, EVENTS, rows, terms)
            return fence.parted(batches, self._keys, terms)[1]

        return await self._transaction(write)

    async def _write(self, work: _Work[_T]) -> _T:
        async def write(connection: AsyncConnection) -> _T:
            async with connection.begin():
                return await work(connection)

        return await uncancelled(self._transaction(write))

    async def _transaction(self, work: _Work[_T]) -> _T:
        """Run `work`, which begins and ends a transaction, on the writing connection."""
        async with self._lock:
            try:
                return await work(await self._connected())
            except BaseException as error:
                await self._roll_back()
                if isinstance(error, StorageUnavailable):
                    raise CommitFailed(
                        str(error), is_conflict=False, is_storage_fault=True
                    ) from error
                if isinstance(error, StorageError | Refused) or not isinstance(error, Exception):
                    raise
                raise CommitFailed(
                    self._dialect.reason(error),
                    is_conflict=self._dialect.is_unique_violation(error),
                    is_storage_fault=self._dialect.is_storage_fault(error),
                ) from self._dialect.cause(error)

    async def _roll_back(self) -> None:
        # SQLAlchemy holds a transaction for over once COMMIT was tried; where that failed, SQLite
        # still has it open, and the next one would commit it. The pool rolls back what comes home,
        # and throws the connection away where it cannot.
        connection, self._writer = self._writer, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> AsyncConnection:
        if self._writer is None:
            self._writer = await self._writer_engine.connect()
        return self._writer

    async def _disconnect(self) -> None:
        # The last connection to close makes a checkpoint: that is the writer.
        await self._readers.renew()
        connection, self._writer = self._writer, None
        if connection is not None:
            # It may be closed because it is broken; what broke it was reported already.
            with contextlib.suppress(SQLAlchemyError):
                await connection.close()
        await self._writer_engine.dispose()

    async def _read(self, work: _Work[_T], *, long_of: str | None = None) -> _T:
        if long_of is not None:
            async with self._long_reads.turn(long_of):
                return await self._read(work)
        try:
            async with self._readers.connect() as connection:
                return await work(connection)
        except engine.FAULTS as error:
            raise StorageUnavailable(
                f"cannot read the database: {self._dialect.reason(error)}"
            ) from self._dialect.cause(error)
