"""A client that believes nothing: keeps its own board, resumes, sends again what lacks its ack."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from lessonroom.board.board import Board, BoardChange
from lessonroom.board.draft import draft, redo
from lessonroom.board.operations import Operation
from lessonroom.codes import Refused
from lessonroom.limits import Limits
from lessonroom.people.permissions import ALL_PERMISSIONS
from tests.proof.simulation.network import Link

Ops = list[dict[str, Any]]

_encode = msgspec.json.Encoder().encode
_RETRIED = frozenset({"unavailable", "rate_limited"})


class Dial(Protocol):
    """Opens a connection of a client to whatever server runs."""

    def __call__(self, client: "SimulatedClient") -> Link: ...


class SimulatedClient:
    """One page of one participant. What it finds wrong it hands to `report`."""

    def __init__(
        self,
        user_id: int,
        *,
        client_id: str,
        limits: Limits,
        dial: Dial,
        report: Callable[[str], None],
    ) -> None:
        self.user_id = user_id
        self.client_id = client_id
        self.board = Board()
        self.head = 0
        self.epoch = ""
        self.link: Link | None = None
        self.is_synced = False
        self.is_welcome = True
        """Whether it may come back after the last close."""
        self.acked: dict[str, int] = {}
        self.pending: dict[str, Ops] = {}
        self.sent: dict[str, Ops] = {}
        self.modes: list[str] = []
        self.closes: list[str] = []
        self.refusals: list[str] = []
        self._limits = limits
        self._dial = dial
        self._report = report
        self._n = 0

    # -- connecting

    def connect(self) -> None:
        """Open a new connection; one that is open is given up without a word."""
        self.drop()
        self.link = self._dial(self)

    def drop(self, *, is_bye: bool = False) -> None:
        """Lose the network."""
        link, self.link = self.link, None
        self.is_synced = False
        if link is not None:
            link.cut(is_bye=is_bye)

    def ended(self, link: Link, how: object) -> None:
        """Learn that the server has ended a connection."""
        if link is not self.link:
            return
        self.link, self.is_synced = None, False
        name = how.code.value if isinstance(how, Refused) else str(how)
        self.closes.append(name)
        if name in {"kicked", "unauthorized", "4503", "4501"}:
            self.is_welcome = False

    # -- sending

    def draw(self, ops: Ops) -> None:
        """Submit operations, now or once there is a connection."""
        self._n += 1
        message_id = f"{self.client_id}:{self._n}"
        self.pending[message_id] = self.sent[message_id] = ops
        if self.is_synced:
            self._submit(message_id)

    def send_again(self) -> None:
        """Send what is not acknowledged, in its order."""
        for message_id in list(self.pending):
            self._submit(message_id)

    def send_twice(self, message_id: str) -> None:
        """Send again what was acknowledged: BD-6 makes it harmless."""
        if self.link is not None:
            self.send("board", "board_event", {"ops": self.sent[message_id]}, message_id)

    def call(self, name: str, **args: object) -> None:
        """Send a command."""
        self.send("system", "command", {"name": name, "args": args}, f"call-{name}")

    def send(self, ch: str, name: str, data: object, message_id: str | None = None) -> None:
        """Send any message."""
        if self.link is not None:
            message = {"ch": ch, "type": name, "data": data}
            if message_id is not None:
                message["id"] = message_id
            self.link.send(_encode(message))

    def _submit(self, message_id: str) -> None:
        self.send("board", "board_event", {"ops": self.pending[message_id]}, message_id)

    # -- hearing

    def hear(self, link: Link, message: dict[str, Any]) -> None:
        """Take up a message of the server."""
        if link is not self.link:
            return
        match message["type"]:
            case "welcome":
                point = {"epoch": self.epoch, "seq": self.head} if self.epoch else {}
                self.send("board", "sync_request", point)
            case "sync_response":
                self._sync(message["data"])
            case "error":
                self._refused(message.get("id"), message["data"]["code"])
            case "ack":
                self._take_ack(message["id"], message["seq"])
            case _ if "seq" in message:
                if not self.is_synced:
                    self._report(f"[HS-6] event {message['seq']} before the sync")
                self._take_event(message)
            case _:
                pass

    def _sync(self, answer: dict[str, Any]) -> None:
        self.modes.append(answer["mode"])
        if answer["mode"] == "full":
            self.board = Board.decode(_encode(answer["board"]))
            self.head = answer["seq"]
        else:
            if answer["from_seq"] != self.head:
                self._report(f"[P6] asked from {self.head}, answered from {answer['from_seq']}")
            for event in answer["events"]:
                self._take_event(event)
            if self.head != answer["seq"]:
                self._report(f"[P6] a delta to {answer['seq']} ended at {self.head}")
        self.epoch = answer["epoch"]
        self.is_synced = True
        self.send_again()

    def _refused(self, message_id: str | None, code: str) -> None:
        self.refusals.append(code)
        if code not in _RETRIED and message_id in self.pending:
            del self.pending[message_id]

    def _take_ack(self, message_id: str, seq: int) -> None:
        self._note_ack(message_id, seq)
        self.pending.pop(message_id, None)
        if seq <= self.head:
            return
        # Sent twice, it may have been refused once and accepted the other time.
        change = draft(
            self.board,
            msgspec.convert(self.sent[message_id], list[Operation]),
            author=self.user_id,
            permissions=ALL_PERMISSIONS,
            limits=self._limits,
        )
        self._apply(seq, change)

    def _take_event(self, event: dict[str, Any]) -> None:
        message_id = event.get("id")
        if message_id in self.sent:
            self.pending.pop(message_id, None)
            self._note_ack(message_id, event["seq"])
        if event["type"] == "room_open":
            self.epoch = event["data"]["epoch"]
        change = None
        if event["type"] == "board_event":
            ops = msgspec.convert(event["data"]["ops"], list[Operation])
            change = redo(self.board, ops, author=event.get("from") or 0)
        self._apply(event["seq"], change)

    def _note_ack(self, message_id: str, seq: int) -> None:
        known = self.acked.setdefault(message_id, seq)
        if known != seq:
            self._report(f"[P4] {message_id} has the seq {known} and {seq}")

    def _apply(self, seq: int, change: BoardChange | None) -> None:
        if seq != self.head + 1:
            self._report(f"[P3] user {self.user_id}: event {seq} came after {self.head}")
        if change is not None:
            self.board.apply(change)
        self.head = seq
