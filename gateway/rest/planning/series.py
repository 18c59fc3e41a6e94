"""Series: lessons that repeat, and changing or calling off several of them at once."""

import datetime as dt
import zoneinfo
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Body, Path, Query, Request, Response
from msgspec import UNSET

from actors.runtime import chance
from gateway.rest.planning import continuing
from gateway.rest.planning.repeating import first_of, moment_of, occurrences, wall_of, zone_of
from gateway.rest.plumbing.bodies.importing import from_template
from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.creating import (
    charge_board,
    require_may_create,
    require_possible_places,
)
from gateway.rest.plumbing.idempotency import Attempt, IdempotencyKey
from gateway.rest.plumbing.replaying import answered_once
from gateway.rest.plumbing.services import BEARER, PersonDep, Services, ServicesDep
from gateway.rest.shapes.planning import (
    CancelSeriesIn,
    PeoplePage,
    PersonOut,
    SeriesIn,
    SeriesOut,
    SeriesPatch,
)
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.views import SessionOut
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import Command, CommandOf, MoveSession, UpdateSession
from lessonroom.people.permissions import Role
from lessonroom.session.lifecycle import Move, SessionStatus
from lessonroom.session.session import Session
from lessonroom.session.session_types import require_fitting
from storage.sessions import series
from storage.sessions.series import Attendee
from storage.sessions.sessions import SessionFilter

router = APIRouter(route_class=StrictRoute, tags=["planning"], dependencies=BEARER)

_TO_COME: Final = frozenset({SessionStatus.SCHEDULED, SessionStatus.WAITING})
_MOST_CHANGED: Final = 500
_PER_REQUEST: Final = 10
"""Lessons that are written together count as one more request, or session, for so many."""
_BOARDS_BYTES_MOST: Final = 64 * 1024 * 1024
"""Of all boards that the lessons of a series begin with."""
_OVERTAKEN: Final = {ErrorCode.SESSION_ENDED, ErrorCode.CONFLICT, ErrorCode.NOT_FOUND}

SeriesId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,64}$")]


@router.post(
    "/series/",
    operation_id="create_series",
    status_code=201,
    response_model=SeriesOut,
    responses=documented(401, 403, 404, 413, 429),
)
async def create(
    host_id: PersonDep,
    services: ServicesDep,
    request: Request,
    body: Annotated[SeriesIn, Body()],
    key: IdempotencyKey = None,
) -> Any:  # noqa: ANN401 - see response_model
    """Plan lessons that repeat, all of them or none; the caller is their host.

    Each is a session of its own, with a link of its own, and all have one `series_id`. They keep
    their time by the clock on the wall of the zone, in summer and in winter. With an
    `Idempotency-Key` the same request within a day gets the same reply.
    """

    async def make(this: Attempt | None) -> Response:
        return await _created(services, host_id, body, this)

    return await answered_once(
        services, f"series of user {host_id}", key, await request.body(), make
    )


