"""Coming into a lesson from a course: the platform begins it, signs who comes, and they are in.

No cookie is needed on the way, which browsers keep from frames: the state is signed by this server,
good for ten minutes and one answer, and what opens the room is in the part of an address that goes
to no server.
"""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.federation.faults import FederationRefused
from gateway.lti import pages
from gateway.lti.lti import Launch, Lti
from gateway.lti.messages import DEEP_LINKING_REQUEST
from gateway.lti.own_keys import KeysUnusable
from gateway.rest.endpoints.lti import lessons
from gateway.rest.endpoints.lti.expecting import expect_course
from gateway.rest.endpoints.lti.forms import (
    LTI_PREFIX,
    FormRoute,
    LtiDep,
    form_of,
    form_of_fields,
    into_the_room,
    language_in,
    query_of,
    refused_page,
)
from gateway.rest.endpoints.lti.picking import picking_page
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import Services, ServicesDep
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from storage.lti.links import Part


class KeySetOut(BaseModel):
    """The public halves of this server's keys (RFC 7517)."""

    keys: list[dict[str, str]] = Field(description="The one that signs first.")


router = APIRouter(route_class=StrictRoute, tags=["LTI"])
coming = APIRouter(route_class=FormRoute, tags=["LTI"])


@router.get("/keys/", operation_id="list_lti_keys", responses=documented(404, 503))
async def keys(lti: LtiDep) -> KeySetOut:
    """Tell platforms the keys that this server signs with."""
    try:
        return KeySetOut(keys=await lti.keys.public())
    except KeysUnusable as error:
        raise Refused(ErrorCode.UNAVAILABLE, str(error)) from None


@router.get(
    "/login/",
    operation_id="begin_lti_launch",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404),
)
async def begin(request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Take a platform's initiation of a launch, and send the browser back to be signed for.

    OpenID Connect Core 4: `iss`, `login_hint` and `target_link_uri` are needed, `client_id` where
    several platforms have one issuer. What is refused is told on a page.
    """
    try:
        return await _begun(request, services, lti, is_form=False)
    except FederationRefused as refused:
        return await refused_page(request, services, refused)


@coming.post(
    "/login/",
    operation_id="begin_lti_launch_by_form",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404, 413, 415),
    openapi_extra=form_of_fields(
        "iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id"
    ),
)
async def begin_by_form(request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Do what `GET login/` does, with a form: platforms use either."""
    try:
        return await _begun(request, services, lti, is_form=True)
    except FederationRefused as refused:
        return await refused_page(request, services, refused)


@coming.post(
    "/launch/",
    operation_id="launch_lti",
    status_code=303,
    response_class=HTMLResponse,
    responses=documented(404, 413, 415),
    openapi_extra=form_of_fields("state", "id_token"),
)
async def launch(request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Take what a platform signed of somebody, and send them into the lesson of its link.

    A link opens one lesson, and when that is over the next one of its series: who teaches is asked
    which. Instructors and teaching assistants are hosts, learners students, others look on. With
    a request to pick content, the page on which a teacher does. What is refused is told on a page:
    `unknown_platform`, `wrong_deployment`, `expired`, `replayed`, `wrong_token` and what is wrong
    with it, `denied`, `wrong_message`, `anonymous`, `no_right`, `wrong_lesson`, `over`, `kicked`,
    `full`, `barred`, `unreachable`, `misconfigured`, `busy` or `unavailable`.
    """
    locale = ""
    try:
        launched = await lti.finish(await form_of(request))
        locale = launched.message.locale
        return await _launched(request, services, lti, launched)
    except FederationRefused as refused:
        return await refused_page(request, services, refused, locale=locale)
    except Refused as refused:
        return await refused_page(request, services, lessons.fault_of(refused), locale=locale)


@coming.post(
    "/continue/",
    operation_id="continue_lti_lesson",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404, 413, 415),
    openapi_extra=form_of_fields("ticket", "what"),
)
async def go_on(request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Take what a teacher chose of a lesson that is over: to look at it, or to begin the next.

    By the ticket of the page that asked, which works once, for ten minutes.
    """
    locale = ""
    try:
        form = await form_of(request)
        launched = await lti.of_ticket(form.get("ticket", ""))
        locale = launched.message.locale
        link, session = await lessons.lesson_of(services, launched)
        user = await lessons.person_of(services, launched)
        if form.get("what") == "next" and session.status.has_ended:
            session = await lessons.next_lesson(services, launched, session)
        seat = await lessons.seat_in(services, link, session, user, launched.message.part)
        return await into_the_room(request, services, session, seat)
    except FederationRefused as refused:
        return await refused_page(request, services, refused, locale=locale)
    except Refused as refused:
        return await refused_page(request, services, lessons.fault_of(refused), locale=locale)


async def _begun(request: Request, services: Services, lti: Lti, *, is_form: bool) -> Response:
    asked = await form_of(request) if is_form else query_of(request)
    root = root_of(request, services)
    url = await lti.begin(asked, redirect_uri=f"{root}{LTI_PREFIX}/launch/")
    return RedirectResponse(url, status_code=303)


async def _launched(request: Request, services: Services, lti: Lti, launched: Launch) -> Response:
    if launched.message.kind == DEEP_LINKING_REQUEST:
        return await picking_page(request, services, lti, launched)
    user = await lessons.person_of(services, launched)
    link, session = await lessons.lesson_of(services, launched)
    if session.status.has_ended and launched.message.part is Part.TEACHER:
        seat = await services.rooms.store.participant(session.session_id, user.user_id)
        root = root_of(request, services)
        return pages.over(
            language_in(request, launched.message.locale),
            ticket=lti.ticket_of(launched),
            action=f"{root}{LTI_PREFIX}/continue/",
            can_look=seat is not None,
            ancestors=await lti.platforms.origins(),
        )
    seat = await lessons.seat_in(services, link, session, user, launched.message.part)
    if launched.message.part is Part.TEACHER and not session.status.has_ended:
        expect_course(services, lti, launched.platform, link)
    return await into_the_room(request, services, session, seat)
