"""The log of a session, the snapshots of its board, and how much both take."""

from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    text,
)
from sqlmodel import Field

from storage.tables.rows import Key, Row, board_schema, body_id, names_body


class LargeBody(Row, table=True):
    """What is too large for one transaction: a board, or an event that says a whole board.

    It is written ahead of the rows that name it, piece by piece; what nothing names is deleted.
    """

    __tablename__: ClassVar[str] = "large_body"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    size_bytes: int = Field(sa_type=BigInteger)


class BodyPiece(Row, table=True):
    """A part of a body; joined in the order of `n`, from 0, they are the whole."""

    __tablename__: ClassVar[str] = "body_piece"

    body_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("large_body.id"),)
    )
    n: int = Field(primary_key=True)
    data: bytes = Field(sa_type=LargeBinary)


class SessionEvent(Row, table=True):
    """The log: what happened in a session, numbered 1, 2, 3, ... without a gap.

    The primary key makes two writers of one session an error instead of two histories. Where there
    is a `body_id`, the data is there, and none here.
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
        names_body("session_event"),
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
    board_schema: int = board_schema()
    body_id: int | None = body_id()
    data: bytes = Field(sa_type=LargeBinary)


class BoardSnapshot(Row, table=True):
    """The board as it was at a `seq`. A cache: the log alone gives the same board (PROMISES P8).

    Where there is a `body_id`, the board is there, and nothing in `board_state`.
    """

    __tablename__: ClassVar[str] = "board_snapshot"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        Index(None, "session_id", "version"),
        Index(None, "snapshot_type", "id"),
        names_body("board_snapshot"),
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
    board_schema: int = board_schema()
    body_id: int | None = body_id()
    board_state: bytes = Field(sa_type=LargeBinary)


class SessionUsage(Row, table=True):
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
