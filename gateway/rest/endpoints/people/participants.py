"""The people of a session: roster, invitations, kicks, permissions, media."""

from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Query

from actors.runtime import chance
from gateway.identity.identity import Access
from gateway.identity.tokens import GUEST_ISSUER, OWN_ISSUER
from gateway.rest.plumbing.acting import act
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.people import user_of_subject
from gateway.rest.plumbing.permitting import ANY, HostDep, may
from gateway.rest.plumbing.services import BEARER, AccessDep, Services, ServicesDep
from gateway.rest.shapes.models import (
    InviteIn,
    KickIn,
    MediaIn,
    PermissionsIn,
    RoleIn,
    UserIdInPath,
)
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import (
    MediaOut,
    ParticipantOut,
    PermissionsOut,
    Roster,
    RosterSeat,
    SessionOut,
)
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    AdmitParticipant,
    ChangeAccessCode,
    ChangeRole,
    InviteParticipant,
    KickParticipant,
    SetMedia,
    SetPermissions,
)
from lessonroom.people.permissions import Permission
from storage.records import User
from storage.sessions import listing

_FIELD_OF_TRACK: Final = {
    "data.video": "video_enabled",
    "data.audio": "audio_enabled",
    "data.screen": "screen_sharing",
}
"""The core names the fields of the wire."""

router = APIRouter(
    prefix="/sessions/{session_id}",
    route_class=StrictRoute,
    tags=["participants"],
    dependencies=BEARER,
)


@router.get("/participants/", operation_id="list_participants", responses=documented(401, 403, 404))
async def list_all(
    access: AccessDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    cursor: Annotated[
        str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="Of the page before.")
    ] = None,
) -> Roster:
    """List everyone with a seat, in the order in which they first took it."""
    found = await listing.roster(
        services.rooms.store,
        access.session.session_id,
        limit=limit + 1,
        after=int(cursor) if cursor else 0,
    )
    shown = found[:limit]
    now_ms = services.clock.now_ms()
    return Roster(
        items=[
            RosterSeat(
                **dict(ParticipantOut.of(seat.participant, now_ms=now_ms)),
                is_guest=seat.is_guest,
            )
            for seat in shown
        ],
        next_cursor=str(shown[-1].seat_id) if len(found) > limit else None,
    )


@router.post(
    "/participants/",
    operation_id="invite_participant",
    status_code=201,
    responses=documented(401, 403, 404, 409, 410),
)
async def invite(
    access: Annotated[Access, Depends(may(Permission.INVITE))],
    services: ServicesDep,
    body: Annotated[InviteIn, Body()],
) -> ParticipantOut:
    """Invite a person, who then joins without a code; also one who was kicked. Needs `can_invite`.

    By `user_id` people of this session are found, by `subject` those of the caller's own platform.
    """
    user = await _invited(access, services, body)
    command = InviteParticipant(
        by=access.caller.by, user_id=user.user_id, name=user.name, role=body.role
    )
    seat = await act(services, access, command)
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


async def _invited(access: Access, services: Services, body: InviteIn) -> User:
    """Return whom the caller means: nobody can be looked up past their own platform."""
    store = services.rooms.store
    issuer = await _issuer_of(access, services)
    if body.user_id is not None:
        user = await store.user(body.user_id)
        seat = await store.participant(access.session.session_id, body.user_id)
        # A number is easily guessed: only those whom one has met here are known by theirs.
        if user is None or (seat is None and issuer != ANY):
            raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="user_id")
        return user
    assert body.subject is not None, "InviteIn has one of the two"  # noqa: S101
    if issuer == GUEST_ISSUER:
        raise Refused(
            ErrorCode.PERMISSION_DENIED, "a guest knows nobody by subject", field="subject"
        )
    return await user_of_subject(
        services, OWN_ISSUER if issuer == ANY else issuer, body.subject, body.name
    )


async def _issuer_of(access: Access, services: Services) -> str:
    """Return the platform that the caller belongs to; the operator sees all of them."""
    if access.caller.user_id is None or access.caller.is_operator:
        return ANY
    user = await services.rooms.store.user(access.caller.user_id)
    assert user is not None, "a caller with a seat is a user that the server made"  # noqa: S101
    return user.issuer


