"""Learning platforms (LTI 1.3): who they are, where they show lessons, whom they send."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables: no platform is known."""
    op.create_table(
        "lti_platform",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("authorization_url", sa.String(), nullable=False),
        sa.Column("token_url", sa.String(), nullable=False),
        sa.Column("key_set_url", sa.String(), nullable=False),
        sa.Column("token_audience", sa.String(), nullable=False),
        sa.Column("origins", sa.String(), nullable=False),
        sa.Column("takes_any_deployment", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_platform")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_lti_platform_issuer_client_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "lti_deployment",
        sa.Column("platform_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform_id", "deployment_id", name=op.f("pk_lti_deployment")),
    )
    op.create_table(
        "lti_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform_id", sa.BigInteger(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("resource_link_id", sa.String(), nullable=False),
        sa.Column("session_uuid", sa.String(), nullable=False),
        sa.Column("members_url", sa.String(), nullable=False),
        sa.Column("line_items_url", sa.String(), nullable=False),
        sa.Column("line_item_url", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("members_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lti_link")),
        sa.UniqueConstraint(
            "platform_id",
            "deployment_id",
            "resource_link_id",
            name=op.f("uq_lti_link_platform_id_deployment_id_resource_link_id"),
        ),
    )
    op.create_index(op.f("ix_lti_link_session_uuid"), "lti_link", ["session_uuid"])
    op.create_table(
        "lti_lesson",
        sa.Column("session_uuid", sa.String(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("line_item_url", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_uuid", "link_id", name=op.f("pk_lti_lesson")),
    )
    op.create_index(op.f("ix_lti_lesson_link_id"), "lti_lesson", ["link_id"])
    op.create_table(
        "lti_member",
        sa.Column("link_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", "user_id", name=op.f("pk_lti_member")),
    )
    op.create_index(op.f("ix_lti_member_user_id"), "lti_member", ["user_id"])


def downgrade() -> None:
    """Drop them: no platform opens lessons any more."""
    for table in ("lti_member", "lti_lesson", "lti_link", "lti_deployment", "lti_platform"):
        op.drop_table(table)
