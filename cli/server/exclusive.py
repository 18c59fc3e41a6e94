"""Holding the data directory: two servers on one database would be two writers."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cli.command_errors import CommandRefused

LOCK_FILE: Final = "lock"


@contextlib.contextmanager
def holding(home: Path) -> Iterator[None]:
    """Hold the data directory `home`; the system lets go of it with the process.

    Raises:
        CommandRefused: a server, or a command that writes, holds it.

    """
    with (home / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandRefused(
                f"another lessonroom is running with the data directory {home}"
            ) from None
        yield
