"""A lesson under fire: real actors, real protocol, and everything around them out of one seed."""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from actors.house.writing.backlog import Backlog
from actors.room.persistence.loading import loaded
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    CreateSession,
    EditBoard,
    MoveSession,
    SeatParticipant,
    SendChatMessage,
)
from lessonroom.outcome import Outcome
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from lessonroom.room import Room
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, SessionSettings
from lessonroom.state import RoomState
from tests.lessonroom.lesson import fingerprint, folded
from tests.proof.simulation.client import SimulatedClient
from tests.proof.simulation.disk import Disk
from tests.proof.simulation.loop import START_MS
from tests.proof.simulation.network import Link
from tests.proof.simulation.server import CONFIG, ROOMY, SESSION_ID, ServerProcess
from tests.proof.simulation.strokes import short_strokes
from tests.proof.simulation.witness import forbidden_in

HOST, ANN, BEN, CAT = 1, 2, 3, 4
_ROLES: Final = {HOST: Role.HOST, ANN: Role.STUDENT, BEN: Role.STUDENT, CAT: Role.VIEWER}
_PAGES: Final = (HOST, ANN, ANN, BEN, CAT)
"""Ann has two pages open."""
_PAUSES_S: Final = (0.0001, 0.001, 0.005, 0.02, 0.05)
_FAULT_RATE: Final = 0.03
_PASSING_RATES: Final = (0.0, 0.0, 0.02, 0.1, 0.5)
"""How often something is refused that would be taken a moment later, in a lesson."""
_RETRY_MS: Final = (1, 20, 200, 1_000)
_SETTLE_S: Final = 120.0

_check_backlog: Final = Backlog.check
_handle: Final = Room.handle
decode: Final = msgspec.json.decode
encode: Final = msgspec.json.Encoder().encode


Actions = Mapping[Callable[["World"], Any], float]
"""What may happen in a world, and how often."""


