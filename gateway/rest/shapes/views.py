"""What the HTTP API shows."""

from typing import Self

import msgspec
from pydantic import BaseModel, Field

from actors.room.joining.presence import LiveRoom
from gateway.identity.identity import Access
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.recordings import RecordingOn
from gateway.rest.shapes.settings import SettingsOut
from lessonroom.people.participant import (
    ConnectionQuality,
    MediaState,
    Participant,
    ParticipantStatus,
)
from lessonroom.people.permissions import Permission, PermissionSet, Role
from lessonroom.recording.recording import Consent
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.reopening import until_ms as until_ms_of
from lessonroom.session.session import Session
from storage.records import Durability


class InvitationOut(BaseModel):
    """What somebody is invited to, as much as they need to know that they are right there."""

    title: str
    host_name: str = Field(description="Empty where the host has been erased.")
    status: SessionStatus
    scheduled_start: InstantOut | None
    scheduled_end: InstantOut | None
    is_being_recorded: bool = Field(
        description="A recording is on; of whoever comes it holds nothing until they agree."
    )

    @classmethod
    def of(cls, session: Session, *, host_name: str) -> Self:
        """Return what an invitation to a session says."""
        return cls(
            title=session.title,
            host_name=host_name,
            status=session.status,
            scheduled_start=session.scheduled_start_ms,
            scheduled_end=session.scheduled_end_ms,
            is_being_recorded=session.recording is not None,
        )


class SessionOut(BaseModel):
    """A session as its reader may see it."""

    session_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    session_type: SessionType
    status: SessionStatus
    title: str
    host_id: int
    scheduled_start: InstantOut | None
    scheduled_end: InstantOut | None
    actual_start: InstantOut | None
    actual_end: InstantOut | None
    total_duration_seconds: float = Field(description="Time in `active` so far.")
    max_participants: int
    is_recorded: bool = Field(description="Whether it may be recorded.")
    recording: RecordingOn | None = Field(description="The recording that is on.")
    settings: SettingsOut
    created_at: InstantOut
    access_code: str | None = Field(description="Only for the host.", examples=["7KQXM2PA"])
    external_id: str | None = Field(description="Only for the host.")
    booking_id: str | None = Field(description="Only for the host.")
    series_id: str = Field(
        description="Sessions that belong together have one; the first is named like it, unless"
        " a booking system names the series.",
        examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"],
    )
    reopens_until: InstantOut | None = Field(
        description="Only for the host: until when `reopen/` has it go on; null where nothing does."
    )

    @classmethod
    def of(
        cls, session: Session, *, now_ms: int, may_see_code: bool, reopen_within_ms: int = 0
    ) -> Self:
        """Return a session as it is shown to somebody.

        `reopen_within_ms`: how long after its end it can be reopened, where that is to be told.
        """
        until_ms = until_ms_of(session, within_ms=reopen_within_ms) if may_see_code else None
        return cls(
            session_id=session.session_id,
            session_type=session.session_type,
            status=session.status,
            title=session.title,
            host_id=session.host_id,
            scheduled_start=session.scheduled_start_ms,
            scheduled_end=session.scheduled_end_ms,
            actual_start=session.actual_start_ms,
            actual_end=session.actual_end_ms,
            total_duration_seconds=session.duration_ms(now_ms) / 1000,
            max_participants=session.max_participants,
            is_recorded=session.is_recorded,
            recording=None if session.recording is None else RecordingOn.of(session.recording),
            settings=SettingsOut.of(session.settings),
            created_at=session.created_at_ms,
            access_code=(session.access_code or None) if may_see_code else None,
            external_id=session.external_id if may_see_code else None,
            booking_id=session.booking_id if may_see_code else None,
            series_id=session.series,
            reopens_until=until_ms if until_ms is not None and until_ms > now_ms else None,
        )

    @classmethod
    def seen_by(
        cls, access: Access, session: Session, *, now_ms: int, reopen_within_ms: int = 0
    ) -> Self:
        """Return a session, as it is now, for the caller of `access`."""
        return cls.of(
            session,
            now_ms=now_ms,
            may_see_code=access.may_see_code,
            reopen_within_ms=reopen_within_ms,
        )


class SessionPage(BaseModel):
    """Some sessions, newest first."""

    items: list[SessionOut]
    next_cursor: str | None = Field(description="For the page after this one; null at the end.")


class ParticipantOut(BaseModel):
    """A seat in a session."""

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    is_admitted: bool = Field(description="False for one who waits for the host to be let in.")
    peer_id: str | None
    connection_quality: ConnectionQuality | None = Field(
        description="What their page last made of their line; null until it told something."
    )
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    joined_at: InstantOut | None
    left_at: InstantOut | None
    total_time_seconds: float
    reconnect_count: int
    recording_consent: Consent | None = Field(
        description="What they answered when asked whether they may be recorded."
    )
    is_left_out: bool = Field(description="A host keeps them out of recordings.")

    @classmethod
    def of(cls, participant: Participant, *, now_ms: int) -> Self:
        """Return a participant as the others may see them."""
        return cls(
            user_id=participant.user_id,
            name=participant.name,
            role=participant.role,
            status=participant.status,
            is_admitted=participant.is_admitted,
            peer_id=participant.peer_id,
            connection_quality=participant.connection_quality,
            video_enabled=participant.media.video,
            audio_enabled=participant.media.audio,
            screen_sharing=participant.media.screen,
            joined_at=participant.joined_at_ms,
            left_at=participant.left_at_ms,
            total_time_seconds=participant.total_time_ms(now_ms) / 1000,
            reconnect_count=participant.reconnect_count,
            recording_consent=participant.recording_consent,
            is_left_out=participant.is_left_out,
        )


