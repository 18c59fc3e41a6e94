"""What a store tells about the past of a session: versions of its board, snapshots, the log."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.board.model.board import Board
from lessonroom.log.events import Event
from storage.log import log, past_boards, snapshots
from storage.records import EncodedBoard, EventFilter, SnapshotEntry, Tally
from storage.sessions import seats, sessions
from storage.sharing import SharedReads

_T = TypeVar("_T")


class _NoSuchVersionError(Exception):
    """The session has no such event; nobody else hears of it."""


class History(ABC):
    """The part of a store that reads the past. An unknown session has none."""

    _boards: SharedReads[EncodedBoard]

    @abstractmethod
    async def _read(
        self, work: Callable[[AsyncConnection], Awaitable[_T]], *, long_of: str | None = None
    ) -> _T:
        """Run `work` in a transaction that reads.

        With `long_of` it may take long, for the sake of that session: it waits for its turn.
        """

    async def board_at(self, session_id: str, version: int) -> bytes | None:
        """Return what `shared_board_at` does, alone."""
        found = await self.shared_board_at(session_id, version)
        return None if found is None else found.encoded

    async def shared_board_at(self, session_id: str, version: int) -> EncodedBoard | None:
        """Return the encoded board as it was after event `version`, whether it was saved or not.

        None where the session has no such event. Who holds on to it, rather than to its bytes,
        has whoever asks meanwhile get the same one.

        Raises:
            LogDamaged: an event that is needed is missing or does not match its checksum.

        """

        async def read(connection: AsyncConnection) -> EncodedBoard:
            key = await sessions.key_of(connection, session_id)
            board = None
            if key is not None:
                board = await past_boards.board_at(connection, key, session_id, version)
            if board is None:
                raise _NoSuchVersionError
            return EncodedBoard(board)

        # A version is what it is for ever: thirty who open it at once have it folded once.
        try:
            return await self._boards.read(
                (session_id, version), lambda: self._read(read, long_of=session_id)
            )
        except _NoSuchVersionError:
            return None

    async def decoded_board_at(self, session_id: str, version: int) -> Board | None:
        """Return the same as a board, for who would decode it; it is the caller's own.

        Raises:
            LogDamaged: an event that is needed is missing or does not match its checksum.

        """

        async def read(connection: AsyncConnection) -> Board | None:
            key = await sessions.key_of(connection, session_id)
            if key is None:
                return None
            return await past_boards.decoded_at(connection, key, session_id, version)

        return await self._read(read, long_of=session_id)

    async def snapshots(
        self, session_id: str, *, limit: int = 50, before: int | None = None
    ) -> list[SnapshotEntry]:
        """Return the snapshots of a session without their boards, newest first.

        Args:
            session_id: the session; an unknown one has none.
            limit: how many at most.
            before: the `snapshot_id` of the last one of the page before.

        """

        async def read(connection: AsyncConnection) -> list[SnapshotEntry]:
            key = await sessions.key_of(connection, session_id)
            if key is None:
                return []
            return await snapshots.listed(connection, key, limit=limit, before=before)

        return await self._read(read)

    async def timeline(
        self,
        session_id: str,
        wanted: EventFilter = EventFilter(),  # noqa: B008 - frozen
        *,
        after: int = 0,
        limit: int = 100,
    ) -> tuple[list[Event], bool]:
        """Return a page of the events wanted with `seq` > `after`, and whether there are more.

        Oldest first, at most `limit`; fewer where they are large.

        Raises:
            LogDamaged: one of them does not match its checksum.

        """

        async def read(connection: AsyncConnection) -> tuple[list[Event], bool]:
            key = await sessions.key_of(connection, session_id)
            if key is None:
                return [], False
            return await log.matching(
                connection, key, session_id, wanted=wanted, after=after, limit=limit
            )

        return await self._read(read, long_of=session_id)

    async def chat(
        self, session_id: str, *, before: int | None = None, limit: int = 50
    ) -> list[Event]:
        """Return the newest messages of the chat, or those before one, oldest first.

        Args:
            session_id: the session; an unknown one has none.
            before: the `seq` that they come before; without it the newest.
            limit: how many at most.

        Raises:
            LogDamaged: one of them does not match its checksum.

        """

        async def read(connection: AsyncConnection) -> list[Event]:
            key = await sessions.key_of(connection, session_id)
            if key is None:
                return []
            return await log.chat(connection, key, session_id, before=before, limit=limit)

        return await self._read(read)

    async def tally(self, session_id: str) -> Tally | None:
        """Return what a session comes to in numbers, read at one moment; None: no such session."""

        async def read(connection: AsyncConnection) -> Tally | None:
            session = await sessions.find(connection, session_id)
            key = await sessions.key_of(connection, session_id)
            if session is None or key is None:
                return None
            head, head_at_ms = await log.head(connection, key)
            return Tally(
                session=session,
                participants=await seats.of_session(connection, key),
                counts=await log.counts(connection, key),
                head=head,
                head_at_ms=head_at_ms,
            )

        return await self._read(read, long_of=session_id)
