"""What the server sends (PROTOCOL sections 2 to 6). Times are milliseconds since the Unix epoch.

The data of events is in `lessonroom.log.events`: their bodies are logged and sent as they are.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal

import msgspec

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.codes import ErrorCode
from lessonroom.limits import Limits
from lessonroom.log.events import (
    AssetAdded,
    BoardChanged,
    BoardSaved,
    Channel,
    ChatMessageRemoved,
    ChatMessageSent,
    MediaStateChanged,
    ParticipantChanged,
    PermissionsChanged,
    QualityChanged,
    RecordingStarted,
    RecordingStopped,
    RoomOpened,
    SessionStatusChanged,
    SessionUpdated,
    TakeOpened,
    TimerChanged,
)
from lessonroom.people.participant import ParticipantView
from lessonroom.people.permissions import Role
from lessonroom.protocol.client import IceCandidate
from lessonroom.recording.recording import Recording, RecordingSettings
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import ChatPolicy, IcePolicy, Timer

PROTOCOL: Final = "lessonroom.v1"


class ServerMessage(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The envelope of everything the server sends (PROTOCOL section 3).

    `id` is that of the client's message, in answers and in the author's own events.
    """

    ch: Channel
    type: str
    id: str | None = None
    seq: int | None = None
    from_: int | None = msgspec.field(default=None, name="from")
    at: int | None = None
    data: Any


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its participants see it."""

    session_id: str
    session_type: SessionType
    status: SessionStatus
    title: str
    host_id: int
    is_recorded: bool
    chat_policy: ChatPolicy
    scheduled_start: int | None
    scheduled_end: int | None
    actual_start: int | None
    actual_end: int | None
    duration_ms: int
    """Time spent in `active` so far."""
    timer: Timer | None = None
    tools_down: bool = False
    """Whether nobody but hosts may change the board for now (PE-5)."""
    recording: Recording | None = None
    """The recording that is on (RC-5)."""
    recording_settings: RecordingSettings | None = None
    """What recordings of it hold, and who may have them; null where it may not be recorded."""


class IceServer(msgspec.Struct, frozen=True, omit_defaults=True):
    """An `RTCIceServer` of the browser (RT-5)."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Welcome(msgspec.Struct, frozen=True, kw_only=True):
    """The first message on a connection (HS-5)."""

    protocol: str = PROTOCOL
    board_schema: int = BOARD_SCHEMA
    connection_id: str
    peer_id: str
    participant: ParticipantView
    session: SessionView
    permissions: Mapping[str, bool]
    roster: list[ParticipantView]
    head: int
    epoch: str
    ice_servers: list[IceServer]
    ice_policy: IcePolicy
    limits: Limits
    server_time: int
    resume_window: int
    durability: Literal["power", "process"]


class Ack(msgspec.Struct, frozen=True):
    """The client's own event is on disk (BD-5, CH-1); `seq` is in the envelope."""


class Hidden(msgspec.Struct, frozen=True):
    """An event that is not for this viewer; `seq`, in the envelope, is all of it (CH-4)."""


