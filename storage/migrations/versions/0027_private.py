"""From which event on a session has had pages that are not for everyone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "classroom_session"
_COLUMN = "private_from"


def upgrade() -> None:
    """Add the column: no session has any."""
    op.add_column(_TABLE, sa.Column(_COLUMN, sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop it. A program of before cannot read the boards of sessions that have such pages."""
    op.drop_column(_TABLE, _COLUMN)
