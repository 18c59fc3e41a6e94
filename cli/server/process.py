"""How the process has its memory from the system, and how its threads share the interpreter."""

import ctypes
import sys
from typing import Final

_MMAP_THRESHOLD: Final = -3
"""glibc's `M_MMAP_THRESHOLD`, see mallopt(3)."""
_LARGE_BYTES: Final = 1024 * 1024
_SWITCH_S: Final = 0.0005


def let_the_loop_go_first() -> None:
    """Have threads give up the interpreter after half a millisecond, in place of five.

    The event loop lets go of it whenever it waits for sockets, many times for each stroke. While a
    thread works (a board that is compared, an image list that is looked through) it would each time
    get it back five milliseconds later.
    """
    sys.setswitchinterval(_SWITCH_S)


def give_back_large_blocks() -> bool:
    """Have blocks of 1 MiB and more given back to the system as soon as they are free.

    glibc does so from 128 KiB on, until the first such block is freed: from then on blocks up to
    that size, 32 MiB at most, stay with the arena of the thread that has freed them, for ever. Each
    thread that had once read or written a board of 9 MB held another 17 MB.

    Returns:
        Whether the C library is one that can be told so.

    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES))
    except (AttributeError, OSError):
        return False
