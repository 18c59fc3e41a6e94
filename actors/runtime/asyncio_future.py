"""A pykka future that can be awaited. Any thread may settle it and wait for it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
import threading
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar

import pykka

T = TypeVar("T")
_ExcInfo: TypeAlias = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

# pykka's hooks (`map`, `join`, `ref.stop`) hand the timeout on to the futures they read, so this
# one asks the whole chain for a value without waiting. A ThreadingFuture in the chain answers it
# with Timeout and does not wait either.
_POLL_S: Final = -math.inf


class _UnsettledError(Exception):
    """A polled chain of futures waits for the one that this carries."""


class AsyncioFuture(pykka.Future[T]):
    """A reply that is awaited on an event loop, or waited for on any other thread.

    It is settled once; settling it again raises `asyncio.InvalidStateError`. Any thread may settle
    it, several tasks and threads may wait for it, and one that gives up disturbs nobody. An
    exception that nobody asks for is not reported.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._outcome: tuple[Any, BaseException | None, TracebackType | None] | None = None
        self._wakers: list[Callable[[], None]] = []

    def get(self, *, timeout: float | None = None) -> T:
        """Wait for the reply, for `timeout` seconds at most, on a thread that runs no event loop.

        Raises `pykka.Timeout` when time is up, `RuntimeError` on a thread that runs an event loop
        (settled or not: whether it works must not depend on timing), and what the actor raised.
        """
        if timeout != _POLL_S and runs_event_loop():
            raise RuntimeError(
                "get() would block the event loop: use `await ref.ask(message, block=False)`, "
                "`await ref.stop(block=False)` or `await future`"
            )
        if not self._is_settled():
            self._block(timeout)
        if self._outcome is None:
            return super().get(timeout=timeout)
        value, error, traceback = self._outcome
        if error is not None:
            # The traceback as it was: each raise would lengthen it for the next reader.
            raise error.with_traceback(traceback)
        reply: T = value
        return reply

    def set(self, value: T | None = None) -> None:
        """Settle the future with a value; any thread."""
        with self._settling():
            self._outcome = (value, None, None)

    def set_exception(self, exc_info: _ExcInfo | None = None) -> None:
        """Settle the future with an exception, by default the one being handled; any thread."""
        exc_type, error, traceback = exc_info or sys.exc_info()
        if error is None:
            if exc_type is None:
                raise ValueError("set_exception() needs exc_info, or an exception being handled")
            error = exc_type()
        with self._settling():
            self._outcome = (None, error, traceback)

    def set_get_hook(self, func: Callable[[float | None], T]) -> None:
        """Settle the future with a function that computes the value when it is asked for."""
        with self._settling():
            super().set_get_hook(func)

    def __await__(self) -> Generator[Any, None, T]:
        """Wait for the reply without blocking the loop; any event loop, not only the actor's."""
        source: AsyncioFuture[Any] = self
        while True:
            yield from source._wait()
            try:
                return self.get(timeout=_POLL_S)
            except _UnsettledError as unsettled:
                (source,) = unsettled.args

    __iter__ = __await__

    def _is_settled(self) -> bool:
        return self._outcome is not None or self._get_hook is not None

    @contextlib.contextmanager
    def _settling(self) -> Generator[None]:
        with self._lock:
            if self._is_settled():
                raise asyncio.InvalidStateError("the future is settled already")
            yield
            wakers, self._wakers = self._wakers, []
        for wake in wakers:
            wake()

    @contextlib.contextmanager
    def _waking(self, wake: Callable[[], None]) -> Generator[bool]:
        """Have `wake` called when the future is settled; False when it is settled already."""
        with self._lock:
            is_pending = not self._is_settled()
            if is_pending:
                self._wakers.append(wake)
        try:
            yield is_pending
        finally:
            with self._lock, contextlib.suppress(ValueError):
                self._wakers.remove(wake)

    def _block(self, timeout_s: float | None) -> None:
        if timeout_s == _POLL_S:
            raise _UnsettledError(self)
        settled = threading.Event()
        with self._waking(settled.set) as is_pending:
            if is_pending and not settled.wait(timeout_s):
                raise pykka.Timeout(f"no reply within {timeout_s} seconds")

    def _wait(self) -> Generator[Any]:
        loop, thread_id = asyncio.get_running_loop(), threading.get_ident()
        waiter: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            # RuntimeError: that loop is closed, so nobody waits there any more.
            with contextlib.suppress(RuntimeError):
                if threading.get_ident() != thread_id:
                    loop.call_soon_threadsafe(wake)
                elif not waiter.done():
                    waiter.set_result(None)

        with self._waking(wake) as is_pending:
            if is_pending:
                yield from waiter


def runs_event_loop() -> bool:
    """Whether this thread runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
