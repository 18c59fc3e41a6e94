"""Recording on and off, and who agrees (PROTOCOL RC-1 to RC-6, RC-10)."""

from typing import assert_never

import msgspec

from lessonroom.calls.media import TRACKS
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands.recordings import (
    GiveConsent,
    LeaveOut,
    OpenTake,
    RecordingCommand,
    StartRecording,
    StopRecording,
    TellNearlyFull,
)
from lessonroom.log.events import (
    EventType,
    ParticipantChange,
    RecordingStarted,
    RecordingStopped,
    TakeOpened,
)
from lessonroom.people.participant import Participant
from lessonroom.people.seats import emit_change
from lessonroom.protocol.server import Notification
from lessonroom.recording.recording import MOST_RECORDINGS, MOST_TAKES, Consent, StopReason
from lessonroom.session.lifecycle import SessionStatus
from lessonroom.turn import Turn

_replace = msgspec.structs.replace


def decide(turn: Turn, command: RecordingCommand, *, is_possible: bool) -> None:
    """Decide about a command that has to do with recording.

    Args:
        turn: of the command.
        command: what is asked.
        is_possible: whether this server records at all.

    """
    match command:
        case StartRecording():
            _start(turn, command, is_possible=is_possible)
        case StopRecording():
            turn.require_open()
            turn.require_host(command.by)
            stop(turn, command.reason, by=command.by)
        case GiveConsent():
            _answer(turn, command)
        case OpenTake():
            _open_take(turn, command)
        case LeaveOut():
            _leave_out(turn, command)
        case TellNearlyFull():
            _tell_nearly_full(turn, command)
        case _:
            assert_never(command)


def _start(turn: Turn, command: StartRecording, *, is_possible: bool) -> None:
    turn.require_open()
    turn.require_host(command.by)
    session = turn.state.session
    if session.recording is None:
        if not is_possible:
            raise Refused(ErrorCode.CONFLICT, "this server does not record")
        if not session.is_recorded:
            message = "this session is not to be recorded: set is_recorded first"
            raise Refused(ErrorCode.CONFLICT, message, field="is_recorded")
        if session.status is not SessionStatus.ACTIVE or session.active_since_ms is None:
            is_idle = session.status is SessionStatus.ACTIVE
            message = "nobody is in the session" if is_idle else f"the session is {session.status}"
            message = f"{message}; only an active one with people in it is recorded"
            raise Refused(ErrorCode.SESSION_NOT_ACTIVE, message, field="status")
        if session.recordings >= MOST_RECORDINGS:
            message = f"a session has at most {MOST_RECORDINGS} recordings"
            raise Refused(ErrorCode.TOO_LARGE, message)
        turn.require_space(command.by, from_reserve=True)
        kinds, roles = session.settings.recording.kinds, session.settings.recording.roles
        body = RecordingStarted(command.recording_id, kinds, roles, by=command.by)
        turn.emit(EventType.RECORDING_START, body, by=command.by)
        notice = Notification(
            "info",
            "recording_started",
            "this lesson is recorded from now on; of you only where you agree to it",
            {"recording_id": command.recording_id, "kinds": list(kinds)},
        )
        _tell_everyone(turn, notice)
    turn.outcome.result = turn.state.session.recording


def stop(turn: Turn, reason: StopReason, *, by: int | None = None) -> None:
    """End the recording, if there is one, before whatever it is that ends it."""
    recording = turn.state.session.recording
    if recording is None:
        return
    body = RecordingStopped(recording.recording_id, reason)
    turn.emit(EventType.RECORDING_STOP, body, by=by)
    notice = Notification(
        "info",
        "recording_stopped",
        "the recording has ended",
        {"recording_id": recording.recording_id, "reason": reason},
    )
    _tell_everyone(turn, notice)


def _answer(turn: Turn, command: GiveConsent) -> None:
    turn.require_open()
    participant = turn.participant(command.by)
    if not participant.may_act:
        raise Refused(ErrorCode.PERMISSION_DENIED, "only who was let in is asked", field="answer")
    # A withdrawal is never refused for want of space: what comes after it is not kept.
    if participant.recording_consent is not command.answer:
        if command.answer is Consent.GIVEN:
            turn.require_space(command.by, from_reserve=True)
        _put(turn, _replace(participant, recording_consent=command.answer), by=command.by)
    turn.outcome.result = turn.state.participants[command.by]


def _leave_out(turn: Turn, command: LeaveOut) -> None:
    turn.require_open()
    turn.require_host(command.by)
    participant = turn.participant(command.user_id)
    if participant.is_left_out != command.is_left_out:
        _put(turn, _replace(participant, is_left_out=command.is_left_out), by=command.by)
    turn.outcome.result = turn.state.participants[command.user_id]


def _open_take(turn: Turn, command: OpenTake) -> None:
    turn.require_open()
    session = turn.state.session
    recording = session.recording
    seat = turn.require_present(command.by)
    if recording is None:
        raise Refused(ErrorCode.CONFLICT, "no recording is on")
    if command.kind not in recording.kinds:
        message = f"this recording holds {', '.join(recording.kinds)}"
        raise Refused(ErrorCode.CONFLICT, message, field="kind")
    if seat.role not in recording.roles:
        message = f"nothing of a {seat.role} is kept here"
        raise Refused(ErrorCode.PERMISSION_DENIED, message, field="kind")
    if seat.recording_consent is not Consent.GIVEN:
        raise Refused(ErrorCode.PERMISSION_DENIED, "you have not agreed to be recorded")
    if seat.is_left_out:
        raise Refused(ErrorCode.PERMISSION_DENIED, "a host keeps you out of recordings")
    turn.require(command.by, TRACKS[command.kind])
    if session.takes >= MOST_TAKES:
        raise Refused(ErrorCode.TOO_LARGE, f"a session has at most {MOST_TAKES} takes")
    turn.require_space(command.by, from_reserve=True)
    body = TakeOpened(command.take_id, command.by, command.kind, command.media_type)
    turn.emit(EventType.RECORDING_TAKE, body, by=command.by)
    turn.outcome.result = recording


def _tell_nearly_full(turn: Turn, command: TellNearlyFull) -> None:
    recording = turn.state.session.recording
    hosts = [peer for peer in turn.peers.values() if turn.is_host(peer.user_id)]
    turn.outcome.result = recording is not None and not hosts
    if recording is None:
        return
    notice = Notification(
        "warning",
        "recording_nearly_full",
        "there is little room left for recordings; where there is none this one ends",
        {"recording_id": recording.recording_id, "full": command.full},
    )
    turn.notify(hosts, notice)


def _put(turn: Turn, participant: Participant, *, by: int | None) -> None:
    emit_change(turn, EventType.RECORDING_CONSENT, ParticipantChange.UPDATED, participant, by=by)


def _tell_everyone(turn: Turn, notice: Notification) -> None:
    turn.notify(turn.peers.values(), notice)
