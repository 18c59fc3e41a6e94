"""Signing in with the account that a school's people have already (OpenID Connect).

A browser goes from here to the provider and comes back; what it then has is a code that works once,
as the one of a printed link does, in the part of the address that is sent to no server.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from actors.runtime import chance
from gateway.federation.attempts import COOKIE, LIFETIME_S
from gateway.federation.faults import Fault, FederationRefused
from gateway.identity.identity import SCOPE_OF
from gateway.identity.sign_in import SignIn
from gateway.identity.tokens import ProviderSession
from gateway.oidc.oidc import Oidc
from gateway.rest.plumbing.bodies.strict_route import OpenRoute, StrictRoute
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import Services, ServicesDep, address_of
from gateway.rest.shapes.problems import UnsupportedMediaType, documented, problem_response
from lessonroom.codes import ErrorCode, Refused

_log: Final = structlog.get_logger(__name__)

_PATH: Final = "/sign-in/oidc/"
_API: Final = "/api/v1/classroom"
_CODE_LASTS_S: Final = 60.0
_FORM: Final = "application/x-www-form-urlencoded"


class _FormRoute(OpenRoute):
    """A route for a form that is signed: what is in it says who sent it."""

    is_raw = True

    @staticmethod
    def check_media_type(request: Request) -> None:
        """Refuse a body that is no form."""
        kinds = request.headers.getlist("content-type")
        if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != _FORM:
            raise UnsupportedMediaType


class ProviderOut(BaseModel):
    """The provider by which a school's people sign in."""

    url: str = Field(description="Where a browser goes to sign in.")
    button: str = Field(description="What stands on the button; empty: the page's own words.")


class WaysOut(BaseModel):
    """How one can sign in here, besides by a link."""

    oidc: ProviderOut | None


class SessionsEndedOut(BaseModel):
    """What the provider's word has ended here."""

    is_everywhere: bool = Field(description="Whether all of the person's, or one session's.")


router = APIRouter(route_class=StrictRoute, tags=["signing in"])
telling = APIRouter(route_class=_FormRoute, tags=["signing in"])


@router.get("/sign-in/ways/", operation_id="list_sign_in_ways", responses=documented())
async def list_ways(request: Request, services: ServicesDep) -> WaysOut:
    """Tell how one can sign in here, besides by a link."""
    if services.oidc is None:
        return WaysOut(oidc=None)
    url = f"{root_of(request, services)}{_API}{_PATH}"
    return WaysOut(oidc=ProviderOut(url=url, button=services.oidc.config.button))


@router.get(
    _PATH,
    operation_id="begin_oidc_sign_in",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404),
)
async def begin(request: Request, services: ServicesDep) -> Response:
    """Send a browser to the school's provider; 404 where there is none."""
    oidc = _oidc_of(services)
    root = root_of(request, services)
    name = _cookie_name(root)
    try:
        cookie, url = await oidc.begin(request.cookies.get(name), redirect_uri=_redirect_uri(root))
    except FederationRefused as refused:
        return _refused(services, root, refused)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        name,
        cookie,
        max_age=LIFETIME_S,
        path="/",
        secure=root.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get(
    f"{_PATH}callback/",
    operation_id="finish_oidc_sign_in",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404),
)
async def finish(request: Request, services: ServicesDep) -> Response:
    """Take what a browser brings from the provider, and send it on to the page.

    There it has `#` and a code for `POST /sign-in/`, which works once, for a minute; or
    `#error=` and why not: `unreachable`, `misconfigured`, `expired`, `replayed`, `denied`,
    `wrong_token`, `not_invited`, `barred` or `busy`.
    """
    oidc = _oidc_of(services)
    root = root_of(request, services)
    try:
        _count(request, services)
        person = await oidc.finish(
            request.cookies.get(_cookie_name(root)),
            _answer_in(request),
            redirect_uri=_redirect_uri(root),
        )
        known = await services.rooms.store.user_by_subject(person.issuer, person.subject)
        if known is not None and known.barred_at_ms is not None:
            raise FederationRefused(Fault.BARRED, f"user {known.user_id} is barred")  # noqa: TRY301 - told as the others are
    except FederationRefused as refused:
        return _refused(services, root, refused)
    code = chance.new_sign_in_code()
    whom = SignIn(
        subject=person.subject,
        name=person.arrival.name,
        scope=SCOPE_OF[person.arrival.role],
        role=person.arrival.role,
        provider=ProviderSession(person.issuer, person.session),
    )
    await services.sign_in_codes.add(code, whom, lasts_s=_CODE_LASTS_S)
    return RedirectResponse(f"{root}/signin#{code}", status_code=303)


