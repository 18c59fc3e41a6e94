"""What the server remembers of itself."""

from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    String,
)
from sqlmodel import Field

from storage.tables.rows import Row


class ServerState(Row, table=True):
    """What the server remembers about itself, by name."""

    __tablename__: ClassVar[str] = "server_state"

    key: str = Field(primary_key=True, sa_type=String)
    value: int = Field(sa_type=BigInteger)
