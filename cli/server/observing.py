"""Who hears how a server does: its metrics and, where a collector is named, its traces."""

import asyncio
import contextlib
from typing import Self

import msgspec

from actors.runtime.clock import Clock
from cli.command_errors import CommandRefused
from cli.settings.sections import TracesSettings
from gateway.metrics import LoopLag, Metrics
from gateway.traces import ExtraMissing, Traces, TracesConfig


class Observing(msgspec.Struct, frozen=True):
    """What is counted, and what is told of it elsewhere."""

    metrics: Metrics
    traces: Traces | None

    @property
    def observer(self) -> Metrics | Traces:
        """Return whom the actors tell."""
        return self.traces or self.metrics

    @classmethod
    def start(
        cls, settings: TracesSettings, *, clock: Clock, stack: contextlib.AsyncExitStack
    ) -> Self:
        """Begin; `stack` ends it.

        Raises:
            CommandRefused: there are to be traces, and the extra for them is not installed.

        """
        metrics = Metrics()
        traces = _traces_of(settings, metrics)
        if traces:
            stack.push_async_callback(asyncio.to_thread, traces.stop)
        loop_lag = LoopLag(metrics, clock)
        loop_lag.start()
        stack.callback(loop_lag.stop)
        return cls(metrics, traces)


def _traces_of(settings: TracesSettings, metrics: Metrics) -> Traces | None:
    if not settings.endpoint:
        return None
    config = TracesConfig(
        endpoint=settings.endpoint, share=settings.share, service=settings.service
    )
    try:
        return Traces(config, metrics)
    except ExtraMissing as missing:
        raise CommandRefused(
            f"traces.endpoint is set, and what sends traces is not installed ({missing}):"
            " pip install 'lessonroom[traces]', or leave it out"
        ) from None
