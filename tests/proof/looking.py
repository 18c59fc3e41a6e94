"""Looking into, and meddling with, a server that runs as a process of its own."""

import asyncio
import json
import os
import resource
import signal
import struct
from pathlib import Path
from typing import Final

import msgspec

from tests.serving import RunningServer

_INSIDE: Final = str(Path(__file__).parent / "inside")
_ANSWER_S: Final = 10.0


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a server process holds at a moment."""

    actors: int
    tasks: int
    threads: int
    fds: int
    rss_kib: int


class Inside:
    """The environment of a server that can be looked into, and its wall clock."""

    def __init__(self, directory: Path) -> None:
        self._clock = directory / "clock"
        self._counts = directory / "counts"
        self._clock.write_bytes(bytes(8))
        self.env = {
            "PYTHONPATH": _INSIDE,
            "PROOF_CLOCK": str(self._clock),
            "PROOF_COUNTS": str(self._counts),
        }

    def set_wall_clock(self, seconds: float) -> None:
        """Set the server's wall clock so far ahead of the true one, or behind it."""
        self._clock.write_bytes(struct.pack("q", round(seconds * 1e9)))

    async def held(self, server: RunningServer) -> Held:
        """Return what the server holds now."""
        self._counts.unlink(missing_ok=True)
        os.kill(server.pid, signal.SIGUSR2)
        async with asyncio.timeout(_ANSWER_S):
            while not self._counts.exists():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
        counts = json.loads(self._counts.read_text(encoding="utf-8"))
        process = Path(f"/proc/{server.pid}")
        status = dict(
            line.split(":", 1)
            for line in (process / "status").read_text(encoding="utf-8").splitlines()
        )
        return Held(
            **counts,
            threads=int(status["Threads"]),
            fds=len(list((process / "fd").iterdir())),
            rss_kib=int(status["VmRSS"].split()[0]),
        )


def limit_files(server: RunningServer, size_bytes: int | None) -> None:
    """Have no file of the server grow beyond a size, as a full disk would; None lifts that."""
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    soft = resource.RLIM_INFINITY if size_bytes is None else size_bytes
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (soft, hard))
