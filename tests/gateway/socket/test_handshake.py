import json

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Request

from gateway.public_address import PublicAddress
from gateway.socket.handshake import Handshake, Target, check_origin, read, refusal
from gateway.socket.wires import JSON, MSGPACK
from lessonroom.codes import ErrorCode, Refused
from lessonroom.log.events import Channel

PATH = "/ws/classroom/abc-123/"
ORIGIN = "https://lessons.example.org"


def asked(
    path: str = PATH, *headers: tuple[str, str], allows_query_token: bool = False
) -> Handshake:
    request = Request(path, Headers(headers))
    return read(request, Target.of(request), allows_query_token=allows_query_token)


def refused(
    path: str = PATH, *headers: tuple[str, str], allows_query_token: bool = False
) -> Refused:
    with pytest.raises(Refused) as caught:
        asked(path, *headers, allows_query_token=allows_query_token)
    return caught.value


def protocols(text: str) -> tuple[str, str]:
    return "Sec-WebSocket-Protocol", text


BEARER = ("Authorization", "Bearer t")


@pytest.mark.parametrize(
    ("view", "channels"),
    [
        ("", set(Channel)),
        ("board/", {Channel.BOARD}),
        ("webrtc/", {Channel.WEBRTC}),
        ("system/", {Channel.SYSTEM}),
    ],
)
def test_the_path_names_the_session_and_the_view(view: str, channels: set[Channel]) -> None:
    """[HS-1] With and without the last slash."""
    for path in (PATH + view, (PATH + view).rstrip("/")):
        handshake = asked(path, BEARER)
        assert handshake.session_id == "abc-123"
        assert handshake.channels == channels


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/ws/classroom/",
        "/ws/classroom//",
        "/ws/classroom/a b/",
        "/ws/classroom/a%20b/",
        "/ws/classroom/../classroom/abc/",
        "/ws/classroom/abc/boards/",
        "/ws/classroom/abc/board/board/",
        "/ws/classroom/abc//",
        f"/ws/classroom/{'a' * 65}/",
        "/WS/classroom/abc/",
        "/ws/classroom/ä/",
    ],
)
def test_other_paths_are_not_found(path: str) -> None:
    """[HS-1, HS-4] Before anything else is looked at."""
    assert refused(path, BEARER).code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize(
    ("offered", "wire", "named"),
    [
        (None, JSON, None),
        ("lessonroom.v1.json", JSON, "lessonroom.v1.json"),
        ("lessonroom.v1.msgpack", MSGPACK, "lessonroom.v1.msgpack"),
        ("lessonroom.v1.msgpack, lessonroom.v1.json", MSGPACK, "lessonroom.v1.msgpack"),
        ("lessonroom.v9, lessonroom.v1.json", JSON, "lessonroom.v1.json"),
    ],
)
def test_the_first_sub_protocol_that_is_known_is_chosen(
    offered: str | None, wire: object, named: str | None
) -> None:
    """[HS-3] JSON where none is named; an answer is then not named either."""
    headers = [] if offered is None else [protocols(offered)]
    handshake = asked(PATH, BEARER, *headers)
    assert handshake.wire is wire
    assert handshake.subprotocol == named


def test_the_bearer_entry_is_never_the_sub_protocol() -> None:
    """[HS-2, HS-3] Wherever it stands, over one header or several."""
    for headers in (
        [protocols("bearer.t")],
        [protocols("bearer.t, lessonroom.v1.json")],
        [protocols("lessonroom.v1.json"), protocols("bearer.t")],
    ):
        handshake = asked(PATH, *headers)
        assert handshake.token == "t"
        assert handshake.subprotocol in {None, "lessonroom.v1.json"}


@pytest.mark.parametrize("text", ["bearer t", "BEARER t", "Bearer  t "])
def test_the_scheme_of_the_header_has_no_case(text: str) -> None:
    """[HS-2] RFC 9110 section 11.1."""
    assert asked(PATH, ("Authorization", text)).token == "t"


