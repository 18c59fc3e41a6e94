"""Recording a session: on and off, and who is in it."""

from lessonroom.commands.command import CommandOf
from lessonroom.people.participant import Participant
from lessonroom.recording.recording import (
    Consent,
    Recording,
    StopReason,
    TakeKind,
    TakeRoom,
)


class StartRecording(CommandOf[Recording], frozen=True, kw_only=True):
    """Begin to record; where that goes on already, it goes on (RC-2)."""

    by: int | None
    recording_id: str


class StopRecording(CommandOf[None], frozen=True, kw_only=True):
    """End the recording, if there is one (RC-2)."""

    by: int | None
    reason: StopReason = StopReason.HOST


class GiveConsent(CommandOf[Participant], frozen=True, kw_only=True):
    """Agree to be recorded, or not, or not any more: for oneself alone (RC-4)."""

    by: int
    answer: Consent


class LeaveOut(CommandOf[Participant], frozen=True, kw_only=True):
    """Keep somebody out of recordings, whatever they answered, or not any more (RC-4)."""

    by: int | None
    user_id: int
    is_left_out: bool


class OpenTake(CommandOf[Recording], frozen=True, kw_only=True):
    """Begin to send what one's browser records of one of one's own tracks (RC-7)."""

    by: int
    take_id: str
    kind: TakeKind
    media_type: str


class TellNearlyFull(CommandOf[bool], frozen=True, kw_only=True):
    """Tell who leads that takes have little room left (RC-10); whether there is more to be told.

    False: a host has heard it, or nothing is recorded any more.
    """

    full: TakeRoom


RecordingCommand = (
    StartRecording | StopRecording | GiveConsent | LeaveOut | OpenTake | TellNearlyFull
)
