"""Recordings of sessions."""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlmodel import Field

from storage.tables.rows import Key, Row


class SessionRecording(Row, table=True):
    """From one `recording_start` to its `recording_stop`."""

    __tablename__: ClassVar[str] = "recording"

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    recording_id: str = Field(primary_key=True)
    kinds: list[Any] = Field(sa_type=JSON)
    started_by: int | None = Field(default=None, sa_type=BigInteger)
    started_seq: int = Field(sa_type=BigInteger)
    started_at: int = Field(sa_type=BigInteger)
    stopped_seq: int | None = Field(default=None, sa_type=BigInteger)
    stopped_at: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = None


class RecordingTake(Row, table=True):
    """What one browser recorded of one track; its bytes are files named by its id."""

    __tablename__: ClassVar[str] = "recording_take"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "session_id", "opened_seq"),
        Index(None, "user_id"),
        Index(None, "state"),
    )

    take_id: str = Field(primary_key=True)
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    recording_id: str
    user_id: int = Field(sa_type=BigInteger)
    kind: str
    media_type: str
    opened_seq: int = Field(sa_type=BigInteger)
    opened_at: int = Field(sa_type=BigInteger)
    state: str
    chunks: int = 0
    """Of how many chunks the sealed file was made."""
    chunk_bytes: int = Field(default=0, sa_type=BigInteger)
    sealed_bytes: int = Field(default=0, sa_type=BigInteger)
    sealed: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    """What is known of the sealed file."""
