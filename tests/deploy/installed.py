"""Walks through what is installed, where nothing else is: no Node, and no network but loopback.

    python -m tests.deploy.installed (whole|brief|service) HOME PROGRAM...

Run in a network namespace of its own (`alone`), it starts PROGRAM with an empty environment, and
prints what it found as JSON. Whatever fails ends it with an assertion.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import httpx

from tests.serving import announced

ROOT: Final = Path(__file__).parents[2]
_API: Final = "/api/v1/classroom/sessions"
_ASSET: Final = re.compile(r'(?:src|href)="(/assets/[^"]+\.(?:js|css))"')
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP: Final = 1
_EMPTY: Final = {"PATH": "/nonexistent"}
"""No Node is found, no Python, and nothing that installs something."""
_SERVICE: Final = Path("/var/lib/lessonroom")
"""Where a service may write."""


def alone(home: Path, program: Sequence[str], *, how: str) -> dict[str, Any]:
    """Walk in a namespace without a network, where this system makes one; return the findings."""
    walk = [sys.executable, "-m", "tests.deploy.installed", how, str(home), *program]
    unshare = shutil.which("unshare")
    # Root stays itself: it enters namespaces that it has made before.
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    apart = [unshare, *as_root, "--net"] if unshare else []
    if apart and subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        apart = []
    ended = subprocess.run([*apart, *walk], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


class Installed:
    """A program with a data directory of its own, or with the one that its settings name."""

    def __init__(self, home: Path, program: Sequence[str], *, is_service: bool) -> None:
        self._home = home
        self._program = list(program)
        self._place = [] if is_service else ["--data-dir", str(self._home / "data")]
        self._port = [] if is_service else ["--port", "0"]

    def run(self, *arguments: str, is_placed: bool = True) -> str:
        """Run a command, with its data directory if need be, and return what it printed."""
        ended = subprocess.run(
            [*self._program, *arguments, *(self._place if is_placed else ())],
            cwd=self._home,
            env=_EMPTY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, (arguments, ended.stdout, ended.stderr)
        return ended.stdout

    @contextlib.contextmanager
    def serving(self) -> Any:  # noqa: ANN401 - a context with a URL
        """Have the server run; its URL, and the seconds that it took to listen."""
        log = self._home / "log"
        begun_s = time.monotonic()
        with (
            log.open("a", encoding="utf-8") as complaints,
            subprocess.Popen(
                [*self._program, "serve", *self._port, *self._place],
                cwd=self._home,
                env=_EMPTY | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
            ) as server,
        ):
            try:
                assert server.stdout is not None
                url = announced(server.stdout)
                yield url, time.monotonic() - begun_s
                server.terminate()
                assert server.wait(30) == 0, log.read_text(encoding="utf-8")
            finally:
                server.kill()


def walk(home: Path, program: Sequence[str], *, how: str) -> dict[str, Any]:
    """Serve, load the page, make a lesson, export it, and back it up; return what was seen.

    The whole walk makes its lesson by the demo, and starts the server once more; a brief one makes
    an empty lesson. A service is walked through whole, by its own settings.
    """
    installed = Installed(home, program, is_service=how == "service")
    place = _SERVICE if how == "service" else home
    found: dict[str, Any] = {"interfaces": _interfaces()}
    found["help"] = "torture" in installed.run("--help", is_placed=False)
    with installed.serving() as (url, start_s), httpx.Client(base_url=url, timeout=60) as client:
        found["start_s"] = round(start_s, 2)
        page = client.get("/").text
        assets = _ASSET.findall(page)
        assert assets, page
        found["page_bytes"] = sum(
            len(client.get(name).raise_for_status().content) for name in assets
        )
        token = installed.run("token", "user", "Ada", "--sub", "ada", "--scope", "operator").strip()
        client.headers["Authorization"] = f"Bearer {token}"
        if how != "brief":
            found["demo"] = json.loads(
                installed.run("demo", "--speed", "0", "--keep", "--json"),
            )
            (row,) = json.loads(installed.run("rooms", "list", "--json"))["rooms"]
        else:
            row = client.post(f"{_API}/", json={"title": "Empty"}).raise_for_status().json()
        for kind in ("png", "pdf"):
            path = f"{_API}/{row['session_id']}/export/"
            picture = client.get(path, params={"format": kind}).raise_for_status().content
            found[kind] = picture[:4].decode("latin-1")
        found["backup"] = installed.run("db", "backup", str(place / "backup.db")).strip()
    if how != "brief":
        found["doctor"] = installed.run("doctor")
        with installed.serving() as (_, start_s):
            found["warm_start_s"] = round(start_s, 2)
    return found


def _interfaces() -> list[str]:
    """Have loopback up, in a namespace that was just made; return all interfaces."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked,
        contextlib.suppress(PermissionError),
    ):
        fcntl.ioctl(asked, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    return [name for _, name in socket.if_nameindex()]


if __name__ == "__main__":
    json.dump(walk(Path(sys.argv[2]), sys.argv[3:], how=sys.argv[1]), sys.stdout)
