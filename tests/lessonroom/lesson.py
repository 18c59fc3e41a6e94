"""A lesson to try commands on: its room, its log, and a clock that the test turns."""

import re
from collections.abc import Sequence

import msgspec
import pytest

from lessonroom.board.model.elements import Rect, Stroke
from lessonroom.board.model.operations import Operation, Put
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    Connect,
    CreateSession,
    Disconnect,
    EditBoard,
    KickParticipant,
    MoveSession,
    OpenRoom,
    SeatParticipant,
    SetPermissions,
)
from lessonroom.limits import Limits
from lessonroom.log.events import Event, ParticipantChanged
from lessonroom.outcome import Outcome, SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.room import Room
from lessonroom.scalars import Number
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import IcePolicy, Session
from lessonroom.state import RoomState

HOST, ANN, BEN, VIEWER = 1, 2, 3, 4
NAMES = {HOST: "Host", ANN: "Ann", BEN: "Ben", VIEWER: "Viewer"}
ROLES = {HOST: Role.HOST, ANN: Role.STUDENT, BEN: Role.STUDENT, VIEWER: Role.VIEWER}
START_MS = 1_700_000_000_000
_LATE_MS = 4_000_000_000_000


_PLAIN = re.compile(r"(NUL|Expected|Object|[a-z`\d])(?!.*[A-Z]{2} [A-Z]{2}).*[^.]", re.DOTALL)


def is_plain(message: str) -> bool:
    """Whether what people are told can follow a colon, and does not shout (EN-2)."""
    return _PLAIN.fullmatch(message) is not None


def fingerprint(state: RoomState) -> bytes:
    """Return everything that a state holds, so that two are equal where their bytes are."""
    accepted = {
        f"{user_id} {client_id}": [
            list(of_each) for of_each in (client.firsts, client.begins, client.seqs, client.digests)
        ]
        for (user_id, client_id), client in state.submissions._clients.items()
    }
    return msgspec.json.encode(
        [
            state.session,
            [_reckoned(state.participants[user_id]) for user_id in sorted(state.participants)],
            [sorted(state.permissions_of(user_id)) for user_id in sorted(state.participants)],
            msgspec.Raw(state.board.encode()),
            state.board.size_bytes,
            state.board.digest(),
            state.board.least_schema,
            state.head,
            state.head_at_ms,
            state.epochs,
            accepted,
            list(state.messages),
        ],
        order="sorted",
    )


def _reckoned(seat: Participant) -> Participant:
    """Return a seat with its time up to one late moment: rows may be ahead of the log in that."""
    if seat.present_since_ms is None:
        return seat
    total_ms = seat.total_time_ms(_LATE_MS)
    return msgspec.structs.replace(seat, total_ms=total_ms, present_since_ms=_LATE_MS)


def fingerprint_of_room(room: Room) -> bytes:
    """Return everything that a room holds: its state and its live connections."""
    connections = [list(room.peers.values()), list(room.lobby.values())]
    return fingerprint(room.state) + msgspec.json.encode(connections)


def folded(initial: Session, log: Sequence[Event]) -> RoomState:
    """Return what a log comes to, as a server that starts would see it."""
    state = RoomState(initial)
    for event in log:
        state.apply(event)
    return state


