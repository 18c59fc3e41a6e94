"""A lesson as it stands in the database, and the settings its owner chose."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.people.permissions import Role, check_names
from lessonroom.recording.recording import Recording, RecordingSettings
from lessonroom.session.lifecycle import SessionStatus, SessionType

_encode: Final = msgspec.json.Encoder(order="sorted").encode

MAX_RETENTION_DAYS: Final = 36_500


class SignalPolicy(StrEnum):
    """Who may call whom (PROTOCOL RT-1)."""

    ALL = "all"
    HOST_ONLY = "host_only"


class ChatPolicy(StrEnum):
    """Who may write into the chat (PROTOCOL CH-2)."""

    ALL = "all"
    HOST_ONLY = "host_only"
    OFF = "off"


class HistoryPolicy(StrEnum):
    """Who may look at what happened, once the session is over (PROTOCOL SY-12)."""

    ALL = "all"
    """Whoever has a seat in it, those who missed it among them."""
    HOST_ONLY = "host_only"


class IcePolicy(StrEnum):
    """Which ICE candidates browsers may use; `relay` hides people's addresses from each other."""

    ALL = "all"
    RELAY = "relay"


class SessionSettings(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What the owner of a session chose; unknown keys are refused."""

    allow_guests: bool = True
    guest_role: Role = Role.STUDENT
    waiting_room: bool = False
    """Whether people wait until a host admits them (WR-1)."""
    grace_s: int | None = None
    """Seconds a dropped participant stays `reconnecting`; the server's setting where absent."""
    signal_policy: SignalPolicy = SignalPolicy.ALL
    ice_policy: IcePolicy = IcePolicy.ALL
    chat_policy: ChatPolicy = ChatPolicy.ALL
    history_policy: HistoryPolicy = HistoryPolicy.ALL
    retention_days: int | None = None
    """Days that the session is kept after its end; the server's setting where absent."""
    permissions: Mapping[Role, Mapping[str, bool]] = {}
    """Overrides by role: among others, who may draw at the start."""
    tools_down: bool = False
    """Whether nobody but hosts may change the board for now; what is permitted is kept (PE-5)."""
    recording: RecordingSettings = RecordingSettings()
    """What a recording holds, and who may have it (RC-3)."""

    def __post_init__(self) -> None:
        """Refuse names of permissions that do not exist, and times out of range."""
        for role, overrides in self.permissions.items():
            check_names(overrides, field=f"settings.permissions.{role}")
        if self.grace_s is not None and not 0 <= self.grace_s <= 3600:  # noqa: PLR2004
            message = "grace_s is in seconds, 0 to 3600"
            raise ValueError(message)
        if self.retention_days is not None and not 0 <= self.retention_days <= MAX_RETENTION_DAYS:
            message = f"retention_days is 0 to {MAX_RETENTION_DAYS}"
            raise ValueError(message)


class TimerMove(StrEnum):
    """What can be done to a countdown."""

    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"


class Timer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A countdown that everyone in the lesson sees (PROTOCOL TI-1).

    Either it runs, and `ends_at` is when it is over, in ms since the Unix epoch, or it stands, with
    `left_ms` to go.
    """

    seconds: int
    """How long it is in all."""
    title: str = ""
    ends_at: int | None = None
    left_ms: int | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One lesson. Times are milliseconds since the Unix epoch, UTC.

    `active_ms` counts the time in `active` up to `active_since_ms`, which is set only while the
    session is active.
    """

    session_id: str
    session_type: SessionType = SessionType.LESSON
    status: SessionStatus = SessionStatus.SCHEDULED
    host_id: int
    title: str = ""
    access_code: str = ""
    max_participants: int = 200
    is_recorded: bool = False
    """Whether it may be recorded; that alone records nothing (RC-1)."""
    settings: SessionSettings = SessionSettings()
    booking_id: str | None = None
    external_id: str | None = None
    series_id: str | None = None
    """What its series is called; None: it is the first of its own, which has its name."""
    scheduled_start_ms: int | None = None
    scheduled_end_ms: int | None = None
    actual_start_ms: int | None = None
    actual_end_ms: int | None = None
    active_ms: int = 0
    active_since_ms: int | None = None
    created_at_ms: int = 0
    timer: Timer | None = None
    reopened_at_ms: int | None = None
    """When it was last brought back after its end; None where it never was (SY-11)."""
    recording: Recording | None = None
    """The recording that is on."""
    recordings: int = 0
    """How many were begun so far."""
    takes: int = 0
    """How many takes were opened in them."""
    private_from: int | None = None
    """The `seq` of the event that first gave a page an audience; None: none has (AU-1)."""
    revision: int = 0
    """The `seq` of the event that last changed its plan or called it off; 0: none has."""

    @property
    def series(self) -> str:
        """The series that it belongs to; each session is the first of one."""
        return self.series_id or self.session_id

    def tag(self) -> str:
        """Return a name of the session as it is: another one after every change."""
        return hashlib.blake2b(_encode(self), digest_size=12).hexdigest()

    def duration_ms(self, now_ms: int) -> int:
        """Return the time spent in `active`, up to `now_ms`."""
        if self.active_since_ms is None:
            return self.active_ms
        return self.active_ms + max(0, now_ms - self.active_since_ms)
