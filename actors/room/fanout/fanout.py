"""Fan-out: what a room says, to whom, in which order, and not before it is on disk.

Everything said waits in one queue behind the event it must not overtake. A flush encodes a frame
once for each sub-protocol, joins all frames and writes once to each connection (PROTOCOL FC-2).
"""

import contextlib
from collections import deque
from collections.abc import Sequence
from typing import Final

import msgspec
import structlog

from actors.edge.outbox import Outbox, close_apart, refuse_apart
from actors.messages import FromClient
from actors.room.fanout.fanout_items import (
    Broadcast,
    Close,
    Direct,
    Item,
    OpenConnection,
    Resolve,
    SyncAnswer,
    lost,
    shares,
)
from actors.room.fanout.flush_frames import FlushFrames
from actors.room.fanout.pointers import Pointers
from actors.room.fanout.urgency import Urgency
from actors.runtime.telling import settle
from lessonroom.codes import CloseCode
from lessonroom.log.events import Channel
from lessonroom.log.gates import Gates
from lessonroom.protocol.decoding import submission_id
from lessonroom.protocol.encoding import encode_error
from lessonroom.protocol.server import IceServer

_log: Final = structlog.get_logger(__name__)

_LARGE_BYTES: Final = 16 * 1024
"""A frame, or a part of one, that is not copied once more for each connection."""
_AWAITED: Final = frozenset({SyncAnswer, OpenConnection, Resolve})
"""What somebody waits for who is not in the lesson yet, or calls from outside."""


class Member(msgspec.Struct):
    """A connection in the room. It gets events after `subscribed_from`; None: not synced yet."""

    connection_id: str
    user_id: int
    outbox: Outbox
    subscribed_from: int | None = None
    is_open: bool = False
    is_waiting: bool = False
    """Whether it is in the lobby, where nothing of the room is heard (WR-2)."""
    ice_servers: list[IceServer] = []
    """What it may call with, once it is let in."""
    gates: Gates = msgspec.field(default_factory=Gates)
    """What of its submissions has to come again first (BD-6)."""
    is_awaiting_sync: bool = False
    """Whether a `sync_request` of it has no answer yet; there is one at a time (FC-7)."""
    heard_messages: int = 0
    """What was heard of it in this batch, to be told to its outbox (FC-5)."""
    heard_bytes: int = 0
    hold_ms: int = 0
    """How long it has to wait for what it sent in this batch (FC-6)."""
    at_once_bytes: int = 0
    """The most that one flush has written to it, where that is much, until the outbox has drained:
    what comes at once (a board, a restored version, a busy moment) makes no reader a slow one."""