class Lesson:
    """A room, everything it has logged, and the time."""

    def __init__(
        self,
        session: Session | None = None,
        *,
        limits: Limits | None = None,
        grace_s: int = 20,
        ice_policy: IcePolicy = IcePolicy.ALL,
    ) -> None:
        self.initial = session or Session(session_id="algebra", host_id=HOST)
        self.room = Room(
            RoomState(self.initial), limits=limits, grace_s=grace_s, ice_policy=ice_policy
        )
        self.log: list[Event] = []
        self.now_ms = START_MS
        self._numbers: dict[str, int] = {}
        self.do(CreateSession(by=None))
        self.do(OpenRoom(epoch="first"))

    @property
    def state(self) -> RoomState:
        """The durable state."""
        return self.room.state

    def participant(self, user_id: int) -> Participant:
        """Return a seat as it is now."""
        return self.state.participants[user_id]

    def do(self, command: Command) -> Outcome:
        """Carry out a command; its events join the log."""
        outcome = self.room.handle(command, self.now_ms)
        self.log += outcome.events
        assert all(is_plain(closure.reason) for closure in outcome.closures)
        return outcome

    def refuse(self, command: Command, code: ErrorCode) -> Refused:
        """Expect a command to be refused, and the room to be exactly as it was."""
        before = fingerprint_of_room(self.room)
        with pytest.raises(Refused) as caught:
            self.room.handle(command, self.now_ms)
        assert caught.value.code is code, caught.value
        assert is_plain(caught.value.message), caught.value
        assert fingerprint_of_room(self.room) == before, "a refusal changed the room"
        return caught.value

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now_ms += int(seconds * 1000)

    def restart(self, epoch: str = "second") -> None:
        """Open the room anew from its log, as after a crash of the server."""
        state = folded(self.initial, self.log)
        self.room = Room(state, limits=self.room.limits)
        self.do(OpenRoom(epoch=epoch))

    # -- what lessons are made of

    def seat(self, user_id: int, *, name: str | None = None, role: Role | None = None) -> Outcome:
        """Give somebody a seat."""
        return self.do(
            SeatParticipant(
                user_id=user_id,
                name=name or NAMES.get(user_id, f"Person {user_id}"),
                role=role or ROLES.get(user_id, Role.STUDENT),
            )
        )

    def connect(
        self, user_id: int, connection_id: str | None = None, *, is_peer: bool = True
    ) -> Outcome:
        """Connect somebody; the peer of connection `c1` is `peer-c1`."""
        command = connecting(user_id, connection_id, now_ms=self.now_ms, is_peer=is_peer)
        return self.do(command)

    def disconnect(self, user_id: int, *, is_bye: bool = False) -> Outcome:
        """Drop somebody's first connection."""
        return self.do(Disconnect(connection_id=connection_of(user_id), is_bye=is_bye))

    def bring(self, *user_ids: int) -> None:
        """Seat people and connect them."""
        for user_id in user_ids:
            self.seat(user_id)
            self.connect(user_id)

    def move(self, move: Move, *, by: int | None = HOST) -> Outcome:
        """Move the session to another status."""
        return self.do(MoveSession(by=by, move=move))

    def kick(self, user_id: int, *, by: int | None = HOST) -> Outcome:
        """Remove somebody."""
        return self.do(KickParticipant(by=by, user_id=user_id))

    def permit(self, user_id: int, **permissions: bool) -> Outcome:
        """Grant or withdraw, as the host."""
        return self.do(SetPermissions(by=HOST, user_id=user_id, permissions=permissions))

    def editing(self, user_id: int, *ops: Operation, n: int | None = None) -> EditBoard:
        """Return the next edit of somebody's page."""
        client_id = f"client-{user_id}"
        if n is None:
            n = self._numbers.get(client_id, 0) + 1
        self._numbers[client_id] = max(n, self._numbers.get(client_id, 0))
        return EditBoard(
            connection_id=connection_of(user_id), client_id=client_id, n=n, ops=list(ops)
        )

    def edit(self, user_id: int, *ops: Operation) -> Outcome:
        """Change the board."""
        return self.do(self.editing(user_id, *ops))

    def draw(self, user_id: int, element_id: str = "r1") -> Outcome:
        """Put a rectangle on the board."""
        return self.edit(user_id, put_rect(element_id))


def saved_by(outcome: Outcome) -> tuple[int, bytes, SnapshotType, int | None]:
    """Return version, board, kind and author of the snapshot that a command asked for."""
    saved = outcome.saved
    assert saved is not None
    return saved.version, saved.board.encode(), saved.kind, saved.by


def change_of(event: Event) -> ParticipantChanged:
    """Return what an event says of a participant."""
    body = event.body()
    assert isinstance(body, ParticipantChanged)
    return body


def begun(
    session: Session | None = None,
    *,
    limits: Limits | None = None,
    ice_policy: IcePolicy = IcePolicy.ALL,
) -> Lesson:
    """Return an active lesson with the host, two students and a viewer in it."""
    lesson = Lesson(session, limits=limits, ice_policy=ice_policy)
    lesson.bring(HOST, ANN, BEN, VIEWER)
    lesson.move(Move.START)
    return lesson


def connection_of(user_id: int) -> str:
    """Return the id of somebody's first connection."""
    return f"c{user_id}"


def connecting(
    user_id: int,
    connection_id: str | None = None,
    *,
    now_ms: int,
    token_issued_at_ms: int | None = None,
    is_peer: bool = True,
) -> Connect:
    """Return the command of a connection."""
    connection_id = connection_id or connection_of(user_id)
    return Connect(
        connection_id=connection_id,
        peer_id=f"peer-{connection_id}",
        user_id=user_id,
        token_issued_at_ms=now_ms if token_issued_at_ms is None else token_issued_at_ms,
        is_peer=is_peer,
    )


def rect(element_id: str = "r1", **changes: object) -> Rect:
    """Return a rectangle."""
    return msgspec.structs.replace(
        Rect(id=element_id, layer="base", x=1, y=2, w=30, h=40), **changes
    )


def put_rect(element_id: str = "r1", **changes: object) -> Put:
    """Return the operation that puts a rectangle."""
    return Put(rect(element_id, **changes))


def stroke(element_id: str = "s1", points: Sequence[Number] = (0, 0, 0.5, 0)) -> Stroke:
    """Return a stroke."""
    return Stroke(id=element_id, layer="base", points=list(points))
