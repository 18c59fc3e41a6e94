"""What is the same for all routes.

Tests also: gateway/rest/endpoints/health.py, gateway/rest/endpoints/unrouted.py,
gateway/rest/plumbing/shield.py, gateway/rest/shapes/problems.py.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient, Response

from gateway.config import GatewayConfig
from gateway.rest.app import api_document
from lessonroom.limits import Limits
from tests.gateway.rest.conftest import SECRET, Open
from tests.gateway.rest.school import API, OPERATOR, School

OTHER_SECRET = b"the secret that comes after, 32 bytes"


@contextmanager
def unwritable(school: School) -> Iterator[None]:
    """As after a commit that failed, until the journal's probe succeeds."""
    backlog = school.app.state.services.rooms.backlog
    backlog.is_writable = False
    yield
    backlog.is_writable = True


async def post(
    school: School, content: bytes, content_type: str | None = None, *, path: str = "sessions/"
) -> Response:
    return await school.call(
        "POST",
        f"{API}/{path}",
        token=school.user_token("Ada"),
        content=content,
        headers={"Content-Type": content_type or "application/json"},
    )


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"title": "x"} x',
        b'{"title": "one", "title": "two"}',
        b'{"settings": {"grace_s": NaN}}',
        b'{"settings": {"grace_s": Infinity}}',
        b'{"settings": {"grace_s": 1e999}}',
        b'{"settings": {"grace_s": ' + b"9" * 5_000 + b"}}",
        b'{"title": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"title": "a\\u0000b"}',
        b'{"title": "\xff"}',
        b'{"__proto__": {}}',
        b"[" * 20_000,
        b'{"a":' * 20 + b"1" + b"}" * 20,
        b"[]",
        b"null",
        b'"title"',
        b"\xef\xbb\xbf{}",
    ],
)
async def test_json_that_two_parsers_could_read_differently_is_refused(
    school: School, content: bytes
) -> None:
    response = await post(school, content)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
        "application/json; charset=utf-16",
        "text/plain; application/json",
    ],
)
async def test_a_body_is_json_or_is_not_read(school: School, content_type: str) -> None:
    response = await post(school, b"{}", content_type)
    assert (response.status_code, response.json()["code"]) == (415, "invalid")


async def test_json_in_utf_8_is_read_and_so_is_no_body(school: School) -> None:
    assert (await post(school, b"{}", "Application/JSON; charset=UTF-8")).status_code == 201
    assert (await post(school, b"", "text/plain")).status_code == 201


@pytest.mark.parametrize(
    ("path", "most"),
    [("sessions/solo/", 65_536), ("sessions/", Limits().board_bytes + 65_536)],
    ids=["64 KiB", "64 KiB and a board"],
)
async def test_a_body_has_so_many_bytes_at_most(school: School, path: str, most: int) -> None:
    """Only a new session may bring a board."""
    fitting = json.dumps({"title": "x"}).encode().ljust(most)
    assert (await post(school, fitting, path=path)).status_code == 201
    response = await post(school, fitting + b" ", path=path)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


