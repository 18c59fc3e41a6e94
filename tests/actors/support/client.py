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
from lessonroom.replica.pending import Entry
from lessonroom.replica.replica import Phase, Reaction, Replica
from tests.actors.support.recording_outbox import ALL_CHANNELS, RecordingOutbox
from tests.manual_clock import ManualClock
from tests.watch import NumberedView, Watch


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
        self.replica = Replica(
            f"{name}-client",
            NumberedView(),
            has_gaps=channels != ALL_CHANNELS,
            takes_parts=True,
        )
        # Tests name submissions: each goes out as it is.
        self.replica.queue.adopt([], is_alone=False)
        self.errors: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.watch = Watch(self.faults.append)
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
        return self.replica.view.seqs

    @property
    def acked(self) -> dict[str, int]:
        """The event that each acknowledged submission is."""
        return self.watch.acks

    @property
    def sync_modes(self) -> list[str]:
        """Of the answers to its syncs."""
        return self.watch.modes

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
        else:
            self.watch.by_hand.add(message_id)
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
        self.watch.hear(message, self.replica)
        if message.type == "error":
            self.errors.append({"id": message.id, **msgspec.json.decode(message.data)})
        self._do(self.replica.receive(message))

    def _do(self, reaction: Reaction) -> None:
        for message in reaction.send:
            self.send_raw(message.encode())