class SyncFull(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state at `seq`. `board` is null on a view without the board channel.

    `role_permissions` is what each role may do in this session, before what was set for one person.
    `rest` names the pages of which `board` has no elements yet: each comes as a `board_part`, in
    this order (BD-28).
    """

    mode: Literal["full"] = "full"
    epoch: str
    seq: int
    session: SessionView
    roster: list[ParticipantView]
    permissions: Mapping[str, bool]
    role_permissions: Mapping[Role, Mapping[str, bool]]
    rest: list[str] = []
    board: msgspec.Raw | None = None


class BoardPart(msgspec.Struct, frozen=True, kw_only=True):
    """The elements that a page had at event `of`, which is the `seq` of the full sync (BD-28)."""

    of: int
    page: str
    elements: msgspec.Raw | None = None


class SyncDelta(msgspec.Struct, frozen=True, kw_only=True):
    """The events after `from_seq` up to `seq`, as they would have been sent one by one."""

    mode: Literal["delta"] = "delta"
    epoch: str
    from_seq: int
    seq: int
    events: list[msgspec.Raw]


class Pointers(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest pointer of each user since the last flush: `[user_id, x, y, tool, page]`.

    `views` is there when somebody told theirs: `[user_id, x, y, width, height]` (BD-14).
    """

    pointers: list[tuple[int, float, float, str | None, str | None]]
    views: list[tuple[int, float, float, float, float]] = []


class RelayedDescription(msgspec.Struct, frozen=True):
    """An offer or an answer of another peer (RT-2)."""

    from_peer: str
    sdp: str


class RelayedCandidate(msgspec.Struct, frozen=True):
    """An ICE candidate of another peer; null ends them."""

    from_peer: str
    candidate: IceCandidate | None


class PeerJoined(msgspec.Struct, frozen=True):
    """A peer can be called. `polite`: whether the receiver is the polite side (RT-4)."""

    peer_id: str
    user_id: int
    name: str
    polite: bool


class PeerLeft(msgspec.Struct, frozen=True):
    """A peer is gone."""

    peer_id: str
    user_id: int
    name: str


class ErrorData(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something was refused; nothing of it was applied (EN-2, EN-4)."""

    code: ErrorCode
    message: str
    field: str | None = None
    retry_after_ms: int | None = None


class Notification(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something a person should know. `code` is stable, `message` is English."""

    level: Literal["info", "warning", "error"]
    code: str
    message: str
    params: Mapping[str, Any] | None = None


class DocumentStatus(StrEnum):
    """How far the import of a document is."""

    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"
    """It ended early, for a reason of its own."""
    CANCELLED = "cancelled"
    """Somebody who may ended it early."""
    STOPPED = "stopped"
    """The server stopped meanwhile."""


class DocumentProgress(msgspec.Struct, frozen=True, kw_only=True):
    """The `params` of the notification `document` (PG-7).

    However an import ends, the pages that were added stay.
    """

    document_id: str
    user_id: int
    title: str
    status: DocumentStatus
    pages_done: int
    pages_total: int
    """0 as long as it is not known: an office document is made a PDF first."""
    failed_pages: list[int] = []
    """Numbers of pages that cannot be drawn: an empty sheet stands for each."""


class Kicked(msgspec.Struct, frozen=True, omit_defaults=True):
    """This participant was removed; the connection closes with 4503."""

    by: int | None
    reason: str | None = None


class Reply(msgspec.Struct, frozen=True):
    """The result of a `command`."""

    result: Any


class TokenTaken(msgspec.Struct, frozen=True):
    """The connection lives on by the token that was shown (HS-8): until `expires_at`, in ms."""

    expires_at: int
    ice_servers: list[IceServer]


class ServerPing(msgspec.Struct, frozen=True):
    """Asks for a `pong` with the same `t`."""

    t: int


class ServerPong(msgspec.Struct, frozen=True):
    """The answer to the client's `ping`."""

    t: float | None
    server_time: int


SERVER_MESSAGES: Final[Mapping[tuple[Channel, str], type[Any]]] = {
    (Channel.BOARD, "board_event"): BoardChanged,
    (Channel.BOARD, "ack"): Ack,
    (Channel.BOARD, "sync_response"): SyncFull | SyncDelta,  # type: ignore[dict-item]
    (Channel.BOARD, "board_part"): BoardPart,
    (Channel.BOARD, "pointer_move"): Pointers,
    (Channel.WEBRTC, "offer"): RelayedDescription,
    (Channel.WEBRTC, "answer"): RelayedDescription,
    (Channel.WEBRTC, "ice_candidate"): RelayedCandidate,
    (Channel.WEBRTC, "media_state"): MediaStateChanged,
    (Channel.WEBRTC, "connection_quality"): QualityChanged,
    (Channel.WEBRTC, "participant_joined"): PeerJoined,
    (Channel.WEBRTC, "participant_left"): PeerLeft,
    (Channel.SYSTEM, "welcome"): Welcome,
    (Channel.SYSTEM, "room_open"): RoomOpened,
    (Channel.SYSTEM, "session_status"): SessionStatusChanged,
    (Channel.SYSTEM, "session_update"): SessionUpdated,
    (Channel.SYSTEM, "participant_update"): ParticipantChanged,
    (Channel.SYSTEM, "permission_update"): PermissionsChanged,
    (Channel.SYSTEM, "board_save"): BoardSaved,
    (Channel.SYSTEM, "asset_add"): AssetAdded,
    (Channel.SYSTEM, "chat_message"): ChatMessageSent,
    (Channel.SYSTEM, "chat_remove"): ChatMessageRemoved,
    (Channel.BOARD, "hidden"): Hidden,
    (Channel.SYSTEM, "timer"): TimerChanged,
    (Channel.SYSTEM, "recording_start"): RecordingStarted,
    (Channel.SYSTEM, "recording_stop"): RecordingStopped,
    (Channel.SYSTEM, "recording_take"): TakeOpened,
    (Channel.SYSTEM, "ack"): Ack,
    (Channel.SYSTEM, "notification"): Notification,
    (Channel.SYSTEM, "error"): ErrorData,
    (Channel.SYSTEM, "kicked"): Kicked,
    (Channel.SYSTEM, "reply"): Reply,
    (Channel.SYSTEM, "ping"): ServerPing,
    (Channel.SYSTEM, "pong"): ServerPong,
    (Channel.SYSTEM, "token"): TokenTaken,
}
"""Channel and type of every message the server may send, and the struct of its `data`."""
