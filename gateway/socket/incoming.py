"""What a client sends: from bytes to messages, no faster than they are handled (PROTOCOL FC-5).

One read of the transport may bring thousands of frames. They wait here, as bytes, and not in
mailboxes: so many messages are handed over as the marks allow, and while no more can be, the
transport does not read, so that the client's own TCP holds the rest.
"""

import asyncio
from typing import Final, Protocol

from websockets.frames import Opcode
from websockets.server import ServerProtocol

from actors.config import RoomConfig
from actors.runtime.clock import Cancellable, Clock
from gateway.socket.intake import Tap
from gateway.socket.plain_frames import HEADER_BYTES_MOST, frame_end, read_plain_frame

_LOW_SHARE: Final = 4
"""The low marks are this part of the high ones: a connection that is held goes on with a batch,
and does not begin and stop with each message."""
_OPCODE: Final = 0x0F
_BEHIND_CLOSE_MOST: Final = 16 * 1024
"""So many bytes behind our close frame are searched for the client's, which takes a millisecond.
Whoever has sent more gets the end of the stream without being listened to."""


class Receiver(Protocol):
    """Who gets what was read: the socket."""

    is_open: bool

    def message_received(self, payload: bytes) -> None:
        """Hear of a message; `Incoming.handled` is called once it was dealt with."""

    def frames_received(self, data: bytes) -> None:
        """Hear of a whole frame that is no message by itself, or of what is against the rules."""

    def stop_listening(self) -> None:
        """End the stream towards a client that floods on behind our close frame."""


