"""A PostgreSQL of the tests' own: a cluster in a directory of its own, behind a Unix socket."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Self

from storage.engine import parse_url

PASSWORD: Final = "pa:ss/w@rd"
"""Has what must be escaped in a URL."""
_USER: Final = "lessonroom"
_OLDEST: Final = 13
_DEADLINE_S: Final = 30.0
_MISSING: Final = (
    "PostgreSQL 13 or newer is not installed (Debian: `apt-get install postgresql`), or this is"
    " root and there is no user `postgres` to run it as"
)


_REMOVE: Final = """
cat
"$1" stop --mode=immediate --wait --pgdata="$2/data"
rm -rf "$2"
"""


class PostgresMissing(Exception):  # noqa: N818 - says what happened
    """There is nothing to run; the text says what would have to be installed."""


class Postgres:
    """A running cluster. Made by `start`, ended by `remove`; may be stopped or killed between."""

    def __init__(self, programs: Path, directory: Path) -> None:
        self._programs = programs
        self._directory = directory
        self._numbers = itertools.count(1)
        # Ends with its input, so also where the tests are killed: no server outlives them.
        self._remover = subprocess.Popen(
            ["/bin/sh", "-c", _REMOVE, "sh", str(programs / "pg_ctl"), str(directory)],
            user=_account(),
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Away from the terminal's Ctrl-C.
            start_new_session=True,
        )

    @classmethod
    def start(cls) -> Self:
        """Make a cluster and start it.

        Raises:
            PostgresMissing: this machine cannot.

        """
        programs = _find_programs()
        if programs is None or (os.geteuid() == 0 and not _has_account()):
            raise PostgresMissing(_MISSING)
        # Not below pytest's directory, into which the account that runs PostgreSQL cannot look.
        directory = Path(tempfile.mkdtemp(prefix="lessonroom-pg-"))
        if account := _account():
            shutil.chown(directory, account)
        cluster = cls(programs, directory)
        try:
            secret = directory / "secret"
            secret.write_text(PASSWORD)
            secret.chmod(0o644)
            cluster._run(
                "initdb", "--no-sync", "--encoding=UTF8", "--locale=C", f"--username={_USER}",
                "--auth=scram-sha-256", f"--pwfile={secret}", f"--pgdata={cluster._data}",
            )  # fmt: skip
            cluster.resume()
        except BaseException:
            cluster.remove()
            raise
        return cluster

    def new_database(self, *options: str) -> str:
        """Make an empty database, with options of CREATE DATABASE, and return its URL."""
        name = f"lessons_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} {' '.join(options)}")
        return self.url_of(name)

    def url_of(self, database: str, *, password: str = PASSWORD) -> str:
        """Return the URL of a database."""
        escaped = "".join(f"%{ord(char):02X}" for char in password)
        return f"postgresql+asyncpg://{_USER}:{escaped}@/{database}?host={self._directory}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the owner and return what it prints: a row a line, `|` between."""
        return self._run(
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align",
            "--set=ON_ERROR_STOP=1", f"--host={self._directory}", f"--username={_USER}",
            f"--dbname={database}", f"--command={statement}",
        )  # fmt: skip

    def backends(self, database: str) -> list[int]:
        """Return the processes that serve connections to a database."""
        rows = self.sql("SELECT datname, pid FROM pg_stat_activity WHERE datname IS NOT NULL")
        found = (row.split("|") for row in rows.splitlines())
        return [int(pid) for name, pid in found if name == database]

    def stop(self) -> None:
        """Shut it down as an operator would."""
        self._run("pg_ctl", "stop", "--mode=fast", "--wait", f"--pgdata={self._data}")

    def kill(self) -> None:
        """End it and all its processes as a power cut would end them; it may be dead already."""
        pid = int((self._data / "postmaster.pid").read_text().split()[0])
        with contextlib.suppress(ProcessLookupError):
            # Stopped first: it must not start another while the others are looked up.
            os.kill(pid, signal.SIGSTOP)
            for each in (*_children_of(pid), pid):
                os.kill(each, signal.SIGKILL)

    def resume(self) -> None:
        """Start it where it was stopped or killed, and return once it takes connections."""
        options = f"-k {self._directory} -c listen_addresses= -c fsync=on"
        deadline_s = time.monotonic() + _DEADLINE_S
        while True:
            try:
                self._run(
                    "pg_ctl", "start", "--wait", f"--pgdata={self._data}",
                    f"--log={self._log}", f"--options={options}",
                )  # fmt: skip
            except AssertionError as error:
                # Processes of the one before may be about to end still.
                if time.monotonic() > deadline_s:
                    error.add_note(self._log.read_text()[-2_000:])
                    raise
            else:
                return

    def remove(self) -> None:
        """End it and delete all that it wrote."""
        self._remover.communicate()

    @property
    def is_running(self) -> bool:
        """Whether it takes connections."""
        try:
            self.sql("SELECT 1")
        except AssertionError:
            return False
        return True

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    @property
    def _log(self) -> Path:
        return self._directory / "log"

    def _run(self, program: str, *args: str) -> str:
        # A file, as a pipe would stay open for as long as the server that pg_ctl starts.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                [self._programs / program, *args],
                # PostgreSQL refuses to be root's.
                user=_account(),
                cwd=self._directory,
                env={"LC_ALL": "C", "PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
            output.seek(0)
            printed = output.read().decode()
        assert done.returncode == 0, f"{program}: {printed}"
        return printed


def _find_programs() -> Path | None:
    """Return the directory of the newest PostgreSQL: Debian's, or one in the PATH."""
    found = sorted(
        (int(path.parts[-2]), path)
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if path.parts[-2].isdigit() and (path / "postgres").exists()
    )
    if found and found[-1][0] >= _OLDEST:
        return found[-1][1]
    in_path = shutil.which("postgres")
    return Path(in_path).parent if in_path else None


def _children_of(pid: int) -> list[int]:
    # Not from the kernel's own list of children, which may leave some out when others end.
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # pid (name) state parent ...; the name may hold anything.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _account() -> str | None:
    """Return whom PostgreSQL runs as, where it must not be whoever runs the tests."""
    return "postgres" if os.geteuid() == 0 else None


def _has_account() -> bool:
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return True


def database_of(url: str) -> str:
    """Return the name of the database that an address leads to."""
    return str(parse_url(url).database)
