"""What a client may send (PROTOCOL sections 3 to 6). Unknown fields are ignored."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from lessonroom.board.model.operations import Operation
from lessonroom.board.model.page import numbered
from lessonroom.log.events import Channel
from lessonroom.people.participant import ConnectionQuality
from lessonroom.people.permissions import Role
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import Consent
from lessonroom.scalars import (
    Extent,
    Id,
    Number,
    PermissionName,
    PlainText,
    Seq,
    Timestamp,
    UserId,
)

Reason = Annotated[PlainText, msgspec.Meta(max_length=500)]
MAX_CHAT_CHARS: Final = 2_000
"""Code points of a message of the chat."""

_Token = Annotated[PlainText, msgspec.Meta(max_length=256)]


class BoardEvent(msgspec.Struct, frozen=True):
    """Operations to apply, all or none, as one event. The message needs an `id` (BD-6)."""

    ops: Annotated[list[Operation], msgspec.Meta(min_length=1)]


class SyncRequest(msgspec.Struct, frozen=True):
    """Ask for everything after the last event applied; without one, for the whole board."""

    epoch: Annotated[PlainText, msgspec.Meta(max_length=64)] | None = None
    seq: Seq | None = None


class PointerMove(msgspec.Struct, frozen=True, gc=False):
    """Where this person's pointer is, in board units.

    `view` is the part of the board that they see, `[x, y, width, height]`: for those who follow
    them (BD-14). `page` is the one that they look at; the number n of an older client becomes `pn`.
    """

    x: Number
    y: Number
    tool: Id | None = None
    page: Id | Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    view: tuple[Number, Number, Extent, Extent] | None = None

    def __post_init__(self) -> None:
        """Have one form of a page: its id."""
        if isinstance(self.page, int):
            msgspec.structs.force_setattr(self, "page", numbered(self.page))


class Description(msgspec.Struct, frozen=True):
    """An offer or an answer for one peer."""

    to: Id
    sdp: PlainText


class IceCandidate(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An `RTCIceCandidateInit` of the browser."""

    candidate: PlainText
    sdp_mid: _Token | None = None
    sdp_m_line_index: Annotated[int, msgspec.Meta(ge=0, le=65_535)] | None = None
    username_fragment: _Token | None = None


class Candidate(msgspec.Struct, frozen=True):
    """An ICE candidate for one peer; null ends the candidates."""

    to: Id
    candidate: IceCandidate | None


class MediaRequest(msgspec.Struct, frozen=True):
    """Which of one's own tracks are on from now; what is absent stays as it is."""

    video: bool | None = None
    audio: bool | None = None
    screen: bool | None = None


class QualityReport(msgspec.Struct, frozen=True):
    """How good one's own line is, by what the calls come to (RT-6)."""

    quality: ConnectionQuality


class Ping(msgspec.Struct, frozen=True):
    """Asks for a `pong` with the same `t`."""

    t: Timestamp | None = None


class Pong(msgspec.Struct, frozen=True):
    """The answer to the server's `ping`."""

    t: Timestamp | None = None


class TokenRenewal(msgspec.Struct, frozen=True):
    """Another room token of the same seat, for this connection to live on by (HS-8)."""

    token: Annotated[PlainText, msgspec.Meta(min_length=1, max_length=8_192)]

    def __repr__(self) -> str:
        """Tell nothing: logs are read by others."""
        return "TokenRenewal()"


class ChatMessage(msgspec.Struct, frozen=True):
    """Something to say to everyone in the room. The message needs an `id` (CH-1).

    Or `to` one person, which hosts read as well (CH-4). It may answer another one (CH-5).
    """

    text: Annotated[PlainText, msgspec.Meta(min_length=1, max_length=MAX_CHAT_CHARS)]
    to: UserId | None = None
    reply_to: Seq | None = None


class CommandRequest(msgspec.Struct, frozen=True):
    """A call by name, answered by `reply` or `error` with the same `id`."""

    name: str
    args: msgspec.Raw = msgspec.Raw(b"")


class NoArgs(msgspec.Struct, frozen=True):
    """A call without arguments."""


class WithReason(msgspec.Struct, frozen=True):
    """`terminate`."""

    reason: Reason | None = None


class KickArgs(msgspec.Struct, frozen=True):
    """`kick`; with `lock_link` the access code changes, too."""

    user_id: UserId
    reason: Reason | None = None
    lock_link: bool = False


class PermissionsArgs(msgspec.Struct, frozen=True):
    """`set_permissions`: of one participant, or of a role in this session."""

    permissions: Mapping[PermissionName, bool]
    user_id: UserId | None = None
    role: Role | None = None


class AdmitArgs(msgspec.Struct, frozen=True):
    """`admit`: one who waits in the lobby."""

    user_id: UserId


class RoleArgs(msgspec.Struct, frozen=True):
    """`set_role`: make somebody a host, or a student or viewer again."""

    user_id: UserId
    role: Role


class InviteArgs(msgspec.Struct, frozen=True):
    """`invite`: also one who was kicked."""

    user_id: UserId
    role: Role | None = None


class UndoArgs(msgspec.Struct, frozen=True):
    """`undo` and `redo`: one's own, or, for the host, what somebody else did."""

    user_id: UserId | None = None


class RemoveArgs(msgspec.Struct, frozen=True):
    """`remove_message`: the `seq` of a message of the chat (CH-6)."""

    message: Seq


