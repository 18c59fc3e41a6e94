"""What a client is sent: at once, and large answers in slices that others can wait for.

A board of 9 MB to each of twenty who come in at once is 180 MB. A kernel takes megabytes of that in
one call, for each of them, and nobody else's stroke goes out meanwhile. So what is large is handed
over a slice a turn of the loop, and only as the client reads; what follows waits behind it.

What may come later, the pages of a board that nobody looks at yet, lies behind all of that: a frame
of it is begun when nothing else waits, and is sent whole.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from websockets.server import ServerProtocol

_LARGE_BYTES: Final = 16 * 1024
"""What is smaller is handed over at once, where nothing waits before it."""
_SLICE_BYTES: Final = 128 * 1024
"""What one connection may hand over in a turn. The kernel copies so much in 30 µs."""

_END: Final = b""


class _Behind:
    """Frames that are sent when nothing else waits."""

    __slots__ = ("begun", "frames")

    def __init__(self, frames: Sequence[Sequence[bytes]]) -> None:
        self.frames = deque(frames)
        self.begun: deque[memoryview] = deque()
        """What is left of the one that was begun."""

    def begin(self) -> None:
        """Begin the next one, if there is one."""
        if not self.frames:
            return
        small: list[bytes] = []
        for part in self.frames.popleft():
            if len(part) < _LARGE_BYTES:
                # Each slice is a call of the system.
                small.append(part)
                continue
            self.begun.extend(_slices(b"".join(small)))
            self.begun.extend(_slices(part))
            small = []
        self.begun.extend(_slices(b"".join(small)))


class Outgoing:
    """The writing half of one connection.

    Args:
        transport: where it goes.

    """

    __slots__ = ("_behind", "_is_paused", "_queue", "_queued_bytes", "_transport", "_turn")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._queue: deque[bytes | memoryview] | None = None
        """None for as long as nothing large is under way: an empty one takes 600 bytes."""
        self._queued_bytes = 0
        self._behind: _Behind | None = None
        self._is_paused = False
        self._turn: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Send bytes behind all others, now or later."""
        if self._queue is None and len(data) < _LARGE_BYTES:
            self._transport.write(data)
            return
        if self._queue is None:
            self._queue = deque()
        self._queue.extend(_slices(data))
        self._queued_bytes += len(data)
        self._go_on()

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Send frames, each in parts, one by one and whole, whenever nothing else waits.

        They take the place of those that were not begun.
        """
        if self._behind is not None:
            self._behind.frames = deque(frames)
        elif frames:
            self._behind = _Behind(frames)
            if self._queue is None:
                self._queue = deque()
        self._go_on()

    def write_pending(self, protocol: ServerProtocol) -> None:
        """Send what the library has to send; the end of the stream may be among that."""
        for data in protocol.data_to_send():
            if data:
                self.write(data)
                continue
            self.write_behind(())
            if self._queue is not None:
                self._queue.append(_END)
            else:
                self._end_stream()

    def unsent_bytes(self) -> int:
        """Return how many bytes wait in this process for the client, but for those behind."""
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
        self._queue = self._behind = None
        self._queued_bytes = 0
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _go_on(self) -> None:
        is_waiting = self._queue or self._behind is not None
        if self._turn is None and is_waiting and not self._is_paused:
            self._turn = asyncio.get_running_loop().call_soon(self._hand_over)

    def _hand_over(self) -> None:
        self._turn = None
        left = _SLICE_BYTES
        # The transport says within `write` that it has enough.
        while not self._is_paused and (source := self._next()) and len(source[0]) <= left:
            data = source.popleft()
            left -= len(data)
            if source is self._queue:
                self._queued_bytes -= len(data)
            if data:
                self._transport.write(data)
            else:
                self._end_stream()
        if not self._queue and self._behind is None:
            self._queue = None
        self._go_on()

    def _next(self) -> deque[bytes | memoryview] | deque[memoryview] | None:
        """Return what the next slice is the first of; nothing comes between those of a frame."""
        behind = self._behind
        if behind is None:
            return self._queue
        if not behind.begun and not self._queue:
            behind.begin()
            if not behind.begun:
                self._behind = None
        return behind.begun or self._queue

    def _end_stream(self) -> None:
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()


def _slices(data: bytes) -> Iterator[memoryview]:
    # Whatever its size, it is not copied: others are sent the same bytes.
    view = memoryview(data)
    for start in range(0, len(data), _SLICE_BYTES):
        yield view[start : start + _SLICE_BYTES]
