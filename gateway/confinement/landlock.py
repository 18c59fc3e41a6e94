"""Taking a process's own access to files and the network away (Landlock, Linux 5.13 and newer).

Nothing that runs in the process afterwards gets it back, native code included.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVILEGES: Final = 38
_EXECUTE, _READ_FILE, _READ_DIR = 1, 1 << 2, 1 << 3
_MAKE_SOCKET: Final = 1 << 9
_NEVER: Final = _EXECUTE | 1 << 6 | 1 << 11 | 1 << 15
"""Not even where it may write: to run what it wrote, to make devices and to talk to them."""
_RIGHTS_OF_FILES: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of access to files each version of the kernel's interface knows."""
_SINCE_NETWORK: Final = 4
_SINCE_SCOPES: Final = 6
_NETWORK: Final = 0b11
"""Binding and connecting by TCP."""
_SCOPES: Final = 0b11
"""Abstract Unix sockets of others, and signals to them."""


def version() -> int:
    """Return which version of Landlock the kernel has; 0 for none."""
    try:
        found = int(_libc().syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))
    except (OSError, AttributeError):
        return 0
    return max(found, 0)


def restrict_to_reading(
    places: Iterable[Path], *, writes: Iterable[Path] = (), sockets: Iterable[Path] = ()
) -> bool:
    """Let this process read what is at or below `places`, and nothing else; say whether that holds.

    It can write no file, list no other directory and open no connection. What is open stays so.
    Below `writes` it may do with files as it likes, but not run them; in `sockets` it may make
    Unix sockets.

    Raises:
        OSError: the kernel has Landlock, and does not do it.

    """
    known = version()
    if not known:
        return False
    rights = (1 << _RIGHTS_OF_FILES.get(known, max(_RIGHTS_OF_FILES.values()))) - 1
    network = _NETWORK if known >= _SINCE_NETWORK else 0
    scopes = _SCOPES if known >= _SINCE_SCOPES else 0
    words = 1 + (known >= _SINCE_NETWORK) + (known >= _SINCE_SCOPES)
    attributes = struct.pack("=QQQ", rights, network, scopes)[: 8 * words]
    ruleset = _checked(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for place in places:
            with contextlib.suppress(FileNotFoundError):
                _allow(ruleset, place, _EXECUTE | _READ_FILE | _READ_DIR)
        for place in writes:
            _allow(ruleset, place, rights & ~_NEVER)
        for place in sockets:
            _allow(ruleset, place, _MAKE_SOCKET)
        _no_new_privileges()
        _checked(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def _allow(ruleset: int, place: Path, rights: int) -> None:
    opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        if not place.is_dir():
            rights &= ~_READ_DIR
        _checked(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)


def _no_new_privileges() -> None:
    if _libc().prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")


def _checked(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
