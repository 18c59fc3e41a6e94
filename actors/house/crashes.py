"""How often rooms have failed, and which are left alone for it."""

from collections import deque
from typing import Final

import structlog

from actors.config import RoomConfig
from actors.runtime.clock import Clock

_log: Final = structlog.get_logger(__name__)


class Crashes:
    """Counts each session's failures in a row; too many within the window, and it is parked."""

    def __init__(self, config: RoomConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._at_s: dict[str, deque[float]] = {}
        self._parked: set[str] = set()

    def is_parked(self, session_id: str) -> bool:
        """Whether the session is not opened again until the server restarts."""
        return session_id in self._parked

    def has_failed(self, session_id: str) -> bool:
        """Whether the session's room failed since it last went to rest in good order."""
        return session_id in self._at_s

    def forget(self, session_id: str) -> None:
        """It went to rest in good order: what comes is counted anew."""
        self._at_s.pop(session_id, None)

    def count(self, session_id: str, reason: str) -> None:
        """Note a failure, and park the session where it was one too many."""
        now_s = self._clock.monotonic_s()
        at_s = self._at_s.setdefault(session_id, deque())
        at_s.append(now_s)
        while now_s - at_s[0] > self._config.crash_window_s:
            at_s.popleft()
        _log.error("a room failed", session_id=session_id, reason=reason, in_a_row=len(at_s))
        if len(at_s) >= self._config.crashes_before_parking:
            self._parked.add(session_id)
            _log.error("the session is parked until the server restarts", session_id=session_id)
