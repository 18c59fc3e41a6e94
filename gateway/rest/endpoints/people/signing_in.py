"""Signing in with a code, staying so, and signing out."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Body, Depends, Request

from actors.runtime import chance
from gateway.identity.claims import Scope
from gateway.identity.identity import SCOPE_OF, Caller, barred
from gateway.identity.sign_in import OPERATOR_NAME, OPERATOR_SUBJECT
from gateway.identity.tokens import OWN_ISSUER, ProviderSession, whole_expiry_ms
from gateway.rest.plumbing.bodies.strict_route import OpenRoute, StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.people import user_of_subject
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import BEARER, Services, ServicesDep, caller_gate
from gateway.rest.shapes.models import MeIn, SignInIn, SignOutIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import MeOut, SignedInOut, SignedOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people import names
from storage.people import accounts
from storage.records import User, UserKind

router = APIRouter(route_class=OpenRoute, tags=["signing in"])
signed_in = APIRouter(route_class=StrictRoute, tags=["signing in"], dependencies=BEARER)


async def _with_user_token(request: Request) -> Caller:
    caller = await caller_gate(request)
    if caller.claims is None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "this needs a user token")
    return caller


async def _by_link(request: Request) -> Caller:
    caller = await user_token_gate(request)
    if caller.claims is None or not caller.claims.is_by_link:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "this is for those who signed in by a link; whoever else vouches for you names you, and"
            " signs you in the next time",
        )
    return caller


user_token_gate: Final = Gate(_with_user_token)
by_link_gate: Final = Gate(_by_link)

UserTokenDep = Annotated[Caller, Depends(user_token_gate)]
ByLinkDep = Annotated[Caller, Depends(by_link_gate)]


@router.post("/sign-in/", operation_id="sign_in", responses=documented(401))
async def sign_in(services: ServicesDep, body: Annotated[SignInIn, Body()]) -> SignedInOut:
    """Exchange the code of a printed link for a user token; it works once.

    The token lasts for `auth.sign_in_days`, and is renewed by `sign-in/renew/`. A code that
    somebody has by way of the school's provider is for a token of `oidc.sign_in_hours`, which is
    not renewed.
    """
    found = await services.sign_in_codes.redeem(body.code)
    if found is None:
        raise Refused(
            ErrorCode.UNAUTHORIZED,
            "this link was used already, is older than an hour, or is not of this server; print a"
            " new one with `lessonroom signin-link`",
            field="code",
        )
    if found.provider is None:
        user = await user_of_subject(services, OWN_ISSUER, found.subject, found.name)
    else:
        # Named by the provider, each time anew.
        user = await services.rooms.ensure_user(
            issuer=found.provider.issuer,
            subject=found.subject,
            name=found.name,
            kind=UserKind.REGISTERED,
        )
    if user.barred_at_ms is not None:
        raise barred()
    role = found.role
    if role is not None and role != user.role:
        await services.rooms.write(lambda store: accounts.set_role(store, user.user_id, role))
        user = msgspec.structs.replace(user, role=role)
    return _signed_in(
        services,
        user,
        found.scope,
        sign_in=chance.new_token_id(),
        provider=found.provider,
    )


@signed_in.post("/sign-in/renew/", operation_id="renew_sign_in", responses=documented(401, 403))
async def renew(services: ServicesDep, caller: ByLinkDep) -> SignedInOut:
    """Return a new token of the caller's sign-in by link, which lasts as long as the first did."""
    assert caller.claims is not None, "asked by the gate"  # noqa: S101
    user = await _user(services, caller)
    return _signed_in(services, user, caller.claims.scope, sign_in=caller.claims.sign_in)


@signed_in.post("/sign-out/", operation_id="sign_out", responses=documented(401, 403))
async def sign_out(
    request: Request,
    services: ServicesDep,
    caller: UserTokenDep,
    body: Annotated[SignOutIn, Body()] = SignOutIn(),
) -> SignedOut:
    """End the caller's sign-in: its tokens are void.

    With `everywhere` all tokens of the caller that were issued until now are, room tokens among
    them; whoever is in a lesson with one is let go within seconds.
    """
    assert caller.claims is not None, "asked by the gate"  # noqa: S101
    user = await _user(services, caller)
    await services.revocations.revoke(caller.claims)
    if body.everywhere:
        await services.revocations.sign_out(user.user_id)
    return SignedOut(
        user_id=user.user_id,
        everywhere=body.everywhere,
        provider_url=_way_out(request, services, caller),
    )


@signed_in.get("/me/", operation_id="get_me", responses=documented(401, 403))
async def me(services: ServicesDep, caller: UserTokenDep) -> MeOut:
    """Return who the caller is."""
    return _shown(caller, await _user(services, caller))


@signed_in.patch("/me/", operation_id="rename_me", responses=documented(401, 403))
async def rename(services: ServicesDep, caller: ByLinkDep, body: Annotated[MeIn, Body()]) -> MeOut:
    """Give oneself another name; lessons that one comes into from now on show it."""
    user = await _user(services, caller)
    renamed = await services.rooms.ensure_user(
        issuer=user.issuer,
        subject=user.subject,
        name=names.cleaned(body.name),
        kind=UserKind.REGISTERED,
    )
    return _shown(caller, renamed)


async def _user(services: Services, caller: Caller) -> User:
    assert caller.user_id is not None, "a user token names somebody"  # noqa: S101
    user = await services.rooms.store.user(caller.user_id)
    if user is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "the token names a person unknown to this server")
    return user


def _way_out(request: Request, services: Services, caller: Caller) -> str | None:
    """Return where the caller ends their session at the school's provider, too."""
    if caller.provider_session is None or services.oidc is None:
        return None
    return services.oidc.end_session_url(back_to=f"{root_of(request, services)}/")


def _signed_in(
    services: Services,
    user: User,
    scope: Scope,
    *,
    sign_in: str | None,
    provider: ProviderSession | None = None,
) -> SignedInOut:
    # What was decided of somebody counts before what their link, or their token, was made for.
    scope = scope if user.role is None else SCOPE_OF[user.role]
    oidc, revocations = services.config.oidc, services.revocations
    ttl_s = services.config.sign_in_ttl_s
    if provider is not None and oidc is not None:
        ttl_s = oidc.sign_in_s
    void_until_ms = max(
        revocations.void_until_ms(user.user_id),
        revocations.void_session_until_ms(provider and provider.session),
    )
    token = services.tokens.mint_user(
        user.subject,
        user.name,
        scope=scope,
        ttl_s=ttl_s,
        token_id=chance.new_token_id(),
        sign_in=sign_in,
        not_before_ms=void_until_ms + 1,
        provider=provider,
    )
    return SignedInOut(
        token=token,
        user_id=user.user_id,
        subject=user.subject,
        expires_at=whole_expiry_ms(services.clock.now_ms(), ttl_s),
        name=user.name,
        is_named=_is_named(user),
    )


def _shown(caller: Caller, user: User) -> MeOut:
    return MeOut(
        user_id=user.user_id,
        name=user.name,
        is_named=_is_named(user),
        is_operator=caller.is_operator,
        may_rename=caller.claims is not None and caller.claims.is_by_link,
    )


def _is_named(user: User) -> bool:
    return not (
        user.issuer == OWN_ISSUER
        and user.subject == OPERATOR_SUBJECT
        and user.name == OPERATOR_NAME
    )
