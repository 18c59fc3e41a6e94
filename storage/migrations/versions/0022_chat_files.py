"""Files that came with messages of the chat."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table: no message had a file so far."""
    op.create_table(
        "chat_file",
        sa.Column("session_id", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_chat_file_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "seq", name=op.f("pk_chat_file")),
    )
    for name in ("sha256", "user_id"):
        op.create_index(op.f(f"ix_chat_file_{name}"), "chat_file", [name], unique=False)


def downgrade() -> None:
    """Drop it: files are gone, their messages stay."""
    op.drop_table("chat_file")
