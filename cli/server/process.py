"""How the process has its memory from the system, and how its threads share the interpreter."""

import asyncio
import ctypes
import sys
from pathlib import Path
from typing import Final

from actors.runtime.clock import Cancellable, Clock

_MMAP_THRESHOLD: Final = -3
"""glibc's `M_MMAP_THRESHOLD`, see mallopt(3)."""
_LARGE_BYTES: Final = 1024 * 1024
_SWITCH_S: Final = 0.0005
_LOOK_EVERY_S: Final = 0.5
_REST_FOR: Final = 500
"""So many times as long as the last look took the next one waits: no more than 0.2 % of a core."""
_WORTH_BYTES: Final = 4 * 1024 * 1024
_PART: Final = 32
_PAGE_BYTES: Final = 4096
_HELD: Final = Path("/proc/self/statm")


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


class FreedMemory:
    """Has what the process has freed given back to the system, once that is much.

    A board of 9 MB is five hundred blocks of 18 kB, each of them too small to be given back by
    itself. Where it is put together, and whatever it has replaced is freed, glibc keeps the room
    for the next one: in each arena, which is one for each thread that works on boards.

    Looking takes 0.1 ms and giving back a millisecond or two for 20 MB, in a thread and without
    the interpreter. Where much is free in small pieces both take ten times as long, and whoever
    wants memory waits as long: so what took long is done rarely.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._call: Cancellable | None = None
        self._work: asyncio.Future[None] | None = None
        self._is_stopped = False
        self._library = ctypes.CDLL(None)
        self._free_bytes = self._held_bytes = 0
        self._took_s = 0.0

    def start(self) -> None:
        """Look from now on, where the C library is one that can be told to give back."""
        if hasattr(self._library, "malloc_trim"):
            self._look_later()

    def stop(self) -> None:
        """Look no more."""
        self._is_stopped = True
        if self._call is not None:
            self._call.cancel()

    def _look_later(self) -> None:
        delay_s = max(_LOOK_EVERY_S, _REST_FOR * self._took_s)
        self._call = self._clock.call_later(delay_s, self._look)

    def _look(self) -> None:
        self._work = asyncio.get_running_loop().run_in_executor(None, self._give_back)
        self._work.add_done_callback(self._looked)

    def _looked(self, _: object) -> None:
        if not self._is_stopped:
            self._look_later()

    def _give_back(self) -> None:
        begun_s = self._clock.monotonic_s()
        free_bytes, held_bytes = self._of_heaps(), _of_process()
        self._free_bytes = min(self._free_bytes, free_bytes)
        self._held_bytes = min(self._held_bytes, held_bytes)
        # What was given back counts as free for ever. So there is much to give back where much was
        # freed since, or where more is held: that room was taken again, and may be free again.
        grown_bytes = max(free_bytes - self._free_bytes, held_bytes - self._held_bytes)
        if grown_bytes >= max(_WORTH_BYTES, held_bytes // _PART):
            self._library.malloc_trim(0)
            self._free_bytes, self._held_bytes = self._of_heaps(), _of_process()
        self._took_s = self._clock.monotonic_s() - begun_s

    def _of_heaps(self) -> int:
        """Return how much of the heaps is free, given back or not; 0 where that is not told."""
        try:
            ask = self._library.mallinfo2
        except AttributeError:
            return 0
        ask.restype = _MallInfo
        return int(ask().fordblks)


class _MallInfo(ctypes.Structure):
    """glibc's `mallinfo2`, see mallinfo(3)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def _of_process() -> int:
    """Return how much the process holds of the machine's memory; 0 where that is not told."""
    try:
        return int(_HELD.read_bytes().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0
