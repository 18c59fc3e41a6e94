"""What a process of its own can still open: the program, and nothing of the server's."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.confinement import landlock

pytestmark = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")

CONFINED = """
import os, pathlib, socket, sys
from gateway.confinement.confined import Envelope, ProcessLimits, _confine
secret = pathlib.Path(sys.argv[1])
_confine(ProcessLimits(memory_bytes=2**31, cpu_s=20, wall_s=60), Envelope(b""))
def refused(act):
    try:
        act()
    except PermissionError:
        return True
    return False
print([refused(act) for act in (
    secret.read_bytes,
    lambda: os.listdir(secret.parent),
    lambda: open("/etc/passwd"),
    lambda: open("/proc/1/environ"),
    lambda: open(f"/proc/{os.getppid()}/maps"),
    lambda: (secret.parent / "new").write_bytes(b""),
    lambda: secret.unlink(),
    lambda: os.symlink("/etc", secret.parent / "link"),
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 1),
    lambda: os.kill(os.getppid(), 0),
)])
import colorsys, wave  # what is imported late is still found
"""


def test_a_decoder_that_is_taken_over_reads_nothing_of_the_server(tmp_path: Path) -> None:
    """[SECURITY image] Neither secret nor database, no other process, no network."""
    secret = tmp_path / "signing-secret"
    secret.write_bytes(b"secret")
    with subprocess.Popen(
        [sys.executable, "-c", CONFINED, str(secret), "9"],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said, complaints = process.communicate(timeout=60)
    assert complaints == ""
    n_network = 4 if landlock.version() >= 4 else None
    answers = said.strip("[]\n").split(", ")
    assert answers[:8] == ["True"] * 8
    assert n_network is None or answers[8] == "True"
    assert landlock.version() < 6 or answers[9] == "True"
    assert secret.read_bytes() == b"secret"


FILTERED = """
import ctypes, struct
from gateway.confinement.confinement import Confinement
# load the number of the call; that of landlock_create_ruleset is refused, all others are allowed
steps = ((0x20, 0, 0, 0), (0x15, 0, 1, 444), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
Confinement()
print("filtered", libc.prctl(22, 2, struct.pack("=H6xQ", len(steps), ctypes.addressof(program))))
Confinement()
"""


def test_a_server_that_finds_no_landlock_says_so() -> None:
    """[SECURITY image] As where a service's filter of calls takes it away; otherwise nothing."""
    said = subprocess.run(
        [sys.executable, "-c", FILTERED],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    before, _, after = said.partition("filtered 0\n")
    assert before == ""
    assert "no Landlock" in after
