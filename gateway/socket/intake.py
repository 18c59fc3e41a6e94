"""Reading of many sockets in one go, where many speak.

A loop that asks the kernel for news after each message sleeps and wakes up as often as messages
come, and that costs as much as what is in them. What is drawn waits for its transaction in any
case, and these keep a distance: so while much comes in, all sockets are read once in that distance,
together, and a transaction begins right behind. While little does, each is read at once.
"""

import asyncio
import contextlib
import os
import select
from collections.abc import Callable
from typing import Final, Protocol, cast

import structlog

from actors.runtime.asyncio_inbox import Dispatcher
from actors.runtime.clock import Cancellable, Clock

_log: Final = structlog.get_logger(__name__)

MANY_READS: Final = 4
"""So many sockets that had something to say within one interval are many."""
_FEW_READS: Final = MANY_READS // 2
"""Fewer than that are not; in between it stays as it is."""
_SOCKETS_AT_ONCE: Final = 256
"""Then others have their turn, as behind so many drains of mailboxes."""
_READ_BYTES: Final = 64 * 1024
_INTERVAL_MOST_S: Final = 0.01
"""Whatever strokes wait for: signals, pings and chat are read as late, too."""
_TIMER_S: Final = 0.001
"""How exact a timer of uvloop's is: it may come half of that too early."""


class Tap(Protocol):
    """Whether bytes of a connection come in. A transport is one."""

    def pause_reading(self) -> None:
        """Have nothing more come in."""

    def resume_reading(self) -> None:
        """Have bytes come in again."""


class SharedTap:
    """The tap of a connection whose bytes are read along with those of others.

    What is not just bytes (the end of the stream, an error) is left for the transport to find.
    """

    __slots__ = ("_fd", "_intake", "_is_handed_back", "_transport", "received")

    def __init__(
        self,
        intake: "Intake",
        transport: asyncio.Transport,
        fd: int,
        received: Callable[[bytes], None],
    ) -> None:
        self.received = received
        self._intake = intake
        self._transport = transport
        self._fd = fd
        self._is_handed_back = False

    def pause_reading(self) -> None:
        """Have nothing more come in."""
        if self._is_handed_back:
            self._transport.pause_reading()
        else:
            self._intake.leave(self._fd)

    def resume_reading(self) -> None:
        """Have bytes come in again."""
        if self._is_handed_back:
            self._transport.resume_reading()
        else:
            self._intake.enter(self._fd, self)

    def hand_back(self) -> None:
        """Have the transport read from now on."""
        self.end()
        # RuntimeError: it has closed meanwhile, and says so by itself.
        with contextlib.suppress(RuntimeError):
            self._transport.resume_reading()

    def end(self) -> None:
        """Read nothing more. Due before the transport closes its socket."""
        if not self._is_handed_back:
            self._is_handed_back = True
            self._intake.leave(self._fd)

    def fail(self) -> None:
        """End a connection whose bytes nobody could take."""
        self.end()
        self._transport.abort()


