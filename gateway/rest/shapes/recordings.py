"""Recordings, as the HTTP API takes and shows them."""

from typing import Self

from pydantic import BaseModel, Field, StrictBool

from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.settings import Body
from gateway.rest.shapes.takes import TakeOut
from lessonroom.recording.recording import Consent, Recording, StopReason, TakeKind
from storage.recordings.recordings import StoredRecording


class ConsentIn(Body):
    """Whether one may be recorded oneself."""

    answer: Consent


class LeaveOutIn(Body):
    """Whether somebody is in recordings, if they agree."""

    is_recorded: StrictBool


class RecordingOn(BaseModel):
    """A recording that is on."""

    recording_id: str = Field(examples=["Zk3vX9s0aBcD1e2F"])
    kinds: list[TakeKind]
    started_at: InstantOut
    started_by: int | None = Field(description="Null: the operator.")

    @classmethod
    def of(cls, recording: Recording) -> Self:
        """Return it as it is shown."""
        return cls(
            recording_id=recording.recording_id,
            kinds=list(recording.kinds),
            started_at=recording.started_at,
            started_by=recording.by,
        )


class RecordingOut(RecordingOn):
    """A recording, from its start to its end."""

    started_seq: int = Field(description="Of its `recording_start` in the log.")
    stopped_seq: int | None = Field(description="Of its `recording_stop`; null while it is on.")
    stopped_at: InstantOut | None
    reason: StopReason | None = Field(description="Why it ended.")

    @classmethod
    def of_stored(cls, recording: StoredRecording) -> Self:
        """Return it as it is shown."""
        return cls(
            recording_id=recording.recording_id,
            kinds=list(recording.kinds),
            started_at=recording.started_at_ms,
            started_by=recording.started_by,
            started_seq=recording.started_seq,
            stopped_seq=recording.stopped_seq,
            stopped_at=recording.stopped_at_ms,
            reason=recording.reason,
        )


class Recordings(BaseModel):
    """The recordings of a session, oldest first."""

    items: list[RecordingOut]
    takes: list[TakeOut] = Field(description="In the order in which they were opened.")
