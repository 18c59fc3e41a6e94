"""A NATS server of the tests' own: core NATS on loopback, on a port that was free."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

PASSWORD: Final = "p@ss:w/rd"
"""Has what must be escaped in an address."""
_USER: Final = "lessonroom"
_DEADLINE_S: Final = 30.0
_MISSING: Final = "nats-server is not installed (Debian: `apt-get install nats-server`)"
_RUN: Final = """
exec 3<&0
"$@" </dev/null >"$LOG" 2>&1 &
echo $!
cat <&3 >/dev/null
kill -KILL $! 2>/dev/null
wait
"""
"""Ends the server with its own input, so also where the tests are killed: none outlives them."""


class NatsMissing(Exception):  # noqa: N818 - says what happened
    """There is nothing to run; the text says what would have to be installed."""


class NatsServer:
    """A running server. Made by `begin`, ended by `remove`; may be killed or stopped between."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._directory = Path(tempfile.mkdtemp(prefix="lessonroom-nats-"))
        self._port = -1
        self._pid = 0
        self._shell: subprocess.Popen[str] | None = None

    @classmethod
    def begin(cls) -> Self:
        """Start a server.

        Raises:
            NatsMissing: this machine cannot.

        """
        program = shutil.which("nats-server", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            raise NatsMissing(_MISSING)
        server = cls(program)
        server.start()
        return server

    @property
    def url(self) -> str:
        """Return its address, with user and password."""
        return f"nats://{_USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, on the port that it had before, and return once it takes connections."""
        command = [
            *(self._program, "--addr=127.0.0.1", f"--port={self._port}"),
            *(f"--user={_USER}", f"--pass={PASSWORD}", f"--ports_file_dir={self._directory}"),
        ]
        shell = subprocess.Popen(
            ["/bin/sh", "-c", _RUN, "sh", *command],
            env={"PATH": os.environ["PATH"], "LOG": str(self._directory / "log")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Away from the terminal's Ctrl-C.
            start_new_session=True,
        )
        assert shell.stdout is not None
        self._shell, self._pid = shell, int(shell.stdout.readline())
        self._port = self._wait_for_port()

    def kill(self) -> None:
        """End it as a power cut would."""
        os.kill(self._pid, signal.SIGKILL)
        assert self._shell is not None
        self._shell.communicate()
        self._shell = None

    def freeze(self) -> None:
        """Stop it where it stands: its sockets stay open, and nobody reads them."""
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self._pid, signal.SIGCONT)

    def remove(self) -> None:
        """End it and delete all that it wrote."""
        if self._shell is not None:
            self._shell.communicate()
        shutil.rmtree(self._directory)

    def _wait_for_port(self) -> int:
        said = self._directory / f"{Path(self._program).name}_{self._pid}.ports"
        deadline_s = time.monotonic() + _DEADLINE_S
        while True:
            try:
                return int(json.loads(said.read_text())["nats"][0].rpartition(":")[2])
            except (OSError, ValueError):
                if time.monotonic() > deadline_s:
                    raise AssertionError((self._directory / "log").read_text()) from None
