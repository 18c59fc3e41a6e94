"""Migrations, from every version and back.

Tests also: storage/tables/images.py, storage/tables/log.py, storage/tables/people.py,
storage/tables/rows.py, storage/tables/server.py, storage/tables/sessions.py,
storage/tables/telling.py.
"""

import asyncio
import contextlib
import re
import sqlite3
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage import engine, migrate
from storage.errors import DatabaseNewerError
from storage.records import Durability
from storage.store import Store
from storage.tables import METADATA
from storage.upkeep.checking import Fault, check


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


def test_revisions_are_those_of_alembic() -> None:
    """[API db upgrade] Told by the names of the files, without loading Alembic."""
    scripts = ScriptDirectory(Path(migrate.__file__).parent / "migrations")
    found = [script.revision for script in scripts.walk_revisions()]
    assert migrate.known_revisions() == found[::-1]
    assert migrate.head_revision() == scripts.get_current_head()


async def test_a_database_that_is_as_it_should_be_needs_no_alembic(url: str) -> None:
    """[API db upgrade] It takes 10 MB and as long as all the rest of opening a database."""
    await migrate.upgrade(url)
    program = (
        "import asyncio, sys; from storage import migrate;"
        " asyncio.run(migrate.upgrade(sys.argv[1])); print('alembic' in sys.modules)"
    )
    python = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url, stdout=asyncio.subprocess.PIPE
    )
    assert (await python.communicate())[0].strip() == b"False"


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
    # In which order columns and constraints are written does not matter.
    # A table that was altered has been renamed, which puts its name in quotes.
    sql = " ".join(str(row[2]).replace('"', "").split())
    return (*row[:2], *sorted(part.strip(" )") for part in re.split(r",\s|\(\s", sql)))


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


async def test_what_was_there_gets_its_checksums(url: str) -> None:
    """[PROMISES T16] Sessions, seats and boards; what was damaged before stays damaged."""
    dump = Path(__file__).with_name("kept") / "schema_1.sql"
    Path(_file(url)).parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(_file(url))) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    await migrate.upgrade(url)
    await _downgrade(url, "0005")
    with contextlib.closing(sqlite3.connect(_file(url))) as connection, connection:
        assert "crc32" not in {
            row[1] for row in connection.execute("PRAGMA table_info(session_participant)")
        }
        connection.execute("UPDATE board_snapshot SET board_state = x'00' WHERE id = 2")
    store = await Store.open(url, durability=Durability.POWER)
    faults = (await check(store, on_progress=lambda _: None)).faults
    await store.close()
    about_sessions = [fault for fault in faults if fault.place.startswith("session")]
    assert about_sessions == [Fault("session algebra", "snapshot 2 does not match its checksum")]


async def _downgrade(url: str, revision: str) -> None:
    def downgrade(connection: Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        command.downgrade(config, revision)

    database = engine.migrator(url)
    async with database.connect() as connection:
        await engine.of_connection(connection).begin_migration(connection)
        await connection.run_sync(downgrade)
        await connection.commit()
    await database.dispose()
