"""What somebody is on this server, and whether they may come in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "user"


def upgrade() -> None:
    """Add the columns: each is what their token says so far, and all may come in."""
    op.add_column(_TABLE, sa.Column("role", sa.String(), nullable=True))
    op.add_column(_TABLE, sa.Column("barred_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop them: whoever was barred may come in again."""
    op.drop_column(_TABLE, "barred_at")
    op.drop_column(_TABLE, "role")
