"""What sessions take on disk, kept beside the log.

Sessions that are there already get their row when they are opened again: walking all logs of a
server would keep it from starting for minutes, and nobody is refused for what is not counted.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "session_usage",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=False),
        sa.Column("log_bytes", sa.BigInteger(), nullable=False),
        sa.Column("snapshot_bytes", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_session_usage_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_usage")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("session_usage")
