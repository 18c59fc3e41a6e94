"""Keeping the database as an older program left it, before this one makes its own tables in it."""

import asyncio
from pathlib import Path

from cli.command_errors import CommandRefused
from cli.server.server_files import beside, database_url
from cli.settings.settings import Settings
from storage.engine import file_of
from storage.errors import StorageError
from storage.migrate import current_revision, steps_from
from storage.upkeep import copying


async def kept_before_upgrade(settings: Settings, *, now_ms: int) -> Path | None:
    """Copy the database to a file beside it if it is about to be upgraded, and return the file.

    None where there is nothing to upgrade, where the settings say not to, and with PostgreSQL,
    which has tools of its own for that.

    Raises:
        CommandRefused: no copy could be made; nothing was changed.
        DatabaseNewerError: this program does not know the database.
        StorageUnavailable: it cannot be read, or is no database.

    """
    url = database_url(settings)
    file = file_of(url)
    # An empty file is what SQLite makes of a path: there is nothing in it to keep.
    if file is None or not file.is_file() or not file.stat().st_size:
        return None
    found = await current_revision(url)
    if found is None or not steps_from(found) or not settings.storage.backup_before_upgrade:
        return None
    kept = beside(file, f"before-upgrade-from-{found}", now_ms=now_ms)
    try:
        await asyncio.to_thread(copying.copy_database, file, kept)
        faults = await asyncio.to_thread(copying.integrity_faults, kept, is_quick=True)
    except (StorageError, OSError) as error:
        raise CommandRefused(
            f"nothing was upgraded, because no copy could be made before: {error}. Make room beside"
            f" {file}, or set storage.backup_before_upgrade to false once you have a backup"
        ) from None
    if faults:
        raise CommandRefused(
            f"nothing was upgraded: {file} is damaged ({faults[0]}). Restore a backup with the"
            " program that wrote it"
        )
    return kept
