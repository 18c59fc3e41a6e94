"""Whole databases of SQLite as files: copying one that is in use, and putting a copy in its place.

PostgreSQL has tools of its own for this. Plain functions: they are for commands, which wait.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from storage.dialects.sqlite import SAFE_SQLITE
from storage.errors import StorageUnavailable
from storage.sessions import seats

_BESIDE: Final = ("-wal", "-shm")
_SKIPPED_IDS: Final = 1_000_000


def copy_database(source: Path, target: Path) -> None:
    """Write the database as it is at this moment to a new file `target`, mode 0600.

    The server may go on: the copy holds whatever was committed before this was called, in a file
    without a `-wal` beside it.

    Raises:
        FileExistsError: there is something at `target`.
        StorageUnavailable: the database cannot be read, or the copy not written.

    """
    # Made first, so that nobody else can read it for a moment; VACUUM INTO takes an empty file.
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _opened(source) as database:
            # Absolute: `file:x` would be read as a URI.
            database.execute("VACUUM INTO ?", (str(target.absolute()),))
        _sync(target)
        _sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        raise StorageUnavailable(f"cannot copy the database: {error}") from error


def integrity_faults(file: Path, *, is_quick: bool = False) -> list[str]:
    """Return what SQLite finds wrong with the structure of a database file.

    Raises:
        StorageUnavailable: it is no database.

    """
    pragma = "quick_check" if is_quick else "integrity_check"
    try:
        with _opened(file) as database:
            found = [str(row[0]) for row in database.execute(f"PRAGMA {pragma}")]
    except sqlite3.Error as error:
        raise StorageUnavailable(f"{file} cannot be read as a database: {error}") from error
    return [] if found == ["ok"] else found


def put_in_place(copy: Path, file: Path, *, aside: Path, now_ms: int) -> None:
    """Make a copy of `copy` the database `file`, and keep what was there as `aside`.

    Nobody may have `file` open. Tokens of seats that were issued until `now_ms` are void, and users
    get numbers that the copy has never seen: what was given away after it was made must not fit
    somebody else.

    Raises:
        StorageUnavailable: the copy cannot be written or read; `file` is as it was.

    """
    draft = file.with_name(f"{file.name}.restoring")
    try:
        _remove(draft)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(copy, draft)
        with contextlib.closing(sqlite3.connect(draft)) as database, database:
            _void_tokens(database, until_ms=now_ms)
            database.execute(
                "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'user'", (_SKIPPED_IDS,)
            )
        _sync(draft)
    except (sqlite3.Error, OSError) as error:
        _remove(draft)
        raise StorageUnavailable(f"cannot restore the database: {error}") from error
    for suffix in ("", *_BESIDE):
        # Under its own name a -wal would be taken for the new database's.
        old = file.with_name(file.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    draft.rename(file)
    _sync(file.parent)


def _void_tokens(database: sqlite3.Connection, *, until_ms: int) -> None:
    database.execute(
        "UPDATE session_participant SET not_before = max(not_before, ?)", (until_ms + 1,)
    )
    found = database.execute("SELECT * FROM session_participant")
    columns = [column for column, *_ in found.description]
    if "crc32" in columns:  # Else the migration to come adds it.
        rows = [dict(zip(columns, values, strict=True)) for values in found]
        database.executemany(
            "UPDATE session_participant SET crc32 = ? WHERE id = ?",
            [(seats.stored_checksum(row), row["id"]) for row in rows],
        )


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read from it; it is not made where it is missing."""
    database = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    with contextlib.closing(database):
        database.execute("PRAGMA busy_timeout=5000")
        yield database


def _remove(draft: Path) -> None:
    for suffix in ("", *_BESIDE, "-journal"):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sqlite_version() -> tuple[str, bool]:
    """Return the version of SQLite, and whether it is safe from other writers (see the dialect)."""
    return sqlite3.sqlite_version, sqlite3.sqlite_version_info >= SAFE_SQLITE
