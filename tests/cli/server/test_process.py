"""Memory that was large and is free; the interpreter, which threads share."""

import subprocess
import sys

import pytest

from cli.server.process import FreedMemory, let_the_loop_go_first
from tests.manual_clock import ManualClock

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


_FREEING = """
import asyncio, sys
from cli.server.process import FreedMemory
from tests.manual_clock import ManualClock

def held_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4

async def main():
    clock = ManualClock()
    freed = FreedMemory(clock)
    if "told" in sys.argv:
        freed.start()
    before = held_kib()
    elements = [bytes(18_000) for _ in range(2_000)]
    # What was there before, and what came meanwhile, stands between what is freed.
    kept = elements[::40]
    del elements
    clock.advance(1)
    if freed._work is not None:
        await freed._work
    freed.stop()
    print(held_kib() - before)

asyncio.run(main())
"""


def test_what_was_freed_between_what_stays_is_given_back() -> None:
    """[P16] Boards are restored again and again; without being told, the room of each is kept."""

    def held_kib(*args: str) -> int:
        command = [sys.executable, "-c", _FREEING, *args]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    if sys.platform == "linux" and held_kib() < 16_384:
        pytest.skip("another C library")
    assert held_kib("told") < 8_192


def test_a_look_that_took_long_is_not_had_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """[P16] While it lasts nobody has memory."""
    clock = ManualClock()
    freed = FreedMemory(clock)

    def slow() -> int:
        clock.advance(0.02)
        return 0

    monkeypatch.setattr(freed, "_of_heaps", slow)
    freed._give_back()
    assert freed._took_s == pytest.approx(0.04), "looked at, given back, and looked at again"
    looks: list[float] = []
    monkeypatch.setattr(freed, "_look", lambda: looks.append(clock.monotonic_s()))
    freed._look_later()
    clock.advance(19)
    assert not looks
    clock.advance(2)
    assert len(looks) == 1


def test_who_is_stopped_looks_no_more() -> None:
    """[SY-4] Not even where it was about to."""
    clock = ManualClock()
    freed = FreedMemory(clock)
    freed.start()
    freed.stop()
    clock.advance(5)
    assert freed._work is None
