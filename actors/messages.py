"""The seam: what rooms, connections and the directory tell each other.

Data only, so that each may cross to another process: no closure, no future, nothing that lives but
the mailboxes of actors, and the `Outbox`, which is the room's way back to a connection. Unions at
the end say what may be told to whom; a mailbox is typed by its union.
"""

from typing import Any, Generic, TypeVar

import msgspec

from actors.edge.outbox import Outbox
from actors.house.ledger import Elsewhere
from actors.runtime.mailbox import Mailbox, Request
from lessonroom.board.model.board import Board
from lessonroom.codes import Refused
from lessonroom.commands import CommandOf, Connect, CopyPage
from lessonroom.protocol.decoding import Message
from lessonroom.protocol.server import IceServer
from lessonroom.state import RoomState

_R_co = TypeVar("_R_co", covariant=True)


class FindRoom(msgspec.Struct, frozen=True):
    """Told to the directory: name the session's room, opened if need be, to `asker`."""

    session_id: str
    asker: "Mailbox[RoomFound]"


class RoomFound(msgspec.Struct, frozen=True):
    """Told to who asked for a room: its mailbox, or why there is none.

    It may have ended meanwhile: then ask again, but not for ever.
    """

    room: "Mailbox[RoomMessage] | Refused"


class AwaitRoom(Request["Mailbox[RoomMessage]"], frozen=True):
    """Asked of the directory by who is no actor: the same; `Refused` is raised.

    `is_of_the_past`: also the room of a session that is over, for what is possible there.
    """

    session_id: str
    is_of_the_past: bool = False


class Join(msgspec.Struct, frozen=True):
    """Told to a room: take up a connection; the outbox is opened or refused."""

    connect: Connect
    outbox: Outbox
    ice_servers: list[IceServer]


class FromClient(msgspec.Struct, frozen=True):
    """Told to a room: a connection sent this; `payload` is that of the frame."""

    connection_id: str
    message: Message
    payload: bytes = b""


class Leave(msgspec.Struct, frozen=True):
    """Told to a room: a connection is gone. `is_bye`: the client closed with 1000."""

    connection_id: str
    is_bye: bool


class Do(Request[_R_co], Generic[_R_co], frozen=True):
    """Asked of a room: carry out a command; answered with its result once all of it is on disk."""

    command: CommandOf[_R_co]


class GiveUp(msgspec.Struct, frozen=True):
    """The store did not answer in the time there was: say goodbye without it, stop."""


class LoadAgain(msgspec.Struct, frozen=True):
    """Told to the directory: this room's state is not to be trusted, read it from storage."""

    session_id: str
    room: "Mailbox[RoomMessage]"


class LoadedAgain(msgspec.Struct, frozen=True):
    """Told to a room: its state as storage has it."""

    loaded: "LoadedRoom"


class LoadBoard(msgspec.Struct, frozen=True):
    """Told to the directory: read the board at `version`, which a client wants restored."""

    session_id: str
    version: int
    room: "Mailbox[RoomMessage]"
    asked: FromClient


class LoadedBoard(msgspec.Struct, frozen=True):
    """Told to a room: the board of a version that `asked` wants, or why there is none.

    `read_bytes` is what that takes, encoded.
    """

    asked: FromClient
    version: int
    board: Board | Refused
    read_bytes: int = 0


class LoadPage(msgspec.Struct, frozen=True):
    """Told to the directory: read the page of another session that a client wants copied."""

    command: CopyPage
    room: "Mailbox[RoomMessage]"
    asked: FromClient


class LoadedPage(msgspec.Struct, frozen=True):
    """Told to a room: what `asked` wants copied, with the copy worked out, or why there is none.

    `read_bytes` is the board that it was read from.
    """

    asked: FromClient
    page: CopyPage | Refused
    read_bytes: int = 0


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
    term: int = 0
    """The ownership of the session that it was opened in, which all it writes names."""


class MayRest(msgspec.Struct, frozen=True):
    """Told to the directory: nobody has been in the room for a while."""

    session_id: str


class Rest(msgspec.Struct, frozen=True):
    """Told to a room: stop, unless somebody has come meanwhile."""


class StillBusy(msgspec.Struct, frozen=True):
    """Told to the directory: somebody has come, the room goes on."""

    session_id: str


class ReleaseSession(msgspec.Struct, frozen=True):
    """Told to the directory: this room stops, and all it has accepted is on disk.

    Answered with `Released`; only then are its people sent away, so that whoever comes back at
    once finds the session free.
    """

    session_id: str
    room: "Mailbox[RoomMessage]"


class Released(msgspec.Struct, frozen=True):
    """Told to a room that stops: its session may be taken by whoever is asked for it next."""


class Rested(msgspec.Struct, frozen=True):
    """Told to the directory: the room has stopped, nothing waits for the disk but a snapshot."""

    session_id: str
    room: "Mailbox[RoomMessage]"


class RoomFailed(msgspec.Struct, frozen=True):
    """Told to the directory: a fault stopped the room's actor."""

    session_id: str
    room: "Mailbox[RoomMessage]"
    reason: str


class Tick(msgspec.Struct, frozen=True):
    """Time has passed; told once a second."""


class Flush(msgspec.Struct, frozen=True):
    """Told by a room to itself: the fan-out interval is over."""


class Shutdown(msgspec.Struct, frozen=True):
    """Commit what was accepted, say goodbye (SY-4), stop."""


class StopRooms(Request[None], frozen=True):
    """Asked of the directory: have every room say goodbye; answered when all have stopped."""


class Committed(msgspec.Struct, frozen=True):
    """Told to a room by the journal: everything up to `seq` is on disk."""

    seq: int


class CommitLost(msgspec.Struct, frozen=True):
    """Told to a room: what was sent in this generation and not yet confirmed is lost.

    `is_writable`: the database refused this and takes other writes. Otherwise `JournalWritable`
    follows, and what the disk holds is certain only from then on (PROMISES P19). `is_fenced`:
    another node owns the session by now, and nothing of this room is written any more.
    """

    generation: int
    is_writable: bool
    is_fenced: bool = False


class JournalWritable(msgspec.Struct, frozen=True):
    """Told to a room that lost a commit: the database was opened anew and takes writes again."""


RoomMessage = (
    FromClient
    | Join
    | Leave
    | Do[Any]
    | Committed
    | CommitLost
    | JournalWritable
    | LoadedAgain
    | LoadedBoard
    | LoadedPage
    | Tick
    | Flush
    | Rest
    | Released
    | Shutdown
    | GiveUp
)
"""What may be told to a room."""

DirectoryMessage = (
    FindRoom
    | AwaitRoom
    | MayRest
    | StillBusy
    | ReleaseSession
    | Rested
    | RoomFailed
    | LoadAgain
    | LoadBoard
    | LoadPage
    | Tick
    | StopRooms
    | GiveUp
)
"""What may be told to the directory."""
