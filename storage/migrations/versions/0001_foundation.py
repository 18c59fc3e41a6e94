"""Sessions, seats, the log, snapshots, permissions by role, users."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "classroom_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("session_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("scheduled_start", sa.BigInteger(), nullable=True),
        sa.Column("scheduled_end", sa.BigInteger(), nullable=True),
        sa.Column("actual_start", sa.BigInteger(), nullable=True),
        sa.Column("actual_end", sa.BigInteger(), nullable=True),
        sa.Column("total_duration_seconds", sa.Double(), nullable=False),
        sa.Column("active_since", sa.BigInteger(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("access_code", sa.String(), nullable=False),
        sa.Column("max_participants", sa.Integer(), nullable=False),
        sa.Column("is_recorded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("board_version", sa.BigInteger(), nullable=False),
        sa.Column("board_crc32", sa.BigInteger(), nullable=True),
        sa.Column("board_state", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classroom_session")),
        sa.UniqueConstraint(
            "host_id", "external_id", name=op.f("uq_classroom_session_host_id_external_id")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_classroom_session_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_classroom_session_status"), "classroom_session", ["status"], unique=False
    )

    op.create_table(
        "room_permission",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("can_draw", sa.Boolean(), nullable=False),
        sa.Column("can_erase", sa.Boolean(), nullable=False),
        sa.Column("can_add_layers", sa.Boolean(), nullable=False),
        sa.Column("can_delete_layers", sa.Boolean(), nullable=False),
        sa.Column("can_reorder_layers", sa.Boolean(), nullable=False),
        sa.Column("can_upload_images", sa.Boolean(), nullable=False),
        sa.Column("can_export", sa.Boolean(), nullable=False),
        sa.Column("can_clear_board", sa.Boolean(), nullable=False),
        sa.Column("can_toggle_video", sa.Boolean(), nullable=False),
        sa.Column("can_toggle_audio", sa.Boolean(), nullable=False),
        sa.Column("can_share_screen", sa.Boolean(), nullable=False),
        sa.Column("can_invite", sa.Boolean(), nullable=False),
        sa.Column("can_kick", sa.Boolean(), nullable=False),
        sa.Column("can_terminate", sa.Boolean(), nullable=False),
        sa.Column("can_pause", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_room_permission")),
    )
    op.create_table(
        "server_state",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_server_state")),
    )
    op.create_table(
        "user",
        sa.Column("id", KEY, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_user_issuer_subject")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "board_snapshot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("snapshot_type", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("participant_count", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("board_crc32", sa.BigInteger(), nullable=False),
        sa.Column("board_state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_board_snapshot_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_snapshot")),
    )
    op.create_index(
        op.f("ix_board_snapshot_session_id_version"),
        "board_snapshot",
        ["session_id", "version"],
        unique=False,
    )

    op.create_table(
        "session_event",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("client_n", sa.BigInteger(), nullable=True),
        sa.Column("client_digest", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("data_crc32", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_session_event_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "seq", name=op.f("pk_session_event")),
    )
    op.create_index(
        "ix_session_event_room_open",
        "session_event",
        ["session_id", "seq"],
        unique=False,
        sqlite_where=sa.text("event_type = 'room_open'"),
        postgresql_where=sa.text("event_type = 'room_open'"),
    )
    op.create_index(
        "uq_session_event_submission",
        "session_event",
        ["session_id", "user_id", "client_id", "client_n"],
        unique=True,
        sqlite_where=sa.text("client_id IS NOT NULL"),
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )

    op.create_table(
        "session_participant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("present_since", sa.BigInteger(), nullable=True),
        sa.Column("peer_id", sa.String(), nullable=True),
        sa.Column("connection_quality", sa.String(), nullable=True),
        sa.Column("video_enabled", sa.Boolean(), nullable=False),
        sa.Column("audio_enabled", sa.Boolean(), nullable=False),
        sa.Column("screen_sharing", sa.Boolean(), nullable=False),
        sa.Column("custom_permissions", sa.JSON(), nullable=False),
        sa.Column("total_time_seconds", sa.Double(), nullable=False),
        sa.Column("reconnect_count", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_session_participant_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_participant")),
        sa.UniqueConstraint(
            "session_id", "user_id", name=op.f("uq_session_participant_session_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_session_participant_user_id"), "session_participant", ["user_id"], unique=False
    )


def downgrade() -> None:
    """Drop all tables, and everything in them."""
    op.drop_index(op.f("ix_session_participant_user_id"), "session_participant")

    op.drop_table("session_participant")
    op.drop_index("uq_session_event_submission", "session_event")
    op.drop_index("ix_session_event_room_open", "session_event")

    op.drop_table("session_event")
    op.drop_index(op.f("ix_board_snapshot_session_id_version"), "board_snapshot")

    op.drop_table("board_snapshot")
    op.drop_table("user")
    op.drop_table("server_state")
    op.drop_table("room_permission")
    op.drop_index(op.f("ix_classroom_session_status"), "classroom_session")

    op.drop_table("classroom_session")
