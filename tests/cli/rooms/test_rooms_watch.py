import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import call, lesson, printed
from tests.serving import RunningServer

PROGRAM = Path(sys.executable).with_name("lessonroom")


@pytest.fixture
def _ctrl_c_is_heard() -> Iterator[None]:
    """Have children hear of it also where these tests run in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_ctrl_c_is_heard")
def test_watching_as_json_is_a_line_for_each_look_until_ctrl_c(server: RunningServer) -> None:
    session = lesson(server)
    words = ("rooms", "list", "--watch", "--json", "--every", "0.2")
    with subprocess.Popen(
        [PROGRAM, *words, "--data-dir", server.data_dir], stdout=subprocess.PIPE, text=True
    ) as watching:
        assert watching.stdout is not None
        looks = [json.loads(watching.stdout.readline()) for _ in range(2)]
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
    for look in looks:
        assert session["session_id"] in {room["session_id"] for room in look["rooms"]}


def test_on_a_terminal_terminate_asks_and_no_means_no(server: RunningServer) -> None:
    session_id = lesson(server, "Fractions\u202e")["session_id"]
    ours, theirs = pty.openpty()
    try:
        os.write(ours, b"n\n")
        done = subprocess.run(
            [PROGRAM, "rooms", "terminate", session_id, "--data-dir", server.data_dir],
            stdin=theirs,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert (done.returncode, done.stdout.strip()) == (1, "")
    assert f"Terminate {session_id} (Fractions, active)?" in done.stderr
    assert done.stderr.endswith("nothing was done\n")
    shown = call("rooms", "show", session_id, "--json", data_dir=server.data_dir)
    assert json.loads(printed(shown))["session"]["status"] == "active"
