"""What is done for those who may not: of no body anything is read (SECURITY Strangers).

Tests also: gateway/rest/plumbing/gates.py.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple

import pytest
from fastapi import APIRouter, Body, Depends
from fastapi.routing import iter_route_contexts
from starlette.types import Message

from gateway.identity.claims import Scope
from gateway.rest.plumbing.bodies.strict_route import BoardRoute, OpenRoute, StrictRoute
from gateway.rest.plumbing.gates import Gate
from gateway.rest.plumbing.services import FOR_OPERATORS, VisitorDep
from tests.gateway.rest.everyone import lesson_with_everyone
from tests.gateway.rest.matrix import LTI, LTI_FORMS
from tests.gateway.rest.school import API, OPERATOR, School

SIGN_IN: Final = f"{API}/sign-in/"
JOIN: Final = f"{API}/sessions/{{session_id}}/join/"
INVITATION: Final = f"{API}/sessions/{{session_id}}/invitation/"
TOKEN: Final = f"{API}/sessions/{{session_id}}/token/"
LEAVE: Final = f"{API}/sessions/{{session_id}}/leave/"
FOR_SOME: Final = {
    *("PATCH /", "POST terminate", "POST participants", "POST kick", "POST permissions")
}
"""Methods and paths below a session with a body that most of its people may not send."""
FOR_MEMBERS: Final = {"POST media", "POST assets", "POST formulas"}
OIDC: Final = f"{SIGN_IN}oidc/"
LOGOUT: Final = f"{OIDC}logout/"
UNGATED: Final = {"/healthz", "/readyz", "/metrics", "", f"{API}/calendars/{{key}}.ics"} | {
    f"{SIGN_IN}ways/",
    OIDC,
    f"{OIDC}callback/",
    LOGOUT,
    # A server whose lessons open from no platform has nothing there, whoever asks.
    *(f"{LTI}/{path}/" for path in (*LTI_FORMS, "keys", "register/{code}")),
}

Headers = dict[str, str]
FRAMINGS: Final[dict[str, Headers]] = {
    "with a length": {"content-length": "60000"},
    "in chunks": {"transfer-encoding": "chunked"},
    "compressed": {"content-length": "60000", "content-encoding": "gzip"},
    "asked for": {"content-length": "60000", "expect": "100-continue"},
    "too long": {"content-length": "999999999999"},
    "of no sensible length": {"content-length": "-1"},
}


class Asked(NamedTuple):
    """What came of a request, and whether its body was asked for."""

    status: int
    is_read: bool


async def ask(school: School, method: str, path: str, headers: Headers) -> Asked:
    """Send the head of a request, and an empty body if that is asked for."""
    started: list[Message] = []
    is_read = False

    async def receive() -> Message:
        nonlocal is_read
        is_read = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        started.append(message)

    encoded = {"host": "lessons.example.org", "content-type": "application/json", **headers}
    await school.app(
        {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(name.encode(), text.encode()) for name, text in encoded.items()],
            "client": ("192.0.2.1", 50_000),
            "server": ("lessons.example.org", 80),
            "state": {},
        },
        receive,
        send,
    )
    return Asked(started[0]["status"], is_read)


BY_KEY = {f"{API}/takes/{{take_id}}/chunks/{{n}}", f"{API}/takes/{{take_id}}/close/"}
"""What is sent for a take, by its own key."""


def routes_with_methods(school: School) -> list[tuple[str, str]]:
    return sorted(
        (method, str(route.path))
        for route in iter_route_contexts(school.app.routes)
        for method in route.methods or ()
    )


async def paths_of(school: School) -> tuple[Callable[[str], str], dict[str, str | None]]:
    lesson = await lesson_with_everyone(school)
    return lesson.path, lesson.tokens


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
async def test_of_a_stranger_s_body_not_a_byte_is_read(school: School, framing: str) -> None:
    """[SECURITY Strangers] On every route that is not open to strangers, however it is sent."""
    filled, _ = await paths_of(school)
    others = UNGATED | {SIGN_IN, JOIN, INVITATION, TOKEN, LEAVE}
    for method, path in routes_with_methods(school):
        if path not in others:
            asked = await ask(school, method, filled(path), FRAMINGS[framing])
            assert (path, asked) == (path, (403 if path in BY_KEY else 401, False))


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
@pytest.mark.parametrize(
    "token", ["eyJ.eyJ.x", "a" * 5_000, "{forged}"], ids=["no token", "too long", "forged"]
)
async def test_of_a_body_with_a_wrong_token_not_a_byte_is_read(
    school: School, token: str, framing: str
) -> None:
    """[SECURITY Strangers] Also on routes that need no token: a wrong one is never passed over."""
    filled, tokens = await paths_of(school)
    host = tokens["host"]
    assert host is not None
    token = token.format(forged=host[:-4] + ("AAAA" if host[-4:] != "AAAA" else "BBBB"))
    headers = {"authorization": f"Bearer {token}", **FRAMINGS[framing]}
    for method, path in routes_with_methods(school):
        if path not in UNGATED | {SIGN_IN, INVITATION}:
            asked = await ask(school, method, filled(path), headers)
            # No token opens these: none is looked at.
            assert (path, asked) == (path, (403 if path in BY_KEY else 401, False))


@pytest.mark.parametrize("caller", ["student", "outsider", "kicked", "kicked_token", "elsewhere"])
async def test_of_a_body_of_one_who_may_not_not_a_byte_is_read(school: School, caller: str) -> None:
    """[SECURITY Strangers] The session, the seat and the permission come before the body."""
    filled, tokens = await paths_of(school)
    headers = {"authorization": f"Bearer {tokens[caller]}", "content-length": "60000"}
    refused = FOR_SOME if caller == "student" else FOR_SOME | FOR_MEMBERS
    seen = set()
    for method, path in routes_with_methods(school):
        within = path.removeprefix(f"{API}/sessions/{{session_id}}/")
        name = f"{method} {within.split('/')[0] or '/'}"
        if path.startswith(OPERATOR) or (within != path and name in refused):
            seen.add(name)
            asked = await ask(school, method, filled(path), headers)
            assert (path, asked.status in {403, 404}, asked.is_read) == (path, True, False)
    assert seen >= refused


async def test_the_control_reads_the_body_of_one_who_may(school: School) -> None:
    """Or none of the tests above could fail."""
    filled, tokens = await paths_of(school)
    headers = {"authorization": f"Bearer {tokens['host']}", "content-length": "2"}
    asked = await ask(school, "PATCH", filled(f"{API}/sessions/{{session_id}}/"), headers)
    assert asked.is_read


@pytest.mark.parametrize("path", [SIGN_IN, JOIN, INVITATION, TOKEN, LEAVE])
async def test_what_strangers_may_send_is_short(school: School, path: str) -> None:
    """[SECURITY Strangers] A code, a key and a name; what claims to be longer is not read."""
    filled, _ = await paths_of(school)
    assert await ask(school, "POST", filled(path), {"content-length": "4097"}) == (413, False)
    assert (await ask(school, "POST", filled(path), {"content-length": "4096"})).is_read


async def test_a_route_without_a_body_reads_none(school: School) -> None:
    """[SECURITY Strangers] Also of those who may call it, and of probes."""
    filled, tokens = await paths_of(school)
    headers = {"content-length": "60000"}
    assert await ask(school, "GET", "/healthz", headers) == (200, False)
    headers["authorization"] = f"Bearer {tokens['host']}"
    path = filled(f"{API}/sessions/{{session_id}}/pause/")
    assert await ask(school, "POST", path, headers) == (200, False)


async def _somebody() -> str:
    return "somebody"


def test_a_route_that_takes_a_body_says_whose() -> None:
    """[SECURITY Strangers] Or it cannot be registered."""

    async def takes(body: Annotated[dict[str, Any], Body()]) -> None: ...

    async def takes_of_anyone(
        visitor: VisitorDep, body: Annotated[dict[str, Any], Body()]
    ) -> None: ...

    async def takes_nothing() -> None: ...

    class RawRoute(StrictRoute):
        is_raw = True

    unsaid: list[tuple[type[StrictRoute], Callable[..., Any]]] = [
        (StrictRoute, takes),
        (BoardRoute, takes),
        (StrictRoute, takes_of_anyone),
        (RawRoute, takes_nothing),
    ]
    for route_class, endpoint in unsaid:
        with pytest.raises(TypeError, match="does not say who may send one"):
            APIRouter(route_class=route_class).post("/x/")(endpoint)
    APIRouter(route_class=OpenRoute).post("/x/")(takes)
    APIRouter(route_class=StrictRoute).post("/x/")(takes_nothing)
    APIRouter(route_class=StrictRoute, dependencies=FOR_OPERATORS).post("/x/")(takes)
    APIRouter(route_class=RawRoute, dependencies=[Depends(Gate(_somebody))]).post("/x/")(takes)


async def test_every_route_is_a_strict_one(school: School) -> None:
    """[SECURITY Strangers] FastAPI's own would read a body before anything is asked."""
    for route in iter_route_contexts(school.app.routes):
        if route.methods:
            assert isinstance(route.original_route, StrictRoute), route.path


async def test_the_operator_s_token_is_no_stranger_s(school: School) -> None:
    """The control of the operator's routes."""
    filled, _ = await paths_of(school)
    token = school.user_token("Operator", scope=Scope.OPERATOR)
    headers = {"authorization": f"Bearer {token}", "content-length": "2"}
    asked = await ask(school, "POST", filled(f"{OPERATOR}/tokens/user/"), headers)
    assert asked.is_read
