"""Traces for a collector that speaks OTLP over HTTP: requests, commits, flushes. Off as a rule.

Nothing in them names a session or a person: of a request its route, method and status, not its path
or query, in which addresses of calendars and codes stand. What OpenTelemetry reads from the
environment (`OTEL_…`) is for the exporter alone; it turns nothing on.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from actors.runtime.observing import Observer
from lessonroom.codes import ErrorCode

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExportResult

_TIMEOUT_S: Final = 5
"""Of one message to the collector; what waits behind it is bounded, and the oldest goes."""
_TOLD: Final = frozenset(
    {
        "error.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "lessonroom.events",
        "lessonroom.rooms",
    }
)
_NS: Final = 1_000_000_000


class TracesConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where traces go: the collector's own address for them, and which part of all is sent."""

    endpoint: str
    share: float
    service: str


class ExtraMissing(Exception):  # noqa: N818 - says what happened
    """What traces need is not installed."""


class Traces:
    """Makes spans and sends them, in a thread of its own; an `Observer` that passes on to another.

    A collector that is slow or away costs spans, nothing else.

    Raises:
        ExtraMissing: the extra `traces` is not installed.

    """

    def __init__(self, config: TracesConfig, observer: Observer) -> None:
        self.provider: TracerProvider = _provider(config)
        self._tracer = self.provider.get_tracer("lessonroom")
        self._observer = observer

    def stop(self) -> None:
        """Send what waits, and end; takes as long as a message may, so it is for a thread."""
        self.provider.shutdown()

    # -- actors.runtime.observing.Observer

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """Tell of a transaction, the fsync included."""
        self._observer.committed(events=events, rooms=rooms, duration_s=duration_s)
        counts = {"lessonroom.events": events, "lessonroom.rooms": rooms}
        self._add("commit", duration_s, counts)

    def flushed(self, *, duration_s: float) -> None:
        """Tell of a room that wrote to all of its connections."""
        self._observer.flushed(duration_s=duration_s)
        self._add("flush", duration_s, {})

    def refused(self, code: ErrorCode) -> None:
        """Pass it on: the request's span has it."""
        self._observer.refused(code)

    def _add(self, name: str, duration_s: float, counts: dict[str, int]) -> None:
        ended_ns = time.time_ns()
        began_ns = ended_ns - round(duration_s * _NS)
        self._tracer.start_span(name, attributes=counts, start_time=began_ns).end(ended_ns)


def _provider(config: TracesConfig) -> "TracerProvider":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import (  # noqa: PLC0415
            BatchSpanProcessor,
            SpanExporter,
        )
        from opentelemetry.sdk.trace.sampling import (  # noqa: PLC0415
            ParentBased,
            TraceIdRatioBased,
        )
    except ImportError as error:
        raise ExtraMissing(str(error)) from error

    class Lean(SpanExporter):
        """Sends spans without what is not to be told."""

        def __init__(self, to: SpanExporter) -> None:
            self._to = to

        def export(self, spans: Sequence["ReadableSpan"]) -> "SpanExportResult":
            return self._to.export([_lean(span) for span in spans])

        def shutdown(self) -> None:
            self._to.shutdown()

        def force_flush(self, timeout_millis: int = 30_000) -> bool:
            return self._to.force_flush(timeout_millis)

    share = TraceIdRatioBased(config.share)
    provider = TracerProvider(
        # What a stranger's `traceparent` asks for is not for them to say.
        sampler=ParentBased(share, remote_parent_sampled=share, remote_parent_not_sampled=share),
        resource=Resource({"service.name": config.service}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(endpoint=config.endpoint, timeout=_TIMEOUT_S)
    provider.add_span_processor(BatchSpanProcessor(Lean(exporter)))
    return provider


def _lean(span: "ReadableSpan") -> "ReadableSpan":
    from opentelemetry.sdk.trace import ReadableSpan  # noqa: PLC0415 - an extra
    from opentelemetry.trace import Status  # noqa: PLC0415

    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={k: v for k, v in (span.attributes or {}).items() if k in _TOLD},
        kind=span.kind,
        # Without words: they may be those of an exception.
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
