"""The server that is killed: a process of its own, on a free port, with a directory of its own."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Final, Self

from cli.command_errors import CommandRefused

_SAYS: Final = b"listening on "
_START_TIMEOUT_S: Final = 60.0
_STOP_TIMEOUT_S: Final = 30.0
_LAST_WORDS_BYTES: Final = 2_000
_UNLIMITED: Final = {
    "LESSONROOM_LIMITS__BOARD_PER_S": "10000",
    "LESSONROOM_LIMITS__BOARD_BURST": "100000",
    "LESSONROOM_LIMITS__ROOM_BOARD_PER_S": "100000",
    "LESSONROOM_LIMITS__COMMAND_PER_S": "10000",
    "LESSONROOM_LIMITS__CONNECTS_PER_MIN_USER": "1000000",
    "LESSONROOM_LIMITS__CONNECTS_PER_MIN_ADDRESS": "1000000",
}
"""It shall be killed at work, not while everyone waits for their rate."""


class Victim:
    """A server that listens at `url`, until `kill` or `stop`; then `start` again."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.url = ""
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, on the port that it had before, and return when it listens.

        Raises:
            CommandRefused: it does not start.

        """
        port = self.url.rpartition(":")[2] or "0"
        inherited = {key: text for key, text in os.environ.items() if "LESSONROOM_" not in key}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", "from cli.app import app; app()"),
                *("serve", "--port", port, "--data-dir", str(self.data_dir)),
                # Away from a config.toml that is meant for another server.
                cwd=self.data_dir.parent,
                env=inherited | _UNLIMITED,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        line = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_TIMEOUT_S):
                line = await self._process.stdout.readline()
        if not line.startswith(_SAYS):
            await self.kill()
            raise CommandRefused(f"the server does not start:\n{self.last_words()}")
        self.url = line.removeprefix(_SAYS).decode().strip()

    async def kill(self) -> None:
        """End it with SIGKILL: no handler, no last word."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code.

        Raises:
            CommandRefused: it does not stop within 30 s.

        """
        assert self._process is not None  # noqa: S101 - it was started
        self._process.terminate()
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                return await self._process.wait()
        except TimeoutError:
            raise CommandRefused(f"the server does not stop in {_STOP_TIMEOUT_S:g} s") from None

    def last_words(self) -> str:
        """Return the end of what it logged."""
        with contextlib.suppress(OSError):
            return self._log.read_bytes()[-_LAST_WORDS_BYTES:].decode(errors="replace")
        return ""

    @property
    def _log(self) -> Path:
        return self.data_dir.with_name("server.log")
