"""Where a room stands: open, lost, stopping or ended. All transitions are here.

    Open ──loss──▶ Lost ──the state was read, the disk takes writes──▶ Open
    Open, Lost ──shutdown──▶ Stopping ──▶ Ended
    any ──rest, fence, no time left──▶ Ended

Pure values: what follows from a transition is the room's to do.
"""

from enum import StrEnum
from typing import ClassVar, Final, TypeAlias, assert_never

import msgspec


class Reading(StrEnum):
    """How far a room that lost a commit is with reading its state from storage."""

    UNDER_WAY = "under_way"
    """The database refused this room alone: what is being read is the state."""
    TOO_EARLY = "too_early"
    """The disk is away: what is being read may not be all that turns out to be there (P19)."""
    TOO_LATE = "too_late"
    """The database was opened anew while it was read: it must be read once more."""
    AWAITING_DISK = "awaiting_disk"
    """Read as far as is known by now; nothing is under way until the disk takes writes."""
    ONCE_MORE = "once_more"
    """The database was opened anew: what is being read is certain. What was read is known."""


_KNOWN: Final = frozenset({Reading.AWAITING_DISK, Reading.ONCE_MORE})


class Open(msgspec.Struct, frozen=True):
    """Commands are decided and their events handed to the journal."""

    is_writing: ClassVar[bool] = True
    is_state_known: ClassVar[bool] = True


class Lost(msgspec.Struct, frozen=True):
    """A commit was lost. Nothing is decided that would have to be written; signals go on."""

    is_writing: ClassVar[bool] = False
    reading: Reading

    @property
    def is_state_known(self) -> bool:
        """Whether the state is as storage has it; before that it tells of what was lost."""
        return self.reading in _KNOWN


class Stopping(msgspec.Struct, frozen=True):
    """The server stops: what was accepted is committed, then everyone is closed.

    `has_lost`: it was `Lost` as that began, and nothing more is written. `is_releasing`: all is on
    disk, and the session is being let go; after that everyone is.
    """

    has_lost: bool
    is_releasing: bool = False

    @property
    def is_writing(self) -> bool:
        """Whether what is decided is still handed to the journal."""
        return not self.has_lost and not self.is_releasing

    @property
    def is_state_known(self) -> bool:
        """Whether the state is as storage has it."""
        return not self.has_lost


class Ended(msgspec.Struct, frozen=True):
    """Everyone was let go and the directory told; whatever still comes is sent away."""

    is_writing: ClassVar[bool] = False
    is_state_known: ClassVar[bool] = False


Standing: TypeAlias = Open | Lost | Stopping | Ended


def after_loss(*, is_writable: bool) -> Lost:
    """A commit was lost; the room begins to read its state."""
    return Lost(Reading.UNDER_WAY if is_writable else Reading.TOO_EARLY)


def after_reconnect(lost: Lost) -> Lost:
    """The database was opened anew and takes writes: what was read before is not certain."""
    match lost.reading:
        case Reading.AWAITING_DISK:
            return Lost(Reading.ONCE_MORE)
        case Reading.UNDER_WAY | Reading.TOO_EARLY | Reading.TOO_LATE | Reading.ONCE_MORE:
            return Lost(Reading.TOO_LATE)
        case _:
            assert_never(lost.reading)


def after_reading(lost: Lost) -> Open | Lost:
    """The state was read; `Lost(UNDER_WAY)` says that it is to be read once more."""
    match lost.reading:
        case Reading.UNDER_WAY | Reading.ONCE_MORE:
            return Open()
        case Reading.TOO_EARLY | Reading.AWAITING_DISK:
            return Lost(Reading.AWAITING_DISK)
        case Reading.TOO_LATE:
            return Lost(Reading.UNDER_WAY)
        case _:
            assert_never(lost.reading)


def after_shutdown(standing: Open | Lost | Stopping) -> Stopping:
    """The server stops."""
    match standing:
        case Open():
            return Stopping(has_lost=False)
        case Lost():
            return Stopping(has_lost=True)
        case Stopping():
            return standing
        case _:
            assert_never(standing)


def after_commit(stopping: Stopping) -> Stopping:
    """Everything that was accepted is on disk, and was said."""
    return msgspec.structs.replace(stopping, is_releasing=True)
