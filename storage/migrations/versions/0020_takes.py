"""Takes: what browsers recorded, and what became of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXED = (("session_id", "opened_seq"), ("user_id",), ("state",))


def upgrade() -> None:
    """Make the table, and count takes by session: there is none."""
    op.add_column("classroom_session", sa.Column("takes", sa.Integer(), nullable=True))
    op.create_table(
        "recording_take",
        sa.Column("take_id", sa.String(), nullable=False),
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("recording_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("opened_seq", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("chunk_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sealed_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_recording_take_session_id")
        ),
        sa.PrimaryKeyConstraint("take_id", name=op.f("pk_recording_take")),
    )
    for names in _INDEXED:
        index = op.f(f"ix_recording_take_{'_'.join(names)}")
        op.create_index(index, "recording_take", list(names), unique=False)


def downgrade() -> None:
    """Drop it: takes are gone."""
    op.drop_table("recording_take")
    op.drop_column("classroom_session", "takes")
