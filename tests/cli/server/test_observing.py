"""Who hears how a server does, where what sends traces is not installed."""

import contextlib
import sys

import pytest

from cli.command_errors import CommandRefused
from cli.server.observing import Observing
from cli.settings.sections import TracesSettings
from tests.manual_clock import ManualClock

_ENDPOINT = "http://127.0.0.1:1/v1/traces"


async def _observer(settings: TracesSettings) -> object:
    async with contextlib.AsyncExitStack() as stack:
        observing = Observing.start(settings, clock=ManualClock(), stack=stack)
        return observing.observer is observing.metrics


async def test_without_an_endpoint_nothing_of_traces_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server without them pays nothing, and needs no extra."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert await _observer(TracesSettings()) is True


async def test_traces_that_cannot_be_sent_are_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the start, not when somebody looks for them."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(CommandRefused, match=r"pip install 'lessonroom\[traces\]'"):
        await _observer(TracesSettings(endpoint=_ENDPOINT))


async def test_with_an_endpoint_the_actors_tell_the_traces() -> None:
    assert await _observer(TracesSettings(endpoint=_ENDPOINT)) is False
