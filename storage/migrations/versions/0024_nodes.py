"""Nodes that share a database, and which of them has which session."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables: there was one server, which had every session."""
    op.create_table(
        "cluster_node",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incarnation", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hears_bus", sa.Boolean(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("secret_print", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_node")),
    )
    op.create_table(
        "room_lease",
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.String(), nullable=True),
        sa.Column("incarnation", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["classroom_session.id"], name=op.f("fk_room_lease_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_room_lease")),
        postgresql_with={"fillfactor": 50},
    )


def downgrade() -> None:
    """Drop them: no node may be running."""
    op.drop_table("room_lease")
    op.drop_table("cluster_node")
