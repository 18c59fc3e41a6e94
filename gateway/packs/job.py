"""What the process that takes up lesson packs is asked, and what it answers (PROTOCOL LP-6)."""

from collections.abc import Mapping

import msgspec

from gateway.packs.layout import Entry
from lessonroom.limits import Limits
from lessonroom.log.events import AssetAdded, ChatFile, Event
from lessonroom.log.renumbering import Renumbering
from lessonroom.log.unproven import OpenedTake
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.recording.kept import Parts
from lessonroom.recording.recording import TakeKind
from lessonroom.session.session import Session


class Survey(msgspec.Struct, frozen=True, kw_only=True, tag="survey"):
    """Is this pack whole, would its log be one of a room here, and what does it hold?"""

    path: str
    limits: Limits
    now_ms: int


class Telling(msgspec.Struct, frozen=True, kw_only=True, tag="telling"):
    """Its log as it is told here, from the session as it was before the first event."""

    path: str
    limits: Limits
    session: Session
    renumbering: Renumbering


class TakingUp(msgspec.Struct, frozen=True):
    """The request: one of the two."""

    commission: Survey | Telling


class PackedTake(msgspec.Struct, frozen=True, kw_only=True):
    """A take that a pack tells of; `entry` is its file, None where that is not in it.

    `kept` are the parts of room time of which the log allows something, `start_at` is when in the
    room its file begins, both in ms.
    """

    opened: OpenedTake
    kept: Parts
    entry: Entry | None = None
    start_at: int = 0
    duration_ms: int = 0
    gaps: list[tuple[int, int]] = []
    is_empty: bool = False
    """Whether nothing ever came of it, or nothing that could be kept."""

    @property
    def kind(self) -> TakeKind:
        """What of its person was recorded."""
        return self.opened.take.kind


class Surveyed(msgspec.Struct, frozen=True, kw_only=True, tag="surveyed"):
    """What is in a pack that is whole: everything in it is as it was written.

    `before` is the session before its first event, `after` what the log came to, `participants`
    the seats of then; `people` are all whom the log names. `files` are entries by the SHA-256 that
    they are named by, `shown` the assets that its board ever showed.
    """

    before: Session
    after: Session
    participants: list[Participant]
    people: list[int]
    head: int
    sha256: str
    log_bytes: int
    added: list[AssetAdded]
    shown: list[str]
    said: list[ChatFile]
    files: dict[str, Entry]
    takes: list[PackedTake]
    is_board_alike: bool
    """Whether the log comes to the board that lies beside it."""
    left_out: list[str]


class Told(msgspec.Struct, frozen=True, kw_only=True, tag="told"):
    """The next events, in their order."""

    events: list[Event]


class Drawn(msgspec.Struct, frozen=True, kw_only=True, tag="drawn"):
    """The board as it was after event `version`, to be kept beside the log."""

    kind: SnapshotType
    version: int
    board: bytes
    at_ms: int
    by: int | None = None


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """What all events came to; the last answer."""

    session: Session
    participants: list[Participant]
    usage: Mapping[int, int]
    head: int


class TakenUp(msgspec.Struct, frozen=True):
    """One answer: to `Survey` there is one."""

    result: Surveyed | Told | Drawn | Ended


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and what it is said to be; `entry` is its name in the pack. Pixels are of pictures.

    A `width` of None says nothing of them.
    """

    path: str
    entry: str
    media_type: str
    width: int | None = None
    height: int | None = None


class Looking(msgspec.Struct, frozen=True):
    """What `gateway.packs.looking` is asked: whether files are what they are said to be."""

    files: list[Expected]
    max_pixels: int


class Seen(msgspec.Struct, frozen=True):
    """One answer: a file is what it is said to be."""

    entry: str
