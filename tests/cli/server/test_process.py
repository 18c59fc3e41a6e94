"""Memory that was large and is free; the interpreter, which threads share."""

import subprocess
import sys

import pytest

from cli.server.process import let_the_loop_go_first

_SCRIPT = """
import sys, threading
from cli.server.process import give_back_large_blocks
if "told" in sys.argv and not give_back_large_blocks():
    print("another C library")
    raise SystemExit

def held_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4

def work():
    # What is freed first teaches glibc that blocks so large come and go.
    for _ in range(2):
        large = [bytes(9_000_000) for _ in range(2)]
        small = [bytes(1_000) for _ in range(100)]
        del large
        kept.append(small)

kept = []
before = held_kib()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
    thread.join()
print(held_kib() - before)
"""


def _held_kib(*args: str) -> int:
    command = [sys.executable, "-c", _SCRIPT, *args]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if not said.isdigit():
        pytest.skip("not glibc: nothing to be told")
    return int(said)


def test_what_threads_have_held_of_large_boards_is_given_back() -> None:
    """[P16] Without being told, each thread's arena keeps what it once needed: the control."""
    assert _held_kib("told") < 4_096 < _held_kib()


def test_a_thread_gives_the_interpreter_up_soon() -> None:
    """[P16] The loop asks for it several times for each stroke."""
    before_s = sys.getswitchinterval()
    try:
        let_the_loop_go_first()
        assert sys.getswitchinterval() == pytest.approx(0.0005)
    finally:
        sys.setswitchinterval(before_s)
