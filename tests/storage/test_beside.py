"""Work beside the lessons, and what it leaves them."""

import asyncio
import itertools
from collections.abc import Generator

import pytest

from storage.beside import LARGE_BYTES, beside, in_pieces

PIECES = 50


def work() -> Generator[None, None, str]:
    for _ in range(PIECES):
        yield
    return "done"


class Others:
    """Those who take every turn of the loop that there is, and how long each takes them."""

    def __init__(self, turn_s: float) -> None:
        self.turns = 0
        self._turn_s = turn_s

    def now_s(self) -> float:
        """Return the time, in which nothing is done but what they do."""
        return self.turns * self._turn_s

    async def go_on(self) -> None:
        while True:
            self.turns += 1
            await asyncio.sleep(0)


async def turns_beside(*, is_patient: bool, turn_s: float = 0.001) -> int:
    others = Others(turn_s)
    going_on = asyncio.create_task(others.go_on())
    await asyncio.sleep(0)
    assert await in_pieces(work(), is_patient=is_patient, now_s=others.now_s) == "done"
    going_on.cancel()
    return others.turns


async def test_others_have_a_turn_between_two_pieces() -> None:
    """[P16] And work that somebody waits for has the next one."""
    assert PIECES <= await turns_beside(is_patient=False) <= 2 * PIECES


async def test_patient_work_leaves_several_turns_between_two_pieces() -> None:
    """[P16] A stroke takes more than one from the socket to the sockets."""
    assert await turns_beside(is_patient=True) > 4 * PIECES


async def test_patient_work_does_not_pause_for_nobody() -> None:
    """A timer rings up to twice as late as it is set: pauses were most of what it took."""
    assert await turns_beside(is_patient=True, turn_s=0.000_02) <= 2 * PIECES


async def test_work_that_somebody_waits_for_goes_on_while_patient_work_pauses() -> None:
    """[P16] A room that opens is not held up by who leafs through histories."""
    always_busy = itertools.count().__next__
    patient = asyncio.create_task(in_pieces(work(), is_patient=True, now_s=always_busy))
    await asyncio.sleep(0)
    assert await in_pieces(work()) == "done"
    assert not patient.done()
    assert await patient == "done"


async def test_one_piece_is_done_in_a_turn_however_much_is_under_way() -> None:
    """[P16] Ten works together hold the loop no longer than one."""
    done: list[int] = []
    most = 0

    def counted() -> Generator[None, None, None]:
        for _ in range(PIECES):
            done.append(0)
            yield

    async def watched() -> None:
        nonlocal most
        while True:
            before = len(done)
            await asyncio.sleep(0)
            most = max(most, len(done) - before)

    watching = asyncio.create_task(watched())
    await asyncio.gather(*(in_pieces(counted()) for _ in range(10)))
    watching.cancel()
    assert most <= 2


@pytest.mark.parametrize("n_bytes", [LARGE_BYTES, LARGE_BYTES + 1])
async def test_what_is_about_much_is_done_in_a_thread(n_bytes: int) -> None:
    """[P16] A thread costs more than what is about little."""
    loop = asyncio.get_running_loop()

    def is_on_the_loop() -> bool:
        try:
            return asyncio.get_running_loop() is loop
        except RuntimeError:
            return False

    assert await beside(is_on_the_loop, n_bytes=n_bytes) is (n_bytes == LARGE_BYTES)
