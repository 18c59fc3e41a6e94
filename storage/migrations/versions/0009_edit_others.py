"""Who may change what others made: those who lead a lesson.

A column with a constant default: neither database rewrites its rows for that.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "room_permission"
_COLUMN = "can_edit_others"


def upgrade() -> None:
    """Add the permission, and grant it to those who lead."""
    op.add_column(
        _TABLE, sa.Column(_COLUMN, sa.Boolean(), nullable=False, server_default=sa.false())
    )
    table = sa.table(_TABLE, sa.column("role", sa.String()), sa.column(_COLUMN, sa.Boolean()))
    op.execute(
        table.update().where(table.c.role.in_(("host", "solo"))).values({_COLUMN: sa.true()})
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_column(_TABLE, _COLUMN)
