"""Who may call what: a row for each route, a column for each kind of caller.

Tests also: gateway/identity/identity.py, gateway/rest/endpoints/stats.py,
gateway/rest/plumbing/permitting.py, gateway/rest/plumbing/services.py,
gateway/rest/shapes/models.py, gateway/rest/shapes/views.py.
"""

import pytest
from fastapi.routing import iter_route_contexts

from tests.gateway.rest.everyone import Lesson, lesson_with_everyone
from tests.gateway.rest.matrix import CALLERS, MATRIX, Row
from tests.gateway.rest.school import School


def routes_of(school: School) -> set[tuple[str, str]]:
    return {
        (method, str(route.path))
        for route in iter_route_contexts(school.app.routes)
        # A mount has no methods.
        for method in route.methods or {"ANY"}
    }


async def test_every_route_has_a_row(school: School) -> None:
    """A new route without a decision about who may call it fails here."""
    assert routes_of(school) == {(row.method, row.path) for row in MATRIX}
    school.app.get("/new")(lambda: None)
    assert routes_of(school) != {(row.method, row.path) for row in MATRIX}


@pytest.mark.counted
@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.method} {row.path}")
async def test_each_caller_gets_what_is_theirs(school: School, row: Row) -> None:
    """[T9] Those who are refused share a lesson, and have changed nothing in it."""
    shared = await lesson_with_everyone(school)
    store = school.app.state.services.rooms.store
    before = await store.head(shared.session_id)
    for caller, status in zip(CALLERS, row.statuses, strict=True):
        is_change = status < 400 and row.method not in {"GET", "ANY"}
        lesson = await lesson_with_everyone(school) if is_change else shared
        assert (caller, await status_of(school, row, lesson, caller)) == (caller, status)
    assert await store.head(shared.session_id) == before


async def status_of(school: School, row: Row, lesson: Lesson, caller: str) -> int:
    method, path = ("GET", "/join/x") if row.method == "ANY" else (row.method, row.path)
    path = lesson.path(path)
    body = row.body
    if path.endswith("/tokens/room/"):
        body = {**(body or {}), "session_id": lesson.session_id}
    response = await school.call(method, path, token=lesson.tokens[caller], json=body)
    return response.status_code