@router.post(
    "/admit/{user_id}/",
    operation_id="admit_participant",
    responses=documented(401, 403, 404, 409, 410),
)
async def admit(user_id: UserIdInPath, access: AccessDep, services: ServicesDep) -> ParticipantOut:
    """Let a person in who waits, or will wait, in the waiting room. Needs `can_invite`.

    To decline, kick them.
    """
    command = AdmitParticipant(by=access.caller.by, user_id=user_id)
    seat = await act(services, access, command)
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


@router.post(
    "/kick/{user_id}/",
    operation_id="kick_participant",
    responses=documented(401, 403, 404, 409, 410),
)
async def kick(
    user_id: UserIdInPath,
    access: Annotated[Access, Depends(may(Permission.KICK))],
    services: ServicesDep,
    body: Annotated[KickIn, Body()] = KickIn(),
) -> ParticipantOut:
    """Remove a participant and void their tokens until they are invited again. Needs `can_kick`."""
    command = KickParticipant(
        by=access.caller.by, user_id=user_id, reason=body.reason, access_code=body.new_access_code()
    )
    seat = await act(services, access, command)
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


@router.post(
    "/access_code/",
    operation_id="change_access_code",
    responses=documented(401, 403, 404, 410),
)
async def change_access_code(access: HostDep, services: ServicesDep) -> SessionOut:
    """Give the session another access code: links from before open nothing. For the host.

    Who has a seat or an invitation comes in as before, with their token.
    """
    command = ChangeAccessCode(by=access.caller.by, access_code=chance.new_access_code())
    session = await act(services, access, command)
    now_ms = services.clock.now_ms()
    return SessionOut.of(session, now_ms=now_ms, may_see_code=access.may_see_code)


@router.post(
    "/permissions/",
    operation_id="set_permissions",
    responses=documented(401, 403, 404, 409, 410),
)
async def set_permissions(
    access: HostDep, services: ServicesDep, body: Annotated[PermissionsIn, Body()]
) -> PermissionsOut:
    """Grant and withdraw, for one participant or a whole role, from this moment on. For the host.

    Nobody grants what they do not have.
    """
    command = SetPermissions(
        by=access.caller.by,
        permissions={name.value: is_granted for name, is_granted in body.permissions.items()},
        user_id=body.user_id,
        role=body.role,
    )
    granted = await act(services, access, command)
    permissions = {Permission(name): is_granted for name, is_granted in granted.items()}
    return PermissionsOut(user_id=body.user_id, role=body.role, permissions=permissions)


@router.post(
    "/role/{user_id}/",
    operation_id="set_role",
    responses=documented(401, 403, 404, 409, 410),
)
async def set_role(
    user_id: UserIdInPath,
    access: HostDep,
    services: ServicesDep,
    body: Annotated[RoleIn, Body()],
) -> ParticipantOut:
    """Make a participant a host beside you, or a student or viewer again. For the host.

    From another host only the session's own host takes the role; they keep theirs.
    """
    command = ChangeRole(by=access.caller.by, user_id=user_id, role=body.role)
    seat = await act(services, access, command)
    return ParticipantOut.of(seat, now_ms=services.clock.now_ms())


@router.post("/media/", operation_id="set_media", responses=documented(401, 403, 404, 409, 410))
async def set_media(
    access: AccessDep, services: ServicesDep, body: Annotated[MediaIn, Body()]
) -> MediaOut:
    """Turn one's own tracks on or off; only while connected.

    Turning on needs `can_toggle_video`, `can_toggle_audio` or `can_share_screen`.
    """
    if access.caller.user_id is None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "the operator sends no media")
    command = SetMedia(
        by=access.caller.user_id,
        video=body.video_enabled,
        audio=body.audio_enabled,
        screen=body.screen_sharing,
    )
    try:
        media = await act(services, access, command)
    except Refused as refused:
        refused.field = _FIELD_OF_TRACK.get(refused.field or "", refused.field)
        raise
    return MediaOut.of(media)
