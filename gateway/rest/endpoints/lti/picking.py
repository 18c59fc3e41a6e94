"""Putting lessons into a course (Deep Linking 2.0): a teacher picks one, or makes one."""

import secrets
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from gateway.federation.faults import FederationRefused
from gateway.lti import grades, pages
from gateway.lti.lti import Launch, Lti
from gateway.lti.lti_config import LtiFault
from gateway.lti.messages import CLAIM, DEEP_LINKING, VERSION
from gateway.lti.own_keys import KeysUnusable
from gateway.lti.words import WORDS
from gateway.reports.words import Language
from gateway.rest.endpoints.lti import lessons
from gateway.rest.endpoints.lti.forms import (
    LTI_PREFIX,
    FormRoute,
    LtiDep,
    form_of,
    form_of_fields,
    language_in,
    refused_page,
    unusable,
)
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import Services, ServicesDep
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.problems import documented
from lessonroom.codes import Refused
from lessonroom.session.session import Session
from storage.lti.links import Part
from storage.sessions.sessions import SessionFilter

_SHOWN: Final = 20
"""Lessons of a course that are shown to be picked, the newest."""
_NEW: Final = "new"
_MAX_TITLE: Final = 200
_ANSWER_LASTS_S: Final = 300

router = APIRouter(route_class=FormRoute, tags=["LTI"])


async def picking_page(request: Request, services: Services, lti: Lti, launch: Launch) -> Response:
    """Return the page on which a teacher picks the lesson that is to stand in the course.

    Raises:
        FederationRefused: `no_right`; `wrong_message`, the platform takes no links.

    """
    if launch.message.part is not Part.TEACHER:
        raise FederationRefused(LtiFault.NO_RIGHT, "content is picked by teachers of the course")
    if launch.message.deep_linking is None or not launch.message.deep_linking.takes_links:
        raise FederationRefused(LtiFault.WRONG_MESSAGE, "the platform takes no ltiResourceLink")
    language = language_in(request, launch.message.locale)
    words = WORDS[language]
    root = root_of(request, services)
    body = (
        f'<form method=post action="{escape(root)}{LTI_PREFIX}/deep-linking/">'
        f"{pages.hidden({'ticket': lti.ticket_of(launch)})}"
        f'<label><input type=radio name=lesson value="{_NEW}" checked>'
        f"{escape(words['pick.new'])}</label>"
        f"<label class=field>{escape(words['pick.title'])}"
        f"<input type=text name=title maxlength={_MAX_TITLE}></label>"
        f"{_known(await _lessons_of_course(services, launch), language)}"
        f"<div class=buttons><button>{escape(words['pick.put'])}</button></div></form>"
    )
    return pages.page(language, words["pick"], body, ancestors=await lti.platforms.origins())


@router.post(
    "/deep-linking/",
    operation_id="pick_lti_lesson",
    response_class=HTMLResponse,
    responses=documented(404, 413, 415),
    openapi_extra=form_of_fields("ticket", "lesson", "title"),
)
async def pick(request: Request, services: ServicesDep, lti: LtiDep) -> Response:
    """Take which lesson a teacher picked, or have one made, and send them back to the platform.

    By the ticket of the page that asked, which works once, for an hour. What goes back is
    signed, and names the lesson for this platform and this course alone.
    """
    locale = ""
    try:
        form = await form_of(request)
        launch = await lti.of_ticket(form.get("ticket", ""))
        locale = launch.message.locale
        settings = launch.message.deep_linking
        if settings is None or launch.message.part is not Part.TEACHER:
            raise _no_right()
        session = await _chosen(services, launch, form)
        answer = await _signed(request, services, lti, launch, session)
        return pages.sending(
            language_in(request, locale),
            settings.return_url,
            {"JWT": answer},
            ancestors=await lti.platforms.origins(),
        )
    except FederationRefused as refused:
        return await refused_page(request, services, refused, locale=locale)
    except KeysUnusable as error:
        return await refused_page(request, services, unusable(error), locale=locale)
    except Refused as refused:
        return await refused_page(request, services, lessons.fault_of(refused), locale=locale)


async def _chosen(services: Services, launch: Launch, form: Any) -> Session:  # noqa: ANN401 - a mapping of texts
    picked = form.get("lesson", _NEW)
    if picked == _NEW:
        return await lessons.new_lesson(services, launch, form.get("title", ""))
    for session in await _lessons_of_course(services, launch):
        if session.session_id == picked:
            return session
    raise FederationRefused(LtiFault.WRONG_LESSON, "there is no such lesson of this course")


async def _lessons_of_course(services: Services, launch: Launch) -> list[Session]:
    """Return the newest lessons of a course that are not over."""
    course = await lessons.course_of(services, launch)
    found = await services.rooms.store.sessions(SessionFilter(user_id=course.user_id), limit=_SHOWN)
    return [
        session
        for session in found
        if session.host_id == course.user_id and not session.status.has_ended
    ]


def _known(sessions: Sequence[Session], language: Language) -> str:
    if not sessions:
        return ""
    words = WORDS[language]
    rows = [
        f'<label><input type=radio name=lesson value="{escape(session.session_id)}">'
        f"{escape(session.title or words['pick.untitled'])}"
        f"<time>{to_text(session.created_at_ms)[:10]}</time></label>"
        for session in sessions
    ]
    return f"<h2>{escape(words['pick.known'])}</h2>{''.join(rows)}"


async def _signed(
    request: Request, services: Services, lti: Lti, launch: Launch, session: Session
) -> str:
    settings = launch.message.deep_linking
    assert settings is not None, "looked at before"  # noqa: S101
    item: dict[str, Any] = {
        "type": "ltiResourceLink",
        "url": f"{root_of(request, services)}{LTI_PREFIX}/launch/",
        "custom": {lessons.LESSON: lessons.named_lesson(services, launch, session)},
    }
    if session.title:
        item["title"] = session.title
    if settings.takes_line_items and lti.config.sends_grades:
        item["lineItem"] = {
            "scoreMaximum": grades.MAXIMUM,
            "resourceId": session.session_id,
            "tag": grades.TAG,
        }
        if session.title:
            item["lineItem"]["label"] = session.title
    now_s = services.clock.now_ms() // 1000
    claims = {
        "iss": launch.platform.client_id,
        "aud": [launch.platform.issuer],
        "iat": now_s,
        "exp": now_s + _ANSWER_LASTS_S,
        "nonce": secrets.token_hex(16),
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": VERSION,
        f"{CLAIM}deployment_id": launch.message.deployment_id,
        f"{DEEP_LINKING}content_items": [item],
    }
    if settings.data is not None:
        claims[f"{DEEP_LINKING}data"] = settings.data
    return await lti.keys.signed(claims)


def _no_right() -> FederationRefused:
    return FederationRefused(LtiFault.NO_RIGHT, "content is picked by teachers of the course")
