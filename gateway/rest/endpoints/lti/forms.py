"""What platforms and their people send by a browser's form, and who they are sent on as."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

import structlog
from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from gateway.federation.faults import Fault, FederationRefused
from gateway.federation.signed import MAX_TOKEN_BYTES
from gateway.lti import pages
from gateway.lti.lti import Lti
from gateway.lti.lti_config import LtiFault
from gateway.lti.own_keys import KeysUnusable
from gateway.lti.words import language_of
from gateway.reports.words import Language
from gateway.rest.plumbing.bodies.strict_route import OpenRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.room_tokens import mint_room_token, root_of
from gateway.rest.plumbing.services import Services, services_of
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.problems import UnsupportedMediaType
from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.participant import Participant
from lessonroom.session.session import Session

_log: Final = structlog.get_logger(__name__)

LTI_PREFIX: Final = "/api/v1/lti"
_FORM: Final = "application/x-www-form-urlencoded"
_FIELDS_MOST: Final = 50
_STATUS: Final[Mapping[str, int]] = {
    Fault.UNREACHABLE: 502,
    Fault.MISCONFIGURED: 502,
    Fault.BUSY: 429,
    LtiFault.WRONG_MESSAGE: 400,
    LtiFault.UNAVAILABLE: 503,
}


class FormRoute(OpenRoute):
    """A route for a form that strangers send: what is in it was signed, or says where to begin."""

    is_raw = True

    @staticmethod
    def max_body_bytes(services: Services) -> int:  # noqa: ARG004 - see StrictRoute
        """Return how long a form may be: a token, and what stands beside it."""
        return MAX_TOKEN_BYTES + 16_384

    @staticmethod
    def check_media_type(request: Request) -> None:
        """Refuse a body that is no form."""
        kinds = request.headers.getlist("content-type")
        if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != _FORM:
            raise UnsupportedMediaType


def lti_of(services: Services) -> Lti:
    """Return what judges platforms.

    Raises:
        Refused: `not_found`, no platform opens lessons here.

    """
    if services.lti is None:
        raise Refused(ErrorCode.NOT_FOUND, "no learning platform opens lessons on this server")
    return services.lti


async def _asked(request: Request) -> Lti:
    return lti_of(services_of(request))


# Asked before a byte of a form is read.
_lti_gate: Final = Gate(_asked, admits_strangers=True)
LtiDep = Annotated[Lti, Depends(_lti_gate)]
"""What judges platforms; where none opens lessons, nothing of a request is read."""


def form_of_fields(*names: str) -> dict[str, Any]:
    """Return what OpenAPI says of a form."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"requestBody": {"required": True, "content": {_FORM: {"schema": schema}}}}


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; one that stands twice could be read in two ways.

    Raises:
        FederationRefused: `wrong_message`.

    """
    return _once(await request.body())


def query_of(request: Request) -> Mapping[str, str]:
    """Return the parameters of an address, each of which stands once.

    Raises:
        FederationRefused: `wrong_message`.

    """
    return _once(request.scope["query_string"])


def language_in(request: Request, locale: str = "") -> Language:
    """Return the language of a page for whoever asks: their platform's, or their browser's."""
    return language_of(locale, request.headers.get("accept-language", ""))


async def into_the_room(
    request: Request, services: Services, session: Session, seat: Participant
) -> Response:
    """Send a browser into a lesson; its token is in the part of the address that no server gets."""
    minted = await mint_room_token(services, session, seat, caller=None)
    root = root_of(request, services)
    url = f"{root}/room/{session.session_id}#token={minted.token}"
    return RedirectResponse(url, status_code=303)


async def refused_page(
    request: Request, services: Services, refused: FederationRefused, *, locale: str = ""
) -> Response:
    """Return the page for somebody who is not let in; the log has the same with its reason."""
    services.rooms.observer.refused(ErrorCode.UNAUTHORIZED)
    said = {} if refused.token is None else {"token": refused.token}
    _log.warning(
        "somebody was not let in from a platform", fault=refused.fault, **said, why=refused.why
    )
    word = refused.fault if refused.token is None else f"{refused.fault}/{refused.token}"
    return pages.refusal(
        language_in(request, locale),
        refused.fault,
        detail=f"{word} · {to_text(services.clock.now_ms())}",
        status=_STATUS.get(refused.fault, 403),
        ancestors=await lti_of(services).platforms.origins(),
    )


def unusable(error: KeysUnusable) -> FederationRefused:
    """Return the refusal that this server's own keys are at fault for."""
    return FederationRefused(Fault.MISCONFIGURED, str(error))


def _once(encoded: bytes) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=_FIELDS_MOST,
            errors="strict",
        )
    except ValueError:
        raise FederationRefused(LtiFault.WRONG_MESSAGE, "the form is none") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise FederationRefused(LtiFault.WRONG_MESSAGE, "the form says something twice")
    return fields
