"""The tables. Times are milliseconds since the Unix epoch, UTC; durations are seconds.

Durations have three decimals: a double holds every count of milliseconds up to 2**50 exactly
enough to get the same integer back. Enumerations are stored as their text, so that a row can be
read with nothing but `sqlite3` at hand. Large columns come last: SQLite reads a row from the front.
"""

from typing import Any, ClassVar, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Field, SQLModel

_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Key(BigInteger):
    """An integer that numbers rows, and does not end at 2**31."""


@compiles(Key, "sqlite")
def _sqlite_key(*_: object, **__: object) -> str:
    # The only type by which SQLite hands out numbers itself; it holds 64 bits.
    return "INTEGER"


class _Row(SQLModel):
    """The base of all tables, with metadata of their own: constraints have predictable names."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


def _board_schema() -> Any:  # noqa: ANN401 - what SQLModel declares fields with
    return Field(sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")})


_GOES_ON: Final = "status NOT IN ('completed', 'expired', 'terminated')"


class ClassroomSession(_Row, table=True):
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
        # The id of a deleted session must never come back: other tables and tokens name it.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    uuid: str
    booking_id: str | None = None
    external_id: str | None = None
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
    settings: dict[str, Any] = Field(sa_type=JSON)
    access_code: str
    max_participants: int
    is_recorded: bool
    created_at: int = Field(sa_type=BigInteger)
    board_version: int = Field(sa_type=BigInteger)
    board_crc32: int | None = Field(default=None, sa_type=BigInteger)
    board_schema: int = _board_schema()
    crc32: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    board_state: bytes | None = Field(default=None, sa_type=LargeBinary)


class SessionParticipant(_Row, table=True):
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
    crc32: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


class BoardSnapshot(_Row, table=True):
    """The board as it was at a `seq`. A cache: the log alone gives the same board (PROMISES P8)."""

    __tablename__: ClassVar[str] = "board_snapshot"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "session_id", "version"),
        Index(None, "snapshot_type", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    snapshot_type: str
    version: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    participant_count: int
    size_bytes: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    board_crc32: int = Field(sa_type=BigInteger)
    board_schema: int = _board_schema()
    board_state: bytes = Field(sa_type=LargeBinary)


class SessionEvent(_Row, table=True):
    """The log: what happened in a session, numbered 1, 2, 3, ... without a gap.

    The primary key makes two writers of one session an error instead of two histories.
    """

    __tablename__: ClassVar[str] = "session_event"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        # Exactly once (PROTOCOL BD-6). Events of the server itself carry no identity.
        Index(
            "uq_session_event_submission",
            "session_id",
            "user_id",
            "client_id",
            "client_n",
            unique=True,
            sqlite_where=text("client_id IS NOT NULL"),
            postgresql_where=text("client_id IS NOT NULL"),
        ),
        # One row each time a room opens: finds the epochs without walking the log (BD-7).
        Index(
            "ix_session_event_room_open",
            "session_id",
            "seq",
            sqlite_where=text("event_type = 'room_open'"),
            postgresql_where=text("event_type = 'room_open'"),
        ),
        # Finds the newest messages of the chat among a whole lesson's strokes.
        Index(
            "ix_session_event_chat",
            "session_id",
            "seq",
            sqlite_where=text("event_type = 'chat_message'"),
            postgresql_where=text("event_type = 'chat_message'"),
        ),
        # For looking through the events of all sessions; a stroke has no place in these.
        *(
            Index(
                name,
                *columns,
                "at",
                "session_id",
                "seq",
                sqlite_where=text("event_type != 'board_op'"),
                postgresql_where=text("event_type != 'board_op'"),
            )
            for name, columns in (
                ("ix_session_event_listed", ()),
                ("ix_session_event_listed_type", ("event_type",)),
                ("ix_session_event_listed_user", ("user_id",)),
            )
        ),
    )

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    event_type: str
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    client_id: str | None = None
    client_n: int | None = Field(default=None, sa_type=BigInteger)
    client_digest: int | None = Field(default=None, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    crc32: int = Field(sa_type=BigInteger)
    data_crc32: int = Field(sa_type=BigInteger)
    board_schema: int = _board_schema()
    data: bytes = Field(sa_type=LargeBinary)


class FeedEntry(_Row, table=True):
    """The events of all sessions that a platform may read, in the order of their commits.

    The writer is one connection, so a smaller id was never committed after a larger one was seen.
    """

    __tablename__: ClassVar[str] = "feed_entry"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "session_id", "seq"),
        # A reader goes on after the last id it has seen: none may come back.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    seq: int = Field(sa_type=BigInteger)


class WebhookDelivery(_Row, table=True):
    """What an endpoint has yet to be told, or could not be told."""

    __tablename__: ClassVar[str] = "webhook_delivery"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "endpoint", "session_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    endpoint: str
    session_id: int = Field(sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),))
    seq: int = Field(sa_type=BigInteger)
    event_type: str
    is_given_up: bool
    attempts: int
    next_attempt_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    last_error: str
    body: bytes = Field(sa_type=LargeBinary)


class KeptReply(_Row, table=True):
    """What a request under a key of its sender's was answered, for when it comes again."""

    __tablename__: ClassVar[str] = "kept_reply"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "at"),)

    scope: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)
    status: int
    body: bytes = Field(sa_type=LargeBinary)


