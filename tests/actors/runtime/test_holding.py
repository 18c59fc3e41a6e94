"""An actor that holds the event loop is named."""

import asyncio
from typing import Any

import msgspec
from structlog.typing import EventDict

from actors.runtime.asyncio_actor import AsyncioActor


class _Quick(msgspec.Struct, frozen=True):
    pass


class _Slow(msgspec.Struct, frozen=True):
    pass


class _Watch:
    """A stopwatch that a test turns."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


WATCH = _Watch()


class _Holding(AsyncioActor):
    STOPWATCH_S = WATCH

    def on_receive(self, message: object) -> None:
        WATCH.now_s += 0.15 if isinstance(message, _Slow) else 0.001


async def _tell(*messages: Any) -> None:  # noqa: ANN401 - whatever an actor is told
    ref = _Holding.start()
    for message in messages:
        ref.tell(message)
    await asyncio.sleep(0)
    await ref.stop(block=False)


def _holds(log_events: list[EventDict]) -> list[EventDict]:
    return [event for event in log_events if event["event"] == "an actor held the event loop"]


async def test_a_drain_over_100_ms_names_the_actor_and_its_messages(
    log_events: list[EventDict],
) -> None:
    """[P15] With how many of each there were, and for how long."""
    await _tell(_Quick(), _Slow(), _Quick())
    (held,) = _holds(log_events)
    assert held["actor"] == "_Holding"
    assert held["messages"] == {"_Quick": 2, "_Slow": 1}
    assert held["held_ms"] == 152
    assert held["log_level"] == "warning"


async def test_a_quick_drain_is_not_named(log_events: list[EventDict]) -> None:
    """[P15] Nor many of them, one after the other."""
    await _tell(*[_Quick()] * 90)
    await _tell(*[_Quick()] * 90)
    assert not _holds(log_events)


async def test_what_a_hook_takes_counts_as_well(log_events: list[EventDict]) -> None:
    """[P15] `after_batch` runs before the loop goes on."""

    class Late(_Holding):
        def after_batch(self) -> None:
            WATCH.now_s += 0.2

    ref = Late.start()
    ref.tell(_Quick())
    await asyncio.sleep(0)
    assert _holds(log_events)[0]["actor"] == "Late"
    await ref.stop(block=False)
