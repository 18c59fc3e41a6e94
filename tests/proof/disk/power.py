"""A disk whose power can be cut: what was not synced by then survives by chance, torn in sectors.

SQLite writes through it by way of a VFS of apsw, which brings a SQLite of its own. `connect` stands
in for `sqlite3.connect`, so that the store runs on it as it is, driver and all.
"""

import contextlib
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import apsw

_SECTOR: Final = 512
_VFS: Final = "power-cut"
_WRITES: Final = ("INSERT", "UPDATE", "DELETE", "REPLACE")

_Parameters = Sequence[Any] | dict[str, Any]

_Change = tuple[int, bytes | None]
"""An offset and what was written there; None: the file was truncated to there."""


class _Image:
    """A file: what is certain, and what was written since the last sync."""

    def __init__(self, certain: bytes) -> None:
        self.certain = bytearray(certain)
        self.unsynced: list[_Change] = []

    def sync(self) -> None:
        self.certain = self._with(self.unsynced)
        self.unsynced = []

    def after_cut(self, chance: random.Random) -> bytes:
        """Return what is found on the disk afterwards."""
        return bytes(self._with(_survivors(self.unsynced, chance)))

    def _with(self, changes: Iterable[_Change]) -> bytearray:
        image = bytearray(self.certain)
        for offset, data in changes:
            if data is None:
                del image[offset:]
                continue
            if len(image) < offset:
                image.extend(bytes(offset - len(image)))
            image[offset : offset + len(data)] = data
        return image


def _survivors(changes: Sequence[_Change], chance: random.Random) -> Iterable[_Change]:
    """Choose what of the unsynced changes reached the disk, which orders them as it likes."""
    match chance.choice(("none", "all", "first", "any", "any")):
        case "none":
            return
        case "all":
            yield from changes
        case "first":
            yield from changes[: chance.randint(0, len(changes))]
        case _:
            for offset, data in changes:
                if data is None:
                    if chance.random() < 0.5:
                        yield offset, None
                    continue
                for start in range(0, len(data), _SECTOR):
                    if chance.random() < 0.5:
                        yield offset + start, data[start : start + _SECTOR]


class PowerCutDisk(apsw.VFS):
    """Files on a disk that can lose its power. Only one may exist at a time."""

    def __init__(self) -> None:
        super().__init__(_VFS, "")
        self.images: dict[str, _Image] = {}
        self.syncs = 0
        self._writes_left = -1
        self._has_power = True

    def cut_after(self, writes: int) -> None:
        """Cut the power after so many writes and syncs more, at the latest in `cut`."""
        self._writes_left, self._has_power = writes, True

    @property
    def has_power(self) -> bool:
        """Whether anything still reaches the disk."""
        return self._has_power

    def cut(self) -> None:
        """Cut the power now. Whoever has files open sees I/O errors until they close them."""
        self._has_power = False

    def restore(self, chance: random.Random) -> None:
        """Put onto the real disk what a machine would find after such a cut."""
        for name, image in self.images.items():
            path = Path(name)
            if name.endswith("-shm"):
                continue
            path.write_bytes(image.after_cut(chance))
        for name in list(self.images):
            Path(name.removesuffix("-wal") + "-shm").unlink(missing_ok=True)
        self.images.clear()

    def spend(self) -> None:
        """Count a write; raises where there is no power."""
        if self._writes_left == 0:
            self._has_power = False
        self._writes_left -= 1
        if not self._has_power:
            raise apsw.IOError("no power")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> "_File":  # noqa: N802 - SQLite's name
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: FBT001, N802 - as above
        self.spend()
        super().xDelete(filename, syncdir)
        self.images.pop(filename, None)


