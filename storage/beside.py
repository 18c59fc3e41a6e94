"""Work that would keep the event loop from the rooms: in a thread where there is much of it."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

_T = TypeVar("_T")

LARGE_BYTES: Final = 256 * 1024
"""Decoding, encoding or summing up so many bytes takes a millisecond or two; a thread costs 0.1."""


async def beside(work: Callable[..., _T], *args: object, n_bytes: int) -> _T:
    """Return what `work` returns: at once where it is about few bytes, else from a thread.

    What it works on must not change meanwhile.
    """
    if n_bytes <= LARGE_BYTES:
        return work(*args)
    return await asyncio.to_thread(work, *args)
