"""One at a time, of what is about one thing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from weakref import WeakValueDictionary


class Once(Protocol):
    """Keeps requests about one thing apart, so that the second one finds what the first has made.

    It saves work and makes answers plain; what is right, the database decides. Where another
    server's request was first after all, the database refuses a second row (`is_conflict`), and
    whoever asked reads again.
    """

    def one_at_a_time(self, scope: str, *keys: str) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else holds one of these keys, and hold them all meanwhile."""
        ...


class Locks:
    """`Once` within this process."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def one_at_a_time(self, scope: str, *keys: str) -> AsyncIterator[None]:
        """Hold the keys; see `Once`."""
        async with contextlib.AsyncExitStack() as held:
            # In one order: of two that need the same two, neither has what the other waits for.
            for key in sorted(set(keys)):
                lock = self._locks.setdefault((scope, key), asyncio.Lock())
                await held.enter_async_context(lock)
            yield
