"""The keys by which guests have their seats again: whose they are, and a hash.

Guests who have a seat already get theirs when their token is renewed.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLE = "seat_key"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["classroom_session.id"],
            name=op.f("fk_seat_key_session_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "user_id", name=op.f("pk_seat_key")),
        sa.UniqueConstraint("session_id", "digest", name=op.f("uq_seat_key_session_id_digest")),
    )
    op.create_index(op.f("ix_seat_key_user_id"), _TABLE, ["user_id"])
    op.create_index(op.f("ix_seat_key_used_at"), _TABLE, ["used_at"])


def downgrade() -> None:
    """Drop it: guests who come back are somebody new again."""
    op.drop_index(op.f("ix_seat_key_used_at"), _TABLE)
    op.drop_index(op.f("ix_seat_key_user_id"), _TABLE)
    op.drop_table(_TABLE)
