"""A connection over a bad network: late, in bursts, slow, and gone without a word."""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
import pykka

from actors.edge.connection import Lost, Received
from actors.edge.outbox import Wire
from actors.runtime.telling import tell
from lessonroom.codes import CloseCode, Refused
from lessonroom.log.events import Channel
from lessonroom.protocol.decoding import Breach, Invalid, decode_text
from tests.actors.support.recording_outbox import ALL_CHANNELS, LINES

_DELAYS_S: Final = (0.0005, 0.001, 0.005, 0.02, 0.3)


class Link:
    """One connection: the `Outbox` of its server's end, and what is on the way in both directions.

    Within a connection the order stays, as TCP keeps it; between two connections of one client
    anything may overtake: what was sent on the old one can arrive after the new one is open.

    Args:
        chance: decides how late things are.
        on_sent: told of each message in the moment in which the server sends it.
        on_heard: told of each message when it arrives.
        on_invalid: told of the id of what is no message, as it reaches the server.
        on_ended: told, with the close code, when the client learns of the end.

    """

    def __init__(
        self,
        chance: random.Random,
        *,
        on_sent: Callable[[dict[str, Any]], None],
        on_heard: Callable[[bytes], None],
        on_invalid: Callable[[str], None],
        on_ended: Callable[[CloseCode | Refused | None], None],
    ) -> None:
        self.wire: Wire = LINES
        self.channels: frozenset[Channel] = ALL_CHANNELS
        self.server_end: pykka.ActorRef[Any] | None = None
        self.closed: CloseCode | Refused | None = None
        self.is_cut = False
        self._chance = chance
        self._on_sent = on_sent
        self._on_heard = on_heard
        self._on_invalid = on_invalid
        self._on_ended = on_ended
        self._loop = asyncio.get_running_loop()
        self._down_s = self._up_s = self._loop.time()
        self._unsent_bytes = 0
        self._has_ended = False
        self._behind: list[bytes] = []
        self._is_behind_due = False

    # -- the server's end

    def open(self, welcome: bytes) -> None:
        """Answer the handshake."""
        self.write(self.wire.frame(welcome))

    def refuse(self, refused: Refused) -> None:
        """Answer the handshake with a refusal."""
        self._close(refused)

    def close(self, code: CloseCode, reason: str) -> None:  # noqa: ARG002 - nobody reads it
        """Send a close frame behind what was written."""
        self._close(code)

    def write(self, frames: bytes) -> None:
        """Send frames, which arrive late or never."""
        if self.closed is not None:
            return
        payloads = frames.splitlines()
        for payload in payloads:
            self._on_sent(msgspec.json.decode(payload))
        self._unsent_bytes += len(frames)

        def arrive() -> None:
            self._unsent_bytes -= len(frames)
            for payload in payloads:
                if not self.is_cut:
                    self._on_heard(payload)

        self._down_s = self._later(self._down_s, arrive)

    def write_behind(self, frames: Sequence[Sequence[bytes]]) -> None:
        """Send frames one by one, each some time later; others may go out between them."""
        self._behind = [b"".join(frame) for frame in frames]
        if self._behind and not self._is_behind_due:
            self._send_later()

    def _send_later(self) -> None:
        self._is_behind_due = True
        self._loop.call_later(self._chance.choice(_DELAYS_S), self._send_next)

    def _send_next(self) -> None:
        self._is_behind_due = False
        if self._behind and self.closed is None and not self.is_cut:
            self.write(self._behind.pop(0))
            self._send_later()

    def unsent_bytes(self) -> int:
        """Return how much is on the way to the client."""
        return self._unsent_bytes

    def handled(self, messages: int, size_bytes: int, hold_ms: int) -> None:  # noqa: ARG002
        """Read nothing for a while, where what the client sent has cost that much."""
        if hold_ms:
            self._up_s = max(self._up_s, self._loop.time()) + hold_ms / 1000

    def keep_alive(self, now_s: float) -> None:
        """Everyone who has not ended is alive."""

    # -- the client's end

    def send(self, payload: bytes) -> None:
        """Send the payload of a text frame."""
        self._up_s = self._later(self._up_s, lambda: self._receive(payload))

    def cut(self, *, is_bye: bool = False) -> None:
        """Be gone; what was sent before may still arrive, and the server learns of it late."""
        if self.is_cut:
            return
        self.is_cut = True
        self._up_s = self._later(self._up_s, lambda: self._tell(Lost(is_bye)))

    def stall(self, seconds: float) -> None:
        """Take nothing for a while."""
        self._down_s = max(self._down_s, self._loop.time()) + seconds

    def sever(self) -> None:
        """The server's process is gone: nothing more arrives, and the client finds out."""
        self.server_end = None
        if self.closed is None:
            self._close(None)

    # -- inside

    def _receive(self, payload: bytes) -> None:
        try:
            message = decode_text(payload)
        except Breach as breach:
            self.close(breach.code, breach.reason)
            return
        if isinstance(message, Invalid):
            self._on_invalid(message.id or "")
        self._tell(Received(message))

    def _tell(self, message: object) -> None:
        if self.server_end is not None:
            tell(self.server_end, message)

    def _close(self, how: CloseCode | Refused | None) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self.closed = how if how is not None else CloseCode.INTERNAL

        def end() -> None:
            self._tell(Lost(is_bye=False))
            if not self.is_cut:
                self.is_cut = True
                self._on_ended(how)

        self._down_s = self._later(self._down_s, end)

    def _later(self, last_s: float, happen: Callable[[], None]) -> float:
        """Have something happen after all that was under way; return when."""
        at_s = max(last_s, self._loop.time() + self._chance.choice(_DELAYS_S))
        # A hair later than the one before: a heap does not keep the order of equals.
        at_s += 1e-7
        self._loop.call_at(at_s, happen)
        return at_s
