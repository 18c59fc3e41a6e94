"""Who is in the room, what they may do, and where they look."""

from collections.abc import Mapping

import msgspec

from lessonroom.commands.command import CommandOf
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.people.reaction import Reaction
from lessonroom.recording.recording import UnrecordedTrack


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


class ExpectedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to have a seat. `role` None: the one that they have; a new seat's is student.

    `field` is where whoever asks has named them.
    """

    user_id: int
    name: str
    role: Role | None = None
    field: str = "user_id"


class ExpectPeople(CommandOf[tuple[Participant, ...]], frozen=True, kw_only=True):
    """Give a seat to all of these people, each named once, with their roles: all of it or nothing.

    Who was kicked stays out. The result is their seats, in this order.
    """

    people: tuple[ExpectedPerson, ...]


class AdmitParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Let a person in who waits, or will wait, for the host (WR-4)."""

    by: int | None
    user_id: int


class ChangeRole(CommandOf[Participant], frozen=True, kw_only=True):
    """Make somebody a host, or a student or viewer again (SY-7)."""

    by: int | None
    user_id: int
    role: Role


class SetPermissions(CommandOf[dict[str, bool]], frozen=True, kw_only=True):
    """Grant or withdraw permissions of one participant or of a role. One of the two is given."""

    by: int | None
    permissions: Mapping[str, bool]
    user_id: int | None = None
    role: Role | None = None


class RaiseHand(CommandOf[Participant], frozen=True, kw_only=True):
    """Ask to speak: behind those who have asked before (SY-10)."""

    by: int


class LowerHands(CommandOf[None], frozen=True, kw_only=True):
    """Lower the hand of `user_id`, or everyone's where that is None (SY-10)."""

    by: int | None
    user_id: int | None


class React(CommandOf[None], frozen=True, kw_only=True):
    """Show everyone for a moment what one thinks (PE-1)."""

    by: int
    reaction: Reaction


class PickSomebody(CommandOf[dict[str, int]], frozen=True, kw_only=True):
    """Choose one of those present whose turn has not come yet (PE-2).

    `draw` is where chance points to: at least 0, and below 1.
    """

    by: int | None
    draw: float


class Mute(CommandOf[None], frozen=True, kw_only=True):
    """Turn the microphone of `user_id` off, or, without one, of all but hosts (PE-3)."""

    by: int | None
    user_id: int | None = None


class AskToUnmute(CommandOf[None], frozen=True, kw_only=True):
    """Ask somebody to turn their microphone on (PE-4)."""

    by: int | None
    user_id: int


class SetTools(CommandOf[None], frozen=True, kw_only=True):
    """Take the tools of the board from all but hosts, or give them back as they were (PE-5)."""

    by: int | None
    are_down: bool


class Spotlight(CommandOf[None], frozen=True, kw_only=True):
    """Have everyone see a person large, or the screen that they share (PE-6)."""

    by: int | None
    user_id: int
    is_screen: bool = False


class EndSpotlight(CommandOf[None], frozen=True, kw_only=True):
    """Let everyone see what they like again (PE-6)."""

    by: int | None


class SetAway(CommandOf[None], frozen=True, kw_only=True):
    """Tell that nobody looks at a page of one's own, or that somebody does again (PE-7)."""

    connection_id: str
    is_away: bool


class SetUnrecorded(CommandOf[None], frozen=True, kw_only=True):
    """Tell what a page of one's own does not record though it should; nothing: all is (RC-11)."""

    connection_id: str
    tracks: list[UnrecordedTrack]


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


class EraseParticipant(CommandOf[Participant], frozen=True, kw_only=True):
    """Take a person out of the session together with their name; the operator's alone."""

    user_id: int


Gesture = (
    BringPeople
    | ReleasePeople
    | Spotlight
    | EndSpotlight
    | React
    | PickSomebody
    | SetAway
    | SetUnrecorded
)
"""What is in no log."""
