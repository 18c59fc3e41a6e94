"""The newest events of a room, encoded, from which a returning client gets its delta."""

from collections import deque

import msgspec

from lessonroom.log.events import WIRE_NAME, Channel, Event
from lessonroom.protocol.encoding import encode_event

_ON_EVERY_VIEW = "session_status"


class EncodedEvent(msgspec.Struct, frozen=True):
    """An event with its message, as everyone but the author's connection gets it."""

    seq: int
    channel: Channel
    is_on_every_view: bool
    payload: bytes

    @classmethod
    def of(cls, event: Event) -> "EncodedEvent":
        """Encode an event, once for all who will get it."""
        channel, name = WIRE_NAME[event.type]
        return cls(event.seq, channel, name == _ON_EVERY_VIEW, encode_event(event))

    def is_carried_by(self, channels: frozenset[Channel]) -> bool:
        """Whether a view with these channels carries the event (PROTOCOL HS-1)."""
        return self.is_on_every_view or self.channel in channels


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
        self._bytes += len(event.payload)
        while len(self._events) > self._most or self._bytes > self._most_bytes:
            self._bytes -= len(self._events.popleft().payload)

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
