"""What each type of session means beyond its settings (docs/sessions.md)."""

from typing import Final

from lessonroom.codes import ErrorCode, Refused
from lessonroom.session.lifecycle import SessionType
from lessonroom.session.session import Session, SignalPolicy

DEMO_LASTS_MS: Final = 24 * 3_600_000
"""A demo is over a day after it was created, and nothing of it is kept."""


def require_fitting(session: Session) -> None:
    """Refuse a session that is not what its type promises.

    Raises:
        Refused: `invalid`, with the field at fault.

    """
    start_ms, end_ms = session.scheduled_start_ms, session.scheduled_end_ms
    if start_ms is not None and end_ms is not None and end_ms <= start_ms:
        raise _invalid("scheduled_end must be after scheduled_start", "scheduled_end")
    match session.session_type:
        case SessionType.SOLO:
            _require_solo(session)
        case SessionType.GROUP:
            if session.settings.signal_policy is not SignalPolicy.ALL:
                raise _invalid(
                    "in a group everyone may call everyone: allowed is all",
                    "settings.signal_policy",
                )
        case SessionType.DEMO:
            _require_demo(session)
        case SessionType.LESSON:
            pass


def _require_solo(session: Session) -> None:
    if session.max_participants != 1:
        raise _invalid("a solo session is for one person", "max_participants")
    if session.settings.allow_guests:
        raise _invalid("a solo session takes no guests", "settings.allow_guests")
    if session.settings.waiting_room:
        raise _invalid("nobody waits for a solo session", "settings.waiting_room")


def _require_demo(session: Session) -> None:
    last_ms = session.created_at_ms + DEMO_LASTS_MS
    if session.scheduled_start_ms is not None and session.scheduled_start_ms >= last_ms:
        raise _invalid("a demo begins within a day", "scheduled_start")
    if session.scheduled_end_ms is None or session.scheduled_end_ms > last_ms:
        raise _invalid("a demo is over within a day", "scheduled_end")
    if session.is_recorded:
        raise _invalid("nothing of a demo is kept", "is_recorded")
    if session.settings.retention_days not in {None, 0}:
        raise _invalid("nothing of a demo is kept", "settings.retention_days")


def _invalid(message: str, field: str) -> Refused:
    return Refused(ErrorCode.INVALID, message, field=field)
