"""How a server stops, and what keeps a second one from starting beside it.

Tests also: cli/commands/serve_command.py, cli/server/announcing.py.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from cli.settings.settings import Settings
from tests.e2e.client import LessonClient, rect
from tests.e2e.conftest import FAST, Begin, Shake, StartServer
from tests.e2e.wire import Closed
from tests.serving import run_server

UNIT = (Path(__file__).parents[2] / "deploy/lessonroom.service").read_text(encoding="utf-8")
_LARGE = {"op": "put", "element": {"type": "text", "id": "t1", "layer": "base", "x": 0, "y": 0}}


async def test_a_stopping_server_commits_says_so_and_is_gone_in_time(
    start: StartServer, begin: Begin, shake: Shake
) -> None:
    """[SY-4] With people in the middle of drawing and one who has stopped reading."""
    lesson = await begin(start(limits__outbox_hard_bytes=2**26, limits__text_chars=60_000))
    seats = [lesson.host, *[await lesson.guest(f"guest-{n}") for n in range(3)]]
    clients = [await lesson.enter(seat) for seat in seats]
    stalled = await shake(
        lesson.url(), (await lesson.guest("Stalled")).token, receive_buffer_bytes=4096
    )
    stalled.send_message("board", "sync_request", {})
    for _ in range(100):
        element = {**_LARGE["element"], "text": "x" * 60_000}  # type: ignore[dict-item]
        await clients[0].draw({"op": "put", "element": element})
    await clients[0].until_acknowledged()

    drawing = [asyncio.create_task(_draw(client)) for client in clients]
    goal = sum(len(client.acks) for client in clients) + 200
    await clients[0].until(lambda: sum(len(client.acks) for client in clients) > goal, "200 acks")
    began_s = time.monotonic()
    lesson.server.terminate()
    for client in clients:
        assert (await client.until_closed()).code == 1012
        notice = client.of_type("notification")[-1]["data"]
        assert (notice["level"], notice["code"]) == ("warning", "restarting")
    assert await asyncio.to_thread(lesson.server.wait) == 0
    assert time.monotonic() - began_s < 10
    await asyncio.gather(*drawing)

    log = {str(event.submission): event.seq for event in await lesson.log() if event.submission}
    for client in clients:
        assert client.acks.items() <= log.items()
    lesson.server = start()
    for seat, client in zip(seats, clients, strict=True):
        await lesson.enter(seat, client)
        assert client.sync["mode"] == "delta"
        await client.until_acknowledged()
    head = max(client.head for client in clients)
    for client in clients:
        await client.until_at(head)
    assert len({client.board.digest() for client in clients}) == 1


async def _draw(client: LessonClient) -> None:
    while client.closed is None:
        await client.draw(rect(f"{client.client_id}-{client.count}"))
        with contextlib.suppress(Closed):
            await client.until_fewer_than(10)


async def test_the_operators_socket_is_private_and_goes_with_the_server(start: StartServer) -> None:
    """[SY-4] Nothing of a stopped server is left that a command could take for a running one."""
    server = start()
    private = server.data_dir / "operator.sock"
    assert stat.S_ISSOCK(private.stat().st_mode)
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert (server.data_dir / "server.json").exists()
    assert server.stop() == 0
    assert not private.exists()
    assert not (server.data_dir / "server.json").exists()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
async def test_each_signal_that_asks_for_an_end_is_a_clean_one(
    start: StartServer, begin: Begin, number: signal.Signals
) -> None:
    """[SY-4] Also that of a terminal which is gone: people are told, nothing is left behind."""
    # What runs the tests may ignore it, as `nohup` does, and a child would, too.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        server = start()
    finally:
        signal.signal(signal.SIGHUP, before)
    lesson = await begin(server)
    host = await lesson.enter(lesson.host)
    os.kill(lesson.server.pid, number)
    assert (await host.until_closed()).code == 1012
    assert await asyncio.to_thread(lesson.server.wait) == 0
    home = lesson.server.data_dir
    assert not (home / "operator.sock").exists()
    assert not (home / "server.json").exists()
    assert not (home / "lessonroom.db-wal").exists()


async def test_under_nohup_a_terminal_may_go(start: StartServer) -> None:
    """What whoever starts it has ignored stays so."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        server = start()
    finally:
        signal.signal(signal.SIGHUP, before)
    os.kill(server.pid, signal.SIGHUP)
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{server.url}/healthz")).status_code == 200
    assert server.stop() == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
async def test_the_documented_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    """And it waits longer for a stop than the server does, so that nothing is cut off."""
    unit = UNIT.replace("/usr/bin/lessonroom", sys.executable)
    unit = unit.replace("User=lessonroom", "User=root")
    file = tmp_path / "lessonroom.service"
    file.write_text(unit)
    done = await asyncio.to_thread(
        subprocess.run,
        ["systemd-analyze", "verify", "--man=no", str(file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    complaints = [line for line in done.stderr.splitlines() if "lessonroom.service" in line]
    assert complaints == []
    assert "\nRestart=on-failure\n" in unit
    (patience_s,) = re.findall(r"\nTimeoutStopSec=(\d+)\n", unit)
    assert int(patience_s) > Settings().server.shutdown_timeout_s


async def test_the_socket_of_a_killed_server_does_not_stop_the_next(start: StartServer) -> None:
    """[SY-4] It is replaced."""
    start().kill()
    server = start()
    assert server.stop() == 0


async def test_a_second_server_on_the_same_data_is_refused(
    start: StartServer, begin: Begin
) -> None:
    """[BD-5] Two writers would harm each other; the first one notices nothing."""
    lesson = await begin(start())
    host = await lesson.enter(lesson.host)
    code, said = _refused(lesson.server.data_dir)
    assert code == 1
    assert "another lessonroom is running with the data directory" in said
    assert stat.S_ISSOCK((lesson.server.data_dir / "operator.sock").stat().st_mode)
    await host.drawn(rect("r1"))


async def test_a_port_in_use_is_a_clear_error(tmp_path: Path) -> None:
    """[SY-4] One sentence that names the address, and exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = _refused(tmp_path / "data", "--port", str(port))
    assert code == 1
    assert f"cannot listen on 127.0.0.1:{port}" in said
    assert "Traceback" not in said


def _refused(data_dir: Path, *args: str) -> tuple[int, str]:
    """Start a server that cannot run; return its exit code and what it said."""
    log = data_dir.with_name(f"{data_dir.name}.log")
    before = len(log.read_bytes()) if log.exists() else 0
    with run_server(data_dir, *args, env=FAST) as process:
        try:
            code = process.wait(30)
        finally:
            process.kill()
    return code, log.read_bytes()[before:].decode()