class Incoming:
    """The reading half of one connection.

    Args:
        receiver: the socket.
        protocol: the library's, which knows whether a message in fragments is under way.
        clock: when the client was heard, and until when it is held.
        config: the marks, and how large a message may be.

    """

    __slots__ = (
        *("_behind_close_bytes", "_bytes", "_clock", "_config", "_hold", "_is_scheduled", "_left"),
        *("_left_at", "_messages", "_part", "_protocol", "_receiver", "_tap"),
        *("_wanted_bytes", "heard_at_s", "is_refusing", "opcode"),
    )

    def __init__(
        self, receiver: Receiver, protocol: ServerProtocol, *, clock: Clock, config: RoomConfig
    ) -> None:
        self.opcode = Opcode.TEXT
        """Of the frames that hold messages."""
        self.heard_at_s = clock.monotonic_s()
        self.is_refusing = False
        """Whether nothing is read at the moment: what is not heard then is no silence (HS-7)."""
        self._receiver = receiver
        self._protocol = protocol
        self._clock = clock
        self._config = config
        self._tap: Tap | None = None
        self._messages = 0
        self._bytes = 0
        self._part = bytearray()
        """The beginning of a frame that is not all there."""
        self._wanted_bytes = 0
        """How long it is, as far as that can be told."""
        self._left = b""
        """What was read and not looked at, from `_left_at` on."""
        self._left_at = 0
        self._hold: Cancellable | None = None
        self._is_scheduled = False
        self._behind_close_bytes = 0

    def begin(self, tap: Tap) -> None:
        """Read from here, where nothing was read so far."""
        self._tap = tap
        self.heard_at_s = self._clock.monotonic_s()
        tap.resume_reading()

    # -- reading

    def received(self, data: bytes) -> None:
        """Take what the transport has read."""
        if not self._receiver.is_open:
            self._look_for_close(data)
        elif self.is_refusing:
            # It had this under way when it was told to stop, as TLS may.
            self._left = self._left[self._left_at :] + data
            self._left_at = 0
        elif not self._read(data, 0):
            # After the read, not before it: what one read brought is in memory whatever we do.
            self._refuse()

    def _read(self, data: bytes, at: int) -> bool:
        """Read frames from `at` on, as many as a turn of the loop allows; say if it may go on."""
        if self._part:
            # Bytes that came behind half a frame, so `at` is 0.
            self._part += data
            if len(self._part) < self._wanted_bytes:
                return True
            data = bytes(self._part)
            self._part.clear()
        frames, end = self._config.intake_messages, len(data)
        most_bytes = self._config.limits.max_message_bytes
        while at < end:
            if not self._receiver.is_open:
                # A message of this very read has closed it.
                self._look_for_close(data[at:])
                return True
            if not frames or self._is_full():
                self._left, self._left_at = data, at
                self._read_on_soon()
                return False
            frames -= 1
            if self._protocol.current_size is None:
                plain = read_plain_frame(data, at, self.opcode, max_bytes=most_bytes)
                if plain is not None:
                    payload, at = plain
                    self.take(payload)
                    continue
            read = self._read_one(data, at)
            if read is None:
                self._part += data[at:]
                break
            at = read
        return not self._is_full()

    def _read_one(self, data: bytes, at: int) -> int | None:
        """Read a frame that is not a plain one; return where the next begins, None where it is cut.

        The library is given whole frames only: it takes a header off before it waits for the rest,
        so that behind half a frame nobody could tell where the next one begins. A frame that is
        too long it gets in any case, to refuse it.
        """
        most = self._config.limits.max_message_bytes
        end = frame_end(data, at)
        if end is None or (end > len(data) and end - at <= most + HEADER_BYTES_MOST):
            self._wanted_bytes = 0 if end is None else end - at
            return None
        self._receiver.frames_received(data[at:end])
        return min(end, len(data))

    def take(self, payload: bytes) -> None:
        """Hand a message over, which counts until it was handled."""
        self.heard_at_s = self._clock.monotonic_s()
        self._messages += 1
        self._bytes += len(payload)
        self._receiver.message_received(payload)

    # -- between the marks

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:
        """Hear that messages were dealt with; read nothing more for `hold_ms`."""
        # Counted whatever becomes of it, or a close would leave the marks full for good.
        self._messages -= messages
        self._bytes -= size_bytes
        if not self._receiver.is_open:
            return
        if hold_ms:
            self._hold_for(hold_ms / 1000)
        elif self.is_refusing:
            self._read_on_soon()

    def _is_full(self) -> bool:
        return (
            self._messages >= self._config.intake_messages
            or self._bytes >= self._config.intake_bytes
            or self._hold is not None
        )

    def _hold_for(self, seconds: float) -> None:
        if self._hold is not None:
            # Each hold is the whole of what is owed by now, not more on top of the last.
            self._hold.cancel()
        self._hold = self._clock.call_later(seconds, self._let_go)
        self._refuse()

    def _let_go(self) -> None:
        self._hold = None
        self._read_on_soon()

    def _refuse(self) -> None:
        if not self.is_refusing and self._receiver.is_open and self._tap is not None:
            self.is_refusing = True
            self._tap.pause_reading()

    def _read_on_soon(self) -> None:
        """Read on in a turn of its own, once below the low marks: others have theirs first."""
        is_low = (
            self._messages <= self._config.intake_messages // _LOW_SHARE
            and self._bytes <= self._config.intake_bytes // _LOW_SHARE
        )
        if is_low and self._hold is None and not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._read_on)

    def _read_on(self) -> None:
        self._is_scheduled = False
        if not self._receiver.is_open or self._hold is not None:
            return
        # Taken off first: what is not read now comes to lie there again.
        left, at = self._left, self._left_at
        self._left, self._left_at = b"", 0
        if self._read(left, at):
            self._resume()
        else:
            self._refuse()

    def _resume(self) -> None:
        if self.is_refusing and self._tap is not None:
            self.is_refusing = False
            # Silence is counted from here: before, it was we who did not listen.
            self.heard_at_s = self._clock.monotonic_s()
            self._tap.resume_reading()

    # -- the end

    def close(self) -> None:
        """Look only for the client's close frame from now on; ours is out."""
        left, self._left = self._left[self._left_at :], b""
        self._left_at = 0
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None
        if left:
            self._look_for_close(left)
        if self._behind_close_bytes <= _BEHIND_CLOSE_MOST:
            self._resume()

    def end(self) -> None:
        """Let go of everything; the connection is gone."""
        self._left, self._tap = b"", None
        self._part.clear()
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None

    def _look_for_close(self, data: bytes) -> None:
        """Step over frames that come behind our close frame, up to the client's own.

        None of them is unmasked or decoded, and there is an end to it: a flood goes on until the
        client has read that it is closed, and some never read.
        """
        if self._behind_close_bytes > _BEHIND_CLOSE_MOST:
            return
        self._behind_close_bytes += len(data)
        if self._behind_close_bytes > _BEHIND_CLOSE_MOST:
            self._part.clear()
            self._receiver.stop_listening()
            return
        data, at = bytes(self._part) + data, 0
        self._part.clear()
        while at < len(data):
            end = frame_end(data, at)
            if end is None or end > len(data):
                self._part += data[at:]
                return
            if data[at] & _OPCODE == Opcode.CLOSE:
                self._receiver.frames_received(data[at:end])
                return
            at = end
