"""A pykka actor that the event loop runs, in place of a thread of its own.

Everything here runs on the loop's thread, except where a docstring says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator
from types import TracebackType
from typing import Any, ClassVar, Final, Self, TypeAlias, TypeVar

import pykka
import structlog
from pykka import messages
from pykka._envelope import Envelope

__all__ = ["AsyncioActor", "AsyncioFuture", "AsyncioInbox"]

T = TypeVar("T")
_ExcInfo: TypeAlias = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]

_log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

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
        if timeout != _POLL_S and _runs_event_loop():
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


class AsyncioInbox:
    """A queue of messages that has the loop drain it: one `call_soon` when it becomes non-empty.

    Before `open` it only collects, so an actor that was never started is a plain object whose
    inbox a test can read. After `close` it answers every ask with `pykka.ActorDeadError`.
    """

    __slots__ = ("_drain", "_envelopes", "_is_closed", "_is_scheduled", "_lock", "_loop", "_owner")

    def __init__(self) -> None:
        self._envelopes: deque[Envelope[Any]] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._drain: Callable[[], None] | None = None
        self._owner = 0  # id of the loop's thread while open; no thread has the id 0
        self._is_scheduled = False
        self._is_closed = False

    def put(self, envelope: Envelope[Any], /) -> None:
        """Add a message; FIFO for each sending thread. Meant for the loop's thread, safe on any.

        Raises `pykka.ActorDeadError` for a tell when the actor's event loop is closed.
        """
        if threading.get_ident() != self._owner:
            self._put_from_outside(envelope)
            return
        self._envelopes.append(envelope)
        if not self._is_scheduled:
            self._schedule()

    def get(self) -> Envelope[Any]:
        """Take the oldest message; `IndexError` when there is none."""
        return self._envelopes.popleft()

    def empty(self) -> bool:
        """Whether no message waits."""
        return not self._envelopes

    def open(self, loop: asyncio.AbstractEventLoop, drain: Callable[[], None]) -> None:
        """Have `loop`, which this thread runs, call `drain` for what waits and what comes."""
        with self._lock:
            self._loop, self._drain, self._owner = loop, drain, threading.get_ident()
        self.rearm()

    def rearm(self) -> None:
        """End a drain: schedule the next if messages are left, so that others have their turn."""
        self._is_scheduled = False
        if self._envelopes:
            self._schedule()

    def close(self) -> None:
        """Answer what waits and what still comes; let go of the actor."""
        with self._lock:
            self._is_closed, self._owner, self._drain = True, 0, None
        while self._envelopes:
            _answer_for_the_dead(self._envelopes.popleft())

    def _schedule(self) -> None:
        if self._loop is None or self._drain is None:
            return
        try:
            self._loop.call_soon(self._drain)
        except RuntimeError as error:
            self._refuse(self._envelopes.pop(), error)
        else:
            self._is_scheduled = True

    def _put_from_outside(self, envelope: Envelope[Any]) -> None:
        with self._lock:
            is_closed, loop = self._is_closed, self._loop
            if loop is None and not is_closed:
                self._envelopes.append(envelope)
        if is_closed:
            _answer_for_the_dead(envelope)
        elif loop is not None:
            try:
                loop.call_soon_threadsafe(self.put, envelope)
            except RuntimeError as error:
                self._refuse(envelope, error)

    def _refuse(self, envelope: Envelope[Any], error: RuntimeError) -> None:
        if envelope.reply_to is None:
            raise pykka.ActorDeadError("the actor's event loop is closed") from error
        _answer_for_the_dead(envelope)


class AsyncioActor(pykka.Actor):
    """An actor whose messages are handled on the event loop that called `start()`.

    Handlers and hooks are plain synchronous methods and never block: what must wait is told back.
    Sending, stopping and the registry are pykka's, with `block=False` on the loop. `on_start` has
    run when `start()` returns.

    An exception goes to the asker and the actor lives on; from a tell or `after_batch` it ends the
    actor with `on_failure`; from another hook it is logged and ends the actor. A `BaseException`
    (`SystemExit`, ...) fares the same and stops no other actor: its asker gets a `RuntimeError`
    that carries it as the cause, since the bare one would end the asking task's loop, and the
    loop's exception handler is called with it.
    """

    BATCH: ClassVar[int] = 256
    """Messages that one drain handles before it yields to the loop."""

    actor_inbox: AsyncioInbox
    _loop: asyncio.AbstractEventLoop

    @classmethod
    def start(cls, *args: Any, **kwargs: Any) -> pykka.ActorRef[Self]:  # noqa: ANN401 - __init__'s
        """Start an actor on the running event loop; the arguments are those of `__init__`.

        Raises `RuntimeError` on a thread that runs no event loop, and what `__init__` raises; then
        nothing is registered.
        """
        if not _runs_event_loop():
            raise RuntimeError(f"{cls.__name__}.start() needs a running event loop on its thread")
        return super().start(*args, **kwargs)

    def after_batch(self) -> None:
        """Run after the messages of a drain, once, before the loop goes on.

        On an orderly stop it runs before `on_stop`; after a failure it does not run.
        """

    @staticmethod
    def _create_actor_inbox() -> AsyncioInbox:
        return AsyncioInbox()

    @staticmethod
    def _create_future() -> AsyncioFuture[Any]:
        return AsyncioFuture()

    def _start_actor_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        # Open first: what on_start sends to itself is drained after start() has returned.
        self.actor_inbox.open(self._loop, self._drain)
        self._run_hook(self.on_start)
        if self.actor_stopped.is_set():
            self.actor_inbox.close()

    def _drain(self) -> None:
        if self.actor_stopped.is_set():
            return
        try:
            self._handle_batch()
        finally:
            if self.actor_stopped.is_set():
                self.actor_inbox.close()
            else:
                self.actor_inbox.rearm()

    def _handle_batch(self) -> None:
        inbox = self.actor_inbox
        for _ in range(self.BATCH):
            if inbox.empty():
                break
            envelope = inbox.get()
            try:
                response = self._handle_receive(envelope.message)
                if envelope.reply_to is not None:
                    envelope.reply_to.set(response)
            except BaseException as error:  # noqa: BLE001 - what an actor raises stays in it
                self._handle_error(error, envelope.reply_to)
            if self.actor_stopped.is_set():
                return
        self._run_hook(self.after_batch, end=self._fail)

    def _handle_error(self, error: BaseException, reply_to: pykka.Future[Any] | None) -> None:
        if reply_to is None:
            self._fail(error)
            return
        _log.info("exception returned to the asker", actor=str(self), exc_info=error)
        reply = error
        if not isinstance(error, Exception):
            reply = RuntimeError(f"{self} raised {error!r}")
            reply.__cause__ = error
        # InvalidStateError: the asker settled its future itself and waits for no answer.
        with contextlib.suppress(asyncio.InvalidStateError):
            reply_to.set_exception((type(reply), reply, reply.__traceback__))
        self._surface(error)

    def _fail(self, error: BaseException) -> None:
        self._end_with(error)
        self._run_hook(lambda: self.on_failure(type(error), error, error.__traceback__))

    def _stop(self) -> None:
        self._run_hook(self.after_batch, end=self._fail)
        if not self.actor_stopped.is_set():
            pykka.ActorRegistry.unregister(self.actor_ref)
            self.actor_stopped.set()
            self._run_hook(self.on_stop)

    def _run_hook(
        self, hook: Callable[[], None], *, end: Callable[[BaseException], None] | None = None
    ) -> None:
        try:
            hook()
        except BaseException as error:  # noqa: BLE001 - what an actor raises stays in it
            (end or self._end_with)(error)

    def _end_with(self, error: BaseException) -> None:
        self._handle_failure(type(error), error, error.__traceback__)
        self._surface(error)

    def _handle_failure(
        self,
        exception_type: type[BaseException] | None,  # noqa: ARG002 - pykka's signature
        exception_value: BaseException | None,
        traceback: TracebackType | None,  # noqa: ARG002 - pykka's signature
    ) -> None:
        # Logged last: a logger that fails leaves no half-dead actor behind.
        pykka.ActorRegistry.unregister(self.actor_ref)
        self.actor_stopped.set()
        _log.error("unhandled exception in actor", actor=str(self), exc_info=exception_value)

    def _surface(self, error: BaseException) -> None:
        if isinstance(error, Exception):
            return
        # In a callback of its own: the program's handler may raise, to end the loop.
        context = {"message": f"{self} raised {error!r}", "exception": error}
        self._loop.call_soon(self._loop.call_exception_handler, context)


def _runs_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _answer_for_the_dead(envelope: Envelope[Any]) -> None:
    # InvalidStateError: the asker settled its future itself and waits for no answer.
    with contextlib.suppress(asyncio.InvalidStateError):
        if envelope.reply_to is None:
            return
        if isinstance(envelope.message, messages._ActorStop):  # noqa: SLF001 - its only name
            envelope.reply_to.set(None)
        else:
            error = pykka.ActorDeadError("the actor stopped before it handled the message")
            envelope.reply_to.set_exception((type(error), error, None))
