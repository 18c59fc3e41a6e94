"""An index of what was written in lessons."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; the housekeeper fills them from the logs of all lessons there are."""
    op.create_table(
        "written_text",
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["classroom_session.id"],
            name=op.f("fk_written_text_session_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "n", name=op.f("pk_written_text")),
    )
    op.create_index(
        op.f("ix_written_text_session_id_place_part_n"),
        "written_text",
        ["session_id", "place", "part", "n"],
    )
    op.create_table(
        "written_word",
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["classroom_session.id"],
            name=op.f("fk_written_word_session_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", "word", "n", name=op.f("pk_written_word")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "written_until",
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("until_seq", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["classroom_session.id"],
            name=op.f("fk_written_until_session_id"),
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_written_until")),
    )


def downgrade() -> None:
    """Drop it: it holds nothing that the logs do not."""
    op.drop_table("written_until")
    op.drop_table("written_word")
    op.drop_index(op.f("ix_written_text_session_id_place_part_n"), "written_text")
    op.drop_table("written_text")
