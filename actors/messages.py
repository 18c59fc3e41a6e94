"""What rooms, connections and the directory tell each other."""

from collections.abc import Callable
from typing import Any

import msgspec
import pykka

from actors.edge.outbox import Outbox
from actors.house.ledger import Elsewhere
from lessonroom.codes import Refused
from lessonroom.commands import Command, Connect
from lessonroom.protocol.decoding import Message
from lessonroom.protocol.server import IceServer
from lessonroom.state import RoomState


class FindRoom(msgspec.Struct, frozen=True):
    """Told to the directory: hand the session's room, opened if need be, to `found`."""

    session_id: str
    found: Callable[[pykka.ActorRef[Any] | Refused], None]


class Join(msgspec.Struct, frozen=True):
    """Told to a room: take up a connection; the outbox is opened or refused."""

    connect: Connect
    outbox: Outbox
    ice_servers: list[IceServer]


class FromClient(msgspec.Struct, frozen=True):
    """Told to a room: a connection sent this."""

    connection_id: str
    message: Message


class Leave(msgspec.Struct, frozen=True):
    """Told to a room: a connection is gone. `is_bye`: the client closed with 1000."""

    connection_id: str
    is_bye: bool


class Do(msgspec.Struct, frozen=True):
    """Asked of a room: carry out a command; the answer is a future of its result on disk."""

    command: Command


class GiveUp(msgspec.Struct, frozen=True):
    """The store did not answer in the time there was: say goodbye without it, stop."""


class LoadAgain(msgspec.Struct, frozen=True):
    """Told to the directory: this room's state is not to be trusted, read it from storage."""

    session_id: str
    room: pykka.ActorRef[Any]


class LoadedAgain(msgspec.Struct, frozen=True):
    """Told to a room: its state as storage has it."""

    loaded: "LoadedRoom"


class LoadBoard(msgspec.Struct, frozen=True):
    """Told to the directory: read the board at `version`, which a client wants restored."""

    session_id: str
    version: int
    room: pykka.ActorRef[Any]
    asked: FromClient


class LoadedBoard(msgspec.Struct, frozen=True):
    """Told to a room: the encoded board of a version that `asked` wants, or why there is none."""

    asked: FromClient
    version: int
    board: bytes | Refused


class LoadedRoom(msgspec.Struct, frozen=True):
    """A room's durable state, and the newest events for deltas."""

    state: RoomState
    recent: list[Any]
    board_events: int
    """How many events have changed the board since its newest snapshot."""
    board_bytes: int = 0
    """What those events say, in bytes."""
    elsewhere: Elsewhere = Elsewhere()
    """What the other sessions of its owner take."""


class MayRest(msgspec.Struct, frozen=True):
    """Told to the directory: nobody has been in the room for a while."""

    session_id: str


class Rest(msgspec.Struct, frozen=True):
    """Told to a room: stop, unless somebody has come meanwhile."""


class StillBusy(msgspec.Struct, frozen=True):
    """Told to the directory: somebody has come, the room goes on."""

    session_id: str


class Rested(msgspec.Struct, frozen=True):
    """Told to the directory: the room has stopped, nothing waits for the disk but a snapshot."""

    session_id: str
    room: pykka.ActorRef[Any]


class RoomFailed(msgspec.Struct, frozen=True):
    """Told to the directory: a fault stopped the room's actor."""

    session_id: str
    room: pykka.ActorRef[Any]
    reason: str


class Tick(msgspec.Struct, frozen=True):
    """Time has passed; told once a second."""


class Flush(msgspec.Struct, frozen=True):
    """Told by a room to itself: the fan-out interval is over."""


class Shutdown(msgspec.Struct, frozen=True):
    """Commit what was accepted, say goodbye (SY-4), stop."""
