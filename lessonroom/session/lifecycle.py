"""The life of a session: its states and the moves between them (API, "Status changes")."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from lessonroom.codes import ErrorCode, Refused


class SessionType(StrEnum):
    """What kind of lesson a session is."""

    LESSON = "lesson"
    SOLO = "solo"
    GROUP = "group"
    DEMO = "demo"


class SessionStatus(StrEnum):
    """Where a session stands."""

    SCHEDULED = "scheduled"
    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    EXPIRED = "expired"

    @property
    def has_ended(self) -> bool:
        """Whether nothing can happen in the session any more."""
        return self in ENDED


class Move(StrEnum):
    """A change of status that somebody asks for."""

    WAIT = "wait"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    TERMINATE = "terminate"
    EXPIRE = "expire"


ENDED: Final = frozenset({SessionStatus.COMPLETED, SessionStatus.TERMINATED, SessionStatus.EXPIRED})

_BEFORE: Final = (SessionStatus.SCHEDULED, SessionStatus.WAITING)
_DURING: Final = (SessionStatus.ACTIVE, SessionStatus.PAUSED)

TRANSITIONS: Final[Mapping[Move, tuple[tuple[SessionStatus, ...], SessionStatus]]] = {
    Move.WAIT: ((SessionStatus.SCHEDULED,), SessionStatus.WAITING),
    Move.START: (_BEFORE, SessionStatus.ACTIVE),
    Move.PAUSE: ((SessionStatus.ACTIVE,), SessionStatus.PAUSED),
    Move.RESUME: ((SessionStatus.PAUSED,), SessionStatus.ACTIVE),
    Move.COMPLETE: (_DURING, SessionStatus.COMPLETED),
    Move.TERMINATE: (_BEFORE + _DURING, SessionStatus.TERMINATED),
    Move.EXPIRE: (_BEFORE, SessionStatus.EXPIRED),
}
"""For each move, the states it is possible from and the state it leads to."""


def after(status: SessionStatus, move: Move) -> SessionStatus:
    """Return the status that `move` leads to.

    Raises:
        Refused: `conflict`; the message names the states the move is possible from.

    """
    possible_from, leads_to = TRANSITIONS[move]
    if status in possible_from:
        return leads_to
    raise Refused(
        ErrorCode.CONFLICT,
        f"cannot {move} a session that is {status}; possible from: {', '.join(possible_from)}",
        field="status",
    )
