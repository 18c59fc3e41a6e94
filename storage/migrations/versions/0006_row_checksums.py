"""Checksums of sessions and seats; that of a board covers its version."""

import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SESSIONS = sa.table(
    "classroom_session",
    *(sa.column(name, sa.BigInteger) for name in ("id", "crc32", "host_id", "max_participants")),
    *(sa.column(name, sa.String) for name in ("uuid", "booking_id", "external_id", "title")),
    *(sa.column(name, sa.String) for name in ("session_type", "status", "access_code")),
    *(sa.column(name, sa.BigInteger) for name in ("scheduled_start", "scheduled_end")),
    *(sa.column(name, sa.BigInteger) for name in ("actual_start", "actual_end", "active_since")),
    sa.column("total_duration_seconds", sa.Double),
    sa.column("settings", sa.JSON),
    sa.column("is_recorded", sa.Boolean),
    sa.column("created_at", sa.BigInteger),
    *(sa.column(name, sa.BigInteger) for name in ("board_version", "board_crc32")),
    sa.column("board_state", sa.LargeBinary),
)
_SESSION_CHECKED = (
    *("uuid", "booking_id", "external_id", "session_type", "status", "host_id", "title"),
    *("scheduled_start", "scheduled_end", "actual_start", "actual_end", "total_duration_seconds"),
    *("active_since", "settings", "access_code", "max_participants", "is_recorded", "created_at"),
)
_SEATS = sa.table(
    "session_participant",
    *(sa.column(name, sa.BigInteger) for name in ("id", "crc32", "session_id", "user_id")),
    *(sa.column(name, sa.String) for name in ("name", "role", "status", "peer_id")),
    *(sa.column(name, sa.BigInteger) for name in ("joined_at", "left_at", "dropped_at")),
    *(sa.column(name, sa.BigInteger) for name in ("present_since", "reconnect_count")),
    sa.column("connection_quality", sa.String),
    *(sa.column(name, sa.Boolean) for name in ("video_enabled", "audio_enabled")),
    *(sa.column(name, sa.Boolean) for name in ("screen_sharing", "is_admitted")),
    sa.column("custom_permissions", sa.JSON),
    sa.column("total_time_seconds", sa.Double),
    sa.column("not_before", sa.BigInteger),
)
_SEAT_CHECKED = (
    *("session_id", "user_id", "name", "role", "status", "joined_at", "left_at", "dropped_at"),
    *("present_since", "peer_id", "connection_quality", "video_enabled", "audio_enabled"),
    *("screen_sharing", "custom_permissions", "total_time_seconds", "reconnect_count"),
    *("not_before", "is_admitted"),
)
_SNAPSHOTS = sa.table(
    "board_snapshot",
    *(sa.column(name, sa.BigInteger) for name in ("id", "version", "board_crc32")),
    sa.column("board_state", sa.LargeBinary),
)


def upgrade() -> None:
    """Add the columns and fill them; a board that is damaged already stays so."""
    for table in ("classroom_session", "session_participant"):
        op.add_column(
            table, sa.Column("crc32", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        )
    _fill(_SESSIONS, _SESSION_CHECKED)
    _fill(_SEATS, _SEAT_CHECKED)
    _recount(_SESSIONS, "board_version", _with_version)
    _recount(_SNAPSHOTS, "version", _with_version)
    if op.get_context().dialect.name == "sqlite":
        _put_board_last()


def downgrade() -> None:
    """Drop the columns."""
    _recount(_SESSIONS, "board_version", _without_version)
    _recount(_SNAPSHOTS, "version", _without_version)
    for table in ("classroom_session", "session_participant"):
        op.drop_column(table, "crc32")


def _fill(table: sa.TableClause, checked: Sequence[str]) -> None:
    connection = op.get_bind()
    for number, *values in _rows(table, *(table.c[name] for name in checked)):
        crc32 = zlib.crc32("\0".join(map(_field, values)).encode())
        connection.execute(table.update().where(table.c.id == number).values(crc32=crc32))


def _field(value: object) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value, order="sorted").decode()
    return str(value)


def _recount(table: sa.TableClause, version: str, recounted: Any) -> None:  # noqa: ANN401
    connection = op.get_bind()
    for number, seq, crc32 in _rows(table, table.c[version], table.c.board_crc32):
        # Boards are large: one is in memory at a time.
        board = connection.scalar(sa.select(table.c.board_state).where(table.c.id == number))
        new = None if board is None else recounted(board, seq, crc32)
        if new is not None:
            connection.execute(table.update().where(table.c.id == number).values(board_crc32=new))


def _with_version(board: bytes, version: int, crc32: int) -> int | None:
    return zlib.crc32(board, version & 0xFFFF_FFFF) if zlib.crc32(board) == crc32 else None


def _without_version(board: bytes, version: int, crc32: int) -> int | None:
    return zlib.crc32(board) if zlib.crc32(board, version & 0xFFFF_FFFF) == crc32 else None


def _rows(table: sa.TableClause, *columns: sa.ColumnElement[Any]) -> Sequence[tuple[Any, ...]]:
    return op.get_bind().execute(sa.select(table.c.id, *columns).order_by(table.c.id)).all()


def _put_board_last() -> None:
    """SQLite reads a row from the front: a column behind a board would cost reading the board."""
    op.execute("ALTER TABLE classroom_session ADD COLUMN board_moved BLOB")
    op.execute("UPDATE classroom_session SET board_moved = board_state")
    op.execute("ALTER TABLE classroom_session DROP COLUMN board_state")
    op.execute("ALTER TABLE classroom_session RENAME COLUMN board_moved TO board_state")
