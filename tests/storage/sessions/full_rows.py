"""A session and a seat each of whose fields is set, so that losing one shows."""

from lessonroom.people.participant import (
    ConnectionQuality,
    MediaState,
    Participant,
    ParticipantStatus,
)
from lessonroom.people.permissions import Role
from lessonroom.recording.recording import Consent, Recording, RecordingSettings, TakeKind
from lessonroom.session.lifecycle import SessionStatus, SessionType
from lessonroom.session.session import Session, SessionSettings, SignalPolicy, Timer

TIMER = Timer(seconds=60, title="One", ends_at=6, left_ms=7)
RECORDING = Recording(recording_id="r", kinds=(), roles=(Role.HOST,), started_at=10, by=7)
FULL_SESSION = Session(
    session_id="full",
    session_type=SessionType.GROUP,
    status=SessionStatus.ACTIVE,
    host_id=7,
    title="Fractions \N{GREEK SMALL LETTER PI} \N{SNOWMAN}",
    access_code="ABC234",
    max_participants=30,
    is_recorded=True,
    settings=SessionSettings(
        allow_guests=False,
        guest_role=Role.VIEWER,
        grace_s=5,
        signal_policy=SignalPolicy.HOST_ONLY,
        permissions={Role.STUDENT: {"can_draw": False}},
        recording=RecordingSettings(kinds=(TakeKind.VIDEO,), retention_days=3),
    ),
    booking_id="b-1",
    external_id="x-1",
    scheduled_start_ms=1,
    scheduled_end_ms=2,
    actual_start_ms=1_700_000_000_003,
    actual_end_ms=1_700_000_000_004,
    active_ms=3_600_001,
    active_since_ms=1_700_000_000_005,
    series_id="series",
    revision=8,
    timer=TIMER,
    reopened_at_ms=9,
    recording=RECORDING,
    recordings=2,
    takes=3,
    private_from=10,
    created_at_ms=1_700_000_000_006,
)
FULL_PARTICIPANT = Participant(
    user_id=9,
    name="Emmy",
    role=Role.STUDENT,
    status=ParticipantStatus.RECONNECTING,
    peer_id="peer-9",
    connection_quality=ConnectionQuality.GOOD,
    media=MediaState(video=True, audio=False, screen=True),
    custom_permissions={"can_draw": False, "can_export": True},
    joined_at_ms=11,
    left_at_ms=12,
    dropped_at_ms=13,
    present_since_ms=14,
    total_ms=1_234_567,
    reconnect_count=3,
    not_before_ms=15,
    is_admitted=False,
    hand_raised_at_ms=16,
    recording_consent=Consent.DECLINED,
    is_left_out=True,
)
