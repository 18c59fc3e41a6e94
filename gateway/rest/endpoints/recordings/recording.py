"""Recording a session: on and off, who is in it, and what there is (PROTOCOL RC-1 to RC-5)."""

from typing import Annotated

from fastapi import APIRouter, Body

from actors.runtime import chance
from gateway.identity.identity import Access
from gateway.recordings.takes import index_of
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.permitting import HostDep
from gateway.rest.plumbing.services import BEARER, AccessDep, ServicesDep
from gateway.rest.shapes.models import UserIdInPath
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.recordings import (
    ConsentIn,
    LeaveOutIn,
    RecordingOn,
    RecordingOut,
    Recordings,
)
from gateway.rest.shapes.takes import TakeOut
from gateway.rest.shapes.views import ParticipantOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import GiveConsent, LeaveOut, StartRecording, StopRecording
from lessonroom.recording.recording import RecordingAccess
from storage.recordings import recordings, takes

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["recordings"],
    dependencies=BEARER,
)


@router.post(
    "/recording/start/",
    operation_id="start_recording",
    responses=documented(401, 403, 404, 409, 410, 413),
)
async def start(access: HostDep, services: ServicesDep) -> RecordingOn:
    """Begin to record an active session; where that goes on already, it goes on. For the host.

    Of each person only what they agree to is kept.
    """
    command = StartRecording(by=access.caller.by, recording_id=chance.new_recording_id())
    return RecordingOn.of(await act(services, access, command))


@router.post(
    "/recording/stop/",
    operation_id="stop_recording",
    responses=documented(401, 403, 404, 409, 410),
)
async def stop(access: HostDep, services: ServicesDep) -> Recordings:
    """End the recording, if there is one, and return all that there are. For the host."""
    await act(services, access, StopRecording(by=access.caller.by))
    return await _all(access, services)


@router.post(
    "/recording/consent/",
    operation_id="answer_recording",
    responses=documented(401, 403, 404, 409, 410),
)
async def consent(
    access: AccessDep, services: ServicesDep, body: Annotated[ConsentIn, Body()]
) -> ParticipantOut:
    """Say whether one may be recorded: for oneself alone, and only with a seat.

    It may be taken back at any time. Whoever has not answered is not recorded.
    """
    if access.caller.by is None:
        raise Refused(ErrorCode.CONFLICT, "an operator has no seat: each answers for themself")
    seat = await act(services, access, GiveConsent(by=access.caller.by, answer=body.answer))
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


@router.post(
    "/participants/{user_id}/recording/",
    operation_id="record_participant",
    responses=documented(401, 403, 404, 409, 410),
)
async def leave_out(
    access: HostDep,
    services: ServicesDep,
    user_id: UserIdInPath,
    body: Annotated[LeaveOutIn, Body()],
) -> ParticipantOut:
    """Keep somebody out of recordings, or not any more; nobody is forced into one. For the host."""
    command = LeaveOut(by=access.caller.by, user_id=user_id, is_left_out=not body.is_recorded)
    return ParticipantOut.of(await act(services, access, command), now_ms=services.clock.now_ms())


@router.get("/recordings/", operation_id="list_recordings", responses=documented(401, 403, 404))
async def list_all(access: AccessDep, services: ServicesDep) -> Recordings:
    """List the recordings of a session, oldest first.

    For the host and operators; where `settings.recording.listeners` is `participants` for
    whoever was let in and not removed.
    """
    require_listener(access)
    return await _all(access, services)


def require_listener(access: Access) -> None:
    """Refuse with `permission_denied` whoever may not listen to what was recorded."""
    if access.leads or access.caller.is_operator:
        return
    is_open = access.session.settings.recording.listeners is RecordingAccess.PARTICIPANTS
    if not (is_open and access.seat is not None and access.seat.may_act):
        raise Refused(ErrorCode.PERMISSION_DENIED, "the host alone may listen to recordings")


async def _all(access: Access, services: ServicesDep) -> Recordings:
    session_id = access.session.session_id
    store = services.rooms.store
    found = await store.reading(lambda connection: recordings.of_session(connection, session_id))
    kept = await store.reading(lambda connection: takes.of_session(connection, session_id))
    return Recordings(
        items=[RecordingOut.of_stored(each) for each in found],
        takes=[TakeOut.of(take, index_of(take)) for take in kept],
    )
