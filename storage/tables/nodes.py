"""Nodes that share a database, and which of them has which session; empty where one server has all.

Times are those of the database's clock, so that no node's own clock decides who lives.
"""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey
from sqlmodel import Field

from storage.tables.rows import Row


class ClusterNode(Row, table=True):
    """A server that lives as long as it renews `expires_at`; each of its lives has a number."""

    __tablename__: ClassVar[str] = "cluster_node"

    id: str = Field(primary_key=True)
    incarnation: int = Field(sa_type=BigInteger)
    version: str
    revision: str
    """The newest migration that it knows."""
    state: str
    hears_bus: bool
    rooms: int
    url: str
    expires_at: int = Field(sa_type=BigInteger)
    secret_print: bytes
    """Of the secret that it signs with: all nodes must have the same."""


class RoomLease(Row, table=True):
    """Who owns a session. Each ownership has a `term`, higher than the one before: the fence.

    Without a row nobody ever had it; without a node nobody has it now.
    """

    __tablename__: ClassVar[str] = "room_lease"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        # Changed again and again, with no index beside its key: rows stay on their page.
        {"postgresql_with": {"fillfactor": 50}},
    )

    session_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    term: int = Field(sa_type=BigInteger)
    node: str | None = None
    incarnation: int | None = Field(default=None, sa_type=BigInteger)
