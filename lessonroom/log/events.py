"""Events: the durable, numbered facts of a session, in the past tense.

An event's body, encoded, is both the `data` of its row in the log and the `data` of its message on
the wire, so it is encoded once. The tag of a body is the log's `event_type`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.people.participant import ConnectionQuality, ParticipantView
from lessonroom.people.permissions import Role
from lessonroom.recording.recording import StopReason, TakeKind
from lessonroom.scalars import Sha256
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import SessionSettings, Timer


class Channel(StrEnum):
    """The three channels of the wire (PROTOCOL section 3)."""

    BOARD = "board"
    WEBRTC = "webrtc"
    SYSTEM = "system"


class ParticipantChange(StrEnum):
    """What happened to a participant, in the words of `participant_update`."""

    JOINED = "joined"
    RECONNECTING = "reconnecting"
    LEFT = "left"
    KICKED = "kicked"
    UPDATED = "updated"


class EventType(StrEnum):
    """The `event_type` column of the log."""

    ROOM_OPEN = "room_open"
    SESSION_CREATED = "session_created"
    SESSION_WAIT = "session_wait"
    SESSION_START = "session_start"
    SESSION_PAUSE = "session_pause"
    SESSION_RESUME = "session_resume"
    SESSION_IDLE = "session_idle"
    SESSION_WAKE = "session_wake"
    SESSION_COMPLETE = "session_complete"
    SESSION_TERMINATE = "session_terminate"
    SESSION_EXPIRE = "session_expire"
    SESSION_REOPEN = "session_reopen"
    SESSION_UPDATE = "session_update"
    PARTICIPANT_INVITE = "participant_invite"
    PARTICIPANT_SEAT = "participant_seat"
    PARTICIPANT_WAIT = "participant_wait"
    PARTICIPANT_ADMIT = "participant_admit"
    PARTICIPANT_JOIN = "participant_join"
    PARTICIPANT_DROP = "participant_drop"
    PARTICIPANT_RECONNECT = "participant_reconnect"
    PARTICIPANT_LEAVE = "participant_leave"
    PARTICIPANT_KICK = "participant_kick"
    PARTICIPANT_HAND = "participant_hand"
    PERMISSION_UPDATE = "permission_update"
    MEDIA_STATE = "media_state"
    CONNECTION_QUALITY = "connection_quality"
    BOARD_OP = "board_op"
    BOARD_CLEAR = "board_clear"
    BOARD_SAVE = "board_save"
    BOARD_RESTORE = "board_restore"
    ASSET_ADD = "asset_add"
    CHAT_MESSAGE = "chat_message"
    CHAT_REMOVE = "chat_remove"
    TIMER = "timer"
    RECORDING_START = "recording_start"
    RECORDING_STOP = "recording_stop"
    RECORDING_CONSENT = "recording_consent"
    RECORDING_TAKE = "recording_take"


class RoomOpened(msgspec.Struct, frozen=True, omit_defaults=True):
    """The room was opened; a `seq` from here on is valid only within this epoch (BD-7).

    Whoever was connected before is `reconnecting` from this moment. They were last there at the
    log's last event, or where that is known to be later, at `last_there`, in ms since the Unix
    epoch by `user_id`: so that the log alone tells how long everybody was there.
    """

    epoch: str
    last_there: Mapping[int, int] = {}


class SessionStatusChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """The session moved to another status, or its time stands still or goes on.

    `as_of` is when that took effect, in ms since the Unix epoch, where it was before the event:
    nobody was there since. While `is_idle` the session is active and its time stands still.
    """

    status: SessionStatus
    reason: str | None = None
    as_of: int | None = None
    is_idle: bool = False


class SessionUpdated(msgspec.Struct, frozen=True, kw_only=True):
    """The session was planned anew, or is run differently from now on: all of it as it now is.

    Times are milliseconds since the Unix epoch.
    """

    title: str
    max_participants: int
    scheduled_start: int | None
    scheduled_end: int | None
    settings: SessionSettings
    booking_id: str | None = None
    by: int | None = None
    host_id: int | None = None
    """The user who hosts it; None in logs from before a host could change: whoever did."""
    is_recorded: bool | None = None
    """Whether it may be recorded; None in logs from before that could change: whether it could."""


class ParticipantChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """A participant took a seat, waits, was admitted, came, dropped, came back, left or was kicked.

    An invitation is such a change too, and so are a hand that goes up or down, and what somebody
    answers who is asked whether they may be recorded.
    """

    change: ParticipantChange
    participant: ParticipantView
    reason: str | None = None
    by: int | None = None


class PermissionsChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Permissions of one participant or of a whole role were changed.

    For one participant `permissions` is their full effective set, `overrides` what was set for
    them. For a role `permissions` holds the names that were set, and `effective` the full sets of
    everyone it concerns. `tools_down` says that all but hosts lay their tools down, or take them up
    again (PE-5): `effective` has everyone's, and nothing was set for a role or a person.
    """

    permissions: Mapping[str, bool]
    user_id: int | None = None
    role: Role | None = None
    overrides: Mapping[str, bool] | None = None
    effective: Mapping[int, Mapping[str, bool]] | None = None
    by: int | None = None
    tools_down: bool | None = None


