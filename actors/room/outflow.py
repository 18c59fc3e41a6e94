"""What leaves a room: batches for the journal, and what may be said once they are on disk."""

from collections.abc import Callable

from actors.house.writing.messages import CommitBatch, JournalMessage
from actors.messages import Leave, RoomMessage
from actors.room.fanout.flush_timer import FlushTimer
from actors.room.fanout.urgency import Urgency
from actors.room.lesson import Lesson
from actors.runtime.clock import Clock
from actors.runtime.mailbox import Mailbox
from actors.runtime.observing import Observer
from actors.runtime.telling import tell
from lessonroom.codes import CloseCode


class Outflow:
    """Hands over what a lesson has decided, and flushes what is on disk.

    Args:
        lesson: whose events and frames they are.
        room: the room's own mailbox, asked for with each batch.
        journal: who writes.
        clock: the time.
        interval_s: how far apart flushes are.
        ring: has `rung` and `flush_if_due` called, from the loop's timer.
        observer: who counts.

    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        room: Callable[[], Mailbox[RoomMessage]],
        journal: Mailbox[JournalMessage],
        clock: Clock,
        interval_s: float,
        ring: Callable[[], None],
        observer: Observer,
    ) -> None:
        self._lesson = lesson
        self._room = room
        self._journal = journal
        self._clock = clock
        self._observer = observer
        self._timer = FlushTimer(clock, interval_s, ring)
        self.generation = 0
        """Rises with each commit that is lost: batches of an older one are dropped already."""

    def rung(self) -> None:
        """The timer has rung: a flush is due with this batch of messages."""
        self._timer.rung()

    def hand_over(self) -> None:
        """Have the journal write what was decided, if anything was."""
        lesson = self._lesson
        if lesson.unsaved.is_empty() or not lesson.standing.is_writing:
            return
        batch = lesson.unsaved.take(lesson.state, now_ms=self._clock.now_ms())
        tell(self._journal, CommitBatch(self._room(), self.generation, batch))

    def flush_if_due(self) -> None:
        """Send what is on disk, if it is time, or see to it that it will be."""
        lesson = self._lesson
        urgency = lesson.fanout.urgency(lesson.committed)
        if urgency is not Urgency.NOTHING and self._timer.is_due(urgency):
            self._flush(urgency)

    def flush(self) -> None:
        """Send what is on disk now, and let go of who does not read it."""
        self._flush(self._lesson.fanout.urgency(self._lesson.committed))

    def _flush(self, urgency: Urgency) -> None:
        fanout = self._lesson.fanout
        now_s = self._clock.monotonic_s()
        committed = self._lesson.committed
        self._timer.note(now_s, has_said=urgency >= Urgency.SAID)
        for connection_id in fanout.flush(committed):
            # The socket before the roster: what the others are told must not reach it any more.
            fanout.close(connection_id, CloseCode.TOO_SLOW, "read faster; resume by seq")
            self._lesson.leave(Leave(connection_id, is_bye=False))
            self.hand_over()
        if fanout.broken:
            self.let_go_of_broken()
            self.hand_over()
        self._observer.flushed(duration_s=self._clock.monotonic_s() - now_s)

    def let_go_of_broken(self) -> None:
        """Take connections out of the roster whose outbox raised."""
        broken = self._lesson.fanout.broken
        while broken:
            self._lesson.leave(Leave(broken.pop(), is_bye=False))
