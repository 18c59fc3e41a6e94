"""The frames of one flush."""

from actors.edge.outbox import Outbox, Wire
from actors.room.fanout.fanout_items import Broadcast
from actors.room.fanout.pointers import Pointed
from lessonroom.board.model.viewing import EVERYONE
from lessonroom.log.events import Channel


class FlushFrames:
    """The frames of one flush, made once for each sub-protocol and joined once for each view."""

    def __init__(self, events: list[Broadcast], pointed: Pointed | None) -> None:
        self._pointed = pointed
        self._pointers = b"" if pointed is None else pointed.message
        self.pointer_viewers = frozenset[int]() if pointed is None else pointed.viewers
        """Who is told of pointers that others are not told of."""
        self.events = events
        self._frames: dict[tuple[int, int], bytes] = {}
        self._shared: dict[tuple[int, int, int], bytes] = {}
        self._joined: dict[tuple[int, frozenset[Channel], bool], bytes] = {}

    def event(self, wire: Wire, item: Broadcast) -> bytes:
        """Return the frame of an event."""
        event = item.event
        key = (id(wire), event.seq)
        frame = self._frames.get(key)
        if frame is None:
            frame = self._frames[key] = wire.frame(event.payload or event.message())
        return frame

    def share(self, outbox: Outbox, item: Broadcast, user_id: int | None) -> bytes:
        """Return the frame of an event as somebody gets it; None is whom it does not name."""
        shares = item.event.shares
        if shares is None:
            return self.event(outbox.wire, item)
        viewer = EVERYONE if user_id is None else item.viewer(user_id)
        if shares.whole_for(viewer):
            return self.event(outbox.wire, item)
        data = shares.data_for(viewer)
        if data is None:
            return self.hidden(outbox, item)
        # The same object for all who see the same, for as long as the event is there.
        key = (id(outbox.wire), item.event.seq, id(data))
        frame = self._shared.get(key)
        if frame is None:
            message = item.event.message_for(viewer) or b""
            frame = self._shared[key] = outbox.wire.frame(message)
        return frame

    def hidden(self, outbox: Outbox, item: Broadcast) -> bytes:
        """Return what those get whom an event is not for; nothing on a view, which has gaps."""
        event = item.event
        if not event.is_gap_carried_by(outbox.channels):
            return b""
        return self._frame(outbox.wire, -event.seq, event.hidden)

    def pointer_for(self, wire: Wire, user_id: int) -> bytes:
        """Return the frame of all pointers that moved and that somebody sees, empty where none."""
        if self._pointed is not None and user_id in self.pointer_viewers:
            message = self._pointed.message_for(user_id)
            return wire.frame(message) if message else b""
        return self._frame(wire, 0, self._pointers) if self._pointers else b""

    def joined(self, outbox: Outbox, *, with_pointers: bool) -> bytes:
        """Return all frames for those who hear the same channels over the same sub-protocol.

        What is for a few is hidden: they are sent a share of their own.
        """
        key = (id(outbox.wire), outbox.channels, with_pointers)
        joined = self._joined.get(key)
        if joined is None:
            frames = [
                self.event(outbox.wire, item)
                if item.viewers is None
                else self.share(outbox, item, None)
                for item in self.events
                if item.event.is_carried_by(outbox.channels)
            ]
            if with_pointers and self._pointers and Channel.BOARD in outbox.channels:
                frames.append(self._frame(outbox.wire, 0, self._pointers))
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
