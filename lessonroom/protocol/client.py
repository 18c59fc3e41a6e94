"""What a client may send (PROTOCOL sections 3 to 6). Unknown fields are ignored."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from lessonroom.board.model.operations import Operation
from lessonroom.board.model.page import numbered
from lessonroom.log.events import Channel
from lessonroom.people.participant import ConnectionQuality
from lessonroom.protocol.calls import Args
from lessonroom.scalars import (
    Extent,
    Id,
    Number,
    PlainText,
    Seq,
    Timestamp,
    UserId,
)

MAX_CHAT_CHARS: Final = 2_000
"""Code points of a message of the chat."""

_Token = Annotated[PlainText, msgspec.Meta(max_length=256)]


class BoardEvent(msgspec.Struct, frozen=True):
    """Operations to apply, all or none, as one event. The message needs an `id` (BD-6)."""

    ops: Annotated[list[Operation], msgspec.Meta(min_length=1)]


class SyncRequest(msgspec.Struct, frozen=True):
    """Ask for everything after the last event applied; without one, for the whole board.

    With `parts` a board may come page by page (BD-28).
    """

    epoch: Annotated[PlainText, msgspec.Meta(max_length=64)] | None = None
    seq: Seq | None = None
    parts: bool = False


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
