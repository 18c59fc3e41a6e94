"""What a recording is, and the words for it (PROTOCOL RC-1 to RC-4)."""

from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.people.permissions import Role

MOST_RECORDINGS: Final = 100
"""Of one session: each is on the list that everybody reads, for good."""
MOST_TAKES: Final = 500
"""Of one session: a person has a handful in an hour, one for each time that a track goes on."""
MOST_RETENTION_DAYS: Final = 36_500


class TakeKind(StrEnum):
    """What of a person is recorded."""

    AUDIO = "audio"
    VIDEO = "video"
    SCREEN = "screen"


class RecordingAccess(StrEnum):
    """Who may listen to what was recorded, or download it."""

    HOST = "host"
    PARTICIPANTS = "participants"
    """Whoever was let into the session, and was not removed from it."""


class Consent(StrEnum):
    """What somebody answered when asked whether they may be recorded; no answer is a no."""

    GIVEN = "given"
    DECLINED = "declined"


class StopReason(StrEnum):
    """Why a recording ended."""

    HOST = "host"
    SESSION = "session"
    """The session was paused or ended, or nobody was in it any more."""
    FULL = "full"
    """There was no space for more."""
    SERVER = "server"
    """The server does not record any more."""


class TakeRoom(StrEnum):
    """Whose room for takes is nearly used up (RC-10)."""

    SESSION = "session"
    HOST = "host"
    """That of all sessions of the session's host."""
    SERVER = "server"
    DISK = "disk"


class Hindrance(StrEnum):
    """Why a page records nothing of a track that is to be recorded (RC-11)."""

    UNABLE = "unable"
    """The browser cannot."""
    FAILED = "failed"
    REFUSED = "refused"
    """The server takes no more of it."""
    FULL = "full"
    """There was no room for it, here or there."""


class UnrecordedTrack(msgspec.Struct, frozen=True):
    """A track that its person agreed to have recorded, and that is not."""

    kind: TakeKind
    why: Hindrance


class RecordingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a recording of a session holds, and who may have it (RC-3)."""

    kinds: tuple[TakeKind, ...] = (TakeKind.AUDIO,)
    roles: tuple[Role, ...] = (Role.HOST, Role.STUDENT, Role.SOLO)
    """Of whom something is kept."""
    listeners: RecordingAccess = RecordingAccess.PARTICIPANTS
    downloads: RecordingAccess = RecordingAccess.HOST
    retention_days: int | None = None
    """Days that takes are kept after the end; None: as long as the session."""

    def __post_init__(self) -> None:
        """Refuse empty and repeated lists, and days out of range."""
        for name, values in (("kinds", self.kinds), ("roles", self.roles)):
            if not values or len(set(values)) != len(values):
                message = f"recording.{name} names at least one, and each once"
                raise ValueError(message)
        days = self.retention_days
        if days is not None and not 0 <= days <= MOST_RETENTION_DAYS:
            message = f"recording.retention_days is 0 to {MOST_RETENTION_DAYS}"
            raise ValueError(message)


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that is on. `started_at` is in ms since the Unix epoch, `by` who started it."""

    recording_id: str
    kinds: tuple[TakeKind, ...]
    roles: tuple[Role, ...]
    started_at: int
    by: int | None = None
