"""Large boards and events in pieces, each written in a transaction of its own."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NAMES_BODY: Final = {
    "session_event": "data",
    "board_snapshot": "board_state",
    "classroom_session": "board_state",
}
_IS_NAMED: Final = sa.text("body_id IS NOT NULL")


def upgrade() -> None:
    """Make the tables and the columns: what is there stays where it is."""
    op.create_table(
        "large_body",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_large_body")),
    )
    op.create_table(
        "body_piece",
        sa.Column(
            "body_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["large_body.id"], name=op.f("fk_body_piece_body_id")),
        sa.PrimaryKeyConstraint("body_id", "n", name=op.f("pk_body_piece")),
    )
    for table in _NAMES_BODY:
        op.add_column(table, sa.Column("body_id", sa.BigInteger(), nullable=True))
        op.create_index(
            f"ix_{table}_body_id",
            table,
            ["body_id"],
            sqlite_where=_IS_NAMED,
            postgresql_where=_IS_NAMED,
        )


def downgrade() -> None:
    """Put each body into the rows that name it."""
    connection = op.get_bind()
    bodies = sa.table("body_piece", *map(sa.column, ("body_id", "n", "data")))
    for name, whole in _NAMES_BODY.items():
        table = sa.table(name, sa.column("body_id"), sa.column(whole))
        query = sa.select(table.c.body_id).where(table.c.body_id.is_not(None)).distinct()
        for body_id in connection.execute(query).scalars().all():
            pieces = sa.select(bodies.c.data).where(bodies.c.body_id == body_id)
            data = b"".join(connection.execute(pieces.order_by(bodies.c.n)).scalars())
            connection.execute(
                table.update().where(table.c.body_id == body_id).values({whole: data})
            )
        op.drop_index(f"ix_{name}_body_id", name)
        op.drop_column(name, "body_id")
    op.drop_table("body_piece")
    op.drop_table("large_body")
