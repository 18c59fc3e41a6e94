"""Lessons for tests to put into a store."""

import msgspec

from lessonroom.log.events import ChatMessageSent, Event, EventType, RoomOpened, Submission
from lessonroom.outcome import SnapshotType
from lessonroom.people.participant import Participant
from lessonroom.people.permissions import Role
from lessonroom.session.session import Session
from storage.records import Batch, Snapshot

CLIENT = "client-0000"


class Lesson:
    """A session whose log a test writes: makes events with the next `seq`."""

    def __init__(self, session_id: str, *, host_id: int = 1) -> None:
        self.session = Session(session_id=session_id, host_id=host_id, created_at_ms=1_000)
        self.host = Participant(user_id=host_id, name="Ada", role=Role.HOST)
        self.seq = 0

    def opened(self, epoch: str = "epoch-1") -> Event:
        """Return the event of the room being opened."""
        return self._event(EventType.ROOM_OPEN, msgspec.json.encode(RoomOpened(epoch)))

    def stroke(self, data: bytes = b'{"ops":[]}', *, n: int | None = None) -> Event:
        """Return a board event of the host; with `n`, under an identity of their client."""
        submission = None if n is None else Submission(CLIENT, n, 0xFFFFFFFF - n)
        return self._event(EventType.BOARD_OP, data, user_id=1, submission=submission)

    def said(self, words: str) -> Event:
        """Return what the host writes into the chat."""
        data = msgspec.json.encode(ChatMessageSent(words))
        return self._event(EventType.CHAT_MESSAGE, data, user_id=1)

    def strokes(self, count: int) -> Batch:
        """Return a batch of so many board events."""
        return self.batch(*(self.stroke() for _ in range(count)))

    def batch(self, *events: Event, snapshot: Snapshot | None = None) -> Batch:
        """Return a batch that changes nothing but the log."""
        snapshots = () if snapshot is None else (snapshot,)
        return Batch(session=self.session, events=events, snapshots=snapshots)

    def snapshot(self, version: int, board: bytes = b"board") -> Snapshot:
        """Return a snapshot."""
        return Snapshot(
            kind=SnapshotType.AUTO,
            version=version,
            board=board,
            created_by=None,
            participant_count=1,
            created_at_ms=2_000,
        )

    def _event(
        self,
        event_type: EventType,
        data: bytes,
        *,
        user_id: int | None = None,
        submission: Submission | None = None,
    ) -> Event:
        self.seq += 1
        return Event(
            seq=self.seq,
            type=event_type,
            at_ms=1_000 + self.seq,
            data=data,
            user_id=user_id,
            submission=submission,
        )
