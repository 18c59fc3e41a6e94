"""Codes that sign somebody in, so that an invitation outlives a restart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "sign_in_code"


def upgrade() -> None:
    """Add the table: links that were given out before are void, as after any restart then."""
    op.create_table(
        _TABLE,
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("whom", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f(f"pk_{_TABLE}")),
    )
    for column in ("until", "subject"):
        op.create_index(op.f(f"ix_{_TABLE}_{column}"), _TABLE, [column])


def downgrade() -> None:
    """Drop it: who has a link needs another."""
    op.drop_table(_TABLE)