async def test_a_body_without_a_length_is_counted_while_it_comes(school: School) -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 1
            yield b" " * 10_000

    async def body() -> AsyncIterator[bytes]:
        for chunk in chunks():
            yield chunk

    transport = ASGITransport(school.app)
    async with AsyncClient(transport=transport, base_url="http://lessons.example.org") as client:
        response = await client.post(
            f"{API}/sessions/solo/",
            content=body(),
            headers={
                "Authorization": f"Bearer {school.user_token('Ada')}",
                "Content-Type": "application/json",
            },
        )
    assert response.status_code == 413
    assert read == 7


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/no-such/", 404, "not_found"),
        ("GET", "/ws/classroom/x/", 404, "not_found"),
        ("GET", f"{API}/sessions/my", 404, "not_found"),
        ("GET", "/openapi.json", 404, "not_found"),
        ("DELETE", f"{API}/sessions/", 405, "unknown_message"),
        ("GET", f"{API}/sessions/my/", 401, "unauthorized"),
    ],
)
async def test_every_refusal_is_a_problem_document(
    school: School, method: str, path: str, status: int, code: str
) -> None:
    response = await school.call(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert (problem["status"], problem["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", f"{API}/sessions/", "POST"),
        ("GET", f"{API}/sessions/x/start/", "POST"),
        ("PUT", f"{API}/sessions/x/", "DELETE, GET, PATCH"),
        ("OPTIONS", f"{API}/sessions/x/participants/", "GET, POST"),
        ("PUT", f"{API}/sessions/x/chat/1/", "DELETE"),
        ("OPTIONS", f"{API}/sessions/x/documents/preview/", "POST"),
        ("POST", "/healthz", "GET"),
    ],
)
async def test_another_method_is_told_which_ones_there_are(
    school: School, method: str, path: str, allowed: str
) -> None:
    """RFC 9110, section 15.5.6; a path with a name is not one with a parameter."""
    response = await school.call(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b", "Bearer eyJ.eyJ.x", "token"],
)
async def test_a_credential_of_another_kind_is_refused(school: School, authorization: str) -> None:
    headers = {"Authorization": authorization}
    response = await school.call("GET", f"{API}/sessions/my/", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_two_credentials_are_refused(school: School) -> None:
    token = school.user_token("Ada")
    transport = ASGITransport(school.app)
    async with AsyncClient(transport=transport, base_url="http://lessons.example.org") as client:
        response = await client.get(
            f"{API}/sessions/my/",
            headers=[("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")],
        )
    assert response.status_code == 401


async def test_a_secret_is_rotated_under_running_sessions(opened: Open) -> None:
    async with opened() as school:
        session = await school.session("Ada")
        joined = await school.join(session, "Ben")
    path = f"{API}/sessions/{session['session_id']}/"
    async with opened(secrets=(OTHER_SECRET, SECRET)) as school:
        assert (await school.call("GET", path, token=joined["token"])).status_code == 200
    async with opened(secrets=(OTHER_SECRET,)) as school:
        assert (await school.call("GET", path, token=joined["token"])).status_code == 401


async def test_a_token_expires_under_a_running_session(school: School) -> None:
    joined = await school.join(await school.session("Ada"), "Ben")
    path = f"{API}/sessions/{joined['session']['session_id']}/"
    school.clock.advance(7_200 + 29)
    assert (await school.call("GET", path, token=joined["token"])).status_code == 200
    school.clock.advance(1)
    assert (await school.call("GET", path, token=joined["token"])).status_code == 401


async def test_every_answer_has_the_headers_of_an_api(school: School) -> None:
    for path in ("/healthz", "/api/no-such", f"{API}/sessions/my/"):
        headers = (await school.call("GET", path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


@pytest.mark.logs_errors
async def test_a_fault_is_logged_and_tells_the_client_nothing(
    school: School, log_events: list[dict[str, Any]]
) -> None:
    async def broken() -> None:
        raise RuntimeError("the secret of the house")

    # In front: the pages answer to every path that is left.
    school.app.router.routes.insert(0, APIRoute("/broken", broken))

    response = await school.call("GET", "/broken")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "secret" not in response.text
    assert response.headers["cache-control"] == "no-store"
    assert [event["route"] for event in log_events if event["log_level"] == "error"] == ["/broken"]


async def test_pages_of_other_origins_are_let_in_only_by_name(opened: Open) -> None:
    ask = {"Access-Control-Request-Method": "POST"}
    config = GatewayConfig(allowed_origins=("https://school.example",))
    async with opened(config=config) as school:
        for origin, allowed in [
            ("https://school.example", "https://school.example"),
            ("https://school.example.evil.example", None),
            ("http://school.example", None),
            ("null", None),
        ]:
            headers = {"Origin": origin, **ask}
            response = await school.call("OPTIONS", f"{API}/sessions/", headers=headers)
            assert response.headers.get("access-control-allow-origin") == allowed
            assert "access-control-allow-credentials" not in response.headers


async def test_the_classroom_is_framed_only_by_pages_that_are_named(opened: Open) -> None:
    """[SECURITY] Answers of the API are framed by nobody."""
    config = GatewayConfig(frame_ancestors=("https://lms.school.example",))
    async with opened(config=config) as school:
        page = (await school.call("GET", "/room/x")).headers
        api = (await school.call("GET", "/healthz")).headers
    assert "frame-ancestors https://lms.school.example;" in page["content-security-policy"]
    assert api["content-security-policy"].endswith("frame-ancestors 'none'")
    async with opened() as school:
        page = (await school.call("GET", "/room/x")).headers
    assert "frame-ancestors 'none';" in page["content-security-policy"]


async def test_the_document_can_be_had_without_a_server(opened: Open) -> None:
    """It is the one that a server would serve."""
    async with opened(config=GatewayConfig(is_openapi_served=True)) as school:
        assert (await school.call("GET", "/openapi.json")).json() == api_document()


async def test_with_a_public_url_no_other_host_is_answered(opened: Open) -> None:
    async with opened(config=GatewayConfig(public_url="https://lessons.example.org")) as school:
        evil = {"Host": "evil.example"}
        refused = await school.call("GET", f"{API}/sessions/my/", headers=evil)
        assert (refused.status_code, refused.json()["field"]) == (400, "Host")
        assert (await school.call("GET", "/healthz", headers=evil)).status_code == 200
        operator = await school.operate("GET", f"{OPERATOR}/rooms/", headers={"Host": "operator"})
        assert operator.status_code == 200


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("lessons.example.org:8443", True),
        ("Lessons.Example.org.:8443", True),
        ("lessons.example.org", False),
        ("lessons.example.org:443", False),
        ("evil.example:8443", False),
        ("", False),
    ],
)
async def test_host_and_port_are_compared_and_a_refusal_names_them(
    opened: Open, host: str, *, is_answered: bool
) -> None:
    """A proxy that drops the port from Host is told what was expected."""
    config = GatewayConfig(public_url="https://lessons.example.org:8443")
    async with opened(config=config) as school:
        answer = await school.call("GET", "/", headers={"Host": host})
    if is_answered:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400
        assert "lessons.example.org:8443" in answer.json()["detail"]


@pytest.mark.parametrize("front", ["", "/lessons"], ids=["taken away", "left in front"])
async def test_the_server_may_lie_below_a_path(opened: Open, front: str) -> None:
    """Whether the proxy takes the path away or not: page, API, probes, addresses."""
    config = GatewayConfig(public_url="https://school.example/lessons", is_openapi_served=True)
    here = {"Host": "school.example"}
    async with opened(config=config) as school:
        page = await school.call("GET", f"{front}/join/x", headers=here)
        probe = await school.call("GET", f"{front}/healthz")
        described = await school.call("GET", f"{front}/openapi.json", headers=here)
        token = school.user_token("Ada")
        created = await school.call(
            "POST", f"{front}{API}/sessions/", token=token, headers=here, json={}
        )
        path = f"{front}{API}/sessions/{created.json()['session_id']}/join/"
        joined = await school.call("POST", path, token=token, headers=here, json={})
        wrong = await school.call("PUT", f"{front}{API}/sessions/", headers=here)
        other = await school.call("GET", f"/other{API}/sessions/my/", headers=here, token=token)
    assert page.status_code == probe.status_code == 200
    assert "strict-transport-security" not in page.headers
    assert described.json()["servers"] == [{"url": "/lessons"}]
    assert joined.json()["ws_url"].startswith("wss://school.example/lessons/ws/classroom/")
    assert wrong.headers["allow"] == "POST"
    assert other.headers["content-type"].startswith("text/html")


async def test_probes_say_whether_the_server_can_work(school: School) -> None:
    durability = {"durability": "process"}
    assert (await school.call("GET", "/healthz")).json() == {"status": "ok"} | durability
    assert (await school.call("GET", "/readyz")).json() == {"status": "ready"} | durability
    with unwritable(school):
        assert (await school.call("GET", "/healthz")).status_code == 200
        refused = await school.call("GET", "/readyz")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert refused.headers["retry-after"] == "1"


async def test_while_nothing_can_be_written_reading_goes_on(school: School) -> None:
    session = await school.session("Ada")
    path = f"{API}/sessions/{session['session_id']}/"
    with unwritable(school):
        read = await school.call("GET", path, token=school.user_token("Ada"))
        write = await school.call("POST", f"{API}/sessions/", token=school.user_token("Ada"))
    assert read.status_code == 200
    assert (write.status_code, write.json()["code"]) == (503, "unavailable")
