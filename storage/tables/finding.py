"""What was written in lessons, and its words: an index over the log, made again from it at need."""

from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary
from sqlmodel import Field

from storage.tables.rows import Key, Row


class WrittenText(Row, table=True):
    """A text that stood somewhere in a lesson, from event `seq` on."""

    __tablename__: ClassVar[str] = "written_text"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "session_id", "place", "part", "n"),)

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    n: int = Field(primary_key=True, sa_type=BigInteger)
    seq: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    kind: str
    page: str
    place: str
    part: str
    user_id: int | None = Field(default=None, sa_type=BigInteger)
    text: str


class WrittenWord(Row, table=True):
    """A word of a text, folded, as UTF-8: in the order of its bytes in every database."""

    __tablename__: ClassVar[str] = "written_word"
    __table_args__: ClassVar[tuple[Any, ...]] = ({"sqlite_with_rowid": False},)

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    word: bytes = Field(primary_key=True, sa_type=LargeBinary)
    n: int = Field(primary_key=True, sa_type=BigInteger)


class WrittenUntil(Row, table=True):
    """How far a session's log was looked through, and on which page its layers then were."""

    __tablename__: ClassVar[str] = "written_until"

    session_id: int = Field(
        primary_key=True, sa_type=Key, sa_column_args=(ForeignKey("classroom_session.id"),)
    )
    until_seq: int = Field(sa_type=BigInteger)
    pages: dict[str, str] = Field(sa_type=JSON)
