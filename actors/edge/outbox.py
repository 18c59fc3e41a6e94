"""The sending end of a connection, as the room sees it."""

from typing import Protocol

from lessonroom.codes import CloseCode, Refused
from lessonroom.log.events import Channel


class Wire(Protocol):
    """A sub-protocol: how a payload becomes a frame. One object for each, compared by identity."""

    def frame(self, payload: bytes) -> bytes:
        """Return a JSON payload as a WebSocket frame of this sub-protocol."""


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

    def unsent_bytes(self) -> int:
        """Return how many bytes the client has not taken yet."""

    def keep_alive(self, now_s: float) -> None:
        """Ping a client that is silent; close with 4408 where it stays so (PROTOCOL HS-7)."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Send a close frame behind what was written, and end the connection in any case."""