class MediaStateChanged(msgspec.Struct, frozen=True):
    """A peer's tracks went on or off."""

    peer_id: str
    user_id: int
    video: bool
    audio: bool
    screen: bool


class QualityChanged(msgspec.Struct, frozen=True):
    """A person's line became better or worse, by what their own page makes of it (RT-6)."""

    user_id: int
    quality: ConnectionQuality


class BoardChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """Operations were applied to the board, all of them, in this order (BD-1).

    `restored` is the version that they bring back, where the host restored one (BD-12).
    """

    ops: msgspec.Raw
    restored: int | None = None


class BoardSaved(msgspec.Struct, frozen=True):
    """Somebody saved the board by hand; `version` is the `seq` it was saved at."""

    version: int


class AssetAdded(msgspec.Struct, frozen=True):
    """An image was uploaded; elements may refer to it from now on (BD-13).

    `asset` is the SHA-256 of its bytes, by which it is fetched; `width` and `height` in pixels.
    """

    asset: Sha256
    media_type: str
    width: int
    height: int
    size_bytes: int


class Removal(msgspec.Struct, frozen=True):
    """Who took a message out of the chat, None is the operator, and when, in ms since the epoch."""

    by: int | None
    at: int


class ChatFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that came with a message (CH-7); of a picture with its size in pixels."""

    asset: Sha256
    name: str
    media_type: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


class ChatMessageSent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody wrote to everyone in the room (CH-1), or `to` one person and the hosts (CH-4).

    `reply_to` is the `seq` of the message that it answers (CH-5), `file` what came with it (CH-7).
    Of one that was `removed` nothing is left but who wrote it, to whom and when (CH-6).
    """

    text: str
    to: int | None = None
    reply_to: int | None = None
    removed: Removal | None = None
    file: ChatFile | None = None

    def taken_out(self, removal: Removal) -> "ChatMessageSent":
        """Return what is left of it once it was removed."""
        return msgspec.structs.replace(self, text="", removed=removal, file=None)


