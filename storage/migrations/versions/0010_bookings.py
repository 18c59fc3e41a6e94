"""What is remembered of bookings; and one of them may have a new session once its last is over.

Bookings that have a session already get their row with the next message about them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_GOES_ON = "status NOT IN ('completed', 'expired', 'terminated')"


def upgrade() -> None:
    """Make the table; the booking of a session is unique among those that go on."""
    op.create_table(
        "booking",
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booking")),
    )
    op.create_index(op.f("ix_booking_updated_at"), "booking", ["updated_at"])
    op.drop_index(op.f("ix_classroom_session_booking_id"), "classroom_session")
    op.create_index(
        op.f("ix_classroom_session_booking_id"),
        "classroom_session",
        ["booking_id"],
        unique=True,
        sqlite_where=sa.text(_GOES_ON),
        postgresql_where=sa.text(_GOES_ON),
    )
    op.create_index(
        op.f("ix_classroom_session_booking_id_id"), "classroom_session", ["booking_id", "id"]
    )


def downgrade() -> None:
    """Drop it; impossible once a booking has had several sessions, of which all but one must go."""
    op.drop_index(op.f("ix_classroom_session_booking_id_id"), "classroom_session")
    op.drop_index(op.f("ix_classroom_session_booking_id"), "classroom_session")
    op.create_index(
        op.f("ix_classroom_session_booking_id"), "classroom_session", ["booking_id"], unique=True
    )
    op.drop_index(op.f("ix_booking_updated_at"), "booking")
    op.drop_table("booking")
