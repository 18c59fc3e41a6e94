"""An index of the messages of the chat."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_IS_CHAT = sa.text("event_type = 'chat_message'")


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_session_event_chat",
        "session_event",
        ["session_id", "seq"],
        unique=False,
        sqlite_where=_IS_CHAT,
        postgresql_where=_IS_CHAT,
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_session_event_chat", "session_event")
