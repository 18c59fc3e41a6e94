"""The newest events of a room, encoded, from which a returning client gets its delta."""

from collections import deque
from typing import Final

import msgspec

from lessonroom.board.model.viewing import Viewer
from lessonroom.log.audience import Shares
from lessonroom.log.events import (
    WIRE_NAME,
    Channel,
    ChatMessageSent,
    Event,
    EventType,
    ParticipantChanged,
    Removal,
)
from lessonroom.protocol.encoding import encode_event, encode_hidden

_ON_EVERY_VIEW = "session_status"
_LARGE_BYTES: Final = 1024 * 1024
_OF_SEATS: Final = frozenset({EventType.PARTICIPANT_SEAT, EventType.PARTICIPANT_INVITE})
"""The events by which somebody comes to lead, or not to lead any more."""


class EncodedEvent(msgspec.Struct, frozen=True):
    """An event with its message, as everyone but the author's connection gets it.

    `shares` tells what of it is for whom; None: everyone gets it as it is (CH-4, AU-3).
    """

    seq: int
    channel: Channel
    is_on_every_view: bool
    payload: bytes
    shares: Shares | None = None
    large: Event | None = None
    """What takes megabytes, in place of `payload`: its message is made when it is sent, and does
    not lie beside it for as long as it takes to get to disk. So it is where it has shares."""
    concerns: int | None = None
    """Whose seat it changes: they may see more of the board than before, or less."""

    @classmethod
    def of(cls, event: Event, shares: Shares | None = None) -> "EncodedEvent":
        """Encode an event, once for all who will get it."""
        channel, name = WIRE_NAME[event.type]
        is_on_every_view = name == _ON_EVERY_VIEW
        if shares is not None or len(event.data) > _LARGE_BYTES:
            return cls(event.seq, channel, is_on_every_view, b"", shares, event)
        encoded = encode_event(event)
        concerns = None
        if event.type in _OF_SEATS:
            body = event.body()
            assert isinstance(body, ParticipantChanged), "by its type"  # noqa: S101
            concerns = body.participant.user_id
        return cls(event.seq, channel, is_on_every_view, encoded, concerns=concerns)

    def message(self) -> bytes:
        """Return the message, as everyone but the author's connection gets it whom it is for."""
        return self.payload if self.large is None else encode_event(self.large)

    def message_for(self, viewer: Viewer) -> bytes | None:
        """Return the message as one viewer gets it; None: it is hidden from them."""
        if self.shares is None or self.shares.whole_for(viewer):
            return self.message()
        data = self.shares.data_for(viewer)
        if data is None or self.large is None:
            return None
        return encode_event(msgspec.structs.replace(self.large, data=data))

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
        message = msgspec.json.decode(before.message())
        said = msgspec.convert(message["data"], ChatMessageSent).taken_out(removal)
        if before.large is not None:
            left = msgspec.structs.replace(before.large, data=msgspec.json.encode(said))
            after = msgspec.structs.replace(before, large=left)
        else:
            payload = msgspec.json.encode(message | {"data": said})
            after = msgspec.structs.replace(before, payload=payload)
        self._events[at] = after
        self._bytes += after.size_bytes - before.size_bytes

    def clear(self) -> None:
        """Forget everything, before the log is read anew."""
        self._events.clear()
        self._bytes = 0

    def sees_otherwise_since(self, seq: int, user_id: int) -> bool:
        """Whether somebody who has all up to `seq` may have it as they saw the board before (AU-4).

        Whoever comes to lead, or leads no longer, hears of that and of nothing that is drawn behind
        it, until they have asked for the board.
        """
        drawn_from: int | None = None
        for event in reversed(self._events):
            if event.concerns == user_id:
                return drawn_from is None or seq < drawn_from
            if event.channel is Channel.BOARD:
                drawn_from = event.seq
        return False

    def since(self, seq: int, *, head: int) -> list[EncodedEvent] | None:
        """Return the events after `seq` up to `head`, or None where they are not all here."""
        wanted = head - seq
        if wanted > len(self._events):
            return None
        return list(self._events)[len(self._events) - wanted :]
