"""Work beside the lessons, and what it leaves them."""

import asyncio
from collections.abc import Generator

import pytest

from storage.beside import LARGE_BYTES, beside, in_pieces

PIECES = 50


def work() -> Generator[None, None, str]:
    for _ in range(PIECES):
        yield
    return "done"


async def others(turns: list[int]) -> None:
    """Take every turn of the loop that there is."""
    while True:
        turns.append(0)
        await asyncio.sleep(0)


async def turns_beside(*, is_patient: bool) -> int:
    turns: list[int] = []
    going_on = asyncio.create_task(others(turns))
    assert await in_pieces(work(), is_patient=is_patient) == "done"
    going_on.cancel()
    return len(turns)


async def test_others_have_a_turn_between_two_pieces() -> None:
    """[P16] And work that somebody waits for has the next one."""
    assert PIECES <= await turns_beside(is_patient=False) <= 2 * PIECES


async def test_patient_work_leaves_several_turns_between_two_pieces() -> None:
    """[P16] A stroke takes more than one from the socket to the sockets."""
    assert await turns_beside(is_patient=True) > 4 * PIECES


async def test_work_that_somebody_waits_for_goes_on_while_patient_work_pauses() -> None:
    """[P16] A room that opens is not held up by who leafs through histories."""
    patient = asyncio.create_task(in_pieces(work(), is_patient=True))
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
