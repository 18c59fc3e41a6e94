"""What platforms call their lessons is found however many people they have."""

from collections.abc import Sequence

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "classroom_session"
_INDEX = "ix_classroom_session_external_id"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f(_INDEX), _TABLE, ["external_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f(_INDEX), _TABLE)
