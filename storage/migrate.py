"""Brings a database to the schema of this program; runs at every start, before anything else."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage import engine
from storage.errors import DatabaseNewerError, StorageUnavailable

_SCRIPTS: Final = Path(__file__).parent / "migrations"


def head_revision() -> str:
    """Return the revision of the schema that this program works with."""
    revision = ScriptDirectory(_SCRIPTS).get_current_head()
    if revision is None:
        raise RuntimeError(f"no migrations in {_SCRIPTS}: the installation is incomplete")
    return revision


async def current_revision(url: str) -> str | None:
    """Return the revision that the database is at; None for a database without tables.

    Raises:
        StorageUnavailable: it cannot be read, or is no database.

    """
    database = engine.readers(url)
    try:
        async with database.connect() as connection:
            return await connection.run_sync(_revision)
    except engine.FAULTS as error:
        dialect = engine.dialect_of(url)
        raise StorageUnavailable(
            f"cannot read the database: {dialect.reason(error)}"
        ) from dialect.cause(error)
    finally:
        await database.dispose()


async def upgrade(url: str) -> tuple[str, ...]:
    """Bring the database to `head_revision()`, all of it or nothing, and return warnings to log.

    A database that does not exist is made. Must not run while a `Store` is open on it.

    Raises:
        DatabaseNewerError: a newer program wrote the database; it was left untouched.
        StorageUrlInvalid: the URL names nothing to store into.

    """
    warnings = engine.prepare(url)
    database = engine.migrator(url)
    try:
        async with database.connect() as connection:
            await engine.of_connection(connection).begin_migration(connection)
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await database.dispose()
    return warnings


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    found = _revision(connection)
    known = {script.revision for script in ScriptDirectory(_SCRIPTS).walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNewerError(found=found, known=head_revision())
    if found == head_revision():
        return
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