def test_the_query_counts_only_where_it_is_allowed() -> None:
    """[HS-2] The refusal says what to do instead."""
    error = refused(f"{PATH}?token=t")
    assert error.code is ErrorCode.UNAUTHORIZED
    assert "bearer.<token>" in error.message
    assert asked(f"{PATH}?token=t", allows_query_token=True).token == "t"


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        (PATH, [], ErrorCode.UNAUTHORIZED),
        (PATH, [("Authorization", "Basic dTpw")], ErrorCode.UNAUTHORIZED),
        (PATH, [BEARER, BEARER], ErrorCode.INVALID),
        (PATH, [BEARER, protocols("bearer.t")], ErrorCode.INVALID),
        (PATH, [protocols("bearer.t, bearer.u")], ErrorCode.INVALID),
        (f"{PATH}?token=t&token=u", [], ErrorCode.INVALID),
        (f"{PATH}?token=t", [BEARER], ErrorCode.INVALID),
        (PATH, [BEARER, protocols("lessonroom.v2.json")], ErrorCode.INVALID),
        (PATH, [BEARER, protocols("a b")], ErrorCode.INVALID),
        (PATH, [BEARER, protocols(",;")], ErrorCode.INVALID),
    ],
)
def test_no_token_several_and_malformed_headers_are_refused(
    path: str, headers: list[tuple[str, str]], code: ErrorCode
) -> None:
    """[HS-2, HS-3]"""
    assert refused(path, *headers, allows_query_token=True).code is code


def test_a_refusal_as_close_is_asked_for_in_exact_words() -> None:
    """[HS-4]"""
    wanted = {
        query: Target.of(Request(PATH + query, Headers())).wants_close
        for query in (
            "",
            "?reason=close",
            "?reason=",
            "?reason=Close",
            "?reason=close&reason=close",
        )
    }
    assert [query for query, is_wanted in wanted.items() if is_wanted] == ["?reason=close"]


def test_a_query_of_a_thousand_fields_is_not_read() -> None:
    """[HS-4] The socket answers it with 400."""
    with pytest.raises(ValueError, match="fields"):
        Target.of(Request(f"{PATH}?{'a=1&' * 1000}", Headers()))


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ([("Host", "h:1")], True),
        ([("Host", "h:1"), ("Origin", "http://h:1")], True),
        ([("Host", "h:1"), ("Origin", "https://h:1")], True),
        ([("Host", "h:1"), ("Origin", ORIGIN)], True),
        ([("Host", "h:1"), ("Origin", "http://h")], False),
        ([("Host", "h:1"), ("Origin", "http://h:1/")], False),
        ([("Host", "h:1"), ("Origin", "null")], False),
        ([("Host", "h:1"), ("Origin", "")], False),
        ([("Host", "h:1"), ("Origin", "https://evil.example")], False),
        ([("Host", "h:1"), ("Origin", f"{ORIGIN}.evil.example")], False),
        ([("Host", "h:1"), ("Origin", "https://evil.lessons.example.org")], False),
        ([("Host", "h:1"), ("Origin", ORIGIN.upper())], False),
        ([("Host", "h:1"), ("Origin", ORIGIN), ("Origin", ORIGIN)], False),
        ([("Host", "h:1"), ("Host", "evil.example"), ("Origin", "http://evil.example")], False),
        ([("Origin", "http://h:1")], False),
    ],
)
def test_an_origin_is_the_servers_own_or_one_that_is_listed(
    headers: list[tuple[str, str]], *, is_allowed: bool
) -> None:
    """[HS-4] Compared as a whole: no prefix, no suffix, no sub-domain."""
    request = Request(PATH, Headers(headers))
    if is_allowed:
        check_origin(request, allowed=[ORIGIN])
        return
    with pytest.raises(Refused) as caught:
        check_origin(request, allowed=[ORIGIN])
    assert caught.value.code is ErrorCode.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("origin", "host", "is_allowed"),
    [
        ("https://h.example:8443", "h.example:8443", True),
        # A proxy that passes Host on without its port.
        ("https://h.example:8443", "h.example", True),
        (ORIGIN, "h.example:8443", True),
        ("https://h.example", "h.example", False),
        ("http://h.example:8443", "h.example:8443", False),
        ("http://evil.example", "evil.example", False),
    ],
)
def test_with_a_public_address_its_origin_is_the_servers_own(
    origin: str, host: str, *, is_allowed: bool
) -> None:
    """[HS-4] Whatever Host says: a page that rebinds a name chooses that."""
    public = PublicAddress.of("https://h.example:8443/lessons")
    request = Request(PATH, Headers([("Host", host), ("Origin", origin)]))
    if is_allowed:
        check_origin(request, allowed=[ORIGIN], public=public)
        return
    with pytest.raises(Refused, match=r"https://h\.example:8443") as caught:
        check_origin(request, allowed=[ORIGIN], public=public)
    assert caught.value.code is ErrorCode.PERMISSION_DENIED


