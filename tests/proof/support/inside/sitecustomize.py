"""Imported by a server under proof as it starts: its wall clock, and a look inside.

`PROOF_CLOCK` names a file of eight bytes: nanoseconds that the wall clock is set forward by, or
back. `PROOF_COUNTS` names a file that is written on SIGUSR2: how much of what is alive.
"""

import asyncio
import gc
import json
import mmap
import os
import signal
import struct
import threading
import time
from pathlib import Path

_OF_POOLS = ("asyncio_", "uvloop_", "AnyIO worker thread")
"""Threads of pools that have a bound, and make and end them as they happen to be needed."""


def _shift_wall_clock(file: Path) -> None:
    with file.open("r+b") as opened:
        shift = mmap.mmap(opened.fileno(), 8)
    real_ns = time.time_ns

    def shifted_ns() -> int:
        shift_ns: int = struct.unpack_from("q", shift)[0]
        return real_ns() + shift_ns

    time.time_ns = shifted_ns
    time.time = lambda: shifted_ns() / 1e9


def _count_on_signal(file: Path) -> None:
    def count(*_: object) -> None:
        import pykka  # noqa: PLC0415 - not before the program imports it

        gc.collect()
        counts = {
            "actors": len(pykka.ActorRegistry.get_all()),
            "tasks": sum(not task.done() for task in asyncio.tasks._all_tasks),  # type: ignore[attr-defined]
            "threads": sum(
                not thread.name.startswith(_OF_POOLS) for thread in threading.enumerate()
            ),
        }
        draft = file.with_suffix(".draft")
        draft.write_text(json.dumps(counts), encoding="utf-8")
        draft.rename(file)

    signal.signal(signal.SIGUSR2, count)


if "PROOF_CLOCK" in os.environ:
    _shift_wall_clock(Path(os.environ["PROOF_CLOCK"]))
if "PROOF_COUNTS" in os.environ:
    _count_on_signal(Path(os.environ["PROOF_COUNTS"]))