class Intake:
    """Reads the sockets of one event loop.

    Those of TLS are not among them, as their transports hold more than the kernel does, and none
    are where the system has no epoll.

    Args:
        clock: the time.
        interval_s: how far apart reads are while many speak; 10 ms at most.

    """

    def __init__(self, clock: Clock, *, interval_s: float) -> None:
        self._clock = clock
        self._interval_s = min(interval_s, _INTERVAL_MOST_S)
        self._taps: dict[int, SharedTap] = {}
        self._news: select.epoll | None = None
        """Open while there are taps; the loop watches it as it would a socket."""
        self._dispatcher = cast("Dispatcher", None)
        self._timer: Cancellable | None = None
        """Set while many speak; then the loop does not watch."""
        self._reads = 0
        self._since_s = float("-inf")

    def tap(
        self, transport: asyncio.Transport, received: Callable[[bytes], None]
    ) -> SharedTap | None:
        """Return the tap of a transport that does not read, closed; None where it has none here.

        `received` is called with bytes; where it raises, that connection is ended.
        """
        if not self._interval_s or not hasattr(select, "epoll"):
            return None
        socket = transport.get_extra_info("socket")
        if socket is None or transport.get_extra_info("sslcontext") is not None:
            return None
        return SharedTap(self, transport, socket.fileno(), received)

    def enter(self, fd: int, tap: SharedTap) -> None:
        """Read a socket from now on."""
        if fd in self._taps:
            return
        if self._news is None:
            self._dispatcher = Dispatcher.of(asyncio.get_running_loop())
            self._news = select.epoll()
            self._watch()
        self._news.register(fd, select.EPOLLIN)
        self._taps[fd] = tap

    def leave(self, fd: int) -> None:
        """Read a socket no more."""
        if self._taps.pop(fd, None) is None or self._news is None:
            return
        # FileNotFoundError, EBADF: it is closed, and the kernel has let go of it.
        with contextlib.suppress(OSError):
            self._news.unregister(fd)
        if not self._taps:
            self._rest()

    # -- when to read

    def _watch(self) -> None:
        assert self._news is not None, "there are taps"  # noqa: S101
        self._dispatcher.loop.add_reader(self._news.fileno(), self._readable)

    def _readable(self) -> None:
        """Read at once; where that was one of many, go on by the timer."""
        news, now_s = self._news, self._clock.monotonic_s()
        if news is None:
            return
        if now_s - self._since_s >= self._interval_s:
            self._since_s, self._reads = now_s, 0
        self._reads += self._read_all(news)
        if self._reads >= MANY_READS and self._news is news:
            self._since_s = now_s
            if self._set_timer():
                self._dispatcher.loop.remove_reader(news.fileno())

    def _ring(self) -> None:
        """Read what has come meanwhile; where that is not much, each at once from now on."""
        news, self._timer = self._news, None
        if news is None:
            return
        self._reads = MANY_READS
        try:
            self._since_s = self._clock.monotonic_s()
            self._reads = self._read_all(news)
        finally:
            # Whatever happens, or nobody would be heard any more. Where everyone has left
            # meanwhile, and somebody has come, they are watched already.
            if self._news is news and not (self._reads >= _FEW_READS and self._set_timer()):
                self._watch()

    def _set_timer(self) -> bool:
        """Read again when the interval is over; False where the clock does not call back."""
        try:
            # Counted from when reading began: what came of it has taken a part of the interval.
            over_s = self._since_s + self._interval_s - self._clock.monotonic_s()
            self._timer = self._clock.call_later(max(0.0, over_s) + _TIMER_S / 2, self._ring)
        except Exception:  # noqa: BLE001 - whatever it is, sockets must be read
            _log.exception("the clock does not call back", timer="intake")
            return False
        return True

    def _rest(self) -> None:
        assert self._news is not None, "there were taps"  # noqa: S101
        if self._timer is None:
            self._dispatcher.loop.remove_reader(self._news.fileno())
        else:
            self._timer.cancel()
            self._timer = None
        self._news.close()
        self._news = None

    # -- reading

    def _read_all(self, news: select.epoll) -> int:
        """Read all that have something to say; return how many these were."""
        ready = news.poll(0, _SOCKETS_AT_ONCE)
        self._dispatcher.at_once(self._read_each, ready)
        return len(ready)

    def _read_each(self, ready: list[tuple[int, int]]) -> None:
        taps, read = self._taps, os.read
        for fd, _ in ready:
            tap = taps.get(fd)
            if tap is None:
                # It was closed by what came of another one's bytes.
                continue
            try:
                data = read(fd, _READ_BYTES)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                tap.hand_back()
                continue
            try:
                tap.received(data)
            except Exception:  # noqa: BLE001 - one connection's fault is not that of the others
                _log.exception("bytes of a connection were not taken")
                tap.fail()
