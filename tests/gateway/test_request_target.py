"""The forms of a request's target, on a real port (RFC 9112 section 3.2)."""

import pytest

from tests.gateway.served_port import Serve


def asked(line: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([line, *headers, b"Connection: close", b"", b""])


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"GET /a HTTP/1.1", "/a"),
        (b"GET http://h.example/a?b=%20c HTTP/1.1", "/a"),
        (b"GET HTTP://h.example:8700/a HTTP/1.1", "/a"),
        (b"GET https://[::1]/a HTTP/1.1", "/a"),
        (b"GET http://h.example HTTP/1.1", "/"),
        (b"GET http://h.example?b HTTP/1.1", "/"),
        (b"GET //a HTTP/1.1", "//a"),
        (b"OPTIONS * HTTP/1.1", "*"),
        (b"OPTIONS http://h.example HTTP/1.1", "*"),
    ],
)
async def test_a_path_is_the_same_in_each_form(serve: Serve, line: bytes, path: str) -> None:
    """What stands in the request line goes before `Host`."""
    async with serve() as serving:
        answer = await serving.exchange(asked(line, b"Host: other.example"))
        assert answer.startswith(b"HTTP/1.1 200")
    assert serving.app.paths == [path]
    if b"://" in line:
        assert serving.app.hosts[0] != b"other.example"


@pytest.mark.parametrize(
    ("line", "host"),
    [
        (b"GET a HTTP/1.1", b"h.example"),
        (b"GET * HTTP/1.1", b"h.example"),
        (b"GET h.example:80 HTTP/1.1", b"h.example"),
        (b"GET ftp://h.example/a HTTP/1.1", b"h.example"),
        (b"GET file:///etc/passwd HTTP/1.1", b"h.example"),
        (b"GET http:///a HTTP/1.1", b"h.example"),
        (b"GET http://:80/a HTTP/1.1", b"h.example"),
        (b"GET http://u:p@h.example/a HTTP/1.1", b"h.example"),
        (b"GET http://h.example:99999/a HTTP/1.1", b"h.example"),
        (b"GET http:/a HTTP/1.1", b"h.example"),
        (b"GET /a#b HTTP/1.1", b"h.example"),
        (b"CONNECT h.example:443 HTTP/1.1", b"h.example:443"),
        (b"GET /a HTTP/1.1", b"h example"),
        (b"GET /a HTTP/1.1", b"h.example/b"),
        (b"GET /a HTTP/1.1", b"u@h.example"),
        (b"GET /a HTTP/1.1", b"h.example:x"),
        (b"GET /a HTTP/1.1", b"\xff"),
    ],
)
async def test_what_is_no_target_or_no_host_is_answered_with_400(
    serve: Serve, line: bytes, host: bytes
) -> None:
    async with serve() as serving:
        answer = await serving.exchange(asked(line, b"Host: " + host))
    assert answer.startswith(b"HTTP/1.1 400")
    assert serving.app.paths == []


@pytest.mark.parametrize("hosts", [(), (b"Host: a.example", b"Host: b.example")])
async def test_a_request_has_one_host(serve: Serve, hosts: tuple[bytes, ...]) -> None:
    async with serve() as serving:
        answer = await serving.exchange(asked(b"GET /a HTTP/1.1", *hosts))
    assert answer.startswith(b"HTTP/1.1 400")
