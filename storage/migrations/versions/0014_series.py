"""Lessons that belong together, and how often the plan of one was changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "classroom_session"


def upgrade() -> None:
    """Add the columns: each lesson is the first of a series of its own, as planned at first."""
    op.add_column(_TABLE, sa.Column("series_id", sa.String(), nullable=True))
    op.add_column(_TABLE, sa.Column("revision", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_classroom_session_series_id"), _TABLE, ["series_id"])


def downgrade() -> None:
    """Drop them: which lessons belong together is forgotten."""
    op.drop_index(op.f("ix_classroom_session_series_id"), _TABLE)
    op.drop_column(_TABLE, "revision")
    op.drop_column(_TABLE, "series_id")