async def _created(
    services: Services, host_id: int, body: SeriesIn, this: Attempt | None
) -> Response:
    require_possible_places(services, body.max_participants)
    zone = zone_of(body.zone, field="zone")
    starts = occurrences(body.rule, first_of(body.start, field="start"), zone)
    require_may_create(services, host_id, more=len(starts) // _PER_REQUEST)
    commands: list[Command] = []
    if body.template is not None:
        template = await from_template(services, body.template, by=host_id)
        if template.size_bytes * len(starts) > _BOARDS_BYTES_MOST:
            raise Refused(
                ErrorCode.TOO_LARGE,
                f"the boards of {len(starts)} lessons would take more than {_BOARDS_BYTES_MOST}"
                " bytes: plan fewer, or begin each with the template when it comes",
                field="template",
            )
        charge_board(services, host_id, template.size_bytes, sessions=len(starts))
        commands.append(template.command)
    commands += continuing.seated(await attendees_of(services, host_id, body.people))
    now_ms = services.clock.now_ms()
    planned: list[Session] = []
    for start_ms in starts:
        planned.append(
            Session(
                session_id=chance.new_session_id(now_ms),
                session_type=body.session_type,
                host_id=host_id,
                title=body.title,
                access_code=chance.new_access_code(),
                max_participants=body.max_participants or services.config.max_participants,
                is_recorded=body.is_recorded,
                settings=body.settings.to_core(),
                series_id=planned[0].session_id if planned else None,
                scheduled_start_ms=start_ms,
                scheduled_end_ms=start_ms + body.minutes * 60_000,
                created_at_ms=now_ms,
            )
        )
    out = _out(services, planned[0].series, planned).model_dump_json().encode()
    await services.rooms.create_all(
        [(session, commands) for session in planned],
        reply=this.reply(out, status=201) if this is not None else None,
        sessions_most=services.config.sessions_per_user,
    )
    return Response(out, status_code=201, media_type="application/json")


async def attendees_of(services: Services, host_id: int, people: tuple[int, ...]) -> list[Attendee]:
    """Return those whom a host names by number; these have met in a lesson of the host's.

    Raises:
        Refused: `not_found`, one of them has not: a number is easily guessed.

    """
    if not people:
        return []
    known = await series.people_of_host(
        services.rooms.store, host_id, only=set(people), limit=len(people)
    )
    names = {person.user_id: person.name for person in known}
    for number, user_id in enumerate(people):
        if user_id not in names:
            raise Refused(
                ErrorCode.NOT_FOUND, "nobody whom you have taught", field=f"people[{number}]"
            )
    return [
        Attendee(user_id=user_id, name=names[user_id], role=Role.STUDENT, permissions={})
        for user_id in dict.fromkeys(people)
    ]


@router.patch(
    "/series/{series_id}/",
    operation_id="change_series",
    responses=documented(401, 403, 404, 429),
)
async def change(
    series_id: SeriesId,
    host_id: PersonDep,
    services: ServicesDep,
    body: Annotated[SeriesPatch, Body()],
) -> SeriesOut:
    """Change lessons of a series that have not begun: all, or one and those after it.

    For who hosts them. A new time of the day, and days earlier or later, go by the clock on the
    wall of `zone`. One lesson alone is changed by `PATCH /sessions/{id}/`.
    """
    require_possible_places(services, body.max_participants)
    to_come = await _to_come(services, series_id, host_id, body.from_session)
    plans = [(session, _changes(session, body, host_id)) for session in to_come]
    for session, plan in plans:
        require_fitting(_planned(session, plan))
    return await _carried_out(services, series_id, host_id, plans)


@router.post(
    "/series/{series_id}/cancel/",
    operation_id="cancel_series",
    responses=documented(401, 403, 404, 429),
)
async def cancel(
    series_id: SeriesId,
    host_id: PersonDep,
    services: ServicesDep,
    body: Annotated[CancelSeriesIn, Body()] = CancelSeriesIn(),
) -> SeriesOut:
    """Call off lessons of a series that have not begun: all, or one and those after it.

    For who hosts them. They are terminated, and stand in calendars as cancelled.
    """
    to_come = await _to_come(services, series_id, host_id, body.from_session)
    command = MoveSession(by=None, move=Move.TERMINATE, reason=body.reason)
    return await _carried_out(services, series_id, host_id, [(each, command) for each in to_come])


@router.get("/people/", operation_id="list_my_people", responses=documented(401, 403))
async def people(
    host_id: PersonDep,
    services: ServicesDep,
    name: Annotated[
        str | None,
        Query(min_length=1, max_length=200, description="Is part of the name, in any case."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> PeoplePage:
    """List whom the caller's lessons were for, those of the newest lessons first; no guests."""
    found = await series.people_of_host(services.rooms.store, host_id, part=name, limit=limit)
    return PeoplePage(
        items=[PersonOut(user_id=person.user_id, name=person.name) for person in found]
    )


async def _to_come(
    services: Services, series_id: str, host_id: int, from_session: str | None
) -> list[Session]:
    """Return the lessons of a series that have not begun, the earliest first."""
    store = services.rooms.store
    if not await series.is_hosted(store, series_id, host_id):
        raise Refused(ErrorCode.NOT_FOUND, "there is no such series", field="series_id")
    wanted = SessionFilter(
        host_id=host_id, series_id=series_id, statuses=_TO_COME, soonest_first=True
    )
    found = await store.sessions(wanted, limit=_MOST_CHANGED)
    if from_session is None:
        return found
    for number, session in enumerate(found):
        if session.session_id == from_session:
            return found[number:]
    raise Refused(
        ErrorCode.NOT_FOUND, "no lesson of this series that is to come", field="from_session"
    )


def _changes(session: Session, body: SeriesPatch, host_id: int) -> UpdateSession:
    start_ms, end_ms = session.scheduled_start_ms, session.scheduled_end_ms
    length_ms = None if start_ms is None or end_ms is None else end_ms - start_ms
    if start_ms is not None and body.zone is not None and (body.time or body.days):
        start_ms = _moved(start_ms, body, zone_of(body.zone, field="zone"))
    if body.minutes is not None:
        length_ms = body.minutes * 60_000
    is_timed = start_ms is not None and length_ms is not None
    return UpdateSession(
        by=host_id,
        title=UNSET if body.title is None else body.title,
        max_participants=UNSET if body.max_participants is None else body.max_participants,
        scheduled_start_ms=UNSET if start_ms is None else start_ms,
        scheduled_end_ms=start_ms + length_ms if is_timed else UNSET,  # type: ignore[operator]
        settings=body.settings.model_dump(mode="json", exclude_unset=True),
    )


def _moved(start_ms: int, body: SeriesPatch, zone: zoneinfo.ZoneInfo) -> int:
    try:
        wall = wall_of(start_ms, zone) + dt.timedelta(days=body.days)
        if body.time is not None:
            hour, minute = map(int, body.time.split(":"))
            wall = wall.replace(hour=hour, minute=minute, second=0)
        return moment_of(wall, zone)
    except (OverflowError, ValueError):
        raise Refused(ErrorCode.INVALID, "there is no such day", field="days") from None


def _planned(session: Session, plan: UpdateSession) -> Session:
    times = {
        name: getattr(plan, name)
        for name in ("scheduled_start_ms", "scheduled_end_ms")
        if getattr(plan, name) is not UNSET
    }
    return msgspec.structs.replace(session, **times)


async def _carried_out(
    services: Services,
    series_id: str,
    host_id: int,
    plans: list[tuple[Session, Any]],
) -> SeriesOut:
    """Carry a command out in each room; one that began or ended meanwhile is passed over."""
    now_s = services.clock.monotonic_s()
    services.by_user.charge(str(host_id), now_s, len(plans) // _PER_REQUEST)
    changed: list[Session] = []
    skipped: list[str] = []
    for session, planned in plans:
        command: CommandOf[Session] = planned
        try:
            changed.append(await services.rooms.ask(session.session_id, command))
        except Refused as refused:
            if not changed and refused.code not in _OVERTAKEN:
                raise
            skipped.append(session.session_id)
        services.rooms.put_to_rest(session.session_id)
    return _out(services, series_id, changed, skipped)


def _out(
    services: Services, series_id: str, sessions: list[Session], skipped: list[str] | None = None
) -> SeriesOut:
    now_ms = services.clock.now_ms()
    return SeriesOut(
        series_id=series_id,
        items=[SessionOut.of(each, now_ms=now_ms, may_see_code=True) for each in sessions],
        skipped=skipped or [],
    )
