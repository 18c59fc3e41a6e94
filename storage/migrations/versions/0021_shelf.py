"""The shelf: what people keep to use in other lessons."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nobody has anything on a shelf."""
    op.create_table(
        "shelf_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("elements", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("picture", sa.String(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("board_schema", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("body_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_item")),
        sa.UniqueConstraint("item_id", name=op.f("uq_shelf_item_item_id")),
        sqlite_autoincrement=True,
    )
    for names in (("user_id", "id"), ("is_shared", "id")):
        index = op.f(f"ix_shelf_item_{'_'.join(names)}")
        op.create_index(index, "shelf_item", list(names), unique=False)
    is_named = sa.text("body_id IS NOT NULL")
    op.create_index(
        op.f("ix_shelf_item_body_id"),
        "shelf_item",
        ["body_id"],
        unique=False,
        sqlite_where=is_named,
        postgresql_where=is_named,
    )
    op.create_table(
        "shelf_asset",
        sa.Column("item_key", KEY, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_key"], ["shelf_item.id"], name=op.f("fk_shelf_asset_item_key")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["asset.sha256"], name=op.f("fk_shelf_asset_sha256")),
        sa.PrimaryKeyConstraint("item_key", "sha256", name=op.f("pk_shelf_asset")),
    )
    op.create_index(op.f("ix_shelf_asset_sha256"), "shelf_asset", ["sha256"], unique=False)


def downgrade() -> None:
    """Drop them: shelves are gone, and with the next clean-up what only they named."""
    op.drop_table("shelf_asset")
    op.drop_table("shelf_item")
