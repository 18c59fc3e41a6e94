"""A session that was over and goes on (PROTOCOL SY-10)."""

from typing import Any, Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import CommandOf, RemoveMessage, ReopenSession, UpdateSession
from lessonroom.log.events import EventType, SessionStatusChanged
from lessonroom.session import amending
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session
from lessonroom.turn import Turn

_DAY_MS: Final = 86_400_000


def is_of_the_past(command: CommandOf[Any]) -> bool:
    """Whether a command is for sessions that are over, too: a room is opened for it."""
    match command:
        case ReopenSession() | RemoveMessage():
            return True
        case UpdateSession():
            return amending.is_of_the_past(command)
        case _:
            return False


def until_ms(session: Session, *, within_ms: int) -> int | None:
    """Return until when a session can be reopened by its host; None where it cannot be."""
    if session.status is not SessionStatus.COMPLETED or session.session_type is SessionType.DEMO:
        return None
    ended_ms = session.actual_end_ms or session.created_at_ms
    days = session.settings.retention_days
    return ended_ms + (within_ms if days is None else min(within_ms, days * _DAY_MS))


def require_reopenable(session: Session, *, now_ms: int, within_ms: int | None) -> None:
    """Refuse with `conflict` where a session stays over.

    That is one that was broken off or never began, a demo, and one that ended `within_ms` ago or
    longer; None: however long ago.
    """
    if session.status is not SessionStatus.COMPLETED:
        raise Refused(
            ErrorCode.CONFLICT,
            f"cannot reopen a session that is {session.status}; possible from: completed",
            field="status",
        )
    if session.session_type is SessionType.DEMO:
        raise Refused(ErrorCode.CONFLICT, "nothing of a demo is kept", field="session_type")
    if within_ms is None:
        return
    last_ms = until_ms(session, within_ms=within_ms)
    if last_ms is None or now_ms >= last_ms:
        raise Refused(
            ErrorCode.CONFLICT,
            "this session ended too long ago to be reopened; begin a new one with its board",
            field="status",
        )


def reopen(turn: Turn, command: ReopenSession) -> None:
    """Have a completed session go on: active, and its time stands still until somebody comes.

    So it lasts as long as it did before and does from then on, without what lay between.
    """
    session = turn.state.session
    if command.by != session.host_id:
        turn.require_host(command.by)
    require_reopenable(session, now_ms=turn.now_ms, within_ms=command.within_ms)
    turn.require_space(command.by, from_reserve=True)
    turn.emit(
        EventType.SESSION_REOPEN,
        SessionStatusChanged(SessionStatus.ACTIVE, is_idle=True),
        by=command.by,
    )
    turn.outcome.result = turn.state.session
