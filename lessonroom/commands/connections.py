"""What comes with a connection: it itself, calls between peers, and the chat."""

from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.calls.signalling import Peer
from lessonroom.commands.command import CommandOf
from lessonroom.log.events import ChatFile
from lessonroom.people.participant import ConnectionQuality, MediaState
from lessonroom.protocol.client import IceCandidate


class Connect(CommandOf[Peer], frozen=True, kw_only=True):
    """Take up a connection of a seated participant.

    `is_peer` says whether it carries the webrtc channel and can thus be called; `board_schema` is
    the newest form of boards that its client knows (BD-16).
    """

    connection_id: str
    peer_id: str
    user_id: int
    token_issued_at_ms: int
    is_peer: bool
    board_schema: int = BOARD_SCHEMA


class Disconnect(CommandOf[None], frozen=True, kw_only=True):
    """A connection is gone. `is_bye`: the client said so itself, with close code 1000."""

    connection_id: str
    is_bye: bool


class RelayDescription(CommandOf[None], frozen=True, kw_only=True):
    """Pass an offer or an answer to one peer. `type` is `offer` or `answer`."""

    connection_id: str
    type: str
    to: str
    sdp: str


class RelayCandidate(CommandOf[None], frozen=True, kw_only=True):
    """Pass an ICE candidate to one peer; None ends the candidates."""

    connection_id: str
    to: str
    candidate: IceCandidate | None


class SetMedia(CommandOf[MediaState], frozen=True, kw_only=True):
    """Turn tracks on or off; None leaves a track as it is.

    Over the wire the peer is the connection's own; over REST it is the participant's newest.
    """

    by: int
    connection_id: str | None = None
    video: bool | None = None
    audio: bool | None = None
    screen: bool | None = None


class ReportQuality(CommandOf[None], frozen=True, kw_only=True):
    """Tell how good one's own line is (RT-6)."""

    connection_id: str
    quality: ConnectionQuality


class SendChatMessage(CommandOf[None], frozen=True, kw_only=True):
    """Write to everyone in the room (CH-1), or `to` one person and the hosts (CH-4).

    `reply_to` is the `seq` of the message that it answers (CH-5).
    """

    connection_id: str
    client_id: str
    n: int
    text: str
    to: int | None = None
    reply_to: int | None = None


class SendFile(CommandOf[int], frozen=True, kw_only=True):
    """Write as `SendChatMessage` does, with a file that is kept by now (CH-7); returns its `seq`.

    `client_id` is one of this file alone: the same again is the message that is there.
    """

    by: int
    client_id: str
    file: ChatFile
    text: str = ""
    to: int | None = None
    reply_to: int | None = None


class RemoveMessage(CommandOf[None], frozen=True, kw_only=True):
    """Take a message, event `message`, out of the chat (CH-6)."""

    by: int | None
    message: int
