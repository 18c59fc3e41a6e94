"""What the database tells of rooms while no server runs."""

from datetime import UTC, datetime
from typing import Any, Final

from actors.runtime.clock import SystemClock
from cli.command_errors import CommandRefused
from cli.database import all_sessions, reading
from cli.rooms.room_lines import RoomLine
from gateway.rest.shapes.views import ParticipantOut, RoomOut, SessionOut
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.session.session import Session
from storage.sessions.sessions import SessionFilter
from storage.store import Store

_UNDER_WAY: Final = frozenset({SessionStatus.WAITING, SessionStatus.ACTIVE, SessionStatus.PAUSED})


async def lessons_under_way(database_url: str) -> list[RoomLine]:
    """Return the lessons that a server will go on with once it runs, newest first."""
    async with reading(database_url) as store:
        wanted = SessionFilter(statuses=_UNDER_WAY)
        return [await _line(store, session) async for session in all_sessions(store, wanted)]


async def resting_room(session_id: str, *, database_url: str) -> dict[str, Any]:
    """Return what the operator's call would tell of a session whose room is not open.

    Raises:
        CommandRefused: there is no such session.

    """
    async with reading(database_url) as store:
        session = await store.session(session_id)
        if session is None:
            raise CommandRefused(f"there is no session {session_id}")
        now_ms = SystemClock().now_ms()
        seats = await store.participants(session_id)
    return RoomOut(
        session=SessionOut.of(session, now_ms=now_ms, may_see_code=True),
        participants=[ParticipantOut.of(seat, now_ms=now_ms) for seat in seats],
        live=None,
    ).model_dump(mode="json")


async def _line(store: Store, session: Session) -> RoomLine:
    seats = await store.participants(session.session_id)
    since_ms = session.actual_start_ms or session.created_at_ms
    return RoomLine(
        session_id=session.session_id,
        title=session.title,
        status=session.status,
        people=sum(seat.status.is_present for seat in seats),
        connections=None,
        events=await store.head(session.session_id),
        events_per_s=None,
        since=datetime.fromtimestamp(since_ms / 1000, UTC),
    )
