"""A pykka actor that the event loop runs, in place of a thread of its own.

Everything here runs on the loop's thread, except where a docstring says otherwise.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, ClassVar, Final, Self, TypeVar, cast

import pykka
import structlog
from pykka import messages
from pykka._envelope import Envelope

from actors.runtime.asyncio_future import AsyncioFuture, runs_event_loop
from actors.runtime.asyncio_inbox import AsyncioInbox
from actors.runtime.clock import Stopwatch, stopwatch_s

__all__ = ["AsyncioActor", "AsyncioFuture", "AsyncioInbox"]

_log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
_A = TypeVar("_A", bound="AsyncioActor")
_NOT_TOLD: Final = frozenset(
    {
        Envelope,
        messages._ActorStop,  # noqa: SLF001 - its only name
        messages.ProxyCall,
        messages.ProxyGetAttr,
        messages.ProxySetAttr,
    }
)
"""What somebody waits for, and what is pykka's own."""


class _Stopped:
    """Whether an actor has stopped: an event that nobody waits for, without a lock and a queue.

    There are a thousand actors, and pykka's takes a kilobyte for each.
    """

    __slots__ = ("_is_set",)

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True


class AsyncioRef(pykka.ActorRef[_A]):
    """A ref whose `tell` is its inbox's: many a message is told for each stroke."""

    def __init__(self, actor: _A) -> None:
        super().__init__(actor)
        self.tell = actor.actor_inbox.tell  # type: ignore[assignment, method-assign]


