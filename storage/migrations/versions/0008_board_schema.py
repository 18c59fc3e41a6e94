"""The schema of the board that events and snapshots were written with; 1 for what there is.

A column with a constant default: neither database rewrites its rows for that.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES: Final = ("session_event", "board_snapshot", "classroom_session")


def upgrade() -> None:
    """Add the columns."""
    for table in _TABLES:
        column = sa.Column(
            "board_schema", sa.SmallInteger(), nullable=False, server_default=sa.text("1")
        )
        op.add_column(table, column)


def downgrade() -> None:
    """Drop them; what was written since does not match its checksums without its schema."""
    for table in _TABLES:
        op.drop_column(table, "board_schema")
