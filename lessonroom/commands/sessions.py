"""The session itself: its course, its plan, its timer, and the life of its room."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, UnsetType

from lessonroom.commands.command import CommandOf
from lessonroom.commands.people import InviteParticipant
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session, Timer, TimerMove


class CreateSession(CommandOf[None], frozen=True, kw_only=True):
    """Begin the log of a new session: its very first command, before any room is opened."""

    by: int | None


class OpenRoom(CommandOf[None], frozen=True, kw_only=True):
    """Begin a new epoch. The first command that a room gets after it was loaded."""

    epoch: str


class MoveSession(CommandOf[Session], frozen=True, kw_only=True):
    """Start, pause, resume, complete, terminate or expire the session."""

    by: int | None
    move: Move
    reason: str | None = None
    only_if_empty: bool = False
    """Whether it is refused with `conflict` while somebody is in: a move that time makes."""


class ReopenSession(CommandOf[Session], frozen=True, kw_only=True):
    """Have a session that was completed go on, within `within_ms` of its end (SY-11).

    `within_ms` None: however long ago it ended, which only operators may ask for.
    """

    by: int | None
    within_ms: int | None


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
    is_recorded: bool | UnsetType = UNSET
    """Whether it may be recorded; not once a recording was begun (RC-1)."""
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


class ChangeAccessCode(CommandOf[Session], frozen=True, kw_only=True):
    """Give the session another access code; who has a seat or an invitation needs none (SY-8)."""

    by: int | None
    access_code: str


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
