"""Searching what was written, in all lessons that one may look at."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from gateway.rest.plumbing.bodies.strict_route import StrictRoute
from gateway.rest.plumbing.services import BEARER, PersonDep, ServicesDep
from gateway.rest.shapes.problems import documented
from gateway.rest.shapes.search import HitPage, no_cursor, place_of
from lessonroom.codes import ErrorCode, Refused
from lessonroom.finding.written import Kind
from storage.errors import UnknownSession
from storage.finding import search
from storage.finding.search import Wanted

_PAGE_MAX: Final = 50
_REQUESTS: Final = 2
"""What a search counts as: it looks into every lesson that one has."""

router = APIRouter(route_class=StrictRoute, tags=["history"], dependencies=BEARER)


@router.get("/search/", operation_id="search_lessons", responses=documented(401, 403, 429))
async def search_lessons(  # noqa: PLR0913, PLR0917 - all that may be asked for
    user_id: PersonDep,
    services: ServicesDep,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=200,
            description="Words, each the beginning of one, in any case, with or without accents."
            f" At most {search.words.ASKED_MOST}, and all of them have to be there.",
        ),
    ],
    kind: Annotated[list[Kind] | None, Query(description="May be repeated.")] = None,
    session: Annotated[
        str | None,
        Query(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="In this lesson alone."),
    ] = None,
    series: Annotated[
        str | None,
        Query(pattern=r"^[A-Za-z0-9-]{1,64}$", description="In the lessons of this series alone."),
    ] = None,
    per_lesson: Annotated[
        int | None, Query(ge=1, le=_PAGE_MAX, description="Of each lesson no more than these.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=_PAGE_MAX)] = 20,
    cursor: Annotated[str | None, Query(max_length=96, description="Of the page before.")] = None,
) -> HitPage:
    """Search texts on boards and in documents, formulas, page titles, the chat, titles and people.

    Of lessons that the caller hosts or was let into, as far as they may look back: the boards of
    others' lessons are searched once those are over, where `settings.history_policy` is `all`. The
    newest lesson comes first, and in it what was written last. What is written is found within a
    minute, and so it stays: also what was changed or erased on the board afterwards. `seq` is the
    version of the board that has it (`/snapshots/`).
    """
    words = search.asked_of(q)
    if not words:
        raise Refused(ErrorCode.INVALID, "must have a letter or a digit", field="q")
    services.by_user.charge(str(user_id), services.clock.monotonic_s(), _REQUESTS - 1)
    wanted = Wanted(
        user_id=user_id,
        words=words,
        kinds=frozenset(kind or Kind),
        session_id=session,
        series_id=series,
        per_lesson=per_lesson,
    )
    after = None if cursor is None else place_of(cursor)
    try:
        found = await search.find(services.rooms.store, wanted, limit=limit, after=after)
    except UnknownSession:
        raise no_cursor() from None
    return HitPage.of(found)
