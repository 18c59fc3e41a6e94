"""Reading the lessons straight from the database, beside a server or without one."""

import contextlib
from collections.abc import AsyncIterator
from typing import Final

from cli.command_errors import CommandRefused, ServerUnreachable
from lessonroom.session.session import Session
from storage.engine import file_of
from storage.errors import StorageError
from storage.migrate import current_revision, head_revision
from storage.records import Durability
from storage.sessions.sessions import SessionFilter
from storage.store import Store

_PAGE: Final = 500


@contextlib.asynccontextmanager
async def reading(url: str) -> AsyncIterator[Store]:
    """Open a database to read from it; nothing is made, migrated or written.

    Raises:
        ServerUnreachable: there is none, so there was never a server.
        CommandRefused: it cannot be read, or has the tables of another version.

    """
    try:
        _check_presence(url)
        await _check_revision(url)
        # Never opened for writing: the writing connection is made by the first write.
        store = Store(url, durability=Durability.POWER)
        try:
            yield store
        finally:
            await store.close()
    except StorageError as error:
        raise CommandRefused(str(error)) from None


async def all_sessions(
    store: Store, wanted: SessionFilter = SessionFilter()
) -> AsyncIterator[Session]:
    """Yield sessions, newest first."""
    cursor = None
    while page := await store.sessions(wanted, limit=_PAGE, cursor=cursor):
        for session in page:
            yield session
        cursor = page[-1].session_id


def _check_presence(url: str) -> None:
    """Refuse a path without a file: SQLite would make one there."""
    path = file_of(url)
    if path is not None and not path.is_file():
        raise ServerUnreachable(
            f"no server is running, and none ever was: there is no database at {path}"
        )


async def _check_revision(url: str) -> None:
    found = await current_revision(url)
    if found != head_revision():
        raise CommandRefused(
            f"the database is at revision {found or 'none'}, this program's own is"
            f" {head_revision()}; start the server to bring it up to date, or use the newer program"
        )
