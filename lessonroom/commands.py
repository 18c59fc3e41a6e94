"""Commands: what somebody asks of a room, in the imperative.

`by` is the user who asks, or None for the operator and the server itself, who need no permission.
`at`, ids and codes never come from here: they are arguments of `Room.handle` or made outside.
"""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from lessonroom.board.editing.copying import PageCopy
from lessonroom.board.editing.restoration import Restoration
from lessonroom.board.model.elements import Element, Layer
from lessonroom.board.model.operations import Operation
from lessonroom.board.model.page import Page
from lessonroom.board.model.schema import BOARD_SCHEMA
from lessonroom.calls.signalling import Peer
from lessonroom.log.events import AssetAdded
from lessonroom.people.participant import MediaState, Participant
from lessonroom.people.permissions import Role
from lessonroom.protocol.client import IceCandidate
from lessonroom.protocol.server import DocumentProgress
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, Timer, TimerMove

_R_co = TypeVar("_R_co", covariant=True)


class CommandOf(
    msgspec.Struct, Generic[_R_co], frozen=True, kw_only=True, tag_field="command", tag=True
):
    """A command whose result, for a caller by name, is an `_R_co`: `Outcome.result`.

    Tagged with its name, so that it says on any wire which one it is.
    """


class CreateSession(CommandOf[None], frozen=True, kw_only=True):
    """Begin the log of a new session: its very first command, before any room is opened."""

    by: int | None


class OpenRoom(CommandOf[None], frozen=True, kw_only=True):
    """Begin a new epoch. The first command that a room gets after it was loaded."""

    epoch: str


class SeatParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Give a person a seat, as `join` does. One who was kicked gets none."""

    user_id: int
    name: str
    role: Role


class InviteParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Invite a person, also one who was kicked; their earlier tokens stay void (SY-3)."""

    by: int | None
    user_id: int
    name: str
    role: Role


class AdmitParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Let a person in who waits, or will wait, for the host (WR-4)."""

    by: int | None
    user_id: int


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


class EditBoard(CommandOf[None], frozen=True, kw_only=True):
    """Apply operations to the board, all or none (BD-1)."""

    connection_id: str
    client_id: str
    n: int
    ops: list[Operation]


class SendChatMessage(CommandOf[None], frozen=True, kw_only=True):
    """Write to everyone in the room (CH-1)."""

    connection_id: str
    client_id: str
    n: int
    text: str


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


class MoveSession(CommandOf[Session], frozen=True, kw_only=True):
    """Start, pause, resume, complete, terminate or expire the session."""

    by: int | None
    move: Move
    reason: str | None = None
    only_if_empty: bool = False
    """Whether it is refused with `conflict` while somebody is in: a move that time makes."""


class UpdateSession(CommandOf[Session], frozen=True, kw_only=True):
    """Plan the session anew, or run it differently; what is `UNSET` stays as it is.

    `settings` are those that change, by name, as JSON has them; `permissions` is not among them,
    that is `SetPermissions`. With `if_tag` the session must be the one of that `Session.tag`.
    """

    by: int | None
    title: str | UnsetType = UNSET
    max_participants: int | UnsetType = UNSET
    scheduled_start_ms: int | UnsetType | None = UNSET
    scheduled_end_ms: int | UnsetType | None = UNSET
    booking_id: str | UnsetType = UNSET
    host_id: int | UnsetType = UNSET
    """The user who hosts it from now on; of the operator and the server alone."""
    settings: Mapping[str, Any] = {}
    if_tag: str | None = None


class FollowBooking(CommandOf[Session], frozen=True, kw_only=True):
    """Bring the session in line with its booking: its plan, its host, and whom it is for.

    Who has a seat already, and those for whom there is none, are passed over. An end that is not
    after the start any more is taken away.
    """

    plan: UpdateSession
    invited: tuple[InviteParticipant, ...] = ()
    removed: tuple[int, ...] = ()
    reason: str | None = None
    """Told to those who are removed."""


class ChangeRole(CommandOf[Participant], frozen=True, kw_only=True):
    """Make somebody a host, or a student or viewer again (SY-7)."""

    by: int | None
    user_id: int
    role: Role


class RaiseHand(CommandOf[Participant], frozen=True, kw_only=True):
    """Ask to speak: behind those who have asked before (SY-10)."""

    by: int


class LowerHands(CommandOf[None], frozen=True, kw_only=True):
    """Lower the hand of `user_id`, or everyone's where that is None (SY-10)."""

    by: int | None
    user_id: int | None


class SetTimer(CommandOf[Timer | None], frozen=True, kw_only=True):
    """Begin a countdown of `seconds`; one that is there gives way to it (TI-1)."""

    by: int | None
    seconds: int
    title: str = ""


class MoveTimer(CommandOf[Timer | None], frozen=True, kw_only=True):
    """Stop the countdown, have it go on, put it away, or lengthen it by `seconds` (TI-1)."""

    by: int | None
    move: TimerMove
    seconds: int = 0


class BringPeople(CommandOf[None], frozen=True, kw_only=True):
    """Have people look at a page of the board, and whoever comes until `ReleasePeople` (PG-4).

    `view` is the part of it, `(x, y, width, height)`; `users` None is everyone.
    """

    by: int | None
    page: str
    view: tuple[float, float, float, float] | None = None
    users: list[int] | None = None


