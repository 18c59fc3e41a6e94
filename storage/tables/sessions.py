"""Sessions: what was agreed, who has a seat, what one may do, what a platform booked."""

from typing import Any, ClassVar, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field

from storage.tables.rows import Key, Row, board_schema, body_id, names_body

ARRIVING: Final = "arriving"
"""The status of one that is being taken up from elsewhere, and not there yet."""
_GOES_ON: Final = "status NOT IN ('completed', 'expired', 'terminated')"


class ClassroomSession(Row, table=True):
    """One lesson, as it stands after the last event of its log."""

    __tablename__: ClassVar[str] = "classroom_session"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("uuid"),
        # NULLs are distinct in a unique constraint: it holds only where there is an external id.
        UniqueConstraint("host_id", "external_id"),
        Index(None, "created_at"),
        Index(None, "status", "created_at"),
        Index(None, "session_type", "created_at"),
        # A booking has one session that goes on, and as many that are over as there were.
        Index(
            "ix_classroom_session_booking_id",
            "booking_id",
            unique=True,
            sqlite_where=text(_GOES_ON),
            postgresql_where=text(_GOES_ON),
        ),
        Index(None, "booking_id", "id"),
        Index(None, "series_id"),
        # That of the unique constraint begins with the host: a platform looks among all of its own.
        Index(None, "external_id"),
        names_body("classroom_session"),
        # The id of a deleted session must never come back: other tables and tokens name it.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    uuid: str
    booking_id: str | None = None
    external_id: str | None = None
    series_id: str | None = None
    session_type: str
    status: str
    host_id: int = Field(sa_type=BigInteger)
    title: str
    scheduled_start: int | None = Field(default=None, sa_type=BigInteger)
    scheduled_end: int | None = Field(default=None, sa_type=BigInteger)
    actual_start: int | None = Field(default=None, sa_type=BigInteger)
    actual_end: int | None = Field(default=None, sa_type=BigInteger)
    total_duration_seconds: float = Field(sa_type=Double)
    active_since: int | None = Field(default=None, sa_type=BigInteger)
    revision: int | None = Field(default=None, sa_type=BigInteger)
    timer: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    reopened_at: int | None = Field(default=None, sa_type=BigInteger)
    recording: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    recordings: int | None = None
    takes: int | None = None
    private_from: int | None = Field(default=None, sa_type=BigInteger)
    settings: dict[str, Any] = Field(sa_type=JSON)
    access_code: str
    max_participants: int
    is_recorded: bool
    created_at: int = Field(sa_type=BigInteger)
    board_version: int = Field(sa_type=BigInteger)
    board_crc32: int | None = Field(default=None, sa_type=BigInteger)
    board_schema: int = board_schema()
    crc32: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    body_id: int | None = body_id()
    board_state: bytes | None = Field(default=None, sa_type=LargeBinary)


class SessionParticipant(Row, table=True):
    """One person's seat in one session."""

    __tablename__: ClassVar[str] = "session_participant"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("session_id", "user_id"),
        Index(None, "user_id"),
        Index(None, "status", "id"),
        Index(None, "role", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    user_id: int = Field(sa_type=BigInteger)
    name: str
    role: str
    status: str
    joined_at: int | None = Field(default=None, sa_type=BigInteger)
    left_at: int | None = Field(default=None, sa_type=BigInteger)
    dropped_at: int | None = Field(default=None, sa_type=BigInteger)
    present_since: int | None = Field(default=None, sa_type=BigInteger)
    peer_id: str | None = None
    connection_quality: str | None = None
    video_enabled: bool
    audio_enabled: bool
    screen_sharing: bool
    custom_permissions: dict[str, Any] = Field(sa_type=JSON)
    total_time_seconds: float = Field(sa_type=Double)
    reconnect_count: int
    not_before: int = Field(sa_type=BigInteger)
    is_admitted: bool
    hand_raised_at: int | None = Field(default=None, sa_type=BigInteger)
    recording_consent: str | None = None
    is_left_out: bool | None = None
    crc32: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class RoomPermission(Row, table=True):
    """What a role may do, on this server; the operator edits it."""

    __tablename__: ClassVar[str] = "room_permission"

    role: str = Field(primary_key=True)
    can_draw: bool
    can_erase: bool
    can_add_layers: bool
    can_delete_layers: bool
    can_reorder_layers: bool
    can_upload_images: bool
    can_export: bool
    can_clear_board: bool
    can_toggle_video: bool
    can_toggle_audio: bool
    can_share_screen: bool
    can_invite: bool
    can_kick: bool
    can_terminate: bool
    can_pause: bool
    can_edit_others: bool = Field(sa_column_kwargs={"server_default": false()})


class Booking(Row, table=True):
    """What is remembered of a booking, so that its messages may come in any order."""

    __tablename__: ClassVar[str] = "booking"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "updated_at"),)

    booking_id: str = Field(primary_key=True)
    version: int
    updated_at: int = Field(sa_type=BigInteger)
    record: bytes = Field(sa_type=LargeBinary)
