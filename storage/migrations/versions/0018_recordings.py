"""Recordings: what is on, who agreed, and what there was."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the table: nothing was ever recorded, and nobody was asked."""
    op.add_column("classroom_session", sa.Column("recording", sa.JSON(), nullable=True))
    op.add_column("classroom_session", sa.Column("recordings", sa.Integer(), nullable=True))
    op.add_column("session_participant", sa.Column("recording_consent", sa.String(), nullable=True))
    op.add_column("session_participant", sa.Column("is_left_out", sa.Boolean(), nullable=True))
    op.create_table(
        "recording",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("started_seq", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_seq", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_recording_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "recording_id", name=op.f("pk_recording")),
    )


def downgrade() -> None:
    """Drop them: recordings are gone."""
    op.drop_table("recording")
    op.drop_column("session_participant", "is_left_out")
    op.drop_column("session_participant", "recording_consent")
    op.drop_column("classroom_session", "recordings")
    op.drop_column("classroom_session", "recording")
