"""The servers that a benchmark compares, each a process of its own on a core of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import msgspec

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_HERE: Final = Path(__file__).parent
_LESSONROOM: Final = str(Path(sys.executable).with_name("lessonroom"))
_CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORES: Final = set(_CORES[:1])
LOAD_CORES: Final = set(_CORES[1:]) or SERVER_CORES


class Seat(msgspec.Struct):
    """Where one client connects, and with what."""

    url: str
    token: str = ""


class Contender(msgspec.Struct):
    """A running server."""

    name: str
    pid: int
    url: str
    operator_socket: Path | None = None

    def cpu_s(self) -> float:
        """Return the CPU time of the process so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S

    def memory_mb(self) -> float:
        """Return the resident memory in MiB."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024

    def seats(self, rooms: int, people: int) -> list[list[Seat]]:
        """Return seats in so many rooms of so many people; lessons are active."""
        if self.operator_socket is None:
            address = self.url.replace("http", "ws")
            return [[Seat(f"{address}/ws/{room}")] * people for room in range(rooms)]
        return [self._lesson(people) for _ in range(rooms)]

    def _lesson(self, people: int) -> list[Seat]:
        transport = httpx.HTTPTransport(uds=str(self.operator_socket))
        with httpx.Client(transport=transport, base_url="http://operator/api/v1") as operator:
            host = operator.post("/operator/tokens/user/", json={"name": "Host"}).json()["token"]
        with httpx.Client(base_url=f"{self.url}/api/v1/classroom") as client:
            bearer = {"Authorization": f"Bearer {host}"}
            session = client.post("/sessions/", json={}, headers=bearer).json()
            path = f"/sessions/{session['session_id']}"
            joined = [client.post(f"{path}/join/", json={}, headers=bearer).json()]
            client.post(f"{path}/start/", json={}, headers=bearer).raise_for_status()
            for person in range(people - 1):
                body = {"name": f"Student {person}", "access_code": session["access_code"]}
                joined.append(client.post(f"{path}/join/", json=body).json())
        return [Seat(reply["ws_url"], reply["token"]) for reply in joined]


@contextlib.contextmanager
def lessonroom(durability: str = "power") -> Iterator[Contender]:
    """Run this project's server: permissions, validation, the log, and fsync."""
    with tempfile.TemporaryDirectory() as home:
        data_dir = Path(home) / "data"
        environment = {
            "LESSONROOM_STORAGE__DURABILITY": durability,
            "LESSONROOM_AUTH__JOIN_ATTEMPTS_PER_MIN": "1000",
            "LESSONROOM_LOG__LEVEL": "warning",
        }
        command = [_LESSONROOM, "serve", "--port", "0", "--data-dir", str(data_dir)]
        with _process(command, environment) as process:
            assert process.stdout is not None
            url = next(line for line in process.stdout if "listening on" in line).split()[-1]
            yield Contender("lessonroom", process.pid, url, data_dir / "operator.sock")


@contextlib.contextmanager
def naive_fastapi() -> Iterator[Contender]:
    """Run the broadcast of FastAPI's tutorial."""
    with tempfile.TemporaryDirectory() as home:
        port_file = Path(home) / "url"
        with _process([str(_HERE / "naive_fastapi.py"), str(port_file)], {}) as process:
            while not port_file.exists() or not port_file.read_text().endswith("\n"):
                time.sleep(0.02)
            url = port_file.read_text().strip()
            while not _answers(url):
                time.sleep(0.02)
            yield Contender("FastAPI tutorial broadcast", process.pid, url)


def _answers(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.ConnectError:
        return False
    return True


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own commands
        [sys.executable, *command],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    os.sched_setaffinity(process.pid, SERVER_CORES)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
