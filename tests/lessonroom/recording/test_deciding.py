"""When a recording is on, who agreed, and what ends it.

Tests also: lessonroom/recording/recording.py, lessonroom/commands/recordings.py.
"""

import msgspec
import pytest

from lessonroom.codes import ErrorCode
from lessonroom.commands import (
    GiveConsent,
    LeaveOut,
    OpenRoom,
    PassTime,
    SettleEmpty,
    StartRecording,
    StopRecording,
    TellNearlyFull,
    UpdateSession,
)
from lessonroom.log.events import EventType, ParticipantChanged, RecordingStarted, RecordingStopped
from lessonroom.people.permissions import Role
from lessonroom.recording.recording import (
    MOST_RECORDINGS,
    Consent,
    Recording,
    RecordingAccess,
    RecordingSettings,
    StopReason,
    TakeKind,
    TakeRoom,
)
from lessonroom.session.lifecycle import Move
from lessonroom.views import session_view
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, Lesson, begun, fingerprint, folded

ROLES = (Role.HOST, Role.STUDENT, Role.SOLO)
START = StartRecording(by=HOST, recording_id="one")


@pytest.fixture
def lesson() -> Lesson:
    """A lesson that may be recorded."""
    lesson = begun()
    lesson.do(UpdateSession(by=HOST, is_recorded=True))
    return lesson


def test_nothing_is_recorded_that_was_not_to_be() -> None:
    """[RC-1] `is_recorded` alone begins nothing, and without it nothing begins."""
    lesson = begun()
    assert lesson.refuse(START, ErrorCode.CONFLICT).field == "is_recorded"
    lesson.do(UpdateSession(by=HOST, is_recorded=True))
    assert lesson.state.session.is_recorded
    assert lesson.state.session.recording is None
    lesson.do(UpdateSession(by=HOST, is_recorded=False))
    assert lesson.refuse(START, ErrorCode.CONFLICT).field == "is_recorded"


def test_what_was_recorded_stays_what_people_were_told(lesson: Lesson) -> None:
    """[RC-1][RC-3] Neither that it may be recorded, nor while it is on what it holds, changes."""
    quiet = {"recording": {"listeners": "host"}}
    lesson.do(START)
    assert (
        lesson.refuse(UpdateSession(by=HOST, is_recorded=False), ErrorCode.CONFLICT).field
        == "is_recorded"
    )
    changed = UpdateSession(by=HOST, settings=quiet)
    assert lesson.refuse(changed, ErrorCode.CONFLICT).field == "settings.recording"
    lesson.do(UpdateSession(by=HOST, title="another"))
    lesson.do(StopRecording(by=HOST))
    lesson.do(changed)
    assert lesson.state.session.settings.recording.listeners is RecordingAccess.HOST
    assert (
        lesson.refuse(UpdateSession(by=HOST, is_recorded=False), ErrorCode.CONFLICT).field
        == "is_recorded"
    )


def test_a_recording_is_on_from_its_start_to_its_stop(lesson: Lesson) -> None:
    """[RC-2][RC-5] Everyone sees it in the session, and is told."""
    outcome = lesson.do(START)
    (event,) = outcome.events
    assert event.type is EventType.RECORDING_START
    assert event.body() == RecordingStarted("one", (TakeKind.AUDIO,), ROLES, by=HOST)
    on = Recording(
        recording_id="one",
        kinds=(TakeKind.AUDIO,),
        roles=ROLES,
        started_at=event.at_ms,
        by=HOST,
    )
    assert outcome.result == on
    assert session_view(lesson.state.session, now_ms=0).recording == on
    told = [signal for signal in outcome.signals if signal.type == "notification"]
    assert {signal.data.code for signal in told} == {"recording_started"}
    assert len(told) == len(lesson.room.peers)
    # On is on: a second click begins no other.
    again = lesson.do(StartRecording(by=HOST, recording_id="two"))
    assert (again.events, again.result) == ([], on)
    (ended,) = lesson.do(StopRecording(by=HOST)).events
    assert ended.body() == RecordingStopped("one", StopReason.HOST)
    assert lesson.state.session.recording is None
    assert lesson.do(StopRecording(by=HOST)).events == []
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