class RestoreArgs(msgspec.Struct, frozen=True):
    """`restore`: the board as it was after event `version`."""

    version: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class CopyArgs(msgspec.Struct, frozen=True):
    """`copy_page`: of a page, with everything on it, under a new `id` (PG-2).

    It comes behind page `after`, and behind it copies of `more`. `from_session` is another session,
    or `from_shelf` an item of a shelf, that they are of (PG-10).
    """

    page: Id
    id: Id
    after: Id | None = None
    more: Annotated[list[Id], msgspec.Meta(max_length=10_000)] = []
    from_session: Id | None = None
    from_shelf: Id | None = None


class LowerHandArgs(msgspec.Struct, frozen=True):
    """`lower_hand`: one's own, or, for the host, that of `user_id` (SY-10)."""

    user_id: UserId | None = None


class ReactArgs(msgspec.Struct, frozen=True):
    """`react`: with what (PE-1)."""

    reaction: Reaction


class MuteArgs(msgspec.Struct, frozen=True):
    """`mute`: one person, or everyone but the hosts (PE-3)."""

    user_id: UserId | None = None


class AskUnmuteArgs(msgspec.Struct, frozen=True):
    """`ask_unmute`: whom (PE-4)."""

    user_id: UserId


class ToolsArgs(msgspec.Struct, frozen=True):
    """`set_tools`: whether all but hosts lay them down (PE-5)."""

    are_down: bool


TimerSeconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]


class TimerArgs(msgspec.Struct, frozen=True):
    """`start_timer`: for how long, and what for (TI-1)."""

    seconds: TimerSeconds
    title: Annotated[PlainText, msgspec.Meta(max_length=128)] = ""


class ExtendArgs(msgspec.Struct, frozen=True):
    """`extend_timer`: by how much (TI-1)."""

    seconds: TimerSeconds


class BringArgs(msgspec.Struct, frozen=True):
    """Everyone, or `users`, are to look at a page, and at a part of it (PG-4)."""

    page: Id
    view: tuple[Number, Number, Extent, Extent] | None = None
    users: Annotated[list[UserId], msgspec.Meta(min_length=1, max_length=2_000)] | None = None


class ConsentArgs(msgspec.Struct, frozen=True):
    """`recording_consent`: whether one may be recorded oneself (RC-4)."""

    answer: Consent


class RecordArgs(msgspec.Struct, frozen=True):
    """`record_participant`: whether somebody is in recordings, if they agree (RC-4)."""

    user_id: UserId
    is_recorded: bool


Args = (
    NoArgs
    | WithReason
    | KickArgs
    | PermissionsArgs
    | RoleArgs
    | InviteArgs
    | AdmitArgs
    | BringArgs
    | LowerHandArgs
    | ReactArgs
    | MuteArgs
    | AskUnmuteArgs
    | ToolsArgs
    | ConsentArgs
    | RecordArgs
    | TimerArgs
    | ExtendArgs
    | RemoveArgs
    | RestoreArgs
    | CopyArgs
    | UndoArgs
)

COMMANDS: Final[Mapping[str, type[Args]]] = {
    "start": NoArgs,
    "pause": NoArgs,
    "resume": NoArgs,
    "complete": NoArgs,
    "terminate": WithReason,
    "kick": KickArgs,
    "invite": InviteArgs,
    "admit": AdmitArgs,
    "start_timer": TimerArgs,
    "pause_timer": NoArgs,
    "resume_timer": NoArgs,
    "extend_timer": ExtendArgs,
    "stop_timer": NoArgs,
    "raise_hand": NoArgs,
    "lower_hand": LowerHandArgs,
    "lower_hands": NoArgs,
    "react": ReactArgs,
    "pick": NoArgs,
    "mute": MuteArgs,
    "ask_unmute": AskUnmuteArgs,
    "set_tools": ToolsArgs,
    "start_recording": NoArgs,
    "stop_recording": NoArgs,
    "recording_consent": ConsentArgs,
    "record_participant": RecordArgs,
    "remove_message": RemoveArgs,
    "bring": BringArgs,
    "release": NoArgs,
    "set_permissions": PermissionsArgs,
    "set_role": RoleArgs,
    "save": NoArgs,
    "restore": RestoreArgs,
    "copy_page": CopyArgs,
    "undo": UndoArgs,
    "redo": UndoArgs,
}
"""The names of the calls and the struct of their arguments."""


class Call(msgspec.Struct, frozen=True):
    """A `command`, its arguments decoded."""

    name: str
    args: Args


ClientData = (
    BoardEvent
    | SyncRequest
    | PointerMove
    | Description
    | Candidate
    | MediaRequest
    | QualityReport
    | Ping
    | Pong
    | TokenRenewal
    | ChatMessage
    | Call
)

CLIENT_MESSAGES: Final[Mapping[tuple[str, str], type[msgspec.Struct]]] = {
    (Channel.BOARD, "board_event"): BoardEvent,
    (Channel.BOARD, "sync_request"): SyncRequest,
    (Channel.BOARD, "pointer_move"): PointerMove,
    (Channel.WEBRTC, "offer"): Description,
    (Channel.WEBRTC, "answer"): Description,
    (Channel.WEBRTC, "ice_candidate"): Candidate,
    (Channel.WEBRTC, "media_state"): MediaRequest,
    (Channel.WEBRTC, "connection_quality"): QualityReport,
    (Channel.SYSTEM, "chat_message"): ChatMessage,
    (Channel.SYSTEM, "command"): CommandRequest,
    (Channel.SYSTEM, "ping"): Ping,
    (Channel.SYSTEM, "pong"): Pong,
    (Channel.SYSTEM, "token"): TokenRenewal,
}
"""Channel and type of every message a client may send, and the struct of its `data`."""
