"""Calendars that one subscribes to: a signed address for each person, which they can take back."""

import asyncio
import hashlib
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response

from gateway.identity import calendar_keys
from gateway.rest.planning.ical import UNTITLED, calendar_of
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.room_tokens import root_of
from gateway.rest.plumbing.services import BEARER, PersonDep, Services, ServicesDep
from gateway.rest.shapes.etags import names_tag
from gateway.rest.shapes.planning import CalendarOut
from gateway.rest.shapes.problems import documented
from lessonroom.codes import ErrorCode, Refused
from lessonroom.rates import too_often
from lessonroom.session.session import Session
from storage.people import calendars
from storage.people.calendars import Calendar
from storage.sessions.sessions import SessionFilter

router = APIRouter(route_class=StrictRoute, tags=["planning"], dependencies=BEARER)
reading = APIRouter(route_class=StrictRoute, tags=["planning"])

_DAY_MS: Final = 86_400_000
_PAST_MS: Final = 90 * _DAY_MS
_COMING_MS: Final = 400 * _DAY_MS
_MOST_COMING: Final = 400
_MOST_PAST: Final = 100
_COST: Final = 5
"""Requests that reading a calendar counts as."""


def _require_calendars(services: Services) -> None:
    if not services.config.are_calendars_served:
        raise Refused(ErrorCode.NOT_FOUND, "this server gives no calendars")


@router.get("/me/calendar/", operation_id="get_my_calendar", responses=documented(401, 403, 404))
async def get(user_id: PersonDep, request: Request, services: ServicesDep) -> CalendarOut:
    """Return the address of the caller's calendar, where they have one."""
    _require_calendars(services)
    known = await calendars.of_user(services.rooms.store, user_id)
    return _shown(request, services, user_id, known)


@router.post("/me/calendar/", operation_id="renew_my_calendar", responses=documented(401, 403, 404))
async def renew(user_id: PersonDep, request: Request, services: ServicesDep) -> CalendarOut:
    """Give the caller's calendar another address; the one from before opens nothing any more.

    Whoever knows the address reads when which lessons of the caller are, those that they host and
    those that they have a seat in. It opens no lesson.
    """
    _require_calendars(services)
    at_ms = services.clock.now_ms()
    known = await services.rooms.write(lambda store: calendars.renew(store, user_id, at_ms=at_ms))
    return _shown(request, services, user_id, known)


@router.delete(
    "/me/calendar/", operation_id="close_my_calendar", responses=documented(401, 403, 404)
)
async def close(user_id: PersonDep, request: Request, services: ServicesDep) -> CalendarOut:
    """Take the address of the caller's calendar back. Signing out everywhere does so, too."""
    _require_calendars(services)
    await services.rooms.write(lambda store: calendars.close(store, user_id))
    return _shown(request, services, user_id, None)


def _shown(
    request: Request, services: Services, user_id: int, known: Calendar | None
) -> CalendarOut:
    if known is None:
        return CalendarOut(url=None, made_at=None)
    key = calendar_keys.key_of(services.tokens, user_id, known.generation)
    root = root_of(request, services)
    return CalendarOut(url=f"{root}/api/v1/classroom/calendars/{key}.ics", made_at=known.made_at_ms)


@reading.get(
    "/calendars/{key}.ics",
    operation_id="read_calendar",
    response_class=Response,
    responses={
        200: {"description": "The calendar", "content": {"text/calendar": {}}},
        304: {"description": "It is the one of `If-None-Match`."},
        **documented(404, 429),
    },
)
async def read(
    key: str,
    request: Request,
    services: ServicesDep,
    if_none_match: Annotated[str | None, Header(max_length=1_000)] = None,
) -> Response:
    """Return somebody's lessons as a calendar (RFC 5545), for whoever knows its address.

    Those of the last 90 days and of the next 400, at most 500. What was called off stays in it as
    cancelled.
    """
    _require_calendars(services)
    user_id = await _whose(services, key)
    wait_s = services.by_user.take(str(user_id), services.clock.monotonic_s(), _COST)
    if wait_s:
        raise too_often(wait_s)
    sessions = await _sessions_of(services, user_id)
    root = root_of(request, services)
    named = "\0".join([root, *(session.tag() for session in sessions)])
    tag = f'"{hashlib.blake2b(named.encode(), digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if if_none_match is not None and names_tag(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    content = await asyncio.to_thread(
        calendar_of, sessions, root=root, name="lessonroom", untitled=UNTITLED
    )
    headers["Content-Disposition"] = 'inline; filename="lessons.ics"'
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


async def _whose(services: Services, key: str) -> int:
    """Return whose calendar it is; to a key that is void the answer is that to one of nobody."""
    named = calendar_keys.read(services.tokens, key)
    known = None if named is None else await calendars.of_user(services.rooms.store, named.user_id)
    if named is None or known is None or known.generation != named.generation:
        raise Refused(ErrorCode.NOT_FOUND, "there is no such calendar")
    return named.user_id


async def _sessions_of(services: Services, user_id: int) -> list[Session]:
    store, now_ms = services.rooms.store, services.clock.now_ms()
    since_ms = now_ms - _DAY_MS
    past = SessionFilter(user_id=user_id, from_ms=max(0, now_ms - _PAST_MS), before_ms=since_ms)
    coming = SessionFilter(
        user_id=user_id, from_ms=since_ms, before_ms=now_ms + _COMING_MS, soonest_first=True
    )
    found = await store.sessions(past, limit=_MOST_PAST)
    return [*found, *await store.sessions(coming, limit=_MOST_COMING)]
