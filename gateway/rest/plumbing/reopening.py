"""Having a session that was over go on."""

from gateway.rest.plumbing.services import Services
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import ReopenSession
from lessonroom.session import reopening
from lessonroom.session.session import Session
from storage.people.erasure import ERASED_ISSUER
from storage.sessions import bookings


async def reopened(
    services: Services, session: Session, *, by: int | None, within_ms: int | None
) -> Session:
    """Return a session that was completed, as it goes on.

    Raises:
        Refused: `conflict`: it was not completed, it ended `within_ms` ago or longer, its host was
            erased, or its booking goes on in another session; or what the room refused.

    """
    # Before a room is opened for it: that would be an event in its log.
    now_ms = services.clock.now_ms()
    reopening.require_reopenable(session, now_ms=now_ms, within_ms=within_ms)
    host = await services.rooms.store.user(session.host_id)
    if host is None or host.issuer == ERASED_ISSUER:
        raise Refused(ErrorCode.CONFLICT, "its host was erased", field="host_id")
    if session.booking_id is not None:
        other = await bookings.session_of(services.rooms.store, session.booking_id)
        if other is not None and not other.status.has_ended:
            raise Refused(
                ErrorCode.CONFLICT,
                f"its booking goes on in another session: {other.session_id}",
                field="booking_id",
            )
    command = ReopenSession(by=by, within_ms=within_ms)
    return await services.rooms.ask(session.session_id, command)
