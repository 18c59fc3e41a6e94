"""Admission to a session, the feed of events, the outbox of webhooks, replies that are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add them; who had a seat is admitted, and of one booking the first session keeps it."""
    with op.batch_alter_table("session_participant") as table:
        table.add_column(
            sa.Column("is_admitted", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("session_participant") as table:
        table.alter_column("is_admitted", server_default=None)
    op.execute(
        "UPDATE classroom_session SET booking_id = NULL WHERE booking_id IS NOT NULL AND id NOT IN"
        " (SELECT MIN(id) FROM classroom_session GROUP BY booking_id)"
    )
    op.create_index(
        op.f("ix_classroom_session_booking_id"), "classroom_session", ["booking_id"], unique=True
    )
    _create_feed()
    _create_outbox()
    op.create_table(
        "kept_reply",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_kept_reply")),
    )
    op.create_index(op.f("ix_kept_reply_at"), "kept_reply", ["at"], unique=False)


def _create_feed() -> None:
    op.create_table(
        "feed_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_feed_entry_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_feed_entry_session_id_seq"), "feed_entry", ["session_id", "seq"], unique=False
    )


def _create_outbox() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_type", sa.String(), nullable=False),
        sa.Column("is_given_up", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_webhook_delivery_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_webhook_delivery_endpoint_session_id_id"),
        "webhook_delivery",
        ["endpoint", "session_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop them, and what they hold."""
    op.drop_index(op.f("ix_kept_reply_at"), "kept_reply")
    op.drop_table("kept_reply")
    op.drop_index(op.f("ix_webhook_delivery_endpoint_session_id_id"), "webhook_delivery")
    op.drop_table("webhook_delivery")
    op.drop_index(op.f("ix_feed_entry_session_id_seq"), "feed_entry")
    op.drop_table("feed_entry")
    op.drop_index(op.f("ix_classroom_session_booking_id"), "classroom_session")
    with op.batch_alter_table("session_participant") as table:
        table.drop_column("is_admitted")
