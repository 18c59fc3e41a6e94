"""When a lesson was brought back after its end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "classroom_session"
_COLUMN = "reopened_at"


def upgrade() -> None:
    """Add the column: no lesson was."""
    op.add_column(_TABLE, sa.Column(_COLUMN, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column(_TABLE, _COLUMN)
