"""The operator's calls about who is signed in: links, and tokens that are to be void."""

from typing import Annotated

from fastapi import APIRouter, Body, Request

from actors.runtime import chance
from gateway.identity.claims import Scope
from gateway.identity.identity import SCOPE_OF
from gateway.identity.sign_in import LIFETIME_S, OPERATOR_NAME, OPERATOR_SUBJECT, SignIn
from gateway.identity.tokens import OWN_ISSUER, UserClaims
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.people import require_fitting
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import FOR_OPERATORS, Services, ServicesDep
from gateway.rest.shapes.models import RevokeIn, SignInLinkIn, UserIdInPath
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import RevokedOut, SignedOut, SignInLinkOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.people import identities

router = APIRouter(route_class=StrictRoute, tags=["operator"], dependencies=FOR_OPERATORS)


@router.post(
    "/sign-in-links/",
    operation_id="make_sign_in_link",
    status_code=201,
    responses=documented(401, 403, 409),
)
async def make_link(
    request: Request, services: ServicesDep, body: Annotated[SignInLinkIn, Body()] = SignInLinkIn()
) -> SignInLinkOut:
    """Make a link that signs somebody in: once, within the hour, or `lasts_h` hours."""
    whom, is_new = await _whom(services, body)
    code = chance.new_sign_in_code()
    url = f"{root_of(request, services)}/signin#{code}"
    lasts_s = LIFETIME_S if body.lasts_h is None else body.lasts_h * 3_600.0
    await services.sign_in_codes.add(code, whom, lasts_s=lasts_s)
    return SignInLinkOut(
        url=url,
        name=whom.name,
        subject=whom.subject,
        scope=whom.scope,
        is_new=is_new,
        expires_at=services.clock.now_ms() + round(lasts_s * 1000),
    )


async def _whom(services: Services, body: SignInLinkIn) -> tuple[SignIn, bool]:
    """Return whom a link is for, and whether nobody knows them yet.

    Raises:
        Refused: `conflict`, several people have that name; `invalid`, the name is none.

    """
    name = None if body.name is None else names.cleaned(body.name)
    subject = body.subject
    if subject is None and name is None:
        subject = OPERATOR_SUBJECT
    if subject is None:
        assert name is not None, "one of the two"  # noqa: S101
        subject = await _subject_of(services, name)
    is_operator = subject == OPERATOR_SUBJECT
    scope = Scope(body.scope or (Scope.OPERATOR if is_operator else Scope.USER))
    known = subject and await services.rooms.store.user_by_subject(OWN_ISSUER, subject)
    if known:
        require_fitting(known, body.scope)
        scope = scope if known.role is None else SCOPE_OF[known.role]
        return SignIn(subject=known.subject, name=known.name, scope=scope), False
    fallback = OPERATOR_NAME if is_operator else subject
    whom = SignIn(
        subject=subject or chance.new_guest_subject(), name=name or fallback or "", scope=scope
    )
    return whom, True


async def _subject_of(services: Services, name: str) -> str | None:
    """Return the subject of whoever has a name here; None where nobody has."""
    found = await services.rooms.store.reading(
        lambda connection: identities.find_named(connection, OWN_ISSUER, name)
    )
    if len(found) > 1:
        subjects = ", ".join(sorted(user.subject for user in found))
        raise Refused(
            ErrorCode.CONFLICT, f"several have this name, say which: {subjects}", field="subject"
        )
    return found[0].subject if found else None


@router.post("/tokens/revoke/", operation_id="revoke_token", responses=documented(401, 403))
async def revoke(services: ServicesDep, body: Annotated[RevokeIn, Body()]) -> RevokedOut:
    """Make a user token void. One of a sign-in by link takes all its sign-in's with it."""
    claims = _claims_of(services, body.token)
    await services.revocations.revoke(claims)
    return RevokedOut(subject=claims.subject, is_sign_in=claims.sign_in is not None)


def _claims_of(services: Services, token: str) -> UserClaims:
    """Return what a user token says that somebody sent in a body: the caller's own is good."""
    try:
        is_room_token = services.tokens.is_room_token(token)
        if not is_room_token:
            return services.tokens.verify_user(token)
    except Refused as refused:
        raise Refused(ErrorCode.INVALID, refused.message, field="token") from None
    raise Refused(
        ErrorCode.INVALID,
        "this is a room token: remove its person from the session, or sign them out",
        field="token",
    )


@router.post(
    "/users/{user_id}/sign-out/",
    operation_id="sign_user_out",
    responses=documented(401, 403, 404),
)
async def sign_out(user_id: UserIdInPath, services: ServicesDep) -> SignedOut:
    """Make every token of a user void that was issued until now."""
    if await services.rooms.store.user(user_id) is None:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such user", field="user_id")
    await services.revocations.sign_out(user_id)
    return SignedOut(user_id=user_id, everywhere=True)
