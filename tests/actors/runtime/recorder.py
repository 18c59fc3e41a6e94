"""An actor that notes what it was told, and ways to wait for it."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import pykka

from actors.runtime.asyncio_actor import AsyncioActor

T = TypeVar("T")


class Recorder(AsyncioActor):
    """Writes down what happens to it; a callable message is called with the actor."""

    def __init__(self, journal: list[Any] | None = None) -> None:
        super().__init__()
        self.journal: list[Any] = [] if journal is None else journal
        self.colour = "red"

    def on_start(self) -> None:
        """Write it down."""
        self.journal.append("on_start")

    def on_receive(self, message: Any) -> Any:  # noqa: ANN401 - pykka's signature
        """Call the message or write it down; the reply is its result or itself."""
        if callable(message):
            return message(self)
        self.journal.append(message)
        return message

    def after_batch(self) -> None:
        """Write it down."""
        self.journal.append("after_batch")

    def on_stop(self) -> None:
        """Write it down."""
        self.journal.append("on_stop")

    def on_failure(
        self,
        exception_type: type[BaseException] | None,  # noqa: ARG002 - pykka's signature
        exception_value: BaseException | None,
        traceback: TracebackType | None,  # noqa: ARG002 - pykka's signature
    ) -> None:
        """Write it down."""
        self.journal.append(("on_failure", exception_value))

    def paint(self, colour: str) -> str:
        """Something for a proxy to call."""
        self.colour = colour
        return f"painted {colour}"


def raiser(error: BaseException) -> Callable[[Recorder], None]:
    """Make a message whose handling raises `error`."""

    def fail(_: Recorder) -> None:
        raise error

    return fail


async def drained() -> None:
    """Let the callbacks that are scheduled now, and the ones they schedule, run."""
    for _ in range(5):
        await asyncio.sleep(0)


async def stop(*refs: pykka.ActorRef[Any]) -> None:
    """Stop actors in this order and wait for each."""
    for ref in refs:
        await asyncio.wait_for(ref.stop(block=False), 5)


async def in_thread(call: Callable[[], T]) -> T:
    """Call it on another thread; what it returns or raises."""
    return await asyncio.wait_for(asyncio.to_thread(call), 5)