class AsyncioActor(pykka.Actor):
    """An actor whose messages are handled on the event loop that called `start()`.

    Handlers and hooks are plain synchronous methods and never block: what must wait is told back.
    A handler that cannot answer an ask yet returns an asyncio future: the asker gets what becomes
    of it. Sending, stopping and the registry are pykka's, with `block=False` on the loop.
    `on_start` has run when `start()` returns.

    An exception goes to the asker and the actor lives on; from a tell or `after_batch` it ends the
    actor with `on_failure`, unless the actor `OUTLIVES_FAULTS`; from another hook it is logged and
    ends the actor. A `BaseException`
    (`SystemExit`, ...) fares the same and stops no other actor: its asker gets a `RuntimeError`
    that carries it as the cause, since the bare one would end the asking task's loop, and the
    loop's exception handler is called with it.
    """

    BATCH: ClassVar[int] = 256
    """Messages that one drain handles before it yields to the loop."""

    OUTLIVES_FAULTS: ClassVar[bool] = False
    """Whether an exception from a tell or `after_batch` is logged, and the actor goes on.

    For those of which there is one in a process: no fault of one message may end it for all.
    """

    HELD_S: ClassVar[float] = 0.1
    """A drain that takes longer is named in the log: it kept every other room waiting."""

    STOPWATCH_S: ClassVar[Stopwatch] = stopwatch_s
    """What measures that."""

    actor_inbox: AsyncioInbox
    _loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__()
        self.actor_stopped = cast("threading.Event", _Stopped())
        self._actor_ref = AsyncioRef(self)
        self._mail: deque[Any] = deque()

    @classmethod
    def start(cls, *args: Any, **kwargs: Any) -> pykka.ActorRef[Self]:  # noqa: ANN401 - __init__'s
        """Start an actor on the running event loop; the arguments are those of `__init__`.

        Raises `RuntimeError` on a thread that runs no event loop, and what `__init__` raises; then
        nothing is registered.
        """
        if not runs_event_loop():
            raise RuntimeError(f"{cls.__name__}.start() needs a running event loop on its thread")
        return super().start(*args, **kwargs)

    def after_batch(self) -> None:
        """Run after the messages of a drain, once, before the loop goes on.

        On an orderly stop it runs before `on_stop`; after a failure it does not run.
        """

    def on_fault(self) -> None:
        """Run after a fault that the actor outlives, to see to what was left half done."""

    def on_discarded(self, message: Any) -> None:  # noqa: ANN401 - whatever was told
        """Run after the actor's end for each message told to it that it never handled."""

    @staticmethod
    def _create_actor_inbox() -> AsyncioInbox:
        return AsyncioInbox()

    @staticmethod
    def _create_future() -> AsyncioFuture[Any]:
        return AsyncioFuture()

    def _start_actor_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        # Open first: what on_start sends to itself is drained after start() has returned.
        self._mail = self.actor_inbox.open(self._loop, self._drain)
        self._run_hook(self.on_start)
        if self.actor_stopped.is_set():
            self._discard()

    def _drain(self) -> None:
        """Handle what waits. No call more than it needs: this runs three times for each stroke."""
        inbox, mail = self.actor_inbox, self._mail
        if not mail:
            # It has stopped since this was scheduled.
            return
        # Two readings a drain, and a name for each message: what it was is known only afterwards.
        stopwatch_s = self.STOPWATCH_S
        begun_s = stopwatch_s()
        handled: list[type] = []
        try:
            while mail:
                message = mail.popleft()
                kind = type(message)
                if kind in _NOT_TOLD:
                    self._handle_enveloped(message, handled)
                else:
                    handled.append(kind)
                    try:
                        self.on_receive(message)
                    except BaseException as error:  # noqa: BLE001 - it stays in the actor
                        self._fail(error)
                # One message is the common case: whether there were too many is asked behind it.
                if inbox.is_refusing or (mail and len(handled) >= self.BATCH):
                    break
            if not inbox.is_refusing:
                try:
                    self.after_batch()
                except BaseException as error:  # noqa: BLE001 - it stays in the actor
                    self._fail(error)
        finally:
            held_s = stopwatch_s() - begun_s
            if held_s > self.HELD_S:
                self._tell_of_hold(handled, held_s)
            if not mail and not inbox.is_refusing:
                inbox.is_scheduled = False
            elif not inbox.rearm():
                self._discard()

    def _handle_enveloped(self, message: Any, handled: list[type]) -> None:  # noqa: ANN401 - whatever was told
        """Handle what somebody waits for, or what is pykka's own."""
        reply_to = None
        if type(message) is Envelope:
            message, reply_to = message.message, message.reply_to
        handled.append(type(message))
        try:
            response = self._handle_receive(message)
            if reply_to is not None:
                _reply(reply_to, response)
        except BaseException as error:  # noqa: BLE001 - what an actor raises stays in it
            self._handle_error(error, reply_to)

    def _tell_of_hold(self, handled: list[type], held_s: float) -> None:
        _log.warning(
            "an actor held the event loop",
            actor=type(self).__name__,
            messages=dict(Counter(kind.__name__ for kind in handled)),
            held_ms=round(held_s * 1000),
        )

    def _discard(self) -> None:
        for message in self.actor_inbox.close():
            if not isinstance(message, messages._ActorStop):  # noqa: SLF001 - its only name
                self._run_hook(partial(self.on_discarded, message))

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
        if self.OUTLIVES_FAULTS and isinstance(error, Exception):
            _log.error("fault in an actor that goes on", actor=str(self), exc_info=error)
            self._run_hook(self.on_fault)
            return
        self._end_with(error)
        self._run_hook(lambda: self.on_failure(type(error), error, error.__traceback__))

    def _stop(self) -> None:
        self._run_hook(self.after_batch, end=self._fail)
        if not self.actor_stopped.is_set():
            self._take_nothing_more()
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
        self._take_nothing_more()
        _log.error("unhandled exception in actor", actor=str(self), exc_info=exception_value)

    def _take_nothing_more(self) -> None:
        pykka.ActorRegistry.unregister(self.actor_ref)
        self.actor_stopped.set()
        self.actor_inbox.refuse()

    def _surface(self, error: BaseException) -> None:
        if isinstance(error, Exception):
            return
        # In a callback of its own: the program's handler may raise, to end the loop.
        context = {"message": f"{self} raised {error!r}", "exception": error}
        self._loop.call_soon(self._loop.call_exception_handler, context)


def _reply(reply_to: pykka.Future[Any], response: Any) -> None:  # noqa: ANN401 - the handler's own
    if isinstance(response, asyncio.Future):
        response.add_done_callback(partial(_pass_on, reply_to))
    else:
        reply_to.set(response)


def _pass_on(reply_to: pykka.Future[Any], done: asyncio.Future[Any]) -> None:
    # InvalidStateError: the asker settled its future itself and waits for no answer.
    with contextlib.suppress(asyncio.InvalidStateError):
        error = (
            pykka.ActorDeadError("the answer was called off")
            if done.cancelled()
            else (done.exception())
        )
        if error is None:
            reply_to.set(done.result())
        else:
            reply_to.set_exception((type(error), error, error.__traceback__))
