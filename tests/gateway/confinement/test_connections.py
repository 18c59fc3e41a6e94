"""A process that reaches nobody: no network, and no socket of this machine."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.confinement import connections

pytestmark = pytest.mark.skipif(not connections.can_refuse(), reason="not known of this machine")

CONFINED = """
import os, socket, subprocess, sys
from gateway.confinement.connections import refuse_connections
path, port = sys.argv[1], int(sys.argv[2])
before = [socket.socket(socket.AF_UNIX), socket.socket(socket.AF_INET)]
print(refuse_connections())
def refused(act):
    try:
        act()
    except PermissionError:
        return True
    return False
print([refused(act) for act in (
    lambda: socket.socket(socket.AF_INET),
    lambda: socket.socket(socket.AF_INET6),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_UNIX).connect(path),
    lambda: before[0].connect(path),
    lambda: before[1].connect(("127.0.0.1", port)),
)])
child = [sys.executable, "-c", "import socket; socket.socket()"]
print(subprocess.run(child, stderr=subprocess.DEVNULL).returncode)
own = socket.socket(socket.AF_UNIX)
own.bind(path + ".own")
own.listen()
print(open(__import__("os").devnull).read() == "")
"""


def test_nobody_is_reached_and_all_else_goes_on(tmp_path: Path) -> None:
    """[T21] Not by what it starts, not by sockets of before; its own it can listen at."""
    path = tmp_path / "operator.sock"
    with socket.socket(socket.AF_UNIX) as near, socket.create_server(("127.0.0.1", 0)) as far:
        near.bind(str(path))
        near.listen()
        port = far.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", CONFINED, str(path), str(port)],
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["True", str([True] * 7), "1", "True"]