@pytest.mark.parametrize("by", [ANN, VIEWER])
def test_only_who_leads_starts_stops_and_leaves_out(lesson: Lesson, by: int) -> None:
    """[RC-2][RC-4] A pupil records nobody, and keeps nobody out."""
    lesson.refuse(StartRecording(by=by, recording_id="one"), ErrorCode.PERMISSION_DENIED)
    lesson.do(START)
    lesson.refuse(StopRecording(by=by), ErrorCode.PERMISSION_DENIED)
    out = LeaveOut(by=by, user_id=HOST, is_left_out=True)
    lesson.refuse(out, ErrorCode.PERMISSION_DENIED)


def test_only_an_active_session_is_recorded(lesson: Lesson) -> None:
    """[RC-2] Not one that is paused, has not begun, or is over."""
    lesson.move(Move.PAUSE)
    assert lesson.refuse(START, ErrorCode.SESSION_NOT_ACTIVE).field == "status"
    lesson.move(Move.RESUME)
    lesson.do(START)
    lesson.move(Move.COMPLETE)
    lesson.refuse(START, ErrorCode.SESSION_ENDED)


def test_a_server_that_does_not_record_begins_none_and_ends_what_was_on(lesson: Lesson) -> None:
    """[RC-2] Whoever runs it has the last word."""
    lesson.do(START)
    lesson.room._can_record = False
    lesson.restart()
    lesson.room._can_record = False
    lesson.do(OpenRoom(epoch="another"))
    assert lesson.log[-1].body() == RecordingStopped("one", StopReason.SERVER)
    lesson.connect(HOST)
    lesson.refuse(START, ErrorCode.CONFLICT)


def test_a_recording_outlives_the_room(lesson: Lesson) -> None:
    """[RC-2] A restart of the server stops nothing."""
    lesson.do(START)
    lesson.restart()
    assert lesson.state.session.recording is not None


@pytest.mark.parametrize("move", [Move.PAUSE, Move.COMPLETE, Move.TERMINATE])
def test_it_ends_before_what_ends_it(lesson: Lesson, move: Move) -> None:
    """[RC-2] So that its end is within the lesson, and going on begins no other."""
    lesson.do(START)
    lesson.move(move)
    before, last = lesson.log[-2:]
    assert before.body() == RecordingStopped("one", StopReason.SESSION)
    assert last.type is EventType(f"session_{move}")
    if move is Move.PAUSE:
        lesson.move(Move.RESUME)
    assert lesson.state.session.recording is None


@pytest.mark.parametrize("ends", [EventType.SESSION_IDLE, EventType.SESSION_COMPLETE])
def test_it_ends_where_nobody_is_in(lesson: Lesson, ends: EventType) -> None:
    """[RC-2][SY-6] When the time stands still, or the empty lesson is over."""
    lesson.do(START)
    for user_id in (HOST, ANN, BEN, VIEWER):
        lesson.disconnect(user_id, is_bye=True)
    lesson.wait(3_600)
    lesson.do(PassTime())
    end_ms = 1 if ends is EventType.SESSION_COMPLETE else 10**12
    settle = SettleEmpty(pause_after_ms=1, end_after_ms=end_ms, end_unplanned_after_ms=end_ms)
    stopped, settled = lesson.do(settle).events
    assert stopped.body() == RecordingStopped("one", StopReason.SESSION)
    assert settled.type is ends
    if ends is EventType.SESSION_IDLE:
        lesson.refuse(StartRecording(by=None, recording_id="two"), ErrorCode.SESSION_NOT_ACTIVE)


def test_a_session_has_so_many_recordings(lesson: Lesson) -> None:
    """[RC-2] Each is in the list that everybody reads."""
    for n in range(MOST_RECORDINGS):
        lesson.do(StartRecording(by=HOST, recording_id=f"r{n}"))
        lesson.do(StopRecording(by=HOST))
    lesson.refuse(START, ErrorCode.TOO_LARGE)
    assert lesson.state.session.recordings == MOST_RECORDINGS


