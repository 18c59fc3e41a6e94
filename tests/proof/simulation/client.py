"""A client as the page is one: the Python twin of its replica, and a look at all it is told."""

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.codes import Refused
from lessonroom.replica import messages
from lessonroom.replica.happenings import Diverged, Happening, Held
from lessonroom.replica.messages import Incoming, Outgoing
from lessonroom.replica.pending import Kept, Ops, Saying
from lessonroom.replica.queue import RefusedForGood
from lessonroom.replica.replica import Phase, Reaction, Replica
from lessonroom.replica.squashing import Absorbed
from lessonroom.replica.view import LessonView
from tests.proof.simulation.network import Link
from tests.watch import Watch

_encode: Final = msgspec.json.Encoder().encode
_decode_kept: Final = msgspec.json.Decoder(list[Kept]).decode


class Dial(Protocol):
    """Opens a connection of a client to whatever server runs."""

    def __call__(self, client: "SimulatedClient") -> Link: ...


class SimulatedClient:
    """One page of one participant, over any number of loads. What is wrong goes to `report`.

    Args:
        user_id: whose page it is.
        name: of the page; each load has a `client_id` made of it.
        dial: opens a connection.
        report: told of promises that were broken.

    """

    def __init__(
        self,
        user_id: int,
        *,
        name: str,
        dial: Dial,
        report: Callable[[str], None],
    ) -> None:
        self.user_id = user_id
        self.link: Link | None = None
        self.is_welcome = True
        """Whether it may come back after the last close."""
        self.sent: dict[str, Outgoing] = {}
        """Each submission as it went out: by its id its content is the same for ever."""
        self.strokes: dict[str, list[float]] = {}
        """All points that were drawn of each stroke; of one that was refused nothing is known."""
        self.fates: dict[str, str | None] = {}
        """What was absorbed, and by what."""
        self.closes: list[str] = []
        self.refusals: list[str] = []
        self.passed: list[str] = []
        """Of which the server says that later ones were accepted."""
        self.loads = 0
        self._name = name
        self._dial = dial
        self._report = report
        self.watch = Watch(lambda fault: report(f"{fault} (user {user_id})"))
        self.replica = self._loaded([])

    @property
    def head(self) -> int:
        """The last event applied."""
        return self.replica.seq

    @property
    def board(self) -> Board:
        """What the server has confirmed."""
        return self.replica.view.board

    @property
    def is_synced(self) -> bool:
        """Whether it hears every event."""
        return self.replica.phase is Phase.LIVE

    @property
    def acked(self) -> dict[str, int]:
        """The event that each acknowledged submission is."""
        return self.watch.acks

    @property
    def modes(self) -> list[str]:
        """Of the answers to its syncs."""
        return self.watch.modes

    # -- loading

    def reload(self) -> None:
        """Load the page anew: what was pending has been kept, and nothing else."""
        kept = _encode([entry.kept() for entry in self.replica.pending])
        self.drop()
        self.replica = self._loaded(_decode_kept(kept))

    def _loaded(self, kept: list[Kept]) -> Replica[LessonView]:
        self.loads += 1
        takes_parts = self.loads % 2 == 1
        replica = Replica(f"{self._name}-{self.loads}", LessonView(), takes_parts=takes_parts)
        replica.queue.adopt(kept)
        return replica

    # -- connecting

    def connect(self) -> None:
        """Open a new connection; one that is open is given up without a word."""
        self.drop()
        self.replica.opened()
        self.link = self._dial(self)

    def drop(self, *, is_bye: bool = False) -> None:
        """Lose the network."""
        link, self.link = self.link, None
        self.replica.closed()
        if link is not None:
            link.cut(is_bye=is_bye)

    def ended(self, link: Link, how: object) -> None:
        """Learn that the server has ended a connection."""
        if link is not self.link:
            return
        self.link = None
        self.replica.closed()
        name = how.code.value if isinstance(how, Refused) else str(how)
        self.closes.append(name)
        if name in {"kicked", "unauthorized", "4503", "4501"}:
            self.is_welcome = False

    # -- sending

    def draw(self, ops: Ops) -> None:
        """Submit operations, now or once there is a connection."""
        self._do(self.replica.submit(ops)[1])

    def say(self, text: str) -> None:
        """Write to everyone."""
        self._do(self.replica.submit([], Saying(text))[1])

    def begin_stroke(self, stroke_id: str, points: list[float]) -> None:
        """Put the pen down."""
        self.strokes[stroke_id] = [*points]
        element = {"type": "stroke", "id": stroke_id, "layer": "base", "points": points}
        self.draw([{"op": "put", "element": element}])

    def go_on(self, stroke_id: str, points: list[float]) -> None:
        """Draw on."""
        drawn = self.strokes[stroke_id]
        at = len(drawn) // 4
        drawn += points
        self.draw([{"op": "append", "id": stroke_id, "at": at, "points": points}])

    def send_twice(self, submission_id: str) -> None:
        """Send again what was acknowledged: BD-6 makes it harmless."""
        if submission_id in self.sent:
            self._send(self.sent[submission_id])

    def call(self, name: str, **args: object) -> None:
        """Send a command."""
        self.send("system", "command", {"name": name, "args": args}, f"call-{name}")

    def send(self, ch: str, name: str, data: object, message_id: str | None = None) -> None:
        """Send any message."""
        named = {} if message_id is None else {"id": message_id}
        self._send(Outgoing(ch, name, data, **named))

    def _send(self, message: Outgoing) -> None:
        if self.link is not None:
            self.link.send(message.encode())

    # -- hearing

    def hear(self, link: Link, payload: bytes) -> None:
        """Take up a message of the server."""
        if link is not self.link:
            return
        message = messages.decode(payload)
        self.watch.hear(message, self.replica)
        self._note(message)
        self._do(self.replica.receive(message))

    def _note(self, message: Incoming) -> None:
        if message.type == "error":
            fault = messages.decode_fault(message.data)
            self.refusals.append(fault.code)
            if fault.code == "conflict" and fault.field == "id":
                self.passed.append(message.id or "")

    # -- what the replica wants

    def _do(self, reaction: Reaction) -> None:
        for what in reaction.happened:
            self._take(what)
        for message in reaction.send:
            if message.type in {"board_event", "chat_message"}:
                self._note_sent(message)
            self._send(message)

    def _note_sent(self, message: Outgoing) -> None:
        known = self.sent.setdefault(str(message.id), message)
        if known != message:
            self._report(f"[P4] {message.id} was sent with another content")

    def _take(self, what: Happening) -> None:
        match what:
            case Held(retry_after_ms=wait_ms):
                link, replica = self.link, self.replica

                def go_on() -> None:
                    if self.link is link and self.replica is replica:
                        self._do(replica.release())

                asyncio.get_running_loop().call_later(wait_ms / 1000, go_on)
            case RefusedForGood(pending=pending):
                for stroke_id in {_stroke_of(op) for op in pending.ops}:
                    self.strokes.pop(stroke_id, None)
            case Absorbed(id=submission_id, by=by):
                self.fates[submission_id] = by
            case Diverged(reason=reason):
                self._report(f"[P7] the board of user {self.user_id} had diverged: {reason}")
            case _:
                pass


def _stroke_of(op: Any) -> str:  # noqa: ANN401 - an operation
    return str(op["element"]["id"] if op["op"] == "put" else op.get("id", ""))
