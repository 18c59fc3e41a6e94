"""A client as the protocol wants one: the replica that every client keeps, beside a connection."""

from typing import Any

import msgspec
import pykka

from actors.config import RoomConfig
from actors.edge.connection import ConnectionActor, Lost, Received
from actors.house.rooms import Rooms
from actors.runtime.telling import tell
from lessonroom.commands import Connect
from lessonroom.log.events import Channel
from lessonroom.protocol.decoding import decode_text
from lessonroom.replica import messages
from lessonroom.replica.messages import Incoming
from lessonroom.replica.pending import Entry, Pending
from lessonroom.replica.replica import Acknowledged, Phase, Reaction, Replica
from lessonroom.replica.view import BoardView
from tests.actors.manual_clock import ManualClock
from tests.actors.recording_outbox import ALL_CHANNELS, RecordingOutbox


class _NumberedView(BoardView):
    """A board that remembers which events it was made of one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def apply(self, event: Incoming) -> None:
        super().apply(event)
        self.seen.append(event.seq or 0)

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:
        super().apply_own(pending, seq=seq, user_id=user_id)
        self.seen.append(seq)


class Client:
    """One page of one participant, over any number of connections one after the other.

    Its replica does what the protocol asks of a client; what one was refused for now goes out
    again with `send_again`, because time is the tests'. It checks what it is told: every `seq`
    once and in order (BD-4), nothing before its sync (HS-6). What it finds wrong is in `faults`.
    """

    def __init__(
        self,
        user_id: int,
        *,
        name: str,
        session_id: str,
        clock: ManualClock,
        config: RoomConfig,
        channels: frozenset[Channel] = ALL_CHANNELS,
    ) -> None:
        self.user_id = user_id
        self.name = name
        self.session_id = session_id
        self.clock = clock
        self.config = config
        self.channels = channels
        self.outbox = RecordingOutbox()
        self.outboxes: list[RecordingOutbox] = []
        self.connection_id = ""
        self.replica = Replica(f"{name}-client", _NumberedView(), has_gaps=channels != ALL_CHANNELS)
        # Tests name submissions: each goes out as it is.
        self.replica.queue.adopt([], is_alone=False)
        self.acked: dict[str, int] = {}
        self.sync_modes: list[str] = []
        self.errors: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.sent_messages = self.sent_bytes = 0
        self._drawn = 0
        self._requests = 0
        self._connection: pykka.ActorRef[ConnectionActor] | None = None
        self._connections: dict[int, pykka.ActorRef[ConnectionActor]] = {}

    # -- what it has

    @property
    def seq(self) -> int:
        """The last event that it has applied."""
        return self.replica.seq

    @property
    def epoch(self) -> str | None:
        """The epoch that this event is of; None before the first sync."""
        return self.replica.epoch

    @property
    def is_synced(self) -> bool:
        """Whether the board is up to date on this connection."""
        return self.replica.phase is Phase.LIVE

    @property
    def board(self) -> dict[str, float]:
        """Where the elements are that the room has confirmed."""
        elements = self.replica.view.board.elements.values()
        return {stored.id: msgspec.json.decode(stored.encoded)["x"] for stored in elements}

    @property
    def pending(self) -> list[Entry]:
        """What is not acknowledged."""
        return self.replica.pending

    @property
    def seen(self) -> list[int]:
        """The events that it has applied one by one."""
        return self.replica.view.seen

    def forget(self) -> None:
        """Give up what is not acknowledged."""
        self.replica.queue.entries.clear()

    # -- connecting

    def connect(self, rooms: Rooms) -> None:
        """Open a connection; once it is welcome the client syncs and sends again."""
        self.replica.closed()
        self.replica.opened()
        outbox = RecordingOutbox(
            self.channels,
            heard=lambda line: self._hear(outbox, line),
            ended=lambda: self._end(outbox, is_bye=False),
        )
        self.outbox = outbox
        self.outboxes.append(outbox)
        self.connection_id = f"{self.name}-{len(self.outboxes)}"
        self._connection = self._connections[id(outbox)] = ConnectionActor.start(
            Connect(
                connection_id=self.connection_id,
                peer_id=f"peer-{self.connection_id}",
                user_id=self.user_id,
                token_issued_at_ms=self.clock.now_ms(),
                is_peer=Channel.WEBRTC in self.channels,
            ),
            session_id=self.session_id,
            outbox=outbox,
            directory=rooms.directory,
            ice_servers=[],
            clock=self.clock,
            config=self.config,
            observer=rooms.observer,
        )

    @property
    def is_connected(self) -> bool:
        """Whether the connection is open or on its way."""
        return self._connection is not None

    def drop(self) -> None:
        """Lose the network."""
        self._end(self.outbox, is_bye=False)

    def leave(self) -> None:
        """Close with 1000."""
        self._end(self.outbox, is_bye=True)

    def _end(self, outbox: RecordingOutbox, *, is_bye: bool) -> None:
        connection = self._connections.pop(id(outbox), None)
        if connection is None:
            return
        tell(connection, Lost(is_bye))
        if outbox is self.outbox:
            self._connection = None
            self.replica.closed()

    # -- sending

    def send(self, channel: str, name: str, data: object, *, message_id: str | None = None) -> str:
        """Send a message and return its id."""
        if message_id is None:
            self._requests += 1
            message_id = f"request-{self._requests}"
        message = {"ch": channel, "type": name, "id": message_id, "data": data}
        self.send_raw(msgspec.json.encode(message))
        return message_id

    def send_raw(self, payload: bytes) -> None:
        """Send the payload of a frame, whatever it is."""
        if self._connection is not None:
            self.sent_messages += 1
            self.sent_bytes += len(payload)
            tell(self._connection, Received(decode_text(payload), payload))

    def draw(self, element: str = "e1", *, x: float | None = None) -> str:
        """Put an element; returns the id under which that is acknowledged."""
        self._drawn += 1
        put = {
            "op": "put",
            "element": {
                "type": "rect",
                "id": element,
                "layer": "base",
                "z": "a0",
                "x": self._drawn if x is None else x,
                "y": 0,
                "w": 1,
                "h": 1,
            },
        }
        pending, reaction = self.replica.submit([put])
        self._do(reaction)
        return pending.id

    def point(self, x: float, y: float = 0, *, view: list[float] | None = None) -> None:
        """Move the pointer, and tell what is in view."""
        data: dict[str, object] = {"x": x, "y": y}
        self.send("board", "pointer_move", data if view is None else data | {"view": view})

    def call(self, name: str, **args: object) -> str:
        """Send a command and return its id."""
        return self.send("system", "command", {"name": name, "args": args})

    def sync(self) -> str:
        """Ask for everything after what the replica holds, as one does who saw a gap."""
        self.replica.phase = Phase.SYNCING
        point = {} if self.epoch is None else {"epoch": self.epoch, "seq": self.seq}
        return self.send("board", "sync_request", point)

    def send_again(self) -> None:
        """Go on after a refusal for the moment: from the oldest, under the same ids."""
        self._do(self.replica.release())

    # -- hearing

    def _hear(self, outbox: RecordingOutbox, line: bytes) -> None:
        if outbox is not self.outbox or self._connection is None:
            return
        message = messages.decode(line)
        self._check(message)
        self._do(self.replica.receive(message))

    def _do(self, reaction: Reaction) -> None:
        for what in reaction.happened:
            if isinstance(what, Acknowledged):
                self._note_ack(what.id, what.seq)
        for message in reaction.send:
            self.send_raw(message.encode())

    def _check(self, message: Incoming) -> None:
        match message.type:
            case "sync_response":
                self._check_sync(messages.decode_sync(message.data))
            case "error":
                self.errors.append({"id": message.id, **msgspec.json.decode(message.data)})
            case "ack":
                self._note_ack(message.id or "", message.seq or 0)
                self._check_order(message.seq or 0)
            case _ if message.seq is not None:
                if not self.is_synced:
                    self.faults.append(f"event {message.seq} before the sync")
                self._check_order(message.seq)
            case _:
                pass

    def _check_sync(self, answer: messages.Sync) -> None:
        self.sync_modes.append(answer.mode)
        if answer.mode == "full":
            return
        if answer.from_seq != self.seq:
            self.faults.append(f"asked from {self.seq}, answered from {answer.from_seq}")
        numbers = [event.seq for event in answer.events]
        if self.channels == ALL_CHANNELS and numbers != [*range(self.seq + 1, answer.seq + 1)]:
            self.faults.append(f"a sync from {self.seq} to {answer.seq} holds {numbers}")

    def _check_order(self, seq: int) -> None:
        if self.is_synced and seq > self.seq + 1 and self.channels == ALL_CHANNELS:
            self.faults.append(f"event {seq} after {self.seq}")

    def _note_ack(self, submission: str, seq: int) -> None:
        first = self.acked.setdefault(submission, seq)
        if first != seq:
            self.faults.append(f"{submission} acknowledged as {first}, then as {seq}")
