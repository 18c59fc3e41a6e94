"""The sending end of a connection without a socket: keeps and decodes what it was given."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from actors.edge.outbox import Wire
from lessonroom.board.model.encoded_parts import Codec, JsonCodec
from lessonroom.codes import CloseCode, Refused
from lessonroom.log.events import Channel

ALL_CHANNELS: Final = frozenset(Channel)


class LineWire:
    """A sub-protocol whose frames are lines; JSON of the server holds no line break."""

    codec: Codec = JsonCodec()

    def frame(self, payload: bytes) -> bytes:
        return payload + b"\n"

    def frame_with(self, payload: bytes, board: Sequence[bytes]) -> list[bytes]:
        return [payload.removesuffix(b"null}}"), *board, b"}}\n"]


LINES: Final = LineWire()


class RecordingOutbox:
    """Behaves as `RoomSocket` does where `actors.edge.outbox.Outbox` asks for it.

    `writes` are the calls as they came, the welcome's among them; `messages` what they held. A
    reader that `is_stalled` takes nothing: what is written counts as unsent.

    Args:
        channels: what the view carries.
        heard: called with each message, encoded.
        ended: called, as a callback of its own, once the connection is refused or closed.

    """

    def __init__(
        self,
        channels: frozenset[Channel] = ALL_CHANNELS,
        *,
        heard: Callable[[bytes], None] = lambda _: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.wire: Wire = LINES
        self.channels = channels
        self.writes: list[bytes] = []
        self.messages: list[dict[str, Any]] = []
        self.is_open = False
        self.is_stalled = False
        self.refused: Refused | None = None
        self.closed: CloseCode | None = None
        self.close_reason = ""
        self.kept_alive_at_s: list[float] = []
        self.handled_messages = 0
        self.handled_bytes = 0
        self.holds_ms: list[int] = []
        self._unsent_bytes = 0
        self._behind: list[bytes] = []
        self._begun = b""
        """Of a line that is not all there."""
        self._heard = heard
        self._ended = ended

    @property
    def has_ended(self) -> bool:
        """Whether the connection was refused or closed."""
        return self.refused is not None or self.closed is not None

    def open(self, welcome: bytes) -> None:
        assert not self.is_open, "a handshake is answered once"
        assert not self.has_ended, "a connection that has ended is not opened"
        self.is_open = True
        self.write(self.wire.frame(welcome))

    def refuse(self, refused: Refused) -> None:
        assert not self.is_open, "a handshake that was answered is not refused"
        if not self.has_ended:
            self.refused = refused
            self._end()

    def write(self, frames: bytes) -> None:
        assert self.is_open or self.has_ended, "nothing precedes the answer to the handshake"
        assert frames, "a write of nothing costs a system call"
        if self.has_ended:
            return
        self.writes.append(frames)
        if self.is_stalled:
            self._unsent_bytes += len(frames)
        *lines, self._begun = (self._begun + frames).split(b"\n")
        for line in lines:
            self.messages.append(msgspec.json.decode(line))
            self._heard(line)

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        self._behind = [b"".join(frame) for frame in frames]
        self._send_behind()

    def _send_behind(self) -> None:
        """Send what waits, one by one: a reader that is stalled again takes no more of it."""
        while self._behind and not self.is_stalled and not self.has_ended:
            self.write(self._behind.pop(0))

    def unsent_bytes(self) -> int:
        return self._unsent_bytes

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:
        self.handled_messages += messages
        self.handled_bytes += size_bytes
        if hold_ms:
            self.holds_ms.append(hold_ms)

    def keep_alive(self, now_s: float) -> None:
        self.kept_alive_at_s.append(now_s)

    def close(self, code: CloseCode, reason: str) -> None:
        assert self.is_open or self.has_ended, "a handshake is answered before the close"
        if not self.has_ended:
            self.closed, self.close_reason = code, reason
            self._end()

    def drain(self) -> None:
        """Read everything that was not read yet, and go on reading."""
        self.is_stalled = False
        self._unsent_bytes = 0
        self._send_behind()

    def of_type(self, *names: str) -> list[dict[str, Any]]:
        """Return the messages of these types, oldest first."""
        return [message for message in self.messages if message["type"] in names]

    def _end(self) -> None:
        asyncio.get_running_loop().call_soon(self._ended)