@pytest.mark.parametrize("path", [PATH, f"/lessons{PATH}"])
def test_a_socket_may_lie_below_the_public_path(path: str) -> None:
    """[HS-1] Whether the proxy in front takes that away or not."""
    public = PublicAddress.of("https://h.example/lessons")
    assert Target.of(Request(path, Headers()), public).path == PATH


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (ErrorCode.INVALID, 400),
        (ErrorCode.UNAUTHORIZED, 401),
        (ErrorCode.PERMISSION_DENIED, 403),
        (ErrorCode.KICKED, 403),
        (ErrorCode.NOT_FOUND, 404),
        (ErrorCode.ROOM_FULL, 409),
        (ErrorCode.SESSION_ENDED, 410),
        (ErrorCode.RATE_LIMITED, 429),
        (ErrorCode.UNAVAILABLE, 503),
    ],
)
def test_a_refusal_is_a_problem_document(code: ErrorCode, status: int) -> None:
    """[HS-4] RFC 9457, as the REST API gives it; `Retry-After` in whole seconds, rounded up."""
    response = refusal(Refused(code, "why", retry_after_ms=1_001))
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "2"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.body is not None
    assert int(response.headers["Content-Length"]) == len(response.body)
    problem = json.loads(response.body)
    assert (problem["status"], problem["code"], problem["detail"]) == (status, code, "why")
    assert "Retry-After" not in refusal(Refused(code, "why")).headers


@pytest.mark.parametrize(
    ("query", "served"),
    [("", 1), ("?schema=1", 1), ("?schema=2", 2), ("?schema=9999", 2), ("?reason=close", 1)],
)
def test_a_client_that_knows_enough_is_let_in(query: str, served: int) -> None:
    """[BD-16] A newer one too: it is told what the server writes."""
    request = Request(PATH + query, Headers([BEARER]))
    read(request, Target.of(request), allows_query_token=False, oldest_schema=served)


@pytest.mark.parametrize("query", ["", "?schema=1", "?schema=2"])
def test_a_client_that_knows_too_little_is_told_so(query: str) -> None:
    """[BD-16] One that announces nothing knows the first schema."""
    request = Request(PATH + query, Headers([BEARER]))
    with pytest.raises(Refused, match="3 is the oldest; reload") as caught:
        read(request, Target.of(request), allows_query_token=False, oldest_schema=3)
    assert (caught.value.code, caught.value.field) == (ErrorCode.CLIENT_TOO_OLD, "schema")
    assert refusal(caught.value).status_code == 400


@pytest.mark.parametrize(
    "query", ["?schema=", "?schema=0", "?schema=-1", "?schema=x", "?schema=2.0", "?schema=10000",
              "?schema=1&schema=2", "?schema=%C2%B2", "?schema=1%0A"],
)  # fmt: skip
def test_a_schema_that_is_no_number_is_invalid(query: str) -> None:
    """[BD-16] Neither guessed nor passed over."""
    error = refused(PATH + query, BEARER)
    assert (error.code, error.field) == (ErrorCode.INVALID, "schema")
