"""A client as the protocol wants one: keeps a replica, resumes by `seq`, sends again."""

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
from tests.actors.manual_clock import ManualClock
from tests.actors.recording_outbox import ALL_CHANNELS, RecordingOutbox


class Client:
    """One page of one participant, over any number of connections one after the other.

    It checks what it is told: every `seq` once and in order (BD-4), nothing before its sync
    (HS-6). What it finds wrong is in `faults`.
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
        self.epoch: str | None = None
        self.seq: int | None = None
        self.board: dict[str, float] = {}
        self.acked: dict[str, int] = {}
        self.pending: dict[str, list[dict[str, Any]]] = {}
        self.seen: list[int] = []
        self.sync_modes: list[str] = []
        self.errors: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.is_synced = False
        self.sent_messages = self.sent_bytes = 0
        self._n = 0
        self._requests = 0
        self._connection: pykka.ActorRef[ConnectionActor] | None = None
        self._connections: dict[int, pykka.ActorRef[ConnectionActor]] = {}

    # -- connecting

    def connect(self, rooms: Rooms) -> None:
        """Open a connection; once it is welcome the client syncs and sends again."""
        self.is_synced = False
        outbox = RecordingOutbox(
            self.channels,
            heard=lambda message: self._hear(outbox, message),
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
            self.is_synced = False

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
        self._n += 1
        submission = f"{self.name}-client:{self._n}"
        put = {
            "op": "put",
            "element": {
                "type": "rect",
                "id": element,
                "layer": "base",
                "z": "a0",
                "x": self._n if x is None else x,
                "y": 0,
                "w": 1,
                "h": 1,
            },
        }
        self.pending[submission] = [put]
        if self.is_synced:
            self.send("board", "board_event", {"ops": [put]}, message_id=submission)
        return submission

    def point(self, x: float, y: float = 0, *, view: list[float] | None = None) -> None:
        """Move the pointer, and tell what is in view."""
        data: dict[str, object] = {"x": x, "y": y}
        self.send("board", "pointer_move", data if view is None else data | {"view": view})

    def call(self, name: str, **args: object) -> str:
        """Send a command and return its id."""
        return self.send("system", "command", {"name": name, "args": args})

    def sync(self) -> str:
        """Ask for everything after what the replica holds."""
        return self.send("board", "sync_request", {"epoch": self.epoch, "seq": self.seq})

    def send_again(self) -> None:
        """Send what is not acknowledged, in its order."""
        for submission, ops in list(self.pending.items()):
            self.send("board", "board_event", {"ops": ops}, message_id=submission)

    # -- hearing

    def _hear(self, outbox: RecordingOutbox, message: dict[str, Any]) -> None:
        if outbox is not self.outbox or self._connection is None:
            return
        match message["type"]:
            case "welcome":
                self.sync()
            case "sync_response":
                self._synced(message["data"])
            case "error":
                self.errors.append({"id": message.get("id"), **message["data"]})
            case "ack":
                self._hear_ack(message)
            case _ if "seq" in message:
                self._hear_event(message)
            case _:
                pass

    def _synced(self, data: dict[str, Any]) -> None:
        self.sync_modes.append(data["mode"])
        if data["mode"] == "full":
            elements = (data["board"] or {"elements": {}})["elements"]
            self.board = {name: element["x"] for name, element in elements.items()}
            self.seq = data["seq"]
        else:
            if data["from_seq"] != self.seq:
                self.faults.append(f"asked from {self.seq}, answered from {data['from_seq']}")
            for event in data["events"]:
                self._apply(event)
        if self.seq != data["seq"] and self.channels == ALL_CHANNELS:
            self.faults.append(f"a sync to {data['seq']} led to {self.seq}")
        self.seq = data["seq"]
        self.epoch = data["epoch"]
        if not self.is_synced:
            self.is_synced = True
            self.send_again()

    def _hear_event(self, message: dict[str, Any]) -> None:
        if not self.is_synced:
            self.faults.append(f"event {message['seq']} before the sync")
        self._apply(message)

    def _hear_ack(self, message: dict[str, Any]) -> None:
        submission, seq = message["id"], message["seq"]
        first = self.acked.setdefault(submission, seq)
        if first != seq:
            self.faults.append(f"{submission} acknowledged as {first}, then as {seq}")
        ops = self.pending.pop(submission, None)
        if self.seq is not None and seq > self.seq:
            self._take(seq, ops or [])

    def _apply(self, event: dict[str, Any]) -> None:
        submission = event.get("id")
        if submission in self.pending:
            # The ack was lost with a connection; resuming shows the event instead.
            self.acked[submission] = event["seq"]
            del self.pending[submission]
        is_board = event["type"] == "board_event"
        self._take(event["seq"], event["data"]["ops"] if is_board else [])
        if event["type"] == "room_open":
            self.epoch = event["data"]["epoch"]

    def _take(self, seq: int, ops: list[dict[str, Any]]) -> None:
        if self.seq is not None and seq != self.seq + 1 and self.channels == ALL_CHANNELS:
            self.faults.append(f"event {seq} after {self.seq}")
        self.seq = seq
        self.seen.append(seq)
        for op in ops:
            if op["op"] == "put":
                self.board[op["element"]["id"]] = op["element"]["x"]
