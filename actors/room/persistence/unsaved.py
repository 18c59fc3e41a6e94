"""What a room has decided and not yet handed to the journal."""

from typing import Final

from lessonroom.board.model.board import Board
from lessonroom.finding.written import may_write
from lessonroom.log.events import BOARD_CHANGES, Event
from lessonroom.outcome import Outcome, SavedBoard, SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.state import RoomState
from storage.records import Batch, LogUsage, Snapshot

_WORTH_NOTING_BYTES: Final = 64 * 1024
"""Less than that is summed up when the room opens again."""


class UnsavedWork:
    """Gathers outcomes into the next batch, and counts what the newest snapshot lacks.

    Args:
        board_events: how many events have changed the board since the newest snapshot on disk.
        board_bytes: what those say, in bytes.
        log_bytes: what the log takes; so much of it is noted on disk, or will be summed up there.
        head: the last event on disk.
        term: the ownership in whose name it is written.

    """

    def __init__(
        self,
        *,
        board_events: int,
        board_bytes: int = 0,
        log_bytes: int = 0,
        head: int = 0,
        term: int = 0,
    ) -> None:
        self._term = term
        self._events: list[Event] = []
        self._participants: dict[int, Participant] = {}
        self._is_session_changed = False
        self._saved: list[SavedBoard] = []
        self._noted_bytes = log_bytes
        self._notes_usage = False
        self.board_events = board_events
        """Events that changed the board since the newest snapshot, on disk or in this batch."""
        self.board_bytes = board_bytes
        """What those events say, in bytes."""
        self.written_seq = head
        """No event after this one says anything that is text."""

    def add(self, outcome: Outcome) -> None:
        """Take up what one command came to."""
        self._events += outcome.events
        self._participants |= outcome.participants
        self._is_session_changed |= outcome.session_changed
        version = 0
        if outcome.saved is not None:
            self._saved.append(outcome.saved)
            self.board_events = self.board_bytes = 0
            version = outcome.saved.version
        for event in outcome.events:
            if may_write(event):
                self.written_seq = event.seq
            if event.type in BOARD_CHANGES and event.seq > version:
                self.board_events += 1
                self.board_bytes += len(event.data)

    def save(self, board: Board, kind: SnapshotType, *, version: int) -> None:
        """Have the board, as it is after event `version`, written with the next batch."""
        # A copy, shared until it is written to: the board goes on while it is encoded in a thread.
        self._saved.append(SavedBoard(version, board.copy(), kind))
        self.board_events = self.board_bytes = 0

    def note_usage(self, state: RoomState) -> None:
        """Have what the log takes written though there is no snapshot, where it is worth it."""
        self._notes_usage = state.usage.total_bytes - self._noted_bytes > _WORTH_NOTING_BYTES

    def is_empty(self) -> bool:
        """Whether nothing waits to be handed over."""
        return not (self._events or self._saved or self._participants or self._notes_usage)

    def take(self, state: RoomState, *, now_ms: int) -> Batch:
        """Return the batch and begin a new one."""
        # Beside snapshots only: usage is counted up from the newest of both, as boards are folded.
        usage = None
        if self._saved or self._notes_usage:
            usage = LogUsage(state.head, dict(state.usage.by_person))
            self._noted_bytes = state.usage.total_bytes
        batch = Batch(
            session=state.session,
            events=tuple(self._events),
            session_changed=self._is_session_changed,
            participants=tuple(self._participants.values()),
            snapshots=tuple(_snapshot(saved, state, now_ms=now_ms) for saved in self._saved),
            usage=usage,
            term=self._term,
        )
        self._events = []
        self._participants = {}
        self._is_session_changed = False
        self._saved = []
        self._notes_usage = False
        return batch


def _snapshot(saved: SavedBoard, state: RoomState, *, now_ms: int) -> Snapshot:
    return Snapshot(
        kind=saved.kind,
        version=saved.version,
        board=saved.board,
        created_by=saved.by,
        participant_count=sum(
            participant.status.is_present for participant in state.participants.values()
        ),
        created_at_ms=now_ms,
    )
