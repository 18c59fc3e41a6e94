"""Uploaded images, and which session has which."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "asset",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_asset")),
    )
    op.create_table(
        "session_asset",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_session_asset_session_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["asset.sha256"], name=op.f("fk_session_asset_sha256")),
        sa.PrimaryKeyConstraint("session_id", "sha256", name=op.f("pk_session_asset")),
    )
    op.create_index(op.f("ix_session_asset_sha256"), "session_asset", ["sha256"], unique=False)
    op.create_index(op.f("ix_session_asset_user_id"), "session_asset", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop the two tables."""
    op.drop_index(op.f("ix_session_asset_user_id"), "session_asset")
    op.drop_index(op.f("ix_session_asset_sha256"), "session_asset")
    op.drop_table("session_asset")
    op.drop_table("asset")
