"""The operator's calls about people: who they are, what they are, and who may come in no more."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Field, StrictBool

from actors.runtime import chance
from gateway.identity.identity import Caller
from gateway.identity.tokens import OWN_ISSUER
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import FOR_OPERATORS, CallerDep, Services, ServicesDep
from gateway.rest.shapes.instants import InstantOut
from gateway.rest.shapes.models import Name, UserIdInPath
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.settings import Body as Shape
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.people import accounts
from storage.people.accounts import UserFilter
from storage.people.erasure import ERASED_ISSUER
from storage.records import User, UserKind

Role = Literal["teacher", "operator"]

_PROVIDER: Final = "://"
"""In the issuer of a school's provider, and in no id of a platform's key."""

router = APIRouter(
    prefix="/users", route_class=StrictRoute, tags=["operator"], dependencies=FOR_OPERATORS
)


class NewUserIn(Shape):
    """Somebody who is to teach here."""

    name: Name
    role: Role = "teacher"


class UserPatch(Shape):
    """What is to change of somebody; what is absent stays."""

    name: Name | None = None
    role: Role | None = None
    is_barred: StrictBool | None = None


class UserOut(BaseModel):
    """Somebody whom this server knows."""

    user_id: int
    name: str
    kind: UserKind
    issuer: str = Field(
        description="Who vouches for them: `lessonroom` by its links, the id of a platform's key,"
        " or the address of the school's provider."
    )
    subject: str = Field(description="What they are called there.")
    role: Role | None = Field(description="Null: what their token says.")
    is_barred: bool
    created_at: InstantOut

    @classmethod
    def of(cls, user: User) -> "UserOut":
        """Return a user as the operator sees them."""
        return cls.model_validate(
            {
                "user_id": user.user_id,
                "name": user.name,
                "kind": user.kind,
                "issuer": user.issuer,
                "subject": user.subject,
                "role": user.role,
                "is_barred": user.barred_at_ms is not None,
                "created_at": user.created_at_ms,
            }
        )


class UserPage(BaseModel):
    """A page of users."""

    items: list[UserOut]
    next_cursor: str | None = Field(description="For the page after this one; null at the end.")


@router.get("/", operation_id="list_users", responses=documented(401, 403))
async def list_users(
    services: ServicesDep,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Is part of the name, in any case."),
    ] = None,
    kind: Annotated[UserKind | None, Query(description="Guests joined by a code alone.")] = None,
    role: Annotated[Role | None, Query()] = None,
    barred: Annotated[bool | None, Query(description="Who may come in no more, or may.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[
        int | None, Query(ge=1, le=2**53 - 1, description="The `next_cursor` of the page before.")
    ] = None,
) -> UserPage:
    """List the people whom this server knows, newest first."""
    wanted = UserFilter(kind=kind, role=role, is_barred=barred, name=q)
    found = await accounts.users(services.rooms.store, wanted, limit=limit + 1, before=cursor)
    shown = found[:limit]
    return UserPage(
        items=[UserOut.of(user) for user in shown],
        next_cursor=str(shown[-1].user_id) if len(found) > limit else None,
    )


@router.post("/", operation_id="create_user", status_code=201, responses=documented(401, 403))
async def create(services: ServicesDep, body: Annotated[NewUserIn, Body()]) -> UserOut:
    """Have somebody teach here, or run the server; a link made by `sign-in-links/` lets them in."""
    name = names.cleaned(body.name)
    user = await services.rooms.ensure_user(
        issuer=OWN_ISSUER,
        subject=chance.new_guest_subject(),
        name=name,
        kind=UserKind.REGISTERED,
    )
    await services.rooms.write(lambda store: accounts.set_role(store, user.user_id, body.role))
    return UserOut.of(await _user(services, user.user_id))


@router.patch("/{user_id}/", operation_id="change_user", responses=documented(401, 403, 404, 409))
async def change(
    user_id: UserIdInPath,
    services: ServicesDep,
    caller: CallerDep,
    body: Annotated[UserPatch, Body()],
) -> UserOut:
    """Change what somebody is called, or is, or whether they may come in.

    Whoever is barred is out at once: all their tokens are void, and their connections end within
    seconds; their lessons stay. A role that is taken is gone at once, one that is given comes with
    their next sign-in. Whom a platform or the school's provider names, and makes what they are, is
    named there.
    """
    user = await _user(services, user_id)
    name = None if body.name is None else names.cleaned(body.name)
    _check(user, body, caller)
    if name is not None and name != user.name:
        await services.rooms.ensure_user(
            issuer=user.issuer, subject=user.subject, name=name, kind=user.kind
        )
    if body.role is not None:
        role = body.role
        await services.rooms.write(lambda store: accounts.set_role(store, user_id, role))
    if body.is_barred is not None:
        at_ms = services.clock.now_ms() if body.is_barred else None
        await services.rooms.write(lambda store: accounts.set_barred(store, user_id, at_ms=at_ms))
        if body.is_barred:
            await services.revocations.sign_out(user_id)
    return UserOut.of(await _user(services, user_id))


async def _user(services: Services, user_id: int) -> User:
    user = await services.rooms.store.user(user_id)
    if user is None or user.issuer == ERASED_ISSUER:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="user_id")
    return user


def _check(user: User, body: UserPatch, caller: Caller) -> None:
    """Refuse what is decided elsewhere, and what the caller would lock themself out by.

    Raises:
        Refused: `conflict`.

    """
    if user.kind is UserKind.GUEST:
        raise Refused(
            ErrorCode.CONFLICT, "this is a guest: remove them from the lesson", field="user_id"
        )
    if body.name is not None and user.issuer != OWN_ISSUER:
        raise Refused(ErrorCode.CONFLICT, f"they are named by {user.issuer}", field="name")
    if body.role is not None and _PROVIDER in user.issuer:
        raise Refused(
            ErrorCode.CONFLICT,
            "their groups at the school's provider say this (oidc.roles)",
            field="role",
        )
    if body.role == "operator" and user.issuer != OWN_ISSUER:
        raise Refused(ErrorCode.CONFLICT, "a platform's people run no server", field="role")
    if user.user_id == caller.user_id and (body.is_barred or body.role == "teacher"):
        raise Refused(
            ErrorCode.CONFLICT, "this is yourself: have another operator do it", field="user_id"
        )
