"""What a client is sent: at once, and large answers in slices that others can wait for.

A board of 9 MB to each of twenty who come in at once is 180 MB. A kernel takes megabytes of that in
one call, for each of them, and nobody else's stroke goes out meanwhile. So what is large is handed
over a slice a turn of the loop, and only as the client reads; what follows waits behind it.
"""

import asyncio
from collections import deque
from typing import Final

from websockets.server import ServerProtocol

_LARGE_BYTES: Final = 16 * 1024
"""What is smaller is handed over at once, where nothing waits before it."""
_SLICE_BYTES: Final = 128 * 1024
"""What one connection may hand over in a turn. The kernel copies so much in 30 µs."""

_END: Final = b""


class Outgoing:
    """The writing half of one connection.

    Args:
        transport: where it goes.

    """

    __slots__ = ("_is_paused", "_queue", "_queued_bytes", "_transport", "_turn")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._queue: deque[bytes | memoryview] | None = None
        """None for as long as nothing large is under way: an empty one takes 600 bytes."""
        self._queued_bytes = 0
        self._is_paused = False
        self._turn: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Send bytes behind all others, now or later."""
        if self._queue is None and len(data) < _LARGE_BYTES:
            self._transport.write(data)
            return
        if self._queue is None:
            self._queue = deque()
        # Whatever its size, it is not copied: others are sent the same bytes.
        view = memoryview(data)
        starts = range(0, len(data), _SLICE_BYTES)
        self._queue.extend(view[start : start + _SLICE_BYTES] for start in starts)
        self._queued_bytes += len(data)
        self._go_on()

    def write_pending(self, protocol: ServerProtocol) -> None:
        """Send what the library has to send; the end of the stream may be among that."""
        for data in protocol.data_to_send():
            if data:
                self.write(data)
            elif self._queue is not None:
                self._queue.append(_END)
            else:
                self._end_stream()

    def unsent_bytes(self) -> int:
        """Return how many bytes wait in this process for the client to read."""
        return self._transport.get_write_buffer_size() + self._queued_bytes

    def pause(self) -> None:
        """Hand over nothing that can wait: the transport holds as much as it should."""
        self._is_paused = True

    def resume(self) -> None:
        """Hand over more."""
        self._is_paused = False
        self._go_on()

    def end(self) -> None:
        """Forget what was not handed over."""
        self._queue = None
        self._queued_bytes = 0
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _go_on(self) -> None:
        if self._turn is None and self._queue and not self._is_paused:
            self._turn = asyncio.get_running_loop().call_soon(self._hand_over)

    def _hand_over(self) -> None:
        self._turn = None
        left, queue = _SLICE_BYTES, self._queue
        # The transport says within `write` that it has enough.
        while queue and not self._is_paused and len(queue[0]) <= left:
            data = queue.popleft()
            left -= len(data)
            self._queued_bytes -= len(data)
            if data:
                self._transport.write(data)
            else:
                self._end_stream()
        if not queue:
            self._queue = None
        self._go_on()

    def _end_stream(self) -> None:
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
