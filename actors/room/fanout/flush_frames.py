"""The frames of one flush."""

from actors.edge.outbox import Outbox, Wire
from actors.room.fanout.fanout_items import Broadcast
from lessonroom.log.events import Channel


class FlushFrames:
    """The frames of one flush, made once for each sub-protocol and joined once for each view."""

    def __init__(self, events: list[Broadcast], pointers: bytes) -> None:
        self.pointers = pointers
        self.events = events
        self._frames: dict[tuple[int, int], bytes] = {}
        self._joined: dict[tuple[int, frozenset[Channel], bool], bytes] = {}

    def event(self, wire: Wire, item: Broadcast) -> bytes:
        """Return the frame of an event."""
        event = item.event
        key = (id(wire), event.seq)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = wire.frame(event.payload or event.message())
        return frame

    def hidden(self, outbox: Outbox, item: Broadcast) -> bytes:
        """Return what those get whom an event is not for; nothing on a view, which has gaps."""
        event = item.event
        if not event.is_gap_carried_by(outbox.channels):
            return b""
        return self._frame(outbox.wire, -event.seq, event.hidden)

    def pointer(self, wire: Wire) -> bytes:
        """Return the frame of all pointers that moved."""
        return self._frame(wire, 0, self.pointers)

    def joined(self, outbox: Outbox, *, with_pointers: bool) -> bytes:
        """Return all frames for those who hear the same channels over the same sub-protocol.

        What is for a few is hidden: they are sent a share of their own.
        """
        key = (id(outbox.wire), outbox.channels, with_pointers)
        joined = self._joined.get(key)
        if joined is None:
            frames = [
                self.event(outbox.wire, item) if item.viewers is None else self.hidden(outbox, item)
                for item in self.events
                if item.event.is_carried_by(outbox.channels)
            ]
            if with_pointers and self.pointers and Channel.BOARD in outbox.channels:
                frames.append(self.pointer(outbox.wire))
            joined = self._joined[key] = b"".join(frames)
        return joined

    def _frame(self, wire: Wire, number: int, payload: bytes) -> bytes:
        """Return the frame of a payload, made once; `number` is its `seq`, 0 for the pointers.

        That of an event in its place for whom it is hidden from is negative.
        """
        key = (id(wire), number)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = wire.frame(payload)
        return frame
