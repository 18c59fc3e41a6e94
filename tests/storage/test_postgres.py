"""What is PostgreSQL's own: the lock, the settings that are refused, faults made for real.

Tests also: storage/dialects/postgresql.py, storage/errors.py.
"""

import asyncio
import traceback

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage import migrate
from storage.dialects import postgresql
from storage.errors import (
    CommitFailed,
    DatabaseInUse,
    DatabaseNewerError,
    DatabaseUnsuitable,
    StorageUnavailable,
    StorageUrlInvalid,
)
from storage.records import Durability
from storage.store import Store
from storage.tables import METADATA
from tests.postgres import PASSWORD, Postgres, database_of
from tests.storage.lessons import Lesson


@pytest.fixture
def url(postgres_url: str) -> str:
    """Where the database is: these tests are about PostgreSQL."""
    return postgres_url


async def _refused(url: str, match: str, *, durability: Durability = Durability.POWER) -> None:
    with pytest.raises(DatabaseUnsuitable, match=match):
        await (await Store.open(url, durability=durability)).close()


# -- one server on a database


async def test_a_second_server_is_refused(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """[P3] [SY-4] In words that say what to do, and the first one goes on."""
    monkeypatch.setattr(postgresql, "_LOCK_TIMEOUT_MS", 20)
    with pytest.raises(DatabaseInUse, match=r"another lessonroom server.*stop it first"):
        await Store.open(url, durability=Durability.POWER)
    await store.probe()


async def test_a_server_waits_for_the_one_before(store: Store, url: str) -> None:
    """[SY-4] Restarted at once: the first one's connection may be about to end still."""
    opening = asyncio.ensure_future(Store.open(url, durability=Durability.POWER))
    await store.probe()
    await store.close()
    await (await opening).close()


async def test_servers_on_two_databases_do_not_meet(
    store: Store, postgres: Postgres, migrated_database: str
) -> None:
    """[P3] The lock is of one database, not of the cluster."""
    other_url = postgres.new_database(f"TEMPLATE {migrated_database}")
    other = await Store.open(other_url, durability=Durability.POWER)
    await store.probe()
    await other.probe()
    await other.close()


async def test_the_lock_is_held_before_the_first_write(store: Store, postgres: Postgres) -> None:
    """[P3] From the start, not from when somebody draws."""
    locks = postgres.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    assert locks.strip() == "1"


# -- what would not keep what it acknowledges


@pytest.mark.parametrize(
    ("setting", "durability"),
    [
        ("off", Durability.POWER),
        ("off", Durability.PROCESS),
        ("local", Durability.POWER),
        ("remote_write", Durability.POWER),
    ],
)
async def test_a_commit_that_waits_too_little_is_refused(
    postgres: Postgres, url: str, setting: str, durability: Durability
) -> None:
    """[P1] `off` always; for power, what another machine may take over without."""
    postgres.sql(f"ALTER DATABASE {database_of(url)} SET synchronous_commit = {setting}")
    await _refused(
        url, rf"synchronous_commit .* is '{setting}'.*must be on or", durability=durability
    )


@pytest.mark.parametrize(
    ("setting", "durability"),
    [
        ("on", Durability.POWER),
        ("remote_apply", Durability.POWER),
        ("local", Durability.PROCESS),
        ("remote_write", Durability.PROCESS),
    ],
)
async def test_a_commit_that_waits_long_enough_is_taken(
    postgres: Postgres, url: str, setting: str, durability: Durability
) -> None:
    """[P1] What the durability asks for, or more."""
    postgres.sql(f"ALTER DATABASE {database_of(url)} SET synchronous_commit = {setting}")
    store = await Store.open(url, durability=durability)
    await store.probe()
    await store.close()


async def test_another_encoding_is_refused(postgres: Postgres) -> None:
    """[API Data] Names and titles are any Unicode."""
    await _refused(
        postgres.new_database("TEMPLATE template0 ENCODING 'SQL_ASCII'"), "server_encoding.*UTF8"
    )


async def test_an_old_server_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """[API settings] With the version that it has and the one that is needed."""
    monkeypatch.setattr(postgresql, "_OLDEST", 99)
    await _refused(url, "PostgreSQL [0-9]+; 99 or newer is needed")


# -- the URL, and what it must not show


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("postgresql+asyncpg://me:pw@host", "names no database"),
        ("postgresql+asyncpg://me:pw@host/db?options=-csynchronous_commit=off", "option 'options'"),
        ("postgresql+asyncpg://me:pw@host/db?ssl=maybe", "ssl=.*allowed: disable, .*verify-full"),
        ("postgresql+asyncpg://host:secret/db", "not a database URL.*%40"),
    ],
)
async def test_a_url_that_does_not_do_is_refused(url: str, match: str) -> None:
    """[API settings] The message names the setting and what is allowed, and no password."""
    with pytest.raises(
        StorageUrlInvalid, match=rf"storage\.url.*{match}|{match}.*storage\.url"
    ) as e:
        await Store.open(url, durability=Durability.POWER)
    assert "secret" not in "".join(traceback.format_exception(e.value))


