"""How a database is opened.

Tests also: storage/dialects/dialect.py, storage/dialects/driver.py.
"""

import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from storage import engine
from storage.errors import StorageUnavailable, StorageUrlInvalid
from storage.records import Durability
from storage.store import Store


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Where the database is: these tests are about SQLite."""
    return sqlite_url


async def _pragma(store: Store, name: str, *, of_reader: bool) -> object:
    database = store._readers if of_reader else store._writer_engine
    if not of_reader:
        # The one connection goes back to the pool, so that it can be asked.
        await store.reconnect_writer()
        assert store._writer is not None
        value = (await store._writer.exec_driver_sql(f"PRAGMA {name}")).scalar()
        await store._writer.rollback()
        return value
    async with database.connect() as connection:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()


@pytest.mark.parametrize(
    ("pragma", "of_writer", "of_reader"),
    [
        ("journal_mode", "wal", "wal"),
        ("foreign_keys", 1, 1),
        ("trusted_schema", 0, 0),
        ("cell_size_check", 1, 1),
        ("busy_timeout", 5000, 5000),
        ("mmap_size", 0, 0),
        ("wal_autocheckpoint", 1000, 0),
        ("query_only", 0, 1),
    ],
)
async def test_connections_have_the_settings_of_their_part(
    store: Store, pragma: str, of_writer: object, of_reader: object
) -> None:
    """[SECURITY storage] One connection writes and checkpoints, the others only read."""
    assert await _pragma(store, pragma, of_reader=False) == of_writer
    assert await _pragma(store, pragma, of_reader=True) == of_reader


@pytest.mark.parametrize(("durability", "synchronous"), [("power", 2), ("process", 1)])
async def test_durability_says_what_a_commit_waits_for(
    url: str, durability: str, synchronous: int
) -> None:
    """[P1] FULL for power, NORMAL for process."""
    store = await Store.open(url, durability=Durability(durability))
    try:
        assert await _pragma(store, "synchronous", of_reader=False) == synchronous
    finally:
        await store.close()


async def test_a_reader_refuses_to_write(store: Store) -> None:
    """[SECURITY storage] `query_only`: not by habit but by SQLite."""
    async with store._readers.connect() as connection:
        with pytest.raises(DBAPIError, match="readonly"):
            await connection.exec_driver_sql("DELETE FROM session_event")


async def test_a_new_database_is_closed_to_others(store: Store, url: str) -> None:
    """[SECURITY storage] Directory 0700, all files 0600."""
    directory = Path(engine.parse_url(url).database or "").parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}
    assert modes == {"lessons.db": 0o600, "lessons.db-wal": 0o600, "lessons.db-shm": 0o600}


def test_an_empty_directory_is_closed(tmp_path: Path) -> None:
    """[SECURITY storage] A fresh install into an empty directory."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o755)
    engine.prepare(f"sqlite+aiosqlite:///{directory}/lessons.db")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_directory_in_use_keeps_its_mode_and_is_warned_about(tmp_path: Path) -> None:
    """[SECURITY storage] It may be shared for a reason; the operator hears about it."""
    directory = tmp_path / "data"
    directory.mkdir(mode=0o755)
    (directory / "other").touch()
    warnings = engine.prepare(f"sqlite+aiosqlite:///{directory}/lessons.db")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o755
    assert any("chmod 700" in warning for warning in warnings)


def test_a_file_that_others_may_read_is_closed(tmp_path: Path) -> None:
    """[SECURITY storage] Restored from a backup with another mode."""
    file = tmp_path / "lessons.db"
    file.touch(mode=0o644)
    engine.prepare(f"sqlite+aiosqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(("version", "expected"), [((3, 51, 2), 1), ((3, 51, 3), 0)])
def test_an_sqlite_with_the_wal_bug_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], expected: int
) -> None:
    """[SECURITY storage] Below 3.51.3; as data, the caller logs it."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    warnings = engine.prepare(f"sqlite+aiosqlite:///{tmp_path}/lessons.db")
    assert sum("SQLite" in warning for warning in warnings) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lessons.db",
        "sqlite:///lessons.db",
        "postgresql+psycopg://localhost/lessons",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///file::memory:?cache=shared&uri=true",
        "sqlite+aiosqlite:///lessons.db?mode=ro",
    ],
)
async def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    """[API settings] The message names the setting and what is allowed."""
    with pytest.raises(StorageUrlInvalid, match=r"storage\.url.*allowed: sqlite\+aiosqlite:///"):
        await Store.open(url, durability=Durability.POWER)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """[P9] In words, and the file stays as it was."""
    file = tmp_path / "lessons.db"
    file.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StorageUnavailable, match="not a database"):
        await Store.open(f"sqlite+aiosqlite:///{file}", durability=Durability.POWER)
    assert file.read_bytes().startswith(b"this is a letter")


async def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """[P9] A start that fails says what stood in its way."""
    (tmp_path / "data").touch()
    with pytest.raises(StorageUnavailable, match="data"):
        await Store.open(f"sqlite+aiosqlite:///{tmp_path}/data/x.db", durability=Durability.POWER)
