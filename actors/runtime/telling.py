"""Telling an actor, or settling a future, that may be gone already."""

import asyncio
from typing import Any, Final

import pykka
import structlog

_log: Final = structlog.get_logger(__name__)


def tell(ref: pykka.ActorRef[Any], message: object) -> None:
    """Tell an actor; one that has stopped needs to know nothing any more."""
    try:
        ref.tell(message)
    except pykka.ActorDeadError:
        _log.debug("told an actor that has stopped", message=type(message).__name__)


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
