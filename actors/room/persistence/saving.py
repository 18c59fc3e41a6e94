"""When a room's board becomes a snapshot by itself, and that it costs little."""

from collections.abc import Iterable
from typing import Final

from actors.config import RoomConfig
from actors.room.persistence.unsaved import UnsavedWork
from actors.runtime.clock import Clock
from lessonroom.log.events import Event, EventType
from lessonroom.outcome import SnapshotType
from lessonroom.state import RoomState

_PAUSE_FACTOR: Final = 50
"""A save that took so long is followed by a pause so many times as long: 2 % of the time."""

_SMALL_BYTES: Final = 65_536
_LOG_SHARE: Final = 10
"""A board larger than that is saved once the log has grown by this part of it: what all snapshots
take is then at most so many times what the log takes, and opening any version stays quick."""

_MOMENTS: Final = {
    EventType.PARTICIPANT_JOIN: SnapshotType.JOIN,
    EventType.PARTICIPANT_LEAVE: SnapshotType.LEAVE,
    EventType.PARTICIPANT_KICK: SnapshotType.LEAVE,
}


class Saving:
    """Saves the board where it has changed since its newest snapshot, never otherwise.

    A large board is saved less often than the moments and the interval ask for: the log has it
    all, and a snapshot only makes reading it faster.
    """

    def __init__(self, clock: Clock, config: RoomConfig) -> None:
        self._clock = clock
        self._config = config
        self._saved_at_s = clock.monotonic_s()
        self._cost_s = 0.0

    def after(self, events: Iterable[Event], unsaved: UnsavedWork, state: RoomState) -> None:
        """Save where somebody came or went."""
        for event in events:
            kind = _MOMENTS.get(event.type)
            if kind is not None and unsaved.board_events and self._is_affordable(unsaved, state):
                self.save(kind, unsaved, state)

    def on_tick(self, unsaved: UnsavedWork, state: RoomState) -> None:
        """Save where the interval is over, or much has changed."""
        if not unsaved.board_events or state.session.status.has_ended:
            return
        since_s = self._clock.monotonic_s() - self._saved_at_s
        is_due = (
            since_s >= self._config.autosave_s
            or unsaved.board_events >= self._config.snapshot_events
        )
        if is_due and self._is_affordable(unsaved, state):
            self.save(SnapshotType.AUTO, unsaved, state)

    def at_end(self, unsaved: UnsavedWork, state: RoomState) -> None:
        """Save where anything has changed: who opens the room next need not fold the log for it."""
        if unsaved.board_events:
            self.save(SnapshotType.AUTO, unsaved, state)

    def save(self, kind: SnapshotType, unsaved: UnsavedWork, state: RoomState) -> None:
        """Save now."""
        begun_s = self._clock.monotonic_s()
        unsaved.save(state.board, kind, version=state.head)
        self._saved_at_s = self._clock.monotonic_s()
        self._cost_s = self._saved_at_s - begun_s

    def _is_affordable(self, unsaved: UnsavedWork, state: RoomState) -> bool:
        board_bytes = state.board.size_bytes
        if board_bytes > _SMALL_BYTES and unsaved.board_bytes * _LOG_SHARE < board_bytes:
            return False
        since_s = self._clock.monotonic_s() - self._saved_at_s
        return since_s >= _PAUSE_FACTOR * self._cost_s