class World:
    """Five pages of four people, one server at a time, one disk."""

    def __init__(self, seed: int, *, steps: int, actions: Actions) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
        self.steps = steps
        self.actions = actions
        self.violations: list[str] = []
        self.counts: Counter[str] = Counter()
        self.disk = Disk()
        # The small limits are met all the time; in the large ones strokes become long.
        self.config = CONFIG if seed % 3 else ROOMY
        self.passing_rate = self.chance.choice(_PASSING_RATES)
        self.initial = Session(
            session_id=SESSION_ID, host_id=HOST, settings=SessionSettings(grace_s=5)
        )
        self.strokes = 0
        self.refused: set[str] = set()
        """Submissions that a server has refused for good."""
        self._epochs = 0
        self._dials = 0

    async def live(self) -> None:
        """Have the lesson, then peace, then a look at what is left."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self._unhandled(context))
        self._begin()
        self.server = self._serve(skew_ms=0)
        self.clients = [self._client(user_id, page) for page, user_id in enumerate(_PAGES)]
        for client in self.clients:
            client.connect()
        actions, weights = list(self.actions), list(self.actions.values())
        for _ in range(self.steps):
            await asyncio.sleep(self.chance.choice(_PAUSES_S))
            (act,) = self.chance.choices(actions, weights)
            self.counts[act.__name__.strip("_")] += 1
            happening = act(self)
            if happening is not None:
                await happening
            for client in self.clients:
                if client.link is None and client.is_welcome and self.chance.random() < 0.2:
                    client.connect()
        await self._settle()
        self._judge()

    def report(self, violation: str) -> None:
        """Note that a promise was broken."""
        self.violations.append(f"{violation} (at {asyncio.get_running_loop().time():.4f} s)")

    # -- the beginning

    def _begin(self) -> None:
        room = Room(RoomState(self.initial), limits=self.config.limits)
        seats: list[Command] = [
            SeatParticipant(user_id=user_id, name=f"Person {user_id}", role=role)
            for user_id, role in _ROLES.items()
        ]
        participants: dict[int, Participant] = {}
        for command in (CreateSession(by=HOST), *seats, MoveSession(by=HOST, move=Move.START)):
            outcome = room.handle(command, START_MS)
            self.disk.events += outcome.events
            participants |= outcome.participants
        self.disk.session, self.disk.participants = room.state.session, participants

    def _serve(self, *, skew_ms: int) -> ServerProcess:
        return ServerProcess(
            self.disk, self.chance, config=self.config, fault_rate=_FAULT_RATE, skew_ms=skew_ms
        )

    def _client(self, user_id: int, page: int) -> SimulatedClient:
        return SimulatedClient(
            user_id,
            name=f"client-{user_id}-{page}",
            dial=self._dial,
            report=self.report,
        )

    def _dial(self, client: SimulatedClient) -> Link:
        link = Link(
            self.chance,
            on_sent=lambda message: self._sent(client, message),
            on_invalid=self.refused.add,
            on_heard=lambda payload: client.hear(link, payload),
            on_ended=lambda how: client.ended(link, how),
        )
        self._dials += 1
        self.server.accept(link, connection_id=f"c{self._dials}", user_id=client.user_id)
        return link

    def check_backlog(self, backlog: Backlog) -> None:
        """Refuse now and then what would be taken a moment later, as a full queue does."""
        _check_backlog(backlog)
        if self.chance.random() < self.passing_rate:
            code = self.chance.choice((ErrorCode.RATE_LIMITED, ErrorCode.UNAVAILABLE))
            raise Refused(code, "not now", retry_after_ms=self.chance.choice(_RETRY_MS))

    def handle(self, room: Room, command: Command, now_ms: int) -> Outcome:
        """Have a room decide, and note what it refuses: its author may never hear of it."""
        try:
            return _handle(room, command, now_ms)
        except Refused as refused:
            # That later ones were accepted is what such a refusal must explain.
            is_order = refused.field == "id"
            if isinstance(command, EditBoard | SendChatMessage) and not is_order:
                self.refused.add(f"{command.client_id}:{command.n}")
            raise

    def new_epoch(self) -> str:
        """Return a name that no epoch had before."""
        self._epochs += 1
        return f"epoch-{self._epochs}"

    # -- what the server says, in the moment in which it says it

    def _sent(self, client: SimulatedClient, message: dict[str, Any]) -> None:
        """Nothing leaves the server that is not on disk (P1, P2)."""
        self.counts["sent"] += 1
        data = message["data"]
        if message["type"] == "sync_response":
            for event in data.get("events", ()):
                self._check_event(event)
            if data["seq"] > self.disk.head:
                self.report(f"[P2] a sync up to {data['seq']}, the disk is at {self.disk.head}")
        elif message["type"] == "ack":
            event = self._on_disk(message["seq"])
            if event is None or str(event.submission) != message["id"]:
                self.report(f"[P1] {message['id']} was acknowledged as {message['seq']}, wrongly")
            elif event.user_id != client.user_id:
                self.report(f"[P4] {message['id']} was acknowledged to somebody else")
        elif "seq" in message:
            self._check_event(message)

    def _check_event(self, message: dict[str, Any]) -> None:
        event = self._on_disk(message["seq"])
        if event is None or decode(event.data) != message["data"]:
            self.report(f"[P2] event {message['seq']} was sent and is not on disk")

    def _on_disk(self, seq: int) -> Any:  # noqa: ANN401 - an event, or None
        return self.disk.events[seq - 1] if 1 <= seq <= self.disk.head else None

    def _unhandled(self, context: Mapping[str, Any]) -> None:
        if not self.server.store.is_dead:
            self.report(f"[P20] {context['message']}: {context.get('exception')!r}")

    # -- what happens

    def any_client(self) -> SimulatedClient:
        """Return somebody's page."""
        return self.chance.choice(self.clients)

    def restart(self) -> None:
        """Start the next server on the same disk; now and then without any snapshot (P8)."""
        self._count_faults()
        if self.chance.random() < 0.3:
            self.disk.snapshot = None
        self.server = self._serve(skew_ms=self.server.clock.skew_ms)

    # -- the end

    async def _settle(self) -> None:
        """Let nothing more go wrong, and wait until everyone has what there is."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + _SETTLE_S
        self.server.store.fault_rate = self.passing_rate = 0
        while loop.time() < until_s:
            await asyncio.sleep(0.5)
            for client in self.clients:
                if client.link is None and client.is_welcome:
                    client.connect()
            if self._is_settled():
                return
        self.report("[P19] the lesson does not come to rest")

    def _is_settled(self) -> bool:
        state = self.server.state()
        return all(
            client.is_synced and client.head == self.disk.head and not client.replica.pending
            for client in self.clients
            if client.is_welcome
        ) and (state is None or state.head == self.disk.head)

    def _count_faults(self) -> None:
        self.counts.update({f"commit {name}": n for name, n in self.server.store.faults.items()})

    def _judge(self) -> None:
        self._count_faults()
        log = self.disk.events
        try:
            fold = folded(self.initial, log)
        except Refused as refused:
            self.report(f"[P7] the log does not fold: {refused}")
            return
        numbers: dict[tuple[int | None, str], int] = {}
        accepted: dict[tuple[int | None, str], int] = {}
        for expected, event in enumerate(log, 1):
            if event.seq != expected:
                self.report(f"[P3] event {event.seq} is at the place of {expected}")
            if event.at_ms < log[max(0, expected - 2)].at_ms:
                self.report(f"[P21] time goes back at {event.seq}")
            if event.submission is not None:
                key = (event.user_id, event.submission.client_id)
                if event.submission.n <= numbers.get(key, 0):
                    self.report(f"[P4, P5] {event.submission} is there twice, or out of order")
                numbers[key] = event.submission.n
                accepted[event.user_id, str(event.submission)] = event.seq
        for client in self.clients:
            for message_id, seq in client.acked.items():
                if accepted.get((client.user_id, message_id)) != seq:
                    self.report(f"[P1] {message_id}, acknowledged as {seq}, is lost")
            if client.is_welcome and client.board.digest() != fold.board.digest():
                self.report(f"[P7] the board of user {client.user_id} differs from the log's")
            for submission_id in set(client.passed) - self.refused:
                self.report(f"[P5] {submission_id} was passed by a later one")
            if client.is_welcome:
                for complaint in short_strokes(client.strokes, log, fold.board):
                    self.report(f"[P5] {complaint}")
            self.counts["strokes"] += len(client.strokes)
            self.counts["absorbed"] += len(client.fates)
            self.counts.update(f"sync {mode}" for mode in client.modes)
            self.counts.update(f"close {code}" for code in client.closes)
            self.counts.update(f"refused {code}" for code in client.refusals)
            self.counts["acks"] += len(client.acked)
        state = self.server.state()
        if state is not None and fingerprint(state) != fingerprint(fold):
            self.report("[P7] the room differs from its log")
        reopened = loaded(self.disk.load(self.config.resume_window), DEFAULT_PERMISSIONS).state
        if fingerprint(reopened) != fingerprint(fold):
            self.report("[P7, P8] snapshot and tail differ from the log")
        for complaint in forbidden_in(log):
            self.report(f"[P11] {complaint}")
        self.counts["events"] += len(log)

    def trace(self) -> str:
        """Return a digest of everything that can be told apart afterwards."""
        digest = hashlib.sha256()
        for event in self.disk.events:
            digest.update(msgspec.msgpack.encode(event))
        for client in self.clients:
            digest.update(encode([client.acked, client.modes, client.closes, client.refusals]))
        digest.update(encode(sorted(self.counts.items())))
        return digest.hexdigest()
