"""What platforms are told of an event: what happened, where, when and to whom, and no content."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from lessonroom.log.events import (
    Event,
    EventType,
    MediaStateChanged,
    ParticipantChanged,
    PermissionsChanged,
    QualityChanged,
    SessionStatusChanged,
)
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_CONTENT: Final = frozenset(
    {
        EventType.BOARD_OP,
        EventType.BOARD_CLEAR,
        EventType.BOARD_RESTORE,
        EventType.CHAT_MESSAGE,
        EventType.CHAT_REMOVE,
    }
)


class Summary(StrEnum):
    """What platforms may be told that is no event: it is worked out when it is told."""

    REPORT = "session.report"
    """The report of a session that has ended, behind the event of its end (SY-13)."""


Told = EventType | Summary
"""What an endpoint may ask to be told."""

ENDS: Final = frozenset(
    {EventType.SESSION_COMPLETE, EventType.SESSION_TERMINATE, EventType.SESSION_EXPIRE}
)

FEED_EVENTS: Final = frozenset(EventType) - {
    EventType.BOARD_OP,
    EventType.CHAT_MESSAGE,
    EventType.CHAT_REMOVE,
    EventType.MEDIA_STATE,
    EventType.CONNECTION_QUALITY,
    EventType.ROOM_OPEN,
}
"""What the feed holds, and an endpoint that names no events is told: no strokes, calls or chat."""


class NoticeData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an event stands and whom it concerns. `at` is in milliseconds since the Unix epoch."""

    session_id: str
    seq: int
    at: int
    user_id: int | None = None
    """Who caused it; absent where that was the server or its operator."""
    participant_ids: list[int] = []
    """Whom it happened to."""
    status: SessionStatus | None = None
    reason: str | None = None
    booking_id: str | None = None
    external_id: str | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a webhook, and an item of the feed (Standard Webhooks: type, timestamp, data)."""

    type: EventType
    timestamp: str
    data: NoticeData


def notice_of(event: Event, session: Session) -> Notice:
    """Return what is told of an event."""
    data = NoticeData(
        session_id=session.session_id,
        seq=event.seq,
        at=event.at_ms,
        user_id=event.user_id,
        booking_id=session.booking_id,
        external_id=session.external_id,
    )
    return Notice(
        type=event.type,
        timestamp=_text(event.at_ms),
        data=msgspec.structs.replace(data, **_particulars(event)),
    )


def webhook_id(session_id: str, seq: int, told: Told | None = None) -> str:
    """Return the id of a notice: the same each time that it is sent, wherever it is sent to.

    `seq` is that of its event; a summary has that of the event behind which it is told.
    """
    return f"evt_{session_id}_{seq}{'_report' if told is Summary.REPORT else ''}"


def told_by(name: str) -> Told:
    """Return what is called so."""
    return Summary(name) if name in set(Summary) else EventType(name)


def _particulars(event: Event) -> dict[str, object]:
    if event.type in _CONTENT:
        # Not decoded: a stroke may be long, and nothing of it is told, nor of what was written.
        return {}
    match event.body():
        case SessionStatusChanged(status=status, reason=reason):
            return {"status": status, "reason": reason}
        case ParticipantChanged(participant=view, reason=reason):
            return {"participant_ids": [view.user_id], "reason": reason}
        case PermissionsChanged(user_id=int() as user_id):
            return {"participant_ids": [user_id]}
        case PermissionsChanged(effective=concerned):
            return {"participant_ids": sorted(concerned or ())}
        case MediaStateChanged(user_id=user_id) | QualityChanged(user_id=user_id):
            return {"participant_ids": [user_id]}
        case _:
            return {}


def _text(at_ms: int) -> str:
    moment = _EPOCH + at_ms * _MILLISECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