class Booking(_Row, table=True):
    """What is remembered of a booking, so that its messages may come in any order."""

    __tablename__: ClassVar[str] = "booking"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "updated_at"),)

    booking_id: str = Field(primary_key=True)
    version: int
    updated_at: int = Field(sa_type=BigInteger)
    record: bytes = Field(sa_type=LargeBinary)


class Asset(_Row, table=True):
    """An uploaded image; its bytes are a file named by their hash."""

    __tablename__: ClassVar[str] = "asset"

    sha256: str = Field(primary_key=True)
    media_type: str
    width: int
    height: int
    size_bytes: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)


class SessionAsset(_Row, table=True):
    """An image that the board of a session may show, and who brought it."""

    __tablename__: ClassVar[str] = "session_asset"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "sha256"), Index(None, "user_id"))

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    sha256: str = Field(primary_key=True, sa_column_args=(ForeignKey("asset.sha256"),))
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    added_at: int = Field(sa_type=BigInteger)
    is_shown: bool
    """Whether an ended session's log shows it, so that it stays; false until that was looked up."""


class SessionUsage(_Row, table=True):
    """What a session takes on disk, up to `until_seq`; written with each snapshot (QU-1).

    `people` maps users to the bytes of log that they caused; 0 is the server.
    """

    __tablename__: ClassVar[str] = "session_usage"

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    until_seq: int = Field(sa_type=BigInteger)
    log_bytes: int = Field(sa_type=BigInteger)
    snapshot_bytes: int = Field(sa_type=BigInteger)
    people: dict[str, int] = Field(sa_type=JSON)


class RoomPermission(_Row, table=True):
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


class User(_Row, table=True):
    """A person, as the platform that vouches for them names them."""

    __tablename__: ClassVar[str] = "user"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("issuer", "subject"),
        # An id that was given to one person must never name another.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    issuer: str
    subject: str
    name: str
    kind: str
    created_at: int = Field(sa_type=BigInteger)


class SeatKey(_Row, table=True):
    """What opens a guest's seat in a session again, as a hash; one for each of them."""

    __tablename__: ClassVar[str] = "seat_key"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("session_id", "digest"),
        Index(None, "user_id"),
        Index(None, "used_at"),
    )

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    user_id: int = Field(primary_key=True, sa_type=BigInteger)
    made_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)


class ServerState(_Row, table=True):
    """What the server remembers about itself, by name."""

    __tablename__: ClassVar[str] = "server_state"

    key: str = Field(primary_key=True, sa_type=String)
    value: int = Field(sa_type=BigInteger)


METADATA: Final = _Row.metadata


def _table(name: str) -> Table:
    return METADATA.tables[name]


SESSIONS: Final = _table("classroom_session")
PARTICIPANTS: Final = _table("session_participant")
SNAPSHOTS: Final = _table("board_snapshot")
EVENTS: Final = _table("session_event")
PERMISSIONS: Final = _table("room_permission")
ASSETS: Final = _table("asset")
SESSION_ASSETS: Final = _table("session_asset")
USAGE: Final = _table("session_usage")
USERS: Final = _table("user")
SEAT_KEYS: Final = _table("seat_key")
SERVER_STATE: Final = _table("server_state")
FEED: Final = _table("feed_entry")
DELIVERIES: Final = _table("webhook_delivery")
REPLIES: Final = _table("kept_reply")
BOOKINGS: Final = _table("booking")
