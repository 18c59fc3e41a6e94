import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from storage import engine, migrate
from storage.errors import DatabaseNewerError
from storage.records import Durability
from storage.store import Store
from storage.tables import METADATA


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Where the database is: these tests are about SQLite."""
    return sqlite_url


def _file(url: str) -> str:
    return str(engine.parse_url(url).database)


def _bytes(url: str) -> bytes:
    return Path(_file(url)).read_bytes()


def _schema(url: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(_file(url))
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()
    connection.close()
    return rows


async def test_migrations_lead_to_the_tables_of_the_program(store: Store) -> None:
    """[API Data] What Alembic builds is what SQLModel declares."""

    def difference(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, METADATA)

    async with store._readers.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_migrations_lead_to_the_same_sql_as_the_tables(store: Store, url: str) -> None:
    """[API Data] Alembic does not compare AUTOINCREMENT and the conditions of indexes."""
    declared = f"{url}.declared"
    engine.prepare(declared)
    database = engine.writer(declared, durability=Durability.PROCESS)
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    await database.dispose()
    expected = {_parts(row) for row in _schema(declared)}
    assert {_parts(row) for row in _schema(url) if "alembic" not in row[1]} == expected


def _parts(row: tuple[str, ...]) -> tuple[str, ...]:
    # One column or constraint a line; in which order they are written does not matter.
    # A table that was altered has been renamed, which puts its name in quotes.
    lines = (line.strip().rstrip(",") for line in str(row[2]).replace('"', "").splitlines())
    return (*row[:2], *sorted(line for line in lines if line))


async def test_a_new_database_is_at_head(url: str) -> None:
    """[API db upgrade] From nothing, and again without a change."""
    await migrate.upgrade(url)
    assert await migrate.current_revision(url) == migrate.head_revision()
    before = _schema(url)
    await migrate.upgrade(url)
    assert _schema(url) == before


async def test_an_empty_file_has_no_revision(url: str) -> None:
    """[API db check] Not yet made is not an error."""
    engine.prepare(url)
    assert await migrate.current_revision(url) is None


async def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    """[API db upgrade] Which revision it has, which this program knows, what to do."""
    await migrate.upgrade(url)
    connection = sqlite3.connect(_file(url))
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = _bytes(url)
    with pytest.raises(
        DatabaseNewerError, match=rf"9999.*{migrate.head_revision()}.*newer lessonroom"
    ):
        await Store.open(url, durability=Durability.POWER)
    assert _bytes(url) == before


async def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    """[API db upgrade] All of it or nothing."""
    engine.prepare(url)
    connection = sqlite3.connect(_file(url))
    # The last table of the first migration is in the way.
    connection.execute("CREATE TABLE session_participant (id INTEGER)")
    connection.commit()
    connection.close()
    before = _schema(url)
    with pytest.raises(Exception, match="session_participant already exists"):
        await migrate.upgrade(url)
    assert _schema(url) == before
