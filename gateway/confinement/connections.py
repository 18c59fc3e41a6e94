"""Taking away a process's ways to others (seccomp, Linux): it opens no connection, of any kind.

Landlock keeps a process from TCP where the kernel is new enough, and never from a Unix socket that
lies in the file system, as the operator's and the database's do. This keeps it from both.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from typing import Final

import msgspec

_SET_NO_NEW_PRIVILEGES: Final = 38
_SET_SECCOMP: Final = 22
_FILTER: Final = 2
_AF_UNIX: Final = 1
_ALLOW: Final = 0x7FFF_0000
_REFUSE: Final = 0x0005_0000 | errno.EACCES
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_OTHER_ABI: Final = 0x4000_0000
"""Calls of x86-64 from here on are those of x32, which have other numbers."""


class _Calls(msgspec.Struct, frozen=True):
    """What a kind of machine calls things."""

    architecture: int
    socket: int
    refused: tuple[int, ...]
    """connect, ptrace, process_vm_readv and -writev, io_uring_setup: ways around the rest."""


_MACHINES: Final = {
    "x86_64": _Calls(0xC000_003E, 41, (42, 101, 310, 311, 425)),
    "aarch64": _Calls(0xC000_00B7, 198, (203, 117, 270, 271, 425)),
}


def can_refuse() -> bool:
    """Whether `refuse_connections` knows this kind of machine."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def refuse_connections() -> bool:
    """Have this process, and those it starts, make no connection; say whether that holds.

    Unix sockets of its own it can still make: programs wait at one to hear of each other.

    Raises:
        OSError: the kernel does not do it.

    """
    calls = _MACHINES.get(platform.machine())
    if calls is None or not can_refuse():
        return False
    program = _program(calls)
    instructions = ctypes.create_string_buffer(b"".join(program))
    described = struct.pack("=H6xQ", len(program), ctypes.addressof(instructions))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, described)):
        if libc.prctl(*arguments):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    return True


def _program(calls: _Calls) -> list[bytes]:
    """Return what decides about each call: jumps count from the instruction behind them."""
    refused = [*calls.refused]
    # From each test of a number: to the refusal at the very end.
    tests = [
        _instruction(_EQUAL, number, yes=len(refused) - at + 4) for at, number in enumerate(refused)
    ]
    return [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_EQUAL, calls.architecture, no=len(refused) + 7),
        _instruction(_LOAD, _NUMBER_AT),
        _instruction(_AT_LEAST, _OTHER_ABI, yes=len(refused) + 5),
        *tests,
        _instruction(_EQUAL, calls.socket, yes=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_LOAD, _FIRST_ARGUMENT_AT),
        _instruction(_EQUAL, _AF_UNIX, no=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _REFUSE),
    ]


def _instruction(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)
