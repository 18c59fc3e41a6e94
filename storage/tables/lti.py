"""Learning platforms, and what they have to do with lessons (LTI 1.3)."""

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from storage.tables.rows import Key, Row


class LtiPlatform(Row, table=True):
    """A platform, as the operator or its own registration has made it known."""

    __tablename__: ClassVar[str] = "lti_platform"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("issuer", "client_id"),
        # The number is in what is given to platforms: it must never name another one.
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    key_set_url: str
    token_audience: str
    origins: str
    takes_any_deployment: bool
    made_at: int = Field(sa_type=BigInteger)


class LtiDeployment(Row, table=True):
    """A place at a platform from which people may come."""

    __tablename__: ClassVar[str] = "lti_deployment"

    platform_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    deployment_id: str = Field(primary_key=True)
    made_at: int = Field(sa_type=BigInteger)


class LtiLink(Row, table=True):
    """A resource link: what stands in a course and opens a lesson, the newest of its series."""

    __tablename__: ClassVar[str] = "lti_link"
    __table_args__: ClassVar[tuple[Any, ...]] = (
        UniqueConstraint("platform_id", "deployment_id", "resource_link_id"),
        Index(None, "session_uuid"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    platform_id: int = Field(sa_type=BigInteger)
    deployment_id: str
    resource_link_id: str
    session_uuid: str
    members_url: str
    line_items_url: str
    line_item_url: str
    scopes: str
    made_at: int = Field(sa_type=BigInteger)
    members_at: int = Field(sa_type=BigInteger)


class LtiLesson(Row, table=True):
    """A lesson that a link has opened, and the column of the grade book that it has of its own."""

    __tablename__: ClassVar[str] = "lti_lesson"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "link_id"),)

    session_uuid: str = Field(primary_key=True)
    link_id: int = Field(primary_key=True, sa_type=BigInteger)
    line_item_url: str
    made_at: int = Field(sa_type=BigInteger)


class LtiMember(Row, table=True):
    """Somebody whom a platform has named by a link, and the part that it gave them last."""

    __tablename__: ClassVar[str] = "lti_member"
    __table_args__: ClassVar[tuple[Any, ...]] = (Index(None, "user_id"),)

    link_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    user_id: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    part: str
