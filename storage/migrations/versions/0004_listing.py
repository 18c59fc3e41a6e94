"""Indexes for what operators look through."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_PLACE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("classroom_session", ("created_at",)),
    ("classroom_session", ("status", "created_at")),
    ("classroom_session", ("session_type", "created_at")),
    ("session_participant", ("status", "id")),
    ("session_participant", ("role", "id")),
    ("board_snapshot", ("snapshot_type", "id")),
)
LISTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ix_session_event_listed", ("at", "session_id", "seq")),
    ("ix_session_event_listed_type", ("event_type", "at", "session_id", "seq")),
    ("ix_session_event_listed_user", ("user_id", "at", "session_id", "seq")),
)
IS_LISTED = "event_type != 'board_op'"


def upgrade() -> None:
    """Make them; that of the status alone is the beginning of another one now."""
    op.drop_index(op.f("ix_classroom_session_status"), "classroom_session")
    for table, columns in BY_PLACE:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    for name, columns in LISTED:
        op.create_index(
            name,
            "session_event",
            list(columns),
            sqlite_where=sa.text(IS_LISTED),
            postgresql_where=sa.text(IS_LISTED),
        )


def downgrade() -> None:
    """Drop them."""
    for name, _ in LISTED:
        op.drop_index(name, "session_event")
    for table, columns in BY_PLACE:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
    op.create_index(op.f("ix_classroom_session_status"), "classroom_session", ["status"])
