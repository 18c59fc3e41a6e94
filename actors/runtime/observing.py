"""What the actors tell whoever counts: how they do is measured where it happens, and nowhere kept.

Calls come on the event loop, many a second: they must be quick, and may not raise.
"""

from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog

from lessonroom.codes import ErrorCode

_log: Final = structlog.get_logger(__name__)


class Observer(Protocol):
    """Hears how the rooms do."""

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """`events` of `rooms` rooms were committed in one transaction of `duration_s` seconds."""

    def flushed(self, *, duration_s: float) -> None:
        """A room wrote to all of its connections, in `duration_s` seconds."""

    def refused(self, code: ErrorCode) -> None:
        """Somebody was told that something is not possible."""


class Unobserved:
    """Nobody counts."""

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """Count nothing."""

    def flushed(self, *, duration_s: float) -> None:
        """Count nothing."""

    def refused(self, code: ErrorCode) -> None:
        """Count nothing."""


class Shielded:
    """Passes on to an observer, and lets no fault of it reach an actor: counting ends no lesson."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._has_failed = False

    def committed(self, *, events: int, rooms: int, duration_s: float) -> None:
        """Pass it on."""
        self._pass_on(self._observer.committed, events=events, rooms=rooms, duration_s=duration_s)

    def flushed(self, *, duration_s: float) -> None:
        """Pass it on."""
        try:
            self._observer.flushed(duration_s=duration_s)
        except Exception:  # noqa: BLE001 - whatever it is, it is not the actor's
            self._tell_once()

    def refused(self, code: ErrorCode) -> None:
        """Pass it on."""
        self._pass_on(self._observer.refused, code)

    def _pass_on(self, tell: Callable[..., None], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the observer's own
        try:
            tell(*args, **kwargs)
        except Exception:  # noqa: BLE001 - whatever it is, it is not the actor's
            self._tell_once()

    def _tell_once(self) -> None:
        # Once: it would be told many times a second.
        if not self._has_failed:
            self._has_failed = True
            _log.exception("an observer raised; what it counts is not to be trusted")
