"""What the routes work with, and who is calling them: the gates that need a token alone."""

from typing import Annotated, Final

import msgspec
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.addresses import UNKNOWN, TrustedProxies, counted_as
from gateway.config import GatewayConfig
from gateway.confinement.confinement import Confinement
from gateway.confinement.owner_queues import Owner
from gateway.documents.imports import DocumentImports
from gateway.documents.spool import Spool
from gateway.export.undrawable import Undrawable
from gateway.formulas.formulas import Formulas
from gateway.held_refusals import HeldRefusals
from gateway.identity import identity
from gateway.identity.identity import OPERATOR, Access, Caller
from gateway.identity.revocations import Revocations
from gateway.identity.seat_keys import SeatKeys
from gateway.identity.sign_in import SignInCodes
from gateway.identity.tokens import Tokens
from gateway.lti.lti import Lti
from gateway.metrics import Metrics
from gateway.oidc.oidc import Oidc
from gateway.once import Once
from gateway.recordings.takes import Takes
from gateway.rest.plumbing.bodies.intake import Intake
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.guessing import GuessLimits
from gateway.rest.plumbing.large_answers import LargeAnswers
from gateway.webhooks.webhooks import Webhooks
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import Buckets, request_cost, too_often
from storage.images.asset_files import AssetFiles


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The neighbours of the routes; made once by `create_app`, found on `app.state`."""

    rooms: Rooms
    tokens: Tokens
    clock: Clock
    config: GatewayConfig
    proxies: TrustedProxies
    guesses: GuessLimits
    guest_joins: Buckets
    uploads: Buckets
    exports: Buckets
    formula_rate: Buckets
    creations: Buckets
    launches: Buckets
    """By platform."""
    by_user: Buckets
    held_refusals: HeldRefusals
    large_answers: LargeAnswers
    metrics: Metrics | None
    metrics_allowed: TrustedProxies
    confinement: Confinement
    undrawable: Undrawable
    documents: DocumentImports
    formulas: Formulas
    assets: AssetFiles
    intake: Intake
    spool: Spool
    spooling: Intake
    """Bytes of files that are on their way to the disk."""
    packing: Intake
    """The same of lesson packs."""
    sign_in_codes: SignInCodes
    oidc: Oidc | None
    lti: Lti | None
    provider_answers: Buckets
    revocations: Revocations
    seat_keys: SeatKeys
    once: Once
    takes: Takes
    webhooks: Webhooks

    async def stop(self) -> None:
        """Give up the documents that are under way, and the connections to others."""
        await self.documents.stop()
        if self.oidc is not None:
            await self.oidc.close()
        if self.lti is not None:
            await self.lti.close()


def services_of(request: Request) -> Services:
    """Return the services of the application that serves a request."""
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set by create_app
    return services


def is_operator(request: Request) -> bool:
    """Whether a request came over the operator's Unix socket."""
    return getattr(request.state, "is_operator", False) is True


def peer_address(request: Request) -> str:
    """Return the address of a client, as far as trusted proxies say."""
    peer = request.client.host if request.client else None
    forwarded = request.headers.getlist("x-forwarded-for")
    return services_of(request).proxies.client_address(peer, forwarded)


def address_of(request: Request) -> str:
    """Return what a client's attempts are counted by."""
    return counted_as(peer_address(request))


def is_behind_tls(request: Request) -> bool:
    """Whether the client's side of the connection is encrypted, as far as a trusted proxy says."""
    if is_operator(request):
        # What they are told is for browsers, which do not come over the socket.
        return services_of(request).config.is_tls
    peer = request.client.host if request.client else UNKNOWN
    scheme = str(request.scope["scheme"])
    if peer in services_of(request).proxies:
        scheme = request.headers.get("x-forwarded-proto", scheme).rpartition(",")[2].strip()
    return scheme in {"https", "wss"}


async def _visitor(request: Request) -> Caller | None:
    services = services_of(request)
    token = identity.bearer_token(request.headers.getlist("authorization"))
    caller = (
        await identity.identify(
            token,
            tokens=services.tokens,
            rooms=services.rooms,
            revocations=services.revocations,
        )
        if token is not None
        else None
    )
    if is_operator(request):
        return msgspec.structs.replace(OPERATOR, user_id=caller.user_id) if caller else OPERATOR
    if caller is not None:
        wait_s = services.by_user.take(str(caller.user_id), services.clock.monotonic_s())
        if wait_s:
            raise too_often(wait_s)
    return caller


async def _caller(request: Request) -> Caller:
    visitor = await visitor_gate(request)
    if visitor is None:
        raise Refused(ErrorCode.UNAUTHORIZED, "this needs an Authorization: Bearer <token> header")
    return visitor


async def _person(request: Request) -> int:
    caller = await caller_gate(request)
    if caller.room is not None:
        raise Refused(ErrorCode.PERMISSION_DENIED, "a room token opens its own session only")
    if caller.user_id is None:
        raise Refused(
            ErrorCode.PERMISSION_DENIED,
            "this needs a user token: an operator is nobody in a lesson",
        )
    return caller.user_id


async def _access(request: Request, session_id: str) -> Access:
    caller = await caller_gate(request)
    return await identity.access(caller, session_id, rooms=services_of(request).rooms)


async def _operator(request: Request) -> Caller:
    caller = await caller_gate(request)
    if not caller.is_operator:
        raise Refused(ErrorCode.PERMISSION_DENIED, "this is for operators")
    return caller


visitor_gate: Final = Gate(_visitor, admits_strangers=True)
caller_gate: Final = Gate(_caller)
access_gate: Final = Gate(_access)
_person_gate: Final = Gate(_person)
_operator_gate: Final = Gate(_operator)


def charge(services: Services, access: Access, size_bytes: int) -> None:
    """Have a caller pay for a large answer by its size: their next requests wait for it."""
    caller = access.caller
    if caller.user_id is not None and not caller.is_operator:
        now_s = services.clock.monotonic_s()
        services.by_user.charge(str(caller.user_id), now_s, request_cost(size_bytes))


def reader_of(access: Access) -> str:
    """Return by whom large answers are counted: they are had one after another (FC-10)."""
    return str(access.caller.user_id or "operator")


def owner_of(access: Access) -> Owner:
    """Return whom work for a caller in a session is counted for."""
    return Owner(str(access.caller.user_id or "operator"), access.session.session_id)


def party_of(request: Request) -> str:
    """Return by what a request is counted once its gates were asked: the person, or the address."""
    if is_operator(request):
        return "operator"
    caller = visitor_gate.answered(request)
    return address_of(request) if caller is None else f"user {caller.user_id}"


# Only says in OpenAPI how to send a token: reading it is ours, for the answers' sake.
_BEARER = Depends(
    HTTPBearer(
        auto_error=False,
        bearerFormat="JWT",
        description="A user token, or the room token of the session.",
    )
)
BEARER = [_BEARER]

FOR_OPERATORS = [*BEARER, Depends(_operator_gate)]
"""Of a router: everyone but operators is refused."""

ServicesDep = Annotated[Services, Depends(services_of)]
VisitorDep = Annotated[Caller | None, Depends(visitor_gate)]
"""Whoever calls, also without a token."""
CallerDep = Annotated[Caller, Depends(caller_gate)]
PersonDep = Annotated[int, Depends(_person_gate)]
"""The user who calls with a user token."""
AccessDep = Annotated[Access, Depends(access_gate)]
"""The session of the path, for a caller who has to do with it."""
