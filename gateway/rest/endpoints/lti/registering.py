"""A platform that registers itself, by an address that the operator was given for it."""

from html import escape

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from gateway.federation.faults import FederationRefused
from gateway.lti import pages
from gateway.lti.registering import register
from gateway.lti.words import WORDS
from gateway.rest.endpoints.lti import lessons
from gateway.rest.endpoints.lti.forms import (
    LTI_PREFIX,
    LtiDep,
    language_in,
    query_of,
    refused_page,
)
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import ServicesDep
from gateway.rest.shapes.problems import documented
from lessonroom.codes import Refused

_NAME = "lessonroom"

router = APIRouter(route_class=StrictRoute, tags=["LTI"])


@router.get(
    "/register/{code}/",
    operation_id="register_lti_platform",
    response_class=HTMLResponse,
    responses=documented(404),
)
async def begin(code: str, request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Have a platform and this server know each other (LTI Dynamic Registration 1.0).

    By the address that `lessonroom lti registration-link` prints, which works once, for a day;
    the platform adds `openid_configuration` and `registration_token`, and shows the page that says
    what came of it.
    """
    try:
        asked = query_of(request)
        lti.registrations.use(code)
        platform = await register(
            lti, asked, base=f"{root_of(request, services)}{LTI_PREFIX}", name=_NAME
        )
    except FederationRefused as refused:
        return await refused_page(request, services, refused)
    except Refused as refused:
        return await refused_page(request, services, lessons.fault_of(refused))
    language = language_in(request)
    words = WORDS[language]
    body = f"<p>{escape(words['done.text'])}</p><p>{escape(words['done.wait'])}</p>"
    return pages.page(language, words["done"], body, ancestors=platform.origins, script=pages.CLOSE)
