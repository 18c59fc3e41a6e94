"""Reads that several ask for at once and one carries out."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

import msgspec

_T = TypeVar("_T", bound=object)


class _Read(msgspec.Struct, Generic[_T]):
    task: asyncio.Task[_T]
    waiting: int = 0


class SharedReads(Generic[_T]):
    """What is under way is not begun again: a class that opens one version has it worked out once.

    Only for what cannot have become something else meanwhile, and can be referred to weakly. It is
    shared for as long as anybody holds it, who sends it, say; nothing is kept for its own sake.
    """

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Read[_T]] = {}
        self._held: WeakValueDictionary[Hashable, _T] = WeakValueDictionary()

    async def read(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        """Return what `work` returns, or what the one that is under way for `key` does.

        It ends with the last one who waits for it: one who gives up takes it from nobody else.
        """
        held = self._held.get(key)
        if held is not None:
            return held
        shared = self._under_way.get(key)
        if shared is None:
            shared = self._under_way[key] = _Read(asyncio.ensure_future(work()))
            shared.task.add_done_callback(lambda _: self._forget(key, shared))
        shared.waiting += 1
        try:
            found = await asyncio.shield(shared.task)
            self._held[key] = found
            return found
        finally:
            shared.waiting -= 1
            if not shared.waiting and not shared.task.done():
                self._forget(key, shared)
                shared.task.cancel()

    def _forget(self, key: Hashable, shared: _Read[_T]) -> None:
        if self._under_way.get(key) is shared:
            del self._under_way[key]
