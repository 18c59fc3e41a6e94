"""Recordings of sessions."""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey
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
