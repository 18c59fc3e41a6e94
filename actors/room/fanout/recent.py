"""The newest events of a room, encoded, from which a returning client gets its delta."""

from collections import deque
from typing import Final

import msgspec

from lessonroom.log.audience import circle_of
from lessonroom.log.events import WIRE_NAME, Channel, ChatMessageSent, Event, Removal
from lessonroom.protocol.encoding import encode_event, encode_hidden

_ON_EVERY_VIEW = "session_status"
_LARGE_BYTES: Final = 1024 * 1024


class EncodedEvent(msgspec.Struct, frozen=True):
    """An event with its message, as everyone but the author's connection gets it.

    `circle` is whom it is for besides those who lead the lesson; None: for everyone (CH-4).
    """

    seq: int
    channel: Channel
    is_on_every_view: bool
    payload: bytes
    circle: frozenset[int] | None = None
    large: Event | None = None
    """What takes megabytes, in place of `payload`: its message is made when it is sent, and does
    not lie beside it for as long as it takes to get to disk."""

    @classmethod
    def of(cls, event: Event) -> "EncodedEvent":
        """Encode an event, once for all who will get it."""
        channel, name = WIRE_NAME[event.type]
        is_on_every_view = name == _ON_EVERY_VIEW
        if len(event.data) > _LARGE_BYTES:
            return cls(event.seq, channel, is_on_every_view, b"", circle_of(event), event)
        return cls(event.seq, channel, is_on_every_view, encode_event(event), circle_of(event))

    def message(self) -> bytes:
        """Return the message, as everyone but the author's connection gets it."""
        return self.payload if self.large is None else encode_event(self.large)

    @property
    def size_bytes(self) -> int:
        """How much is held for its sake."""
        return len(self.payload) if self.large is None else len(self.large.data)

    def is_carried_by(self, channels: frozenset[Channel]) -> bool:
        """Whether a view with these channels carries the event (PROTOCOL HS-1)."""
        return self.is_on_every_view or self.channel in channels

    @property
    def hidden(self) -> bytes:
        """The message that stands in its place for whom it is not for."""
        return encode_hidden(self.seq)

    def is_gap_carried_by(self, channels: frozenset[Channel]) -> bool:
        """Whether `hidden` is needed: where every event has its place (PROTOCOL BD-4)."""
        return Channel.BOARD in channels and self.is_carried_by(channels)


class RecentEvents:
    """The last `most` events and at most `most_bytes` of them; always a gapless end of the log."""

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._events: deque[EncodedEvent] = deque()
        self._bytes = 0

    def add(self, event: EncodedEvent) -> None:
        """Add the next event of the log."""
        self._events.append(event)
        self._bytes += event.size_bytes
        while len(self._events) > self._most or self._bytes > self._most_bytes:
            self._bytes -= self._events.popleft().size_bytes

    def take_out(self, seq: int, removal: Removal) -> None:
        """Leave of a message of the chat what is left of one that was removed (CH-6)."""
        at = seq - self._events[0].seq if self._events else -1
        if at < 0:
            return
        before = self._events[at]
        message = msgspec.json.decode(before.payload)
        said = msgspec.convert(message["data"], ChatMessageSent)
        payload = msgspec.json.encode(message | {"data": said.taken_out(removal)})
        self._events[at] = msgspec.structs.replace(before, payload=payload)
        self._bytes += len(payload) - len(before.payload)

    def clear(self) -> None:
        """Forget everything, before the log is read anew."""
        self._events.clear()
        self._bytes = 0

    def since(self, seq: int, *, head: int) -> list[EncodedEvent] | None:
        """Return the events after `seq` up to `head`, or None where they are not all here."""
        wanted = head - seq
        if wanted > len(self._events):
            return None
        return list(self._events)[len(self._events) - wanted :]
