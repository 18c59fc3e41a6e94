"""What the directory knows of each session, and what it tells itself about one."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from actors.house.places import Place
from actors.messages import LoadAgain, LoadedRoom, RoomMessage
from actors.runtime.mailbox import Mailbox
from lessonroom.codes import Refused

RoomMailbox = Mailbox[RoomMessage]
Found = Callable[[RoomMailbox | Refused], None]


class Waiting(msgspec.Struct, frozen=True):
    """Who waits for a room; `is_of_the_past`: also for that of a session that is over."""

    found: Found
    is_of_the_past: bool = False


class Phase(StrEnum):
    """How far a session is between being looked for and being let go."""

    OPENING = "opening"
    OPEN = "open"
    RESTING = "resting"
    """The room was asked to stop, and may say that it is still busy."""
    RELEASING = "releasing"
    """The room has stopped; whoever looks for one waits until the session is free."""


class Entry(msgspec.Struct):
    """One session: its room, and who waits for one."""

    phase: Phase
    room: RoomMailbox | None = None
    place: Place | None = None
    """Where the session lives; None before that is known, and once it was let go."""
    waiting: list[Waiting] = []

    @property
    def is_of_the_past(self) -> bool:
        """Whether somebody waits who wants the room also of a session that is over."""
        return any(one.is_of_the_past for one in self.waiting)

    def answer(self, answer: RoomMailbox | Refused) -> None:
        """Tell everyone who waits."""
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            one.found(answer)


class OpenedRoom(msgspec.Struct, frozen=True):
    """What was read of a session that is being opened, or why there is nothing."""

    session_id: str
    room: LoadedRoom | Refused
    place: Place | None


class Freed(msgspec.Struct, frozen=True):
    """A session was let go."""

    session_id: str


class FoundDead(msgspec.Struct, frozen=True):
    """Somebody was looking for a room and its actor is dead."""

    session_id: str
    room: RoomMailbox


class LoadLater(msgspec.Struct, frozen=True):
    """A room's state cannot be read at the moment."""

    again: LoadAgain
