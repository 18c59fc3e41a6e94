"""Takes, as the HTTP API takes and shows them."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, StrictInt

from gateway.recordings.job import SealedTake
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.settings import Body
from lessonroom.recording.recording import TakeKind
from storage.recordings.takes import StoredTake, TakeState


class TakeIn(Body):
    """What a browser is about to record of one of its own tracks."""

    kind: TakeKind
    media_type: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        description="What its recorder says: WebM with Opus, VP8 or VP9.",
        examples=["audio/webm;codecs=opus"],
    )


class TakeOpenedOut(BaseModel):
    """A take that chunks may be sent for."""

    take_id: str = Field(examples=["019a9c31-5a2b-7c11-9d3e-2f6b8a40c7de"])
    key: str = Field(
        description="For `Take-Key`: opens this take for chunks, and nothing else. A secret."
    )
    next: int = Field(0, description="The number of the chunk that comes next.")
    bits_per_s: int = Field(description="What to encode with; three times that is taken.")
    chunk_bytes: int = Field(description="How long a chunk may be.")


class NextChunk(BaseModel):
    """How many chunks are on the disk: the number of the one that comes next."""

    next: int


class CloseIn(Body):
    """That no chunk follows."""

    chunks: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)] = Field(
        description="How many were sent in all."
    )


class TakeOut(BaseModel):
    """A take: what one browser recorded of one track."""

    take_id: str
    recording_id: str
    user_id: int
    kind: TakeKind
    state: TakeState
    opened_at: InstantOut
    media_type: str
    start_at: InstantOut | None = Field(
        description="File time and this are room time; null before it was sealed, or where nothing"
        " may be kept."
    )
    duration_ms: int
    size_bytes: int = Field(description="Of the sealed file.")
    gaps: list[tuple[int, int]] = Field(
        description="Parts of room time, in ms, of which it holds nothing: lost, or not to be kept."
    )

    @classmethod
    def of(cls, take: StoredTake, index: SealedTake | None) -> Self:
        """Return it as it is shown."""
        has_file = index is not None and index.size_bytes > 0
        return cls(
            take_id=take.take_id,
            recording_id=take.recording_id,
            user_id=take.user_id,
            kind=take.kind,
            state=take.state,
            opened_at=take.opened_at_ms,
            media_type=index.media_type if index is not None and has_file else take.media_type,
            start_at=index.start_at if index is not None and has_file else None,
            duration_ms=0 if index is None else index.duration_ms,
            size_bytes=0 if index is None else index.size_bytes,
            gaps=[] if index is None else index.gaps,
        )
