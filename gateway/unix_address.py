"""Addresses of Unix sockets whose paths are longer than an address holds."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 107
"""Of a path in `sockaddr_un`, without the NUL behind it; some systems have four less."""
_OPEN_FILES: Final = Path("/proc/self/fd")


@contextlib.contextmanager
def unix_address(path: Path) -> Iterator[str]:
    """Yield what to bind or connect to for a socket at `path`; good while it lasts.

    A path that is too long is named by its directory, which is opened for that (Linux).

    Raises:
        OSError: of the path; `ENAMETOOLONG` where the system has no way around it.

    """
    if len(os.fsencode(path)) <= MOST_BYTES:
        yield str(path)
        return
    if not _OPEN_FILES.is_dir():
        reason = f"paths of sockets have at most {MOST_BYTES} bytes; choose another data directory"
        raise OSError(errno.ENAMETOOLONG, reason, str(path))
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(_OPEN_FILES / str(directory) / path.name)
    finally:
        os.close(directory)