async def test_a_password_is_never_shown(postgres: Postgres, url: str) -> None:
    """[SECURITY logs] Neither the right one nor a wrong one, whatever fails."""
    wrong = postgres.url_of(database_of(url), password="wr:ong")
    with pytest.raises(StorageUnavailable, match="password authentication failed") as failed:
        await Store.open(wrong, durability=Durability.POWER)
    assert "wr:ong" not in "".join(traceback.format_exception(failed.value))
    with pytest.raises(StorageUnavailable, match="does not exist") as failed:
        await Store.open(postgres.url_of("nowhere"), durability=Durability.POWER)
    store = Store(url, durability=Durability.POWER)
    shown = f"{traceback.format_exception(failed.value)} {store._writer_engine!r}"
    await store.close()
    assert PASSWORD not in shown
    assert "%70" not in shown


async def test_no_error_shows_a_row(store: Store, lesson: Lesson) -> None:
    """[SECURITY logs] PostgreSQL quotes the row that failed, the driver the value."""
    await store.commit([lesson.batch(lesson.stroke(n=1))])
    for bad in ({"data": None}, {"data": b"secret", "seq": 1}, {"at_ms": 2**70}):
        event = lesson.stroke(b"secret")
        row = {name: getattr(event, name) for name in event.__struct_fields__} | bad
        with pytest.raises(CommitFailed) as failed:
            await store.commit([lesson.batch(type(event)(**row))])
        shown = "".join(traceback.format_exception(failed.value))
        for secret in ("secret", "736563726574", str(2**70), "client-0000"):
            assert secret not in shown


# -- connections


async def test_a_reader_refuses_to_write(store: Store) -> None:
    """[SECURITY storage] Not by habit but by PostgreSQL."""
    async with store._readers.connect() as connection:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await connection.exec_driver_sql("DELETE FROM session_event")


async def test_keys_do_not_end_at_four_bytes(store: Store, postgres: Postgres, url: str) -> None:
    """[API Data] Sessions, people and the feed are numbered beyond 2**31."""
    for table in ("classroom_session", '"user"', "feed_entry", "webhook_delivery"):
        postgres.sql(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {2**40})", database_of(url)
        )
    lesson = Lesson("far")
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    await store.commit([lesson.strokes(3)])
    assert await store.head("far") == 4
    assert await store.user(2**41) is None


async def test_migrations_lead_to_the_tables_of_the_program(store: Store) -> None:
    """[API Data] What Alembic builds is what SQLModel declares, here as well."""

    def difference(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, METADATA)

    async with store._readers.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_a_newer_database_is_refused(url: str, postgres: Postgres) -> None:
    """[API db upgrade] As with SQLite."""
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", database_of(url))
    with pytest.raises(DatabaseNewerError, match="9999"):
        await Store.open(url, durability=Durability.POWER)


async def test_a_migration_that_fails_leaves_nothing_behind(postgres: Postgres) -> None:
    """[API db upgrade] All of it or nothing: a table of the first migration is in the way."""
    url = postgres.new_database()
    postgres.sql("CREATE TABLE session_participant (id integer)", database_of(url))
    with pytest.raises(StorageUnavailable, match="already exists"):
        await Store.open(url, durability=Durability.POWER)
    assert await migrate.current_revision(url) is None
    tables = postgres.sql(
        "SELECT tablename FROM pg_tables WHERE schemaname='public'", database_of(url)
    )
    assert tables.split() == ["session_participant"]


# -- faults


@pytest.mark.parametrize(
    ("error", "is_fault"),
    [
        (asyncpg.DiskFullError("x"), True),
        (asyncpg.PostgresIOError("x"), True),
        (asyncpg.AdminShutdownError("x"), True),
        (asyncpg.ReadOnlySQLTransactionError("x"), True),
        (asyncpg.QueryCanceledError("x"), True),
        (asyncpg.InsufficientPrivilegeError("x"), True),
        (asyncpg.ConnectionDoesNotExistError("x"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InternalClientError("another operation is in progress"), True),
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (asyncpg.UniqueViolationError("x"), False),
        (asyncpg.NotNullViolationError("x"), False),
        (asyncpg.NumericValueOutOfRangeError("x"), False),
        (asyncpg.UndefinedColumnError("x"), False),
        (asyncpg.ProgramLimitExceededError("x"), False),
        (asyncpg.exceptions._base.DataError("x"), False),
        (TypeError("x"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_is_told_from_a_refusal(error: Exception, *, is_fault: bool) -> None:
    """[P19] By SQLSTATE: what the statement is to blame for must not stop all rooms."""
    assert postgresql.is_storage_fault(error) is is_fault