def test_people_answer_for_themselves_and_may_think_again(lesson: Lesson) -> None:
    """[RC-4] It is on their seat, for everyone to see; the same again is no event."""
    assert lesson.state.participants[ANN].view().recording_consent is None
    for answer in (Consent.GIVEN, Consent.DECLINED, Consent.GIVEN):
        (event,) = lesson.do(GiveConsent(by=ANN, answer=answer)).events
        body = event.body()
        assert isinstance(body, ParticipantChanged)
        assert event.type is EventType.RECORDING_CONSENT
        assert body.participant.recording_consent is answer
        assert lesson.do(GiveConsent(by=ANN, answer=answer)).events == []
    assert lesson.state.participants[BEN].recording_consent is None
    lesson.disconnect(ANN, is_bye=True)
    lesson.connect(ANN)
    assert lesson.state.participants[ANN].recording_consent is Consent.GIVEN
    lesson.kick(BEN, by=HOST)
    lesson.refuse(GiveConsent(by=BEN, answer=Consent.GIVEN), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(GiveConsent(by=404, answer=Consent.GIVEN), ErrorCode.NOT_FOUND)


def test_a_host_keeps_somebody_out_and_forces_nobody_in(lesson: Lesson) -> None:
    """[RC-4] What they answered stays as it was."""
    lesson.do(GiveConsent(by=ANN, answer=Consent.DECLINED))
    for is_left_out in (True, False):
        lesson.do(LeaveOut(by=HOST, user_id=ANN, is_left_out=is_left_out))
        seat = lesson.state.participants[ANN]
        assert (seat.is_left_out, seat.recording_consent) == (is_left_out, Consent.DECLINED)
    again = LeaveOut(by=HOST, user_id=ANN, is_left_out=False)
    assert lesson.do(again).events == []
    lesson.refuse(LeaveOut(by=HOST, user_id=404, is_left_out=True), ErrorCode.NOT_FOUND)


def test_who_leads_is_told_that_there_is_little_room(lesson: Lesson) -> None:
    """[RC-10] Nobody else; and where none of them is there, there is still somebody to tell."""
    near = TellNearlyFull(full=TakeRoom.DISK)
    silent = lesson.do(near)
    assert (silent.signals, silent.result) == ([], False)
    lesson.do(START)
    host = next(p.connection_id for p in lesson.room.peers.values() if p.user_id == HOST)
    told = lesson.do(near)
    (signal,) = told.signals
    assert (signal.connection_id, signal.data.code) == (host, "recording_nearly_full")
    assert signal.data.params == {"recording_id": "one", "full": "disk"}
    assert (told.events, told.result) == ([], False)
    lesson.disconnect(HOST)
    alone = lesson.do(near)
    assert (alone.signals, alone.result) == ([], True)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"kinds": []}, "settings.recording"),
        ({"kinds": ["audio", "audio"]}, "settings.recording"),
        ({"kinds": ["thoughts"]}, "settings.recording.kinds[0]"),
        ({"kinds": "audio"}, "settings.recording.kinds"),
        ({"roles": []}, "settings.recording"),
        ({"roles": ["god"]}, "settings.recording.roles[0]"),
        ({"listeners": "everyone"}, "settings.recording.listeners"),
        ({"retention_days": -1}, "settings.recording"),
        ({"retention_days": 36_501}, "settings.recording"),
        ({"unknown": 1}, "settings.recording.unknown"),
    ],
)
def test_settings_of_recordings_are_checked(
    lesson: Lesson, settings: dict[str, object], field: str
) -> None:
    """[RC-3] Nothing unknown, nothing empty, nothing out of range; and it is said which."""
    command = UpdateSession(by=HOST, settings={"recording": settings})
    assert lesson.refuse(command, ErrorCode.INVALID).field == field


def test_what_recordings_hold_is_told_where_there_may_be_some(lesson: Lesson) -> None:
    """[RC-3] Before anybody is asked."""
    given = RecordingSettings(kinds=(TakeKind.AUDIO, TakeKind.SCREEN), roles=(Role.HOST,))
    settings = {"recording": msgspec.to_builtins(given)}
    lesson.do(UpdateSession(by=HOST, settings=settings))
    assert session_view(lesson.state.session, now_ms=0).recording_settings == given
    assert session_view(begun().state.session, now_ms=0).recording_settings is None
    (event,) = lesson.do(START).events
    body = event.body()
    assert isinstance(body, RecordingStarted)
    assert body.kinds == given.kinds
