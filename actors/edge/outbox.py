"""A connection, as the room sees it: where it sends, and says that it has heard."""

from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from lessonroom.board.model.encoded_parts import Codec
from lessonroom.codes import CloseCode, Refused
from lessonroom.log.events import Channel

_log: Final = structlog.get_logger(__name__)


class Wire(Protocol):
    """A sub-protocol: how a payload becomes a frame. One object for each, compared by identity."""

    codec: Codec
    """How boards are encoded."""

    def frame(self, payload: bytes) -> bytes:
        """Return a JSON payload as a WebSocket frame of this sub-protocol."""

    def frame_with(self, payload: bytes, board: Sequence[bytes]) -> list[bytes]:
        """Return a frame, in parts, with a board in the place of the null that it ends with.

        `board` is its encoding by `codec`, in parts; they are among those of the frame as they are.
        """


class Outbox(Protocol):
    """Bytes towards one client. Nothing here blocks; what the client does not read is counted."""

    wire: Wire
    channels: frozenset[Channel]

    def open(self, welcome: bytes) -> None:
        """Answer the handshake and send the welcome (a JSON payload) as the first message."""

    def refuse(self, refused: Refused) -> None:
        """Answer the handshake with a refusal (PROTOCOL HS-4)."""

    def write(self, frames: bytes) -> None:
        """Send frames; after `close` this does nothing."""

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Send frames, each in parts, one by one and whole, whenever nothing else is to be sent.

        They take the place of those of an earlier call that were not begun, and are no part of
        `unsent_bytes`: they do not come faster than the client reads. After `close` none is begun.
        """

    def unsent_bytes(self) -> int:
        """Return how many bytes the client has not taken yet."""

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:
        """Hear that so many messages of the client were dealt with (PROTOCOL FC-5).

        Called once for each batch. What is not told of counts against the connection for ever, so
        everyone who takes a message tells of it, whatever became of it, or closes the connection.
        Nothing more is read of it for `hold_ms`: what it sent has cost as much (FC-6).
        """

    def keep_alive(self, now_s: float) -> None:
        """Ping a client that is silent; close with 4408 where it stays so (PROTOCOL HS-7)."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame behind what was written, and end the connection in any case."""


def close_apart(outbox: Outbox, code: CloseCode, reason: str) -> None:
    """Close a connection where others wait for the same: that it fails is no fault of theirs."""
    try:
        outbox.close(code, reason)
    except Exception:  # noqa: BLE001 - whatever it is, the next one must be closed
        _log.exception("a connection cannot be closed")


def refuse_apart(outbox: Outbox, refused: Refused) -> None:
    """Refuse a handshake where others wait for the room: that it fails is no fault of theirs."""
    try:
        outbox.refuse(refused)
    except Exception:  # noqa: BLE001 - whatever it is, the room goes on
        _log.exception("a handshake cannot be refused")
