"""Brings a database to the schema of this program; runs at every start, before anything else.

Alembic is loaded only where there is something to do: a server that starts on a database which is
as it should be is spared 10 MB, and a tenth of a second.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from storage import engine
from storage.errors import DatabaseNewerError, StorageUnavailable

_SCRIPTS: Final = Path(__file__).parent / "migrations"


def known_revisions() -> list[str]:
    """Return the revisions that the program knows, oldest first."""
    return [step[:4] for step in _steps()]


def steps_from(found: str) -> list[str]:
    """Return what there is to do from a revision on, in order: `0021_shelf`, …; empty at the head.

    Raises:
        DatabaseNewerError: this program does not know the revision.

    """
    if found not in known_revisions():
        raise DatabaseNewerError(found=found, known=head_revision())
    return [step for step in _steps() if step[:4] > found]


def head_revision() -> str:
    """Return the revision of the schema that this program works with."""
    return known_revisions()[-1]


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


async def upgrade(url: str, *, is_shared: bool = False) -> tuple[str, ...]:
    """Bring the database to `head_revision()`, all of it or nothing, and return warnings to log.

    A database that does not exist is made. Must not run while a `Store` is open on it, unless both
    are of nodes, `is_shared`.

    Raises:
        DatabaseNewerError: a newer program wrote the database; it was left untouched.
        StorageUrlInvalid: the URL names nothing to store into.

    """
    warnings = engine.prepare(url)
    database = engine.migrator(url, is_shared=is_shared)
    try:
        async with database.connect() as connection:
            await engine.of_connection(connection).begin_migration(connection)
            await connection.run_sync(_upgrade)
            await connection.commit()
    finally:
        await database.dispose()
    return warnings


def _steps() -> list[str]:
    """Return the migrations, oldest first: files are named after their revisions."""
    steps = sorted(path.stem for path in _SCRIPTS.glob("versions/[0-9]*.py"))
    if not steps:
        raise RuntimeError(f"no migrations in {_SCRIPTS}: the installation is incomplete")
    return steps


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    found = _revision(connection)
    if found is not None and not steps_from(found):
        return
    from alembic import command  # noqa: PLC0415 - large, and only needed here
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
