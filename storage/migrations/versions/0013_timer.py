"""The countdown of a lesson."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "classroom_session"
_COLUMN = "timer"


def upgrade() -> None:
    """Add the column: no lesson has one."""
    op.add_column(_TABLE, sa.Column(_COLUMN, sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop it: countdowns are gone."""
    op.drop_column(_TABLE, _COLUMN)