class RosterSeat(ParticipantOut):
    """A seat as the roster has it."""

    is_guest: bool = Field(description="Came by the code and a name, without a token.")


class Roster(BaseModel):
    """Those with a seat, in the order in which they first took it."""

    items: list[RosterSeat]
    next_cursor: str | None = Field(description="For the page after this one; null at the end.")


class Joined(BaseModel):
    """A seat, and what opens the session's WebSocket."""

    token: str = Field(description="Room token: `Sec-WebSocket-Protocol: bearer.<token>`.")
    expires_at: InstantOut
    ws_url: str = Field(examples=["wss://lessons.example.org/ws/classroom/019a9c31/"])
    participant: ParticipantOut
    session: SessionOut
    seat_key: str | None = Field(
        None,
        description="Told to a guest once: with it they have this seat again, for"
        " `rooms.seat_key_days` from its last use. A secret, as the token is.",
    )


class RenewedOut(BaseModel):
    """Another token of the same seat."""

    token: str
    expires_at: InstantOut


class DeletedOut(BaseModel):
    """Which session is gone."""

    session_id: str


class LeftOut(BaseModel):
    """Who gave up their seat."""

    user_id: int


class MediaOut(BaseModel):
    """One's own tracks as they are now."""

    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool

    @classmethod
    def of(cls, media: MediaState) -> Self:
        """Return tracks as they are shown."""
        return cls(
            video_enabled=media.video, audio_enabled=media.audio, screen_sharing=media.screen
        )


class PermissionsOut(BaseModel):
    """What is granted now: of a participant the full effective set, of a role what was set."""

    user_id: int | None
    role: Role | None
    permissions: dict[Permission, bool]


class SavedOut(BaseModel):
    """A snapshot that was taken."""

    version: int = Field(description="The `seq` that the board was saved at.")
    size_bytes: int = Field(description="Encoded size of the board.")


class ErasedOut(BaseModel):
    """What is left of a person who was erased: a number."""

    user_id: int
    sessions: int = Field(description="In which they had a seat, or which they hosted.")
    events: int = Field(description="That told their name, and now tell `—`.")


class RolePermissionsOut(BaseModel):
    """What a role may do on this server, unless a session overrides it."""

    role: Role
    permissions: dict[Permission, bool]

    @classmethod
    def of(cls, role: Role, granted: PermissionSet) -> Self:
        """Return the permissions of a role as they are shown."""
        return cls(role=role, permissions={name: name in granted for name in Permission})


class UserTokenOut(BaseModel):
    """A user token that was minted."""

    token: str
    user_id: int
    subject: str
    expires_at: InstantOut


class SignedInOut(UserTokenOut):
    """Somebody who signed in by a link."""

    name: str
    is_named: bool = Field(description="Whether somebody has chosen the name.")


class MeOut(BaseModel):
    """Who the caller is."""

    user_id: int
    name: str
    is_named: bool = Field(description="Whether somebody has chosen the name.")
    is_operator: bool
    may_rename: bool = Field(description="Whether they may give themself another name.")


class SignedOut(BaseModel):
    """Whose tokens are void, and whether all of them."""

    user_id: int
    everywhere: bool
    provider_url: str | None = Field(
        None, description="Where a browser ends its session at the school's provider, too."
    )


class RevokedOut(BaseModel):
    """A token that is void from now on, or the sign-in that it belongs to."""

    subject: str
    is_sign_in: bool


class SignInLinkOut(BaseModel):
    """A link that signs somebody in, once."""

    url: str
    name: str
    subject: str
    scope: str
    is_new: bool = Field(description="Whether nobody of that name, or subject, was known.")
    expires_at: InstantOut


class RoomTokenOut(BaseModel):
    """A room token that was minted."""

    token: str
    user_id: int
    ws_url: str
    expires_at: InstantOut


class LiveRoomOut(BaseModel):
    """A room that is open now."""

    session_id: str
    title: str
    status: SessionStatus
    participants: int = Field(description="Who is present.")
    connections: int
    head: int = Field(description="The `seq` of the newest event.")
    events: int = Field(description="Events since the room was opened.")
    events_per_s: float = Field(description="Over the last ten seconds.")
    elements: int = Field(description="On the board.")
    board_bytes: int = Field(description="Encoded size of the board.")
    opened_at: InstantOut

    @classmethod
    def of(cls, room: LiveRoom) -> Self:
        """Return a room as operators see it."""
        fields = msgspec.structs.asdict(room)
        return cls(opened_at=fields.pop("opened_at_ms"), **fields)


class LiveRooms(BaseModel):
    """The rooms that are open now."""

    items: list[LiveRoomOut]


class RoomOut(BaseModel):
    """A session for the operator; `live` is null while its room is at rest."""

    session: SessionOut
    participants: list[ParticipantOut]
    live: LiveRoomOut | None


class Health(BaseModel):
    """What a probe is told."""

    status: str = Field(examples=["ok"])
    durability: Durability = Field(
        description="What an acknowledged event survives: a power cut, or the end of the process."
    )
