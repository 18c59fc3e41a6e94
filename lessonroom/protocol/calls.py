"""What may be asked by name: the arguments of each `command` (PROTOCOL section 5)."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from lessonroom.people.permissions import Role
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import Consent, TakeKind, UnrecordedTrack
from lessonroom.scalars import Extent, Id, Number, PermissionName, PlainText, Seq, UserId

Reason = Annotated[PlainText, msgspec.Meta(max_length=500)]


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


class SpotlightArgs(msgspec.Struct, frozen=True):
    """`spotlight`: whom everyone is to see large, or whose screen (PE-6)."""

    user_id: UserId
    is_screen: bool = False


class AwayArgs(msgspec.Struct, frozen=True):
    """`set_away`: whether nobody looks at this page (PE-7)."""

    is_away: bool


class UnrecordedArgs(msgspec.Struct, frozen=True):
    """`set_unrecorded`: what this page does not record though it should (RC-11)."""

    tracks: Annotated[list[UnrecordedTrack], msgspec.Meta(max_length=len(TakeKind))]


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
    | SpotlightArgs
    | AwayArgs
    | UnrecordedArgs
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
    "spotlight": SpotlightArgs,
    "end_spotlight": NoArgs,
    "set_away": AwayArgs,
    "set_unrecorded": UnrecordedArgs,
    "set_permissions": PermissionsArgs,
    "set_role": RoleArgs,
    "save": NoArgs,
    "restore": RestoreArgs,
    "copy_page": CopyArgs,
    "undo": UndoArgs,
    "redo": UndoArgs,
}
"""The names of the calls and the struct of their arguments."""
