"""What a room has decided and not yet handed to the journal."""

from lessonroom.board.board import Board
from lessonroom.events import Event
from lessonroom.outcome import Outcome, SavedBoard
from lessonroom.participant import Participant
from lessonroom.state import RoomState
from storage.records import Batch, Snapshot, SnapshotType


class UnsavedWork:
    """Gathers outcomes into the next batch, and counts what the newest snapshot lacks."""

    def __init__(self, *, snapshot_version: int, head: int) -> None:
        self._events: list[Event] = []
        self._participants: dict[int, Participant] = {}
        self._is_session_changed = False
        self._saved: SavedBoard | None = None
        self.board_events = max(0, head - snapshot_version)
        """Events since the newest snapshot, at most so many of them of the board."""

    def add(self, outcome: Outcome, *, board_events: int) -> None:
        """Take up what one command came to."""
        self._events += outcome.events
        self._participants |= outcome.participants
        self._is_session_changed |= outcome.session_changed
        self.board_events += board_events
        if outcome.saved is not None:
            self._saved = outcome.saved

    def save(self, board: Board, *, version: int) -> None:
        """Have the board, as it is after event `version`, written with the next batch."""
        if self._saved is None or self._saved.version < version:
            self._saved = SavedBoard(version, board.encode(), is_manual=False)

    def is_empty(self) -> bool:
        """Whether nothing waits to be handed over."""
        return not self._events and self._saved is None

    def take(self, state: RoomState, *, now_ms: int) -> Batch:
        """Return the batch and begin a new one."""
        batch = Batch(
            session=state.session,
            events=tuple(self._events),
            session_changed=self._is_session_changed,
            participants=tuple(self._participants.values()),
            snapshot=self._snapshot(state, now_ms=now_ms),
        )
        self._events = []
        self._participants = {}
        self._is_session_changed = False
        self._saved = None
        return batch

    def _snapshot(self, state: RoomState, *, now_ms: int) -> Snapshot | None:
        saved = self._saved
        if saved is None:
            return None
        if saved.is_manual:
            kind = SnapshotType.MANUAL
        elif state.session.status.has_ended:
            kind = SnapshotType.TERMINATE
        else:
            kind = SnapshotType.AUTO
        self.board_events = 0
        return Snapshot(
            kind=kind,
            version=saved.version,
            board=saved.board,
            created_by=self._events[-1].user_id if saved.is_manual and self._events else None,
            participant_count=sum(
                participant.status.is_present for participant in state.participants.values()
            ),
            created_at_ms=now_ms,
        )
