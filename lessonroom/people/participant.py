"""A person's seat in a session."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from lessonroom.people.permissions import Role
from lessonroom.recording.recording import Consent


class ParticipantStatus(StrEnum):
    """Where a participant stands, as far as the others can tell."""

    INVITED = "invited"
    JOINING = "joining"
    CONNECTED = "connected"
    RECONNECTING = "reconnecting"
    DISCONNECTED = "disconnected"
    LEFT = "left"
    KICKED = "kicked"

    @property
    def is_present(self) -> bool:
        """Whether the participant takes up a place in the room."""
        return self in _PRESENT


_PRESENT = frozenset({ParticipantStatus.CONNECTED, ParticipantStatus.RECONNECTING})


class ConnectionQuality(StrEnum):
    """What a person's own page makes of their line (RT-6)."""

    GOOD = "good"
    WEAK = "weak"
    """Cameras are sent smaller, or not at all, so that voices stay."""
    BAD = "bad"
    """Voices suffer, too."""


class MediaState(msgspec.Struct, frozen=True):
    """Which of a participant's tracks are on."""

    video: bool = False
    audio: bool = False
    screen: bool = False


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One seat. Times are milliseconds since the Unix epoch, UTC.

    `total_ms` counts the time in the room up to `present_since_ms`, which is set only while the
    participant is connected. Tokens issued before `not_before_ms` are void (PROTOCOL SY-3). Until
    `is_admitted` the person waits in the lobby (WR-1). `hand_raised_at_ms` is set while their hand
    is up; no two hands of a session have the same, so that it is their order (SY-10).
    `connection_quality` is the last word of their page; None until it says something (RT-6).
    """

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus = ParticipantStatus.INVITED
    peer_id: str | None = None
    connection_quality: ConnectionQuality | None = None
    media: MediaState = MediaState()
    custom_permissions: Mapping[str, bool] = {}
    joined_at_ms: int | None = None
    left_at_ms: int | None = None
    dropped_at_ms: int | None = None
    present_since_ms: int | None = None
    total_ms: int = 0
    reconnect_count: int = 0
    not_before_ms: int = 0
    is_admitted: bool = True
    hand_raised_at_ms: int | None = None
    recording_consent: Consent | None = None
    """What the person answered when asked whether they may be recorded; None: nothing yet."""
    is_left_out: bool = False
    """Whether a host keeps them out of recordings, whatever they answered (RC-4)."""

    @property
    def may_act(self) -> bool:
        """Whether the person is let in: neither kicked nor waiting for the host."""
        return self.is_admitted and self.status is not ParticipantStatus.KICKED

    @property
    def is_waiting(self) -> bool:
        """Whether the person is in the lobby now, with a connection."""
        return not self.is_admitted and self.status is ParticipantStatus.JOINING

    def gone(self, status: ParticipantStatus) -> "Participant":
        """Return the seat of somebody who is not there any more: no track on, no hand up."""
        return msgspec.structs.replace(
            self, status=status, media=MediaState(), peer_id=None, hand_raised_at_ms=None
        )

    def total_time_ms(self, now_ms: int) -> int:
        """Return the time spent in the room, up to `now_ms`."""
        if self.present_since_ms is None:
            return self.total_ms
        return self.total_ms + max(0, now_ms - self.present_since_ms)

    def view(self) -> "ParticipantView":
        """Return what everyone in the room may know of this participant."""
        return ParticipantView(
            user_id=self.user_id,
            name=self.name,
            role=self.role,
            status=self.status,
            peer_id=self.peer_id,
            video=self.media.video,
            audio=self.media.audio,
            screen=self.media.screen,
            joined_at=self.joined_at_ms,
            is_admitted=self.is_admitted,
            custom_permissions=self.custom_permissions,
            hand_raised_at=self.hand_raised_at_ms,
            connection_quality=self.connection_quality,
            recording_consent=self.recording_consent,
            is_left_out=self.is_left_out,
        )


class ParticipantView(msgspec.Struct, frozen=True, kw_only=True):
    """A participant as the roster of the wire shows them. `joined_at`: ms since the Unix epoch.

    `hand_raised_at`, of the same kind, is null while their hand is down; hands are in its order.
    `custom_permissions` holds what was granted to or withdrawn from this person alone.
    `connection_quality` is null until their page has told how good their line is (RT-6).
    `recording_consent` is null until they have answered; one who `is_left_out` is not recorded.
    """

    user_id: int
    name: str
    role: Role
    status: ParticipantStatus
    peer_id: str | None = None
    video: bool = False
    audio: bool = False
    screen: bool = False
    joined_at: int | None = None
    is_admitted: bool = True
    custom_permissions: Mapping[str, bool] = {}
    hand_raised_at: int | None = None
    connection_quality: ConnectionQuality | None = None
    recording_consent: Consent | None = None
    is_left_out: bool = False
