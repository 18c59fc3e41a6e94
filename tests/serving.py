"""The server as people run it: a process of its own, on a free port, with its own directory."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 30.0
_SAYS = "listening on "


class RunningServer:
    """A server that listens at `url`. Ended by `stop` or `kill`; both may come twice."""

    def __init__(
        self,
        process: subprocess.Popen[str],
        url: str,
        data_dir: Path,
        log: Path,
        *,
        database_url: str = "",
    ) -> None:
        self._process = process
        self.url = url
        self.pid = process.pid
        self.data_dir = data_dir
        self.log = log
        """What this and earlier servers of the directory wrote on stderr."""
        self.database_url = database_url or f"sqlite+aiosqlite:///{data_dir}/lessonroom.db"

    @property
    def ws_url(self) -> str:
        """The URL with the scheme of WebSockets."""
        return self.url.replace("http", "ws", 1)

    def terminate(self) -> None:
        """Ask it to stop, and do not wait."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        try:
            return self._process.wait(STOP_TIMEOUT_S)
        finally:
            self._reap()

    def stop(self) -> int:
        """Ask it to stop and return the exit code."""
        if self._process.poll() is None:
            self.terminate()
        return self.wait()

    def kill(self) -> None:
        """End it as a power cut would end the process: no word, no handler."""
        self._reap()

    def _reap(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def run_server(
    data_dir: Path,
    *args: str,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """Start `lessonroom serve` on a free port, unless `args` name one; do not wait for it.

    Args:
        data_dir: where it keeps its files; its stderr goes to a file beside it.
        args: more arguments of `serve`.
        env: variables besides those of this process, of which no `LESSONROOM_` one is passed on.
        stdout: a descriptor; a pipe of its own where none is given.

    """
    inherited = {key: text for key, text in os.environ.items() if "LESSONROOM_" not in key}
    port = () if "--port" in args else ("--port", "0")
    with _log_of(data_dir).open("a", encoding="utf-8") as log:
        return subprocess.Popen(
            [_program(), "serve", *port, "--data-dir", str(data_dir), *args],
            # Away from the repository, whose config.toml would be read.
            cwd=data_dir.parent,
            env={**inherited, "PYTHONUNBUFFERED": "1", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=log,
            text=True,
        )


def start_server(data_dir: Path, *args: str, env: Mapping[str, str] | None = None) -> RunningServer:
    """Start `lessonroom serve` and return as soon as it listens; see `run_server`."""
    process = run_server(data_dir, *args, env=env)
    assert process.stdout is not None
    try:
        url = announced(process.stdout)
    except BaseException as error:
        process.kill()
        process.wait()
        process.stdout.close()
        error.add_note(_log_of(data_dir).read_text(encoding="utf-8")[-4_000:])
        raise
    return RunningServer(
        process,
        url,
        data_dir,
        _log_of(data_dir),
        database_url=(env or {}).get("LESSONROOM_STORAGE__URL", ""),
    )


def announced(stdout: IO[str]) -> str:
    """Return the address that a server says it listens at, as soon as it does."""
    deadline_s = time.monotonic() + START_TIMEOUT_S
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, deadline_s - time.monotonic())):
            line = stdout.readline()
            if line.startswith(_SAYS):
                return line.removeprefix(_SAYS).strip()
            if not line:
                raise AssertionError("the server ended before it listened")
    raise AssertionError(f"the server did not listen within {START_TIMEOUT_S} s")


def _program() -> str:
    return str(Path(sys.executable).with_name("lessonroom"))


def _log_of(data_dir: Path) -> Path:
    return data_dir.with_name(f"{data_dir.name}.log")
