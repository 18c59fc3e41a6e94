"""The mailbox of an actor on the event loop, and what runs the actors that have mail."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from threading import get_ident
from typing import Any, ClassVar, Final, TypeVar

import pykka
from pykka import messages
from pykka._envelope import Envelope

from actors.runtime.clock import Stopwatch, stopwatch_s

_T = TypeVar("_T")
_LOOP_CLOSED: Final = "the actor's event loop is closed"


class Dispatcher:
    """Runs the actors of one event loop that have mail, in the order that it came in.

    One callback of the loop is for all of them, and for those that they tell in turn: a message
    goes from the edge to the room and on to the journal without the loop asking the kernel for
    news in between. After `DRAINS` it lets the loop do so.
    """

    DRAINS: ClassVar[int] = 256

    BUSY_S: ClassVar[float] = 0.0001
    """News that comes so soon behind a run is one of many."""

    STOPWATCH_S: ClassVar[Stopwatch] = stopwatch_s
    """What measures that."""

    __slots__ = ("_ran_s", "is_scheduled", "loop", "ready")

    _of_thread: ClassVar[threading.local] = threading.local()

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.ready: deque[Callable[[], None]] = deque()
        """What is to be called; add to it only while `is_scheduled`."""
        self.is_scheduled = False
        self._ran_s = float("-inf")

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> Dispatcher:
        """Return the dispatcher of the loop that this thread runs."""
        found: Dispatcher | None = getattr(cls._of_thread, "dispatcher", None)
        if found is None or found.loop is not loop:
            found = cls._of_thread.dispatcher = cls(loop)
        return found

    def schedule(self) -> None:
        """Have what is ready called; raises `RuntimeError` when the loop is closed."""
        self.loop.call_soon(self._run)
        self.is_scheduled = True

    def at_once(self, bring: Callable[[_T], None], news: _T) -> None:
        """Call `bring(news)`, and run in this very turn of the loop whom it tells.

        For what comes from outside (bytes, a commit): a callback of its own would cost as much as a
        pointer's way through its room. Where one is to come, or is under way, that takes it.
        """
        if self.is_scheduled:
            bring(news)
            return
        self.is_scheduled = True
        try:
            bring(news)
        finally:
            self._run()

    def at_once_where_quiet(self, bring: Callable[[_T], None], news: _T) -> None:
        """Do the same, unless this news comes right behind other news, as one of many.

        Then it waits for a callback, with all that comes meanwhile: a room that hears of twenty
        messages at a time has less to do than one that hears of each.
        """
        if self.STOPWATCH_S() - self._ran_s < self.BUSY_S:
            bring(news)
        else:
            self.at_once(bring, news)

    def _run(self) -> None:
        ready = self.ready
        left = self.DRAINS
        try:
            while ready and left:
                left -= 1
                ready.popleft()()
        finally:
            self.is_scheduled = False
            self._ran_s = self.STOPWATCH_S()
            if ready:
                self.schedule()


class AsyncioInbox:
    """A queue of messages that has its actor run when it becomes non-empty.

    Before `open` it only collects, so an actor that was never started is a plain object whose
    inbox a test can read. From `refuse` on, when its actor has stopped, a tell raises
    `pykka.ActorDeadError`; after `close` every ask is answered with that.
    """

    __slots__ = (
        *("_dispatcher", "_drain", "_lock", "_loop", "_owner"),
        *("_waiting", "is_refusing", "is_scheduled"),
    )

    def __init__(self) -> None:
        self.is_refusing = False
        """Whether the actor has stopped."""
        # What was told is here as it is; only what is asked has an envelope, for the answer.
        self._waiting: deque[Any] = deque()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dispatcher: Dispatcher | None = None
        self._drain: Callable[[], None] | None = None
        self._owner = 0  # id of the loop's thread while open; no thread has the id 0
        self.is_scheduled = False
        """Whether a drain is to come; a drain that leaves no mail behind says so itself."""

    def tell(self, message: Any, /) -> None:  # noqa: ANN401 - whatever was told
        """Add a message; FIFO for each sending thread. Meant for the loop's thread, safe on any.

        Raises `pykka.ActorDeadError` when the actor has stopped, or its event loop is closed.
        """
        if get_ident() != self._owner:
            self._put_from_outside(message)
            return
        self._waiting.append(message)
        if not self.is_scheduled:
            dispatcher, drain = self._dispatcher, self._drain
            if dispatcher is not None and drain is not None and dispatcher.is_scheduled:
                # Nearly always; no call for it.
                dispatcher.ready.append(drain)
                self.is_scheduled = True
            else:
                self._schedule()

    def tell_at_once(self, message: Any, /) -> None:  # noqa: ANN401 - whatever was told
        """Have the actor handle a message now, unless something waits before it or it is at work.

        For news that comes from outside of all actors: as `tell` it would be handled in the same
        callback of the loop, two calls and a turn of the dispatcher later. Whom the actor tells has
        its turn as ever.

        Raises `pykka.ActorDeadError` as `tell` does.
        """
        drain = self._drain
        if self.is_scheduled or drain is None or get_ident() != self._owner:
            self.tell(message)
            return
        self._waiting.append(message)
        self.is_scheduled = True
        drain()

    def put(self, envelope: Envelope[Any], /) -> None:
        """Add a message that pykka has put into an envelope."""
        if envelope.reply_to is None:
            self.tell(envelope.message)
        else:
            self.tell(envelope)

    def get(self) -> Envelope[Any]:
        """Take the oldest message; `IndexError` when there is none."""
        message = self._waiting.popleft()
        return message if type(message) is Envelope else Envelope(message)

    def empty(self) -> bool:
        """Whether no message waits."""
        return not self._waiting

    def open(self, loop: asyncio.AbstractEventLoop, drain: Callable[[], None]) -> deque[Any]:
        """Have `loop`, which this thread runs, call `drain` for what waits and what comes.

        Returns what waits, for `drain` to take from: told messages, and envelopes of asks.
        """
        with self._lock:
            self._loop, self._drain, self._owner = loop, drain, get_ident()
            self._dispatcher = Dispatcher.of(loop)
        self.rearm()
        return self._waiting

    def rearm(self) -> bool:
        """End a drain: schedule the next if messages are left, so that others have their turn.

        Returns False when the actor has stopped.
        """
        self.is_scheduled = False
        if self.is_refusing:
            return False
        if self._waiting:
            self._schedule()
        return True

    def refuse(self) -> None:
        """Take nothing more: the actor has stopped. What waits stays until `close`."""
        with self._lock:
            self.is_refusing, self._owner = True, 0

    def close(self) -> list[Any]:
        """Answer what waits and what still comes, let go of the actor; return what was told."""
        with self._lock:
            self.is_refusing, self._owner = True, 0
            self._drain = None
        waiting = list(self._waiting)
        self._waiting.clear()
        for message in waiting:
            if type(message) is Envelope:
                _answer_for_the_dead(message)
        return [message for message in waiting if type(message) is not Envelope]

    def _schedule(self) -> None:
        dispatcher, drain = self._dispatcher, self._drain
        if dispatcher is None or drain is None:
            return
        if not dispatcher.is_scheduled:
            try:
                dispatcher.schedule()
            except RuntimeError:
                self._refuse(self._waiting.pop(), _LOOP_CLOSED)
                return
        dispatcher.ready.append(drain)
        self.is_scheduled = True

    def _put_from_outside(self, message: Any) -> None:  # noqa: ANN401 - whatever was told
        with self._lock:
            loop, is_refusing = self._loop, self.is_refusing
            if loop is None and not is_refusing:
                self._waiting.append(message)
        if is_refusing:
            self._refuse(message, "the actor has stopped")
        elif loop is not None:
            try:
                loop.call_soon_threadsafe(self._arrive, message)
            except RuntimeError:
                self._refuse(message, _LOOP_CLOSED)

    def _arrive(self, message: Any) -> None:  # noqa: ANN401 - whatever was told
        """Take what another thread has told; nobody there waits to hear that the actor is gone."""
        with contextlib.suppress(pykka.ActorDeadError):
            self.tell(message)

    def _refuse(self, message: Any, reason: str) -> None:  # noqa: ANN401 - whatever was told
        if type(message) is not Envelope:
            raise pykka.ActorDeadError(reason)
        _answer_for_the_dead(message)


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