@telling.post(
    f"{_PATH}logout/",
    operation_id="end_oidc_sessions",
    response_model=SessionsEndedOut,
    responses=documented(400, 404, 413, 415, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["logout_token"],
                        "properties": {"logout_token": {"type": "string"}},
                    }
                }
            },
        }
    },
)
async def log_out(request: Request, services: ServicesDep) -> Response:
    """Take the provider's word that somebody has signed out there: they are signed out here, too.

    OpenID Connect Back-Channel Logout. Of one session where the token names it, else of the person;
    room tokens that were had with it are void, and whoever is in a lesson is let go within seconds.
    """
    oidc = _oidc_of(services)
    try:
        told = await oidc.logged_out(_logout_token_in(await request.body()))
    except FederationRefused as refused:
        _log.warning("a logout token was refused", fault=refused.fault, why=refused.why)
        if refused.fault is not Fault.WRONG_TOKEN:
            raise Refused(ErrorCode.UNAVAILABLE, "the provider's keys cannot be had") from None
        return problem_response(
            Refused(ErrorCode.INVALID, refused.why, field="logout_token"), status=400
        )
    if services.revocations.was_used(oidc.name_of_logout(told.token_id)):
        refused_again = Refused(ErrorCode.INVALID, "it was used already", field="logout_token")
        return problem_response(refused_again, status=400)
    if told.session is not None:
        await services.revocations.end_provider_session(oidc.name_of_session(told.session))
    if told.subject is not None:
        # Those of their sign-ins of which the provider never named a session.
        await services.revocations.end_provider_session(oidc.name_of_person(told.subject))
    is_everywhere = told.session is None
    if is_everywhere and told.subject is not None:
        user = await services.rooms.store.user_by_subject(oidc.config.issuer, told.subject)
        if user is not None:
            await services.revocations.sign_out(user.user_id)
    # At last: what could not be stored before is sent again.
    await services.revocations.use(oidc.name_of_logout(told.token_id))
    return JSONResponse({"is_everywhere": is_everywhere})


def _oidc_of(services: Services) -> Oidc:
    if services.oidc is None:
        raise Refused(ErrorCode.NOT_FOUND, "nobody signs in by a provider on this server")
    return services.oidc


def _count(request: Request, services: Services) -> None:
    """Refuse whoever has had the provider asked too often."""
    if services.provider_answers.take(address_of(request), services.clock.monotonic_s()):
        raise FederationRefused(Fault.BUSY, "too many answers from this address")


def _redirect_uri(root: str) -> str:
    return f"{root}{_API}{_PATH}callback/"


def _cookie_name(root: str) -> str:
    """Return what the cookie is called: by https no other host, and no page by http, can set it."""
    return f"__Host-{COOKIE}" if root.startswith("https:") else COOKIE


def _answer_in(request: Request) -> Mapping[str, str]:
    """Return the parameters of an answer; one that stands twice could be read in two ways."""
    pairs = request.query_params.multi_items()
    answer = dict(pairs)
    if len(answer) < len(pairs):
        raise FederationRefused(Fault.WRONG_TOKEN, "the answer says something twice")
    return answer


def _logout_token_in(body: bytes) -> str:
    try:
        form = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=20)
    except ValueError:
        form = {}
    tokens = form.get("logout_token", [])
    if len(tokens) != 1:
        raise FederationRefused(Fault.WRONG_TOKEN, "the form has no logout_token, or several")
    return tokens[0]


def _refused(services: Services, root: str, refused: FederationRefused) -> Response:
    services.rooms.observer.refused(ErrorCode.UNAUTHORIZED)
    _log.warning("somebody was not signed in", fault=refused.fault, why=refused.why)
    return RedirectResponse(f"{root}/signin#error={refused.fault}", status_code=303)
