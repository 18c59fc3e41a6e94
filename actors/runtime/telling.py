"""Telling an actor, or settling a future, that may be gone already."""

import asyncio
from typing import Any, Final, TypeVar

import pykka
import structlog

from actors.runtime.clock import Cancellable, Clock
from actors.runtime.mailbox import AtOnce, Mailbox

_log: Final = structlog.get_logger(__name__)
_M = TypeVar("_M")


def tell(mailbox: Mailbox[_M] | AtOnce[_M], message: _M) -> None:
    """Tell an actor; one that has stopped needs to know nothing any more."""
    try:
        mailbox.tell(message)
    except pykka.ActorDeadError:
        _log.debug("told an actor that has stopped", message=type(message).__name__)


def tell_at_once(mailbox: AtOnce[_M], message: _M) -> None:
    """Tell an actor from outside, to be handled now where nothing waits before it."""
    try:
        mailbox.tell_at_once(message)
    except pykka.ActorDeadError:
        _log.debug("told an actor that has stopped", message=type(message).__name__)


def tell_later(clock: Clock, delay_s: float, mailbox: AtOnce[_M], message: _M) -> Cancellable:
    """Tell an actor after a while, for what must come: where the clock fails, the loop sees to it.

    Runs on the event loop.
    """

    def strike() -> None:
        # The loop has nothing else to do in this callback, and another one costs as much again.
        tell_at_once(mailbox, message)

    try:
        return clock.call_later(delay_s, strike)
    except Exception:  # noqa: BLE001 - whatever it is, somebody waits for the message
        _log.exception("the clock does not call back", message=type(message).__name__)
        return asyncio.get_running_loop().call_later(delay_s, strike)


def settle(
    done: asyncio.Future[Any],
    result: Any = None,  # noqa: ANN401 - the asker's own
    *,
    error: Exception | None = None,
) -> None:
    """Settle a future unless its asker has given up."""
    if done.done():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(result)