class ReleasePeople(CommandOf[None], frozen=True, kw_only=True):
    """Let people look where they like again (PG-4)."""

    by: int | None


class KickParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Remove a participant and void their tokens (SY-3).

    `access_code` takes the place of the session's: links from before open nothing any more.
    """

    by: int | None
    user_id: int
    reason: str | None = None
    access_code: str | None = None


class ChangeAccessCode(CommandOf[Session], frozen=True, kw_only=True):
    """Give the session another access code; who has a seat or an invitation needs none (SY-8)."""

    by: int | None
    access_code: str


class EraseParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Take a person out of the session together with their name; the operator's alone."""

    user_id: int


class SetPermissions(CommandOf[dict[str, bool]], frozen=True, kw_only=True):
    """Grant or withdraw permissions of one participant or of a role. One of the two is given."""

    by: int | None
    permissions: Mapping[str, bool]
    user_id: int | None = None
    role: Role | None = None


class SaveBoard(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Save the board by hand."""

    by: int | None


class RestoreBoard(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Bring the board back to what it was after event `version`.

    `board` is the encoded board of that version, as the log is not the room's to read; or what
    was worked out already of how the present one becomes that.
    """

    by: int | None
    version: int
    board: bytes | Restoration


class CopyPage(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Add a copy of a page, with everything on it, under a new id (PG-2).

    It comes behind page `after`: without one, behind the page itself, and that of another session
    at the end. `copy` is what was worked out of it beside the room; None: that is done now.
    """

    by: int
    page: str
    id: str
    after: str | None = None
    from_session: str | None = None
    """The other session that `page` is of."""
    copy: PageCopy | None = None
    assets: tuple[AssetAdded, ...] = ()
    """What the copy shows, stored already; of a page of another session."""


class RegisterAsset(CommandOf[AssetAdded], frozen=True, kw_only=True):
    """Let the board show an image that is stored already."""

    by: int | None
    added: AssetAdded


class BeginDocument(CommandOf[None], frozen=True, kw_only=True):
    """Have everyone hear that a document is coming, if the board has room for its pages (PG-7).

    `assets` are the images and files that it brings as far as they are known: they have to have
    room, too.
    """

    by: int
    progress: DocumentProgress
    assets: list[AssetAdded] = []


class AddPages(CommandOf[list[str]], frozen=True, kw_only=True):
    """Add pages to the board, as one event: those of a document. Answered with their ids.

    They come behind page `after`; at the end where that is None, or not there any more. `assets`
    are what they show, stored already; `progress` is told to everyone.
    """

    by: int
    pages: list[Page]
    after: str | None = None
    assets: list[AssetAdded] = []
    progress: DocumentProgress | None = None


class TellDocument(CommandOf[None], frozen=True, kw_only=True):
    """Have everyone hear how far a document is, or how it ended (PG-7)."""

    progress: DocumentProgress


class ImportBoard(CommandOf[None], frozen=True, kw_only=True):
    """Begin with a board from elsewhere; before anyone is in the room, and on an empty board.

    `assets` are the images that its elements refer to.
    """

    by: int
    pages: list[Page]
    layers: list[Layer]
    elements: list[Element]
    assets: list[AssetAdded]


class Undo(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Take back one's own newest change of the board that was not taken back yet (BD-11).

    `of` is somebody else whose change the host takes back in their place.
    """

    by: int
    of: int | None = None


class Redo(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Take back one's own newest undo, or that of `of` (BD-11)."""

    by: int
    of: int | None = None


class PassTime(CommandOf[None], frozen=True, kw_only=True):
    """Time has passed: whoever dropped longer than the grace ago has left (SY-1).

    `elsewhere_bytes` is what the logs of the owner's other sessions take by now (QU-1); None:
    nobody has looked.
    """

    elsewhere_bytes: int | None = None


class SettleEmpty(CommandOf[None], frozen=True, kw_only=True):
    """Bring a session that nobody is in to rest, or to its end, as of the last departure.

    Its time stands still after `pause_after_ms`. It is over once its planned end has passed and
    nobody was there for `end_after_ms`, or without a planned end for `end_unplanned_after_ms`.
    """

    pause_after_ms: int
    end_after_ms: int
    end_unplanned_after_ms: int


class LetGo(CommandOf[None], frozen=True, kw_only=True):
    """The server stops: note that everyone's connection ends now."""


class Reconcile(CommandOf[None], frozen=True, kw_only=True):
    """Bring the roster in line with the live connections, after the state was loaded anew."""


Command = (
    CreateSession
    | OpenRoom
    | SeatParticipant
    | InviteParticipant
    | AdmitParticipant
    | Connect
    | Disconnect
    | EditBoard
    | SendChatMessage
    | RelayDescription
    | RelayCandidate
    | SetMedia
    | MoveSession
    | UpdateSession
    | FollowBooking
    | ChangeRole
    | ChangeAccessCode
    | SetTimer
    | MoveTimer
    | RaiseHand
    | LowerHands
    | BringPeople
    | ReleasePeople
    | KickParticipant
    | EraseParticipant
    | SetPermissions
    | SaveBoard
    | RestoreBoard
    | CopyPage
    | RegisterAsset
    | BeginDocument
    | AddPages
    | TellDocument
    | ImportBoard
    | Undo
    | Redo
    | PassTime
    | SettleEmpty
    | LetGo
    | Reconcile
)
