"""Traces that a server sends to a collector, which here is a socket and OpenTelemetry's own reader.

Tests also: gateway/traces.py.
"""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.cli.calling import lesson
from tests.e2e.conftest import StartServer
from tests.serving import RunningServer

_SECRET = "nobody-s-business"


class Collector(ThreadingHTTPServer):
    """Takes what is sent to `/v1/traces`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sent: list[bytes] = []
        self.services: set[str] = set()

    @property
    def url(self) -> str:
        """Where traces are taken."""
        return f"http://127.0.0.1:{self.server_port}/v1/traces"

    def spans(self) -> list[Span]:
        """Return the spans that came."""
        found: list[Span] = []
        for body in self.sent:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                self.services |= {a.value.string_value for a in resource.resource.attributes}
                for scope in resource.scope_spans:
                    found += scope.spans
        return found


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.sent.append(body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that runs."""
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def _traced(start: StartServer, collector: Collector, **settings: object) -> RunningServer:
    given = {"endpoint": collector.url, "share": 1} | settings
    return start(**{f"traces__{name}": value for name, value in given.items()})


def test_requests_and_commits_are_told_without_who_or_what(
    collector: Collector, start: StartServer
) -> None:
    """Of a request its route, method and status; of a commit how many events it had."""
    server = _traced(start, collector, service="algebra house")
    session_id = lesson(server, _SECRET)["session_id"]
    url = f"{server.url}/api/v1/classroom/sessions/{session_id}/"
    assert httpx.get(url, params={"code": _SECRET}).status_code == 401
    assert httpx.get(f"{server.url}/api/v1/classroom/{_SECRET}/").status_code == 404
    assert server.stop() == 0
    spans = collector.spans()
    told = {
        span.name: {a.key: a.value.string_value or a.value.int_value for a in span.attributes}
        for span in spans
    }
    asked = told["GET /api/v1/classroom/sessions/{session_id}/"]
    assert asked == {
        "http.request.method": "GET",
        "http.response.status_code": 401,
        "http.route": "/api/v1/classroom/sessions/{session_id}/",
    }
    assert told["commit"]["lessonroom.events"] >= 1
    assert collector.services >= {"algebra house"}
    everything = b"".join(collector.sent)
    assert _SECRET.encode() not in everything
    assert session_id.encode() not in everything
    commit = next(span for span in spans if span.name == "commit")
    assert 0 < commit.end_time_unix_nano - commit.start_time_unix_nano < 60_000_000_000


def test_a_share_is_not_for_strangers_to_raise(collector: Collector, start: StartServer) -> None:
    """A `traceparent` that says that it is sampled asks for what the server does not do."""
    server = _traced(start, collector, share="0.000000001")
    asked = {"traceparent": "00-ffffffffffffffffffffffffffffffff-00f067aa0ba902b7-01"}
    assert httpx.get(f"{server.url}/healthz", headers=asked).status_code == 200
    assert server.stop() == 0
    assert collector.spans() == []


def test_a_collector_that_is_away_holds_up_nobody(start: StartServer) -> None:
    """The server serves, and ends."""
    with Collector() as gone:
        server = _traced(start, gone)
    assert httpx.get(f"{server.url}/healthz").status_code == 200
    assert server.stop() == 0


def test_the_environment_alone_turns_nothing_on(
    collector: Collector, start: StartServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FastAPI would take these, and tell paths and queries."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.removesuffix("/v1/traces"))
    server = start()
    assert httpx.get(f"{server.url}/healthz").status_code == 200
    assert server.stop() == 0
    assert collector.sent == []
