"""Since when a participant's hand is up."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "session_participant"
_COLUMN = "hand_raised_at"


def upgrade() -> None:
    """Add the column: nobody's hand is up."""
    op.add_column(_TABLE, sa.Column(_COLUMN, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop it: all hands are down."""
    op.drop_column(_TABLE, _COLUMN)
