"""The mailbox of an actor on the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import pykka
from pykka import messages
from pykka._envelope import Envelope


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

    def close(self) -> list[Any]:
        """Answer what waits and what still comes, let go of the actor; return what was told."""
        with self._lock:
            self._is_closed, self._owner, self._drain = True, 0, None
        envelopes, self._envelopes = self._envelopes, deque()
        for envelope in envelopes:
            _answer_for_the_dead(envelope)
        return [envelope.message for envelope in envelopes if envelope.reply_to is None]

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
