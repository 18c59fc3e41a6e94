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
_LOOK_EVERY_S: Final = 0.5
_QUIET_S: Final = 90.0
"""A room in which nobody is left is put to rest after a minute."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a server process holds at a moment."""

    actors: int
    tasks: int
    threads: int
    fds: int
    rss_kib: int

    def more_than(self, before: "Held") -> int:
        """Return how many actors, tasks, threads and files there are that there were not before."""
        return sum(
            max(0, now - then) for now, then in zip(self._counts(), before._counts(), strict=True)
        )

    def _counts(self) -> tuple[int, ...]:
        return (self.actors, self.tasks, self.threads, self.fds)


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
        # Written over in place: a server that reads a file cut short in its memory dies of SIGBUS.
        with self._clock.open("r+b") as file:
            file.write(struct.pack("q", round(seconds * 1e9)))

    async def held(self, server: RunningServer) -> Held:
        """Return what the server holds now."""
        self._counts.unlink(missing_ok=True)
        os.kill(server.pid, signal.SIGUSR2)
        async with asyncio.timeout(_ANSWER_S):
            while not self._counts.exists():  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.01)
        counts = json.loads(self._counts.read_text(encoding="utf-8"))
        return Held(
            **counts,
            fds=open_files(server.pid),
            rss_kib=rss_kib(server.pid),
        )

    async def until_quiet(self, server: RunningServer, before: Held | None = None) -> Held:
        """Wait until no more is held than before, or the number does not change any more.

        Returns what is held then, or after a minute and a half.
        """
        last = await self.held(server)
        for _ in range(int(_QUIET_S / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            held = await self.held(server)
            if not held.more_than(before or last):
                return held
            last = held
        return last

    async def until_at_rest(self, server: RunningServer, empty: Held) -> Held:
        """Wait until no more actors are alive than in the empty server; return what is held then.

        Raises TimeoutError after a minute and a half.
        """
        async with asyncio.timeout(_QUIET_S):
            while (held := await self.held(server)).actors > empty.actors:  # noqa: ASYNC110 - asked for
                await asyncio.sleep(_LOOK_EVERY_S)
        return held


def rss_kib(pid: int) -> int:
    """Return how much memory a process holds."""
    return int(_status(pid)["VmRSS"].split()[0])


def cpu_s(pid: int) -> float:
    """Return the CPU time that all threads of a process have had, in seconds."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def open_files(pid: int) -> int:
    """Return how many files and sockets a process holds open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return dict(line.split(":", 1) for line in lines)


def limit_files(server: RunningServer, size_bytes: int | None) -> None:
    """Have no file of the server grow beyond a size, as a full disk would; None lifts that."""
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    soft = resource.RLIM_INFINITY if size_bytes is None else size_bytes
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (soft, hard))
