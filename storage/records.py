"""What goes into the store and comes out of it, beside the core's own types."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.log.events import Event, EventType
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.session.messages import MessageHead
from lessonroom.session.session import Session


class Durability(StrEnum):
    """What a commit survives (PROMISES P1)."""

    POWER = "power"
    """A power cut, where the disk honours fsync."""
    PROCESS = "process"
    """The end of the process, `kill -9` too; a power cut may take the newest commits back."""


class UserKind(StrEnum):
    """How the server came to know a person."""

    REGISTERED = "registered"
    GUEST = "guest"


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person; `issuer` and `subject` together name them on the platform they come from."""

    user_id: int
    issuer: str
    subject: str
    name: str
    kind: UserKind
    created_at_ms: int
    role: str | None = None
    """`teacher` or `operator`, where that was decided; else it is what their token says."""
    barred_at_ms: int | None = None
    """When they were barred from coming in, if they are."""


class Body(msgspec.Struct, frozen=True, weakref=True):
    """What was written ahead, and has the checksum that the row which is to name it has."""

    body_id: int
    size_bytes: int
    crc32: int


NO_BODIES: Final[Mapping[int, Body]] = {}


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The board after event `version`: encoded, or a copy that the store encodes in a thread.

    Or it was written ahead, and this says where.
    """

    kind: SnapshotType
    version: int
    board: bytes | Board | Body
    created_by: int | None
    participant_count: int
    created_at_ms: int


class SnapshotEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a snapshot beside its board. Later ones have a greater `snapshot_id`."""

    snapshot_id: int
    kind: SnapshotType
    version: int
    size_bytes: int
    created_by: int | None
    participant_count: int
    created_at_ms: int


class EventCount(msgspec.Struct, frozen=True):
    """How many events of a type somebody caused; None is the server itself, or the operator."""

    event_type: EventType
    user_id: int | None
    events: int


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A session in numbers; `head` is the newest event, `head_at_ms` when it happened."""

    session: Session
    participants: list[Participant]
    counts: list[EventCount]
    head: int
    head_at_ms: int


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list; what is absent does not matter."""

    types: frozenset[EventType] = frozenset()
    user_id: int | None = None


class LogUsage(msgspec.Struct, frozen=True):
    """What a session's log took up to a `seq`, in bytes, by person; 0 is the server (QU-1)."""

    until_seq: int
    by_person: Mapping[int, int]


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What one room wants on disk, all of it or nothing.

    `session` is the session as it stands after `events`; its row is written only where
    `session_changed`. `participants` are the seats that the events changed. An event's `seq` is
    the one after the newest in the log. `usage` is what the log takes with them, where
    that is to be noted. `bodies` are the data of events, by `seq`, that were written ahead. `term`
    is the ownership in whose name it is written; 0 where one process has all sessions.
    """

    session: Session
    events: tuple[Event, ...]
    session_changed: bool = False
    participants: tuple[Participant, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    usage: LogUsage | None = None
    bodies: Mapping[int, Body] = NO_BODIES
    term: int = 0


class StoredSubmission(NamedTuple):
    """What a client once sent under an identity, and where it stands in the log (PROTOCOL BD-6).

    `digest` is the one of `lessonroom.log.events.Submission`.
    """

    user_id: int | None
    client_id: str
    n: int
    seq: int
    digest: int


class EncodedBoard(msgspec.Struct, frozen=True, weakref=True):
    """A board as it was after an event, encoded; the same one for all who have it at once."""

    encoded: bytes


class StoredRoom(msgspec.Struct, frozen=True, kw_only=True):
    """All that a room needs to go on where it was, read at one moment.

    `board` is the newest snapshot, taken after event `board_version` (None and 0 where there is
    none); `tail` are all events after it. `recent` are the last events up to the `head`, as many as
    were asked for; the two may overlap. `epochs` are (epoch, `seq` of its `room_open`), oldest
    first. Where `is_board_damaged`, the snapshot did not match its checksum and was left out:
    `tail` is then the whole log. `assets` are the images of the session with their sizes in
    bytes, `messages` the newest of the chat by `seq`, `usage` what the log takes by person.
    `is_saved_by_hand`: the newest snapshot is what somebody saved.
    """

    session: Session
    participants: list[Participant]
    board: bytes | None
    board_version: int
    tail: list[Event]
    recent: list[Event]
    head: int
    head_at_ms: int
    epochs: list[tuple[str, int]]
    submissions: list[StoredSubmission]
    assets: dict[str, int]
    messages: list[tuple[int, MessageHead]]
    usage: dict[int | None, int]
    is_saved_by_hand: bool
    is_board_damaged: bool = False