class Fanout:
    """The members of a room and the queue towards them.

    An outbox that raises is a fault of its connection alone: the member is let go and named in
    `broken`, the others hear what they would have heard.
    """

    def __init__(self, *, outbox_soft_bytes: int, outbox_hard_bytes: int) -> None:
        self.members: dict[str, Member] = {}
        self.released = 0
        """The `seq` of the last event that was sent out."""
        self.heard: list[Member] = []
        """Of whom something was dealt with in this batch, to be told by `tell_heard`."""
        self.broken: list[str] = []
        """Connections whose outbox raised, no members any more; the room has yet to hear of it."""
        self._soft_bytes = outbox_soft_bytes
        self._hard_bytes = outbox_hard_bytes
        self._queue: deque[tuple[int, Item]] = deque()
        self._awaited: deque[int] = deque()
        self.pointers = Pointers()
        """Where everybody points, as it was not sent yet (FC-3)."""

    # -- what is said

    def add(self, item: Item, *, behind: int) -> None:
        """Queue an item that may be sent once event `behind` is on disk."""
        self._queue.append((behind, item))
        if type(item) in _AWAITED:
            self._awaited.append(behind)

    def urgency(self, committed: int) -> Urgency:
        """Return how soon to flush: of what may be sent, the most urgent decides."""
        if self._awaited and self._awaited[0] <= committed:
            return Urgency.AWAITED
        if self._queue and self._queue[0][0] <= committed:
            return Urgency.SAID
        return Urgency.POINTERS if self.pointers else Urgency.NOTHING

    def is_idle(self) -> bool:
        """Whether nothing is queued."""
        return not self._queue

    # -- flushing

    def flush(self, committed: int) -> list[str]:
        """Send what is on disk; return the connections that read too slowly (FC-4)."""
        items = self._take(committed)
        events = [item for item in items if isinstance(item, Broadcast)] if items else []
        first_seq = events[0].event.seq if events else 0
        special = shares(items) if items else {}
        viewers = frozenset[int]().union(*(item.viewers for item in events if item.viewers))
        # After the items, in each share: who points at an element has it on the board by then.
        framed = FlushFrames(events, self.pointers.take() if self.pointers else None)
        seeing = framed.pointer_viewers
        soft_bytes = self._soft_bytes
        crowded: list[Member] = []
        wire = channels = None
        frames, n_bytes = b"", 0
        # A copy: a share may end with a close, and a fault lets a member go.
        for member in list(self.members.values()):
            own: Sequence[Item] | None = special.get(member.connection_id)
            is_hearing = member.is_open and not member.is_waiting
            if own is None and first_seq and is_hearing:
                # A sync answered within this flush's events: its board holds some of them already.
                subscribed_from = member.subscribed_from
                if (
                    subscribed_from is None
                    or subscribed_from >= first_seq
                    or member.user_id in viewers
                ):
                    own = events
            if own is None and member.user_id in seeing and is_hearing:
                own = events
            try:
                if own is not None:
                    self._send_own(member, own, framed)
                    crowded.append(member)
                elif is_hearing:
                    # What nearly everyone gets: no call more than it needs, and the frames of the
                    # one before, whose view is mostly the same.
                    outbox = member.outbox
                    unsent_bytes = outbox.unsent_bytes()
                    if unsent_bytes > soft_bytes:
                        wire, frames = None, framed.joined(outbox, with_pointers=False)
                        n_bytes = len(frames)
                    elif outbox.wire is not wire or outbox.channels is not channels:
                        frames = framed.joined(outbox, with_pointers=True)
                        n_bytes = len(frames)
                        wire, channels = outbox.wire, outbox.channels
                    if n_bytes:
                        outbox.write(frames)
                    if unsent_bytes + n_bytes > soft_bytes or member.at_once_bytes:
                        self._note_written(member, n_bytes)
                        crowded.append(member)
            except Exception:  # noqa: BLE001 - one connection's fault is not the room's
                self._break(member)
        # Behind the sockets: a caller by name must not hear of what the lesson has not seen.
        for item in items:
            if type(item) is Resolve:
                settle(item.done, item.result)
        if events:
            # Only now: a loss on the way here compares with it what people have really been told.
            self.released = events[-1].event.seq
        # Looked at once more: what a socket took at once is not waiting for anybody.
        return [
            member.connection_id
            for member in crowded
            if member.connection_id in self.members and self._is_over(member)
        ]

    def _note_written(self, member: Member, n_bytes: int) -> None:
        """Note what a flush has just written to a member, whatever it was."""
        if n_bytes > self._soft_bytes:
            member.at_once_bytes = max(member.at_once_bytes, n_bytes)

    def _is_over(self, member: Member) -> bool:
        try:
            unsent_bytes = member.outbox.unsent_bytes()
        except Exception:  # noqa: BLE001 - one connection's fault is not the room's
            self._break(member)
            return False
        if unsent_bytes <= self._soft_bytes:
            member.at_once_bytes = 0
        return unsent_bytes > self._hard_bytes + member.at_once_bytes

    def _take(self, committed: int) -> list[Item]:
        # Strictly from the front, though one behind it may be due: an answer that was decided later
        # must not overtake an event that waits for the disk.
        queue, awaited = self._queue, self._awaited
        items: list[Item] = []
        while queue and queue[0][0] <= committed:
            items.append(queue.popleft()[1])
        while awaited and awaited[0] <= committed:
            awaited.popleft()
        return items

    def _send_own(self, member: Member, items: Sequence[Item], framed: FlushFrames) -> None:
        """Send to a member whose share of this flush differs from the others'."""
        outbox = member.outbox
        is_slow = outbox.unsent_bytes() > self._soft_bytes
        frames: list[bytes] = []
        answered: SyncAnswer | None = None
        own = member.connection_id
        for item in items:
            match item:
                case Broadcast():
                    if (
                        member.subscribed_from is not None
                        and item.event.seq > member.subscribed_from
                        and item.event.is_carried_by(outbox.channels)
                    ):
                        if item.author == own:
                            frames.append(outbox.wire.frame(item.ack))
                        else:
                            frames.append(framed.share(outbox, item, member.user_id))
                    elif item.author == own:
                        # The view does not carry it, or a board that was asked for holds it.
                        frames.append(outbox.wire.frame(item.ack))
                case OpenConnection():
                    member.is_open = True
                    outbox.open(item.welcome)
                case Direct():
                    if not (item.is_signal and is_slow):
                        frames.append(outbox.wire.frame(item.payload))
                case SyncAnswer():
                    # Where it stood in the queue: events before it are in the board, those behind
                    # it are not, so nothing is drawn twice and nothing is missing.
                    member.is_awaiting_sync = False
                    frames += item.frame(outbox.wire)
                    answered = item
                case Close():
                    # What was said to it before goes out first, its reason among that (SY-3).
                    _write(outbox, frames)
                    outbox.close(item.code, item.reason)
                    self.members.pop(own, None)
                    return
                case _:
                    pass
        hears_pointers = member.is_open and not member.is_waiting and not is_slow
        if hears_pointers and Channel.BOARD in outbox.channels:
            pointers = framed.pointer_for(outbox.wire, member.user_id)
            if pointers:
                frames.append(pointers)
        _write(outbox, frames)
        if answered is not None and answered.parts is not None:
            outbox.write_behind(answered.frames_behind(outbox.wire))
        self._note_written(member, sum(map(len, frames)))

    # -- looking after connections

    def hear(self, member: Member, size_bytes: int) -> None:
        """Note that a message of a member is dealt with in this batch."""
        if not member.heard_messages:
            self.heard.append(member)
        member.heard_messages += 1
        member.heard_bytes += size_bytes

    def hold(self, member: Member, hold_ms: int) -> None:
        """Note for how long a member has to wait for what it sent, maybe in an earlier batch."""
        if not member.heard_messages and not member.hold_ms:
            self.heard.append(member)
        member.hold_ms = max(member.hold_ms, hold_ms)

    def tell_heard(self) -> None:
        """Tell each connection, once a batch, how much of what it sent was dealt with (FC-5)."""
        heard, self.heard = self.heard, []
        for member in heard:
            messages, size_bytes = member.heard_messages, member.heard_bytes
            hold_ms, member.hold_ms = member.hold_ms, 0
            member.heard_messages = member.heard_bytes = 0
            try:
                member.outbox.handled(messages, size_bytes, hold_ms)
            except Exception:  # noqa: BLE001 - one connection's fault is not the room's
                self._break(member)

    def keep_alive(self, now_s: float) -> None:
        """Have each connection look after itself (HS-7)."""
        for member in list(self.members.values()):
            try:
                member.outbox.keep_alive(now_s)
            except Exception:  # noqa: BLE001 - one connection's fault is not the room's
                self._break(member)

    def unsent_bytes(self) -> int:
        """Return how many bytes all connections together have not taken yet."""
        total = 0
        for member in self.members.values():
            # Only looked at: whether the connection works is found out by the next flush.
            with contextlib.suppress(Exception):
                total += member.outbox.unsent_bytes()
        return total

    # -- when it goes wrong

    def lose(
        self, code: CloseCode = CloseCode.INTERNAL, reason: str = "reconnect"
    ) -> list[FromClient]:
        """Drop what was never committed and tell those who wait for it.

        Whoever was to be let in or sent away with it is closed with `code`.
        Returns the sync requests whose answers told of what is lost.
        """
        unanswered: list[FromClient] = []
        # Taken off first: closing a member below may add to what is queued.
        queue, self._queue = self._queue, deque()
        self._awaited.clear()
        for _, item in queue:
            match item:
                case Broadcast(author=str() as author, message_id=str() as message_id):
                    self._tell_lost(author, message_id, is_submission=True)
                case Direct(connection_id=connection_id, message_id=str() as message_id):
                    self._tell_lost(connection_id, message_id, is_submission=item.is_submission)
                case SyncAnswer(asked=asked):
                    unanswered.append(asked)
                case OpenConnection(connection_id=connection_id):
                    self.close(connection_id, code, reason)
                case Close(connection_id=connection_id):
                    self.close(connection_id, code, reason)
                case Resolve(done=done):
                    settle(done, error=lost())
                case _:
                    pass
        return unanswered

    def _tell_lost(self, connection_id: str, message_id: str, *, is_submission: bool) -> None:
        member = self.members.get(connection_id)
        if member is not None and member.is_open:
            refused = lost()
            if is_submission:
                # Also one whose answer was a refusal: nobody has heard of it.
                member.gates.note(*submission_id(message_id), refused)
            payload = encode_error(refused, message_id=message_id)
            try:
                member.outbox.write(member.outbox.wire.frame(payload))
            except Exception:  # noqa: BLE001 - one connection's fault is not the room's
                self._break(member)

    def _break(self, member: Member) -> None:
        """Let go of a connection whose outbox has just raised."""
        _log.exception("a connection failed", connection_id=member.connection_id)
        if self.members.pop(member.connection_id, None) is not None:
            self.broken.append(member.connection_id)
        close_apart(member.outbox, CloseCode.INTERNAL, "internal error; reconnect")

    def close(self, connection_id: str, code: CloseCode, reason: str) -> None:
        """End a connection now, ahead of what is queued."""
        member = self.members.pop(connection_id, None)
        if member is None:
            return
        if member.is_open:
            close_apart(member.outbox, code, reason)
        else:
            refuse_apart(member.outbox, lost())

    def close_all(self, code: CloseCode, reason: str) -> None:
        """End all connections and tell everyone who waits."""
        self.lose(code, reason)
        for connection_id in list(self.members):
            self.close(connection_id, code, reason)


def _write(outbox: Outbox, frames: list[bytes]) -> None:
    """Write small frames joined, and large ones as they are: others are sent the same bytes."""
    small: list[bytes] = []
    for frame in frames:
        if len(frame) < _LARGE_BYTES:
            small.append(frame)
            continue
        if small:
            outbox.write(b"".join(small))
            small = []
        outbox.write(frame)
    if small:
        outbox.write(b"".join(small))
