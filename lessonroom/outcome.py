"""What a command comes to: events for the log, and what to say to whom."""

from enum import StrEnum
from typing import Any

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.codes import CloseCode
from lessonroom.log.audience import Shares
from lessonroom.log.events import Channel, Event
from lessonroom.people.participant import Participant


class Ack(msgspec.Struct, frozen=True):
    """Tell a connection that its submission is event `seq`, once that is on disk (BD-5)."""

    connection_id: str
    message_id: str
    seq: int
    channel: Channel = Channel.BOARD


class Signal(msgspec.Struct, frozen=True):
    """Say something that is not stored to one connection."""

    connection_id: str
    channel: Channel
    type: str
    data: Any


class Closure(msgspec.Struct, frozen=True):
    """End a connection, after everything said to it before."""

    connection_id: str
    code: CloseCode
    reason: str


class SnapshotType(StrEnum):
    """What a snapshot was taken for."""

    AUTO = "auto"
    JOIN = "join"
    LEAVE = "leave"
    TERMINATE = "terminate"
    MANUAL = "manual"


class SavedBoard(msgspec.Struct, frozen=True):
    """The board as it is after event `version`, to be kept as a snapshot.

    `board` is a copy that nobody changes: encoding it can wait, and be done beside the room. `by`
    is whoever asked for it by hand.
    """

    version: int
    board: Board
    kind: SnapshotType
    by: int | None = None


class Outcome(msgspec.Struct):
    """All that one command came to. Nothing of it may be seen before `events` are on disk.

    `shares` are those of the events that are not for everyone, by their `seq` (AU-3).
    `participants` are the seats that the events changed, as they are now; `session_changed` says
    whether the session's row did. `admitted` are connections that leave the lobby. `saved` is a
    snapshot to be kept. `result` is what a caller by name gets. `decoded_bytes` is what of the
    board had to be taken apart, `copied_bytes` what patches had only to copy.
    """

    events: list[Event] = []
    shares: dict[int, Shares] = {}
    acks: list[Ack] = []
    signals: list[Signal] = []
    closures: list[Closure] = []
    admitted: list[str] = []
    participants: dict[int, Participant] = {}
    session_changed: bool = False
    saved: SavedBoard | None = None
    result: Any = None
    decoded_bytes: int = 0
    copied_bytes: int = 0