class _File(apsw.VFSFile):
    def __init__(
        self, disk: PowerCutDisk, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__("", name, flags)
        assert name is not None, "a temporary file needs no power"
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._disk = disk
        if path not in disk.images:
            disk.images[path] = _Image(Path(path).read_bytes())
        self._image = disk.images[path]

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: ANN401, N802 - SQLite's name
        self._disk.spend()
        super().xWrite(data, offset)
        self._image.unsynced.append((offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - as above
        self._disk.spend()
        super().xTruncate(newsize)
        self._image.unsynced.append((newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802 - as above
        self._disk.spend()
        super().xSync(flags)
        self._image.sync()
        self._disk.syncs += 1


# -- what aiosqlite and SQLAlchemy use of a `sqlite3.Connection`


def connect(
    database: str, *, isolation_level: str | None = "", check_same_thread: bool = False
) -> "_Connection":
    """Open a database on the disk whose power can be cut, as `sqlite3.connect` would."""
    assert not check_same_thread
    return _Connection(apsw.Connection(database, vfs=_VFS), isolation_level)


class _Connection:
    def __init__(self, connection: apsw.Connection, isolation_level: str | None) -> None:
        self.isolation_level = isolation_level
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        return self._connection.in_transaction

    def create_function(self, name: str, narg: int, func: Any, **_: object) -> None:  # noqa: ANN401
        self._connection.create_scalar_function(name, func, narg)

    def cursor(self) -> "_Cursor":
        return _Cursor(self._connection, self.isolation_level)

    def execute(self, sql: str, parameters: _Parameters = ()) -> "_Cursor":
        cursor = self.cursor()
        cursor.execute(sql, parameters)
        return cursor

    def executemany(self, sql: str, parameters: Iterable[_Parameters]) -> "_Cursor":
        cursor = self.cursor()
        cursor.executemany(sql, parameters)
        return cursor

    def commit(self) -> None:
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        if self.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        # Without power the last checkpoint fails; the connection is closed all the same.
        with contextlib.suppress(apsw.IOError):
            self._connection.close(True)  # noqa: FBT003 - by force, whatever goes wrong


class _Cursor:
    arraysize = 1

    def __init__(self, connection: apsw.Connection, isolation_level: str | None) -> None:
        self.description: tuple[Any, ...] | None = None
        self.rowcount = -1
        self.lastrowid = 0
        self._connection = connection
        self._isolation_level = isolation_level
        self._rows: list[Any] = []

    def execute(self, sql: str, parameters: _Parameters = ()) -> None:
        self._run(sql, lambda cursor: cursor.execute(sql, _bindings(parameters)))

    def executemany(self, sql: str, parameters: Iterable[_Parameters]) -> None:
        self._run(sql, lambda cursor: cursor.executemany(sql, list(map(_bindings, parameters))))

    def fetchone(self) -> Any:  # noqa: ANN401 - a row
        return self._rows.pop(0) if self._rows else None

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    def close(self) -> None:
        self._rows = []

    def _run(self, sql: str, run: Callable[[apsw.Cursor], Iterable[Any]]) -> None:
        is_write = sql.lstrip().upper().startswith(_WRITES)
        with _as_sqlite3():
            if is_write and self._isolation_level and not self._connection.in_transaction:
                self._connection.execute(f"BEGIN {self._isolation_level}")
            cursor = self._connection.cursor()
            cursor.exec_trace = self._note_columns
            before = self._connection.total_changes()
            self._rows = list(run(cursor))
            self.rowcount = self._connection.total_changes() - before if is_write else -1
            self.lastrowid = self._connection.last_insert_rowid()

    def _note_columns(self, cursor: apsw.Cursor, _sql: str, _parameters: object) -> bool:
        columns = cursor.get_description()
        padding = (None,) * 5
        self.description = tuple((name, None, *padding) for name, *_ in columns) or None
        return True


def _bindings(parameters: _Parameters) -> _Parameters:
    return parameters if isinstance(parameters, dict) else tuple(parameters)


@contextlib.contextmanager
def _as_sqlite3() -> Any:  # noqa: ANN401 - a generator
    try:
        yield
    except apsw.Error as error:
        kind = (
            sqlite3.IntegrityError
            if isinstance(error, apsw.ConstraintError)
            else sqlite3.OperationalError
        )
        wanted = kind(str(error))
        wanted.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise wanted from error
