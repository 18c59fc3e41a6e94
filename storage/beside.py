"""Work that would keep the event loop from the rooms: beside it, where there is much of it."""

import asyncio
import time
from collections.abc import Callable, Generator
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

_T = TypeVar("_T")

LARGE_BYTES: Final = 256 * 1024
"""Decoding, encoding or summing up so many bytes takes a millisecond or two; a thread costs 0.1."""

_PAUSE_S: Final = 0.001
_IDLE_TURN_S: Final = 0.0002
"""A turn of the loop in which nobody had anything to do takes a tenth of that."""

_turns: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()


async def beside(work: Callable[..., _T], *args: object, n_bytes: int) -> _T:
    """Return what `work` returns: at once where it is about few bytes, else from a thread.

    What it works on must not change meanwhile.
    """
    if n_bytes <= LARGE_BYTES:
        return work(*args)
    return await asyncio.to_thread(work, *args)


async def in_pieces(
    work: Generator[None, None, _T],
    *,
    is_patient: bool = False,
    now_s: Callable[[], float] = time.perf_counter,
) -> _T:
    """Return what `work` returns, which stops every millisecond for all others to have a turn.

    For what would hold the interpreter in a thread, too, as decoding does. However much is under
    way, one piece of it is done in a turn of the loop: the works take turns.

    With `is_patient` it pauses as long as it works, where others do anything: nobody waits for it
    to go on, and what lessons do takes several turns of the loop for each stroke, none of which is
    to be twice as long. Where nobody does, pauses would be most of what it takes: a timer rings up
    to twice as late as it is set.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    while True:
        async with turn:
            try:
                next(work)
            except StopIteration as done:
                result: _T = done.value
                return result
            if not is_patient:
                await asyncio.sleep(0)
                continue
        # Without the turn: what somebody does wait for goes on meanwhile.
        began_s = now_s()
        await asyncio.sleep(0)
        if now_s() - began_s > _IDLE_TURN_S:
            await asyncio.sleep(_PAUSE_S)
