"""Signing in with a link that the server printed."""

from typing import Annotated

from fastapi import APIRouter, Body

from actors.runtime import chance
from gateway.identity.claims import Scope
from gateway.identity.tokens import OWN_ISSUER, whole_expiry_ms
from gateway.rest.plumbing.people import user_of_subject
from gateway.rest.plumbing.services import ServicesDep
from gateway.rest.plumbing.strict_route import OpenRoute
from gateway.rest.shapes.models import SignInIn
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import UserTokenOut
from lessonroom.codes import ErrorCode, Refused

router = APIRouter(route_class=OpenRoute, tags=["signing in"])

OPERATOR_SUBJECT = "operator"


@router.post("/sign-in/", operation_id="sign_in", responses=documented(401))
async def sign_in(services: ServicesDep, body: Annotated[SignInIn, Body()]) -> UserTokenOut:
    """Exchange the code of a printed link for the operator's user token; it works once."""
    if not await services.sign_in_codes.redeem(body.code):
        raise Refused(
            ErrorCode.UNAUTHORIZED,
            "this link was used already, or is not of this server; print a new one with"
            " `lessonroom token user NAME --scope operator`, or start the server again",
            field="code",
        )
    user = await user_of_subject(services, OWN_ISSUER, OPERATOR_SUBJECT, "Operator")
    ttl_s = services.config.user_token_ttl_s
    token = services.tokens.mint_user(
        OPERATOR_SUBJECT,
        user.name,
        scope=Scope.OPERATOR,
        ttl_s=ttl_s,
        token_id=chance.new_token_id(),
    )
    return UserTokenOut(
        token=token,
        user_id=user.user_id,
        subject=OPERATOR_SUBJECT,
        expires_at=whole_expiry_ms(services.clock.now_ms(), ttl_s),
    )
