"""The servers that a benchmark compares, each a process of its own on a core of its own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import msgspec

from benchmarks.contenders.dialects import (
    Dialect,
    Hocuspocus,
    Lessonroom,
    SocketIO,
    TldrawSync,
    YWebsocket,
)
from benchmarks.contenders.interpreter import ROOT, prepared
from benchmarks.contenders.scratch import Scratch

_SERVE: Final = "from cli.app import app; app()"
_CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORES: Final = set(_CORES[:1])
LOAD_CORES: Final = set(_CORES[1:]) or SERVER_CORES
_START_S: Final = 30
_GUESTS_MOST: Final = 200
_HOST: Final = "127.0.0.1"
YARDSTICK: Final = "Node `ws` relay"
"""What every other figure of a run is a ratio to."""


class Seat(msgspec.Struct, frozen=True):
    """Where one client connects, and with what."""

    url: str
    dialect: Dialect
    token: str = ""


class Contender(msgspec.Struct):
    """A running server."""

    name: str
    pid: int
    url: str
    dialect: type[Dialect] = Dialect
    operator_socket: Path | None = None
    rooms_made: int = 0
    people_made: int = 0

    def cpu_s(self) -> float:
        """Return the CPU time of the process so far, in seconds, to the nanosecond."""
        tasks = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory_mb(self) -> float:
        """Return the resident memory in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def peak_memory_mb(self) -> float:
        """Return the most resident memory that there ever was, in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(peak.split()[1]) / 1024

    def seats(self, rooms: int, people: int) -> list[list[Seat]]:
        """Return seats in so many new rooms of so many people; lessons are active."""
        if self.operator_socket is not None:
            return self._lessons(rooms, people)
        return [self._room(people) for _ in range(rooms)]

    def _room(self, people: int) -> list[Seat]:
        self.rooms_made += 1
        dialects = [self._dialect(f"room{self.rooms_made}") for _ in range(people)]
        address = self.url.replace("http", "ws")
        return [Seat(address + dialect.path(), dialect) for dialect in dialects]

    def _dialect(self, room: str) -> Dialect:
        self.people_made += 1
        return self.dialect(room, self.people_made)

    def _lessons(self, rooms: int, people: int) -> list[list[Seat]]:
        transport = httpx.HTTPTransport(uds=str(self.operator_socket))
        with (
            httpx.Client(transport=transport, base_url="http://operator/api/v1") as operator,
            httpx.Client(base_url=f"{self.url}/api/v1/classroom") as host,
            httpx.Client(base_url=f"{self.url}/api/v1/classroom") as guests,
        ):
            token = operator.post("/operator/tokens/user/", json={"name": "Host"}).json()["token"]
            host.headers["Authorization"] = f"Bearer {token}"
            if people > _GUESTS_MOST:
                return [self._lecture(operator, host, people) for _ in range(rooms)]
            return [self._lesson(host, guests, people) for _ in range(rooms)]

    def _lecture(self, operator: httpx.Client, host: httpx.Client, people: int) -> list[Seat]:
        """Seat people whom a platform knows: so many guests at once are let in by and by."""
        session = host.post("/sessions/", json={"max_participants": people}).json()
        path = f"/sessions/{session['session_id']}"
        joined = [host.post(f"{path}/join/", json={}).json()]
        host.post(f"{path}/start/", json={}).raise_for_status()
        for person in range(people - 1):
            name = {"name": f"Student {person}"}
            token = operator.post("/operator/tokens/user/", json=name).json()["token"]
            reply = host.post(
                f"{path}/join/",
                json={"access_code": session["access_code"]},
                headers={"Authorization": f"Bearer {token}"},
            )
            joined.append(reply.raise_for_status().json())
        return self._seated(joined, path)

    def _lesson(self, host: httpx.Client, guests: httpx.Client, people: int) -> list[Seat]:
        body = {"max_participants": max(people, 2)}
        session = host.post("/sessions/", json=body).raise_for_status().json()
        path = f"/sessions/{session['session_id']}"
        joined = [host.post(f"{path}/join/", json={}).json()]
        host.post(f"{path}/start/", json={}).raise_for_status()
        for person in range(people - 1):
            guest = {"name": f"Student {person}", "access_code": session["access_code"]}
            reply = guests.post(f"{path}/join/", json=guest).raise_for_status()
            joined.append(reply.json())
        return self._seated(joined, path)

    def _seated(self, joined: Sequence[Mapping[str, str]], room: str) -> list[Seat]:
        return [
            Seat(reply["ws_url"], self._dialect(room), token=reply["token"]) for reply in joined
        ]


Start = Callable[[], AbstractContextManager[Contender]]


class Ours(msgspec.Struct, frozen=True):
    """How our server is run: on which Python, from which checkout."""

    python: Path = msgspec.field(default_factory=lambda: prepared().python)
    tree: Path = ROOT
    name: str = "lessonroom"
    command: tuple[str, ...] = ("-P", "-c", _SERVE)
    """What the interpreter is told to run, before the arguments of `lessonroom`."""

    def start(self) -> AbstractContextManager[Contender]:
        """Run it with a home of its own, which is deleted at the end."""
        return lessonroom(self)


@contextlib.contextmanager
def lessonroom(ours: Ours | None = None, *, home: Path | None = None) -> Iterator[Contender]:
    """Run this project's server: permissions, validation, the log, and fsync.

    Its data lie in `home`, or are deleted at the end. Of the limits only those are wider that the
    load would be held by: its people all come from one address, and draw without a pause.
    """
    ours = ours or Ours()
    with contextlib.ExitStack() as stack:
        if home is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data_dir = home / "data"
        settings = {
            "LESSONROOM_STORAGE__DURABILITY": "power",
            "LESSONROOM_AUTH__JOIN_ATTEMPTS_PER_MIN": "1000",
            "LESSONROOM_LIMITS__REQUESTS_PER_MIN_ADDRESS": "1000000",
            "LESSONROOM_LIMITS__REQUESTS_PER_MIN_USER": "1000000",
            "LESSONROOM_LIMITS__CONNECTS_PER_MIN_USER": "1000000",
            "LESSONROOM_LIMITS__CONNECTS_PER_MIN_ADDRESS": "1000000",
            "LESSONROOM_LIMITS__SESSIONS_PER_MIN": "10000",
            "LESSONROOM_LIMITS__BOARD_PER_S": "10000",
            "LESSONROOM_LIMITS__BOARD_BURST": "100000",
            "LESSONROOM_LIMITS__ROOM_BOARD_PER_S": "100000",
            "LESSONROOM_LIMITS__ELEMENTS_PER_BOARD": "1000000",
            "LESSONROOM_LIMITS__BOARD_BYTES": str(1024**3),
            "LESSONROOM_LIMITS__LOG_BYTES_PER_PERSON": str(1024**4),
            "LESSONROOM_LIMITS__LOG_BYTES_PER_SESSION": str(1024**4),
            "LESSONROOM_LIMITS__LOG_BYTES_PER_OWNER": str(1024**4),
            "LESSONROOM_ROOMS__MAX_PARTICIPANTS": "500",
            "LESSONROOM_SERVER__MAX_CONNECTIONS": "10000",
            "LESSONROOM_LOG__LEVEL": "error",
        }
        environment = {"PYTHONPATH": str(ours.tree), **_known(settings, ours.tree)}
        serve = ["serve", "--port", "0", "--data-dir", str(data_dir)]
        command = [str(ours.python), *ours.command, *serve]
        with _process(command, environment, is_heard=True, folder=home) as process:
            assert process.stdout is not None
            said = next((line for line in process.stdout if "listening on" in line), None)
            if said is None:
                raise RuntimeError(f"{ours.tree} has no server that starts with {environment}")
            url = said.split()[-1]
            yield Contender(ours.name, process.pid, url, Lessonroom, data_dir / "operator.sock")


def _known(settings: Mapping[str, str], tree: Path) -> dict[str, str]:
    """Return those settings that a checkout knows; it refuses to start with others."""
    source = "".join(file.read_text() for file in (tree / "cli").rglob("*.py"))
    return {
        name: value
        for name, value in settings.items()
        if name.rpartition("__")[2].lower() in source
    }


@contextlib.contextmanager
def _relay(
    name: str,
    command: Sequence[str | Path],
    *,
    dialect: type[Dialect] = Dialect,
    takes_port: bool = True,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Contender]:
    port = _free_port()
    environment = {"HOST": _HOST, "PORT": str(port), "NODE_ENV": "production", **(settings or {})}
    arguments = [*map(str, command), *([str(port)] if takes_port else [])]
    with _process(arguments, environment) as process:
        _wait_for(port, process)
        yield Contender(name, process.pid, f"http://{_HOST}:{port}", dialect)


@contextlib.contextmanager
def _channels_with_redis(scratch: Scratch, redis_server: str) -> Iterator[Contender]:
    """Django Channels and its Redis, which has the server's core too; its time is not counted."""
    port = _free_port()
    command = [redis_server, "--port", str(port), "--bind", _HOST, "--save", ""]
    relay = [scratch.python, scratch.relay("channels_tutorial.py")]
    with _process(command, {}) as process:
        _wait_for(port, process)
        settings = {"REDIS": f"redis://{_HOST}:{port}"}
        with _relay("Django Channels (redis)", relay, settings=settings) as contender:
            yield contender


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def others(scratch: Scratch) -> dict[str, Start]:
    """Return what people would use in our place, by name. Nothing of it writes to a disk."""
    relay, python = scratch.relay, scratch.interpreter.python
    commands: dict[str, list[str | Path]] = {
        "`websockets.broadcast()` relay": [python, relay("websockets_broadcast.py")],
        "FastAPI tutorial broadcast": [python, relay("fastapi_tutorial.py")],
        "Django Channels (memory)": [scratch.python, relay("channels_tutorial.py")],
    }
    starts: dict[str, Start] = {
        name: partial(_relay, name, command) for name, command in commands.items()
    }
    if (redis_server := shutil.which("redis-server")) is not None:
        starts["Django Channels (redis)"] = partial(_channels_with_redis, scratch, redis_server)
    if scratch.node is not None:
        run = partial(partial, _relay)
        node = scratch.node
        y_websocket = scratch.folder / "node_modules/y-websocket/bin/server.cjs"
        starts |= {
            YARDSTICK: run(YARDSTICK, [node, relay("ws_relay.mjs")]),
            "socket.io relay": run(
                "socket.io relay", [node, relay("socket_io.mjs")], dialect=SocketIO
            ),
            "tldraw sync": run("tldraw sync", [node, relay("tldraw_sync.mjs")], dialect=TldrawSync),
            "y-websocket": run(
                "y-websocket", [node, y_websocket], dialect=YWebsocket, takes_port=False
            ),
            "Hocuspocus": run("Hocuspocus", [node, relay("hocuspocus.mjs")], dialect=Hocuspocus),
        }
    return starts


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    until_s = time.monotonic() + _START_S
    while time.monotonic() < until_s and process.poll() is None:
        try:
            socket.create_connection((_HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not come up within {_START_S} s")


@contextlib.contextmanager
def _process(
    command: list[str],
    environment: dict[str, str],
    *,
    is_heard: bool = False,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[str]]:
    pinned = ["taskset", "--cpu-list", ",".join(map(str, SERVER_CORES)), *command]
    process = subprocess.Popen(  # noqa: S603 - our own commands
        pinned,
        # Ours would read the configuration of the checkout that this is run from.
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE if is_heard else subprocess.DEVNULL,
        # The tutorials' servers tell at length of every client that goes.
        stderr=None if is_heard else subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
