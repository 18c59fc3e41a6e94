"""HTTP for clients that are slow, or do not stop: what uvicorn waits for, for ever.

A request's headers have a time to arrive; its body has to get on; and of a body that nobody reads,
because the request was refused before, no more is taken than it costs to say so.
"""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from gateway.request_target import TargetReader

LEAST_BYTES_PER_S: Final = 8_192
"""Of a body. 4 MB over a bad line (300 kB/s) take 14 s and pass; so do 5 MB at 10 kB/s."""
_DISCARDED_BYTES: Final = 65_536
"""Of a body that comes after its answer: read and forgotten, so that the connection goes on."""
_MAX_HEAD: Final = 16_384
_UNREAD_TIMES: Final = 2
"""In terms of `timeout_s`, how long nothing of an answer may be taken before it is given up."""
_LINGER_S: Final = 2.0
"""How long a client may go on sending after that. Cut off at once, it might lose the answer: TCP
throws away what was received where something is left unread (RFC 9112 section 9.6)."""


def guarded(timeout_s: float) -> type[H11Protocol]:
    """Return uvicorn's HTTP protocol with deadlines for requests that trickle in (slowloris).

    Args:
        timeout_s: time to send the headers. As often as it passes during a body, that has to have
            grown by `LEAST_BYTES_PER_S`, unless it was this side that did not read.

    """
    return type("GuardedH11", (_GuardedH11,), {"timeout_s": timeout_s})


class _Farewell:
    """The transport as the answer sees it: closed, it lingers where more is on its way."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close


class _GuardedH11(H11Protocol):
    timeout_s: ClassVar[float]

    _deadline: asyncio.TimerHandle | None = None
    _waits_for: object = None
    _got_bytes = 0
    _discarded_bytes = 0
    _is_lingering = False
    _reading: asyncio.TimerHandle | None = None
    _unread_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.conn = TargetReader(h11.SERVER, self.config.h11_max_incomplete_event_size or _MAX_HEAD)
        super().connection_made(transport)
        self._wait_for(h11.IDLE)

    def data_received(self, data: bytes) -> None:
        if self._is_lingering:
            return
        self._got_bytes += len(data)
        super().data_received(data)
        self._wait_for(self.conn.their_state)
        if self._is_answered_early():
            self._discarded_bytes += len(data)
            if self._discarded_bytes > _DISCARDED_BYTES:
                self._linger()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        self._unwatch_reader()
        super().resume_writing()

    def handle_events(self) -> None:
        super().handle_events()
        # There is no cycle before the first request. The task that answers has not run yet.
        if getattr(self.cycle, "transport", None) is self.transport:
            farewell: Any = _Farewell(self.transport, self._close)
            self.cycle.transport = farewell

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._wait_for(None)
        super().handle_websocket_upgrade(event)

    def on_response_complete(self) -> None:
        if self._is_lingering:
            return
        super().on_response_complete()
        # What came of its body and was not read: up to 64 KiB that nobody will ask for any more.
        self.cycle.body = bytearray()
        if self._is_answered_early():
            self._expect_no_more()
        # The beginning of the next request may have come with this one.
        elif self.conn.trailing_data[0]:
            self._wait_for(self.conn.their_state)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for(None)
        self._unwatch_reader()
        super().connection_lost(exc)
        if getattr(self.cycle, "transport", None) is not None:
            # The farewell knows this object: only the garbage collector would free the two.
            self.cycle.transport = self.transport
            self.cycle.body = bytearray()

    # -- slow ones

    def _wait_for(self, state: object) -> None:
        """Give the client so long to finish its headers; then see to it that its body comes."""
        if state == self._waits_for or self.transport.get_protocol() is not self:
            return
        self._waits_for = state
        if state == h11.IDLE:
            self._set_deadline(self.timeout_s, self.transport.abort)
        elif state == h11.SEND_BODY:
            self._got_bytes = 0
            self._set_deadline(self.timeout_s, self._check_progress)
        else:
            self._clear_deadline()

    def _check_progress(self) -> None:
        # What this side did not read, the client could not send.
        if self._got_bytes < LEAST_BYTES_PER_S * self.timeout_s and not self.flow.read_paused:
            self.transport.abort()
            return
        self._got_bytes = 0
        self._set_deadline(self.timeout_s, self._check_progress)

    # -- those who do not read

    def _watch_reader(self) -> None:
        """Cut off who does not take what is sent: what is not sent yet stays in memory for them."""
        self._unread_bytes = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(_UNREAD_TIMES * self.timeout_s, self._check_reader)

    def _check_reader(self) -> None:
        # Less than a low mark's worth of it would have resumed writing: any of it is progress.
        if self.transport.get_write_buffer_size() >= self._unread_bytes:
            self.transport.abort()
        else:
            self._watch_reader()

    def _unwatch_reader(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    # -- those who go on after the answer

    def _is_answered_early(self) -> bool:
        # After an upgrade another protocol has the transport, and h11 never sees the end of it.
        return (
            self.transport.get_protocol() is self
            and self.conn.their_state is h11.SEND_BODY
            # A request that is refused for its first line has no cycle, and is closed behind that.
            and not self.transport.is_closing()
            and self.cycle.response_complete
        )

    def _expect_no_more(self) -> None:
        """Take the rest of a small body; a client that waits to be asked for one sends none."""
        self._discarded_bytes = 0
        if self.conn.they_are_waiting_for_100_continue:
            self._linger()
        else:
            self._set_deadline(_LINGER_S, self._linger)

    def _close(self) -> None:
        """Close behind the answer, which the client could lose if it is still sending."""
        if self.conn.their_state is h11.SEND_BODY:
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Say that this was all, and wait a little before the connection is cut."""
        self._is_lingering = True
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._set_deadline(_LINGER_S, self.transport.abort)

    def _set_deadline(self, after_s: float, act: Callable[[], object]) -> None:
        self._clear_deadline()
        self._deadline = self.loop.call_later(after_s, act)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