class ChatMessageRemoved(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message of the chat, event `message`, was taken out of it (CH-6).

    `author` wrote it, `to` one person or to everyone.
    """

    message: int
    author: int
    to: int | None = None


class TimerChanged(msgspec.Struct, frozen=True, omit_defaults=True):
    """The countdown was set, stopped, goes on, or was put away: as it is from now on (TI-1)."""

    timer: Timer | None


class RecordingStarted(msgspec.Struct, frozen=True, omit_defaults=True):
    """A recording is on from here: of those who agree, and whom nobody leaves out (RC-2).

    `roles` are those of whom something is kept; what the log does not say is not kept.
    """

    recording_id: str
    kinds: tuple[TakeKind, ...]
    roles: tuple[Role, ...]
    by: int | None = None


class RecordingStopped(msgspec.Struct, frozen=True):
    """The recording is off from here (RC-2)."""

    recording_id: str
    reason: StopReason


class TakeOpened(msgspec.Struct, frozen=True):
    """A browser begins to record one of its own tracks, and will send it (RC-7)."""

    take_id: str
    user_id: int
    kind: TakeKind
    media_type: str


EventBody = (
    RoomOpened
    | SessionStatusChanged
    | SessionUpdated
    | ParticipantChanged
    | PermissionsChanged
    | MediaStateChanged
    | QualityChanged
    | BoardChanged
    | BoardSaved
    | AssetAdded
    | ChatMessageSent
    | ChatMessageRemoved
    | TimerChanged
    | RecordingStarted
    | RecordingStopped
    | TakeOpened
)

_KINDS: Final[tuple[tuple[type[EventBody], Channel, str, tuple[EventType, ...]], ...]] = (
    (RoomOpened, Channel.SYSTEM, "room_open", (EventType.ROOM_OPEN,)),
    (
        SessionStatusChanged,
        Channel.SYSTEM,
        "session_status",
        tuple(
            kind
            for kind in EventType
            if kind.startswith("session_") and kind is not EventType.SESSION_UPDATE
        ),
    ),
    (SessionUpdated, Channel.SYSTEM, "session_update", (EventType.SESSION_UPDATE,)),
    (
        ParticipantChanged,
        Channel.SYSTEM,
        "participant_update",
        (
            *(kind for kind in EventType if kind.startswith("participant_")),
            EventType.RECORDING_CONSENT,
        ),
    ),
    (PermissionsChanged, Channel.SYSTEM, "permission_update", (EventType.PERMISSION_UPDATE,)),
    (MediaStateChanged, Channel.WEBRTC, "media_state", (EventType.MEDIA_STATE,)),
    (
        QualityChanged,
        Channel.WEBRTC,
        "connection_quality",
        (EventType.CONNECTION_QUALITY,),
    ),
    (
        BoardChanged,
        Channel.BOARD,
        "board_event",
        (EventType.BOARD_OP, EventType.BOARD_CLEAR, EventType.BOARD_RESTORE),
    ),
    (BoardSaved, Channel.SYSTEM, "board_save", (EventType.BOARD_SAVE,)),
    (AssetAdded, Channel.SYSTEM, "asset_add", (EventType.ASSET_ADD,)),
    (ChatMessageSent, Channel.SYSTEM, "chat_message", (EventType.CHAT_MESSAGE,)),
    (ChatMessageRemoved, Channel.SYSTEM, "chat_remove", (EventType.CHAT_REMOVE,)),
    (TimerChanged, Channel.SYSTEM, "timer", (EventType.TIMER,)),
    (RecordingStarted, Channel.SYSTEM, "recording_start", (EventType.RECORDING_START,)),
    (RecordingStopped, Channel.SYSTEM, "recording_stop", (EventType.RECORDING_STOP,)),
    (TakeOpened, Channel.SYSTEM, "recording_take", (EventType.RECORDING_TAKE,)),
)

BODY_OF: Final[Mapping[EventType, type[EventBody]]] = {
    event_type: body for body, _, _, event_types in _KINDS for event_type in event_types
}
"""The struct that each event's data decodes to."""

WIRE_NAME: Final[Mapping[EventType, tuple[Channel, str]]] = {
    event_type: (channel, name)
    for _, channel, name, event_types in _KINDS
    for event_type in event_types
}
"""The channel and the type under which the wire carries each event."""

BOARD_CHANGES: Final = frozenset(kind for kind, body in BODY_OF.items() if body is BoardChanged)
"""The events that change the board."""


class Submission(msgspec.Struct, frozen=True, gc=False):
    """The identity a client gave to what it sent: `<client_id>:<n>` (PROTOCOL BD-6, CH-1).

    `digest` is the CRC-32 of what was sent, so that the same id with another content is noticed.
    """

    client_id: str
    n: int
    digest: int

    def __str__(self) -> str:
        return f"{self.client_id}:{self.n}"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a session's log.

    `data` is the encoded body. `user_id` is whoever caused the event, absent for the server
    itself. `at_ms` is server time in milliseconds; within a session it never goes back.
    `board_schema` is the form that `data` was written in (BD-16).
    """

    seq: int
    type: EventType
    at_ms: int
    data: bytes
    user_id: int | None = None
    submission: Submission | None = None
    board_schema: int = BOARD_SCHEMA

    def body(self) -> EventBody:
        """Decode what happened."""
        return msgspec.json.decode(self.data, type=BODY_OF[self.type])
