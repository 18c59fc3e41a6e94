"""What of a session and its people is shown to whom."""

from typing import Any

from lessonroom.calls.signalling import Peer
from lessonroom.people.participant import Participant
from lessonroom.protocol.server import SessionView
from lessonroom.session.session import Session


def session_view(session: Session, *, now_ms: int) -> SessionView:
    """Return a session as its participants see it: without the access code."""
    return SessionView(
        session_id=session.session_id,
        session_type=session.session_type,
        status=session.status,
        title=session.title,
        host_id=session.host_id,
        is_recorded=session.is_recorded,
        chat_policy=session.settings.chat_policy,
        scheduled_start=session.scheduled_start_ms,
        scheduled_end=session.scheduled_end_ms,
        actual_start=session.actual_start_ms,
        actual_end=session.actual_end_ms,
        duration_ms=session.duration_ms(now_ms),
        timer=session.timer,
        tools_down=session.settings.tools_down,
        recording=session.recording,
        recording_settings=session.settings.recording if session.is_recorded else None,
    )


def result_view(result: Any, *, now_ms: int) -> Any:  # noqa: ANN401 - whatever a command returns
    """Return the result of a command as `reply` carries it."""
    match result:
        case Session():
            return session_view(result, now_ms=now_ms)
        case Participant():
            return result.view()
        case Peer():
            return None
        case _:
            return result
