"""A look at all that a server tells one client: what a correct one never says."""

from collections.abc import Callable
from typing import Any

from lessonroom.replica import messages
from lessonroom.replica.messages import Incoming
from lessonroom.replica.pending import Pending
from lessonroom.replica.replica import Phase, Replica
from lessonroom.replica.view import BoardView


class NumberedView(BoardView):
    """A board that remembers which events it was made of one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.seqs: list[int] = []

    def apply(self, event: Incoming) -> None:
        super().apply(event)
        self.seqs.append(event.seq or 0)

    def apply_own(self, pending: Pending, *, seq: int, user_id: int) -> None:
        super().apply_own(pending, seq=seq, user_id=user_id)
        self.seqs.append(seq)


class Watch:
    """Hears each message before the replica does, and reports what breaks a promise.

    An event comes once and in order, and is not heard of before the sync (P3, P6, HS-6); a
    submission has one `seq` for ever (P4).

    Args:
        report: told in words, with the promise or rule in front.

    """

    def __init__(self, report: Callable[[str], None]) -> None:
        self.acks: dict[str, int] = {}
        """The `seq` of each submission that was acknowledged, or came as an event."""
        self.modes: list[str] = []
        """Of the answers to `sync_request`."""
        self.by_hand: set[str] = set()
        """Submissions that a test sent past the replica, which does not know them."""
        self._report = report
        self._is_subscribed = False

    def hear(self, message: Incoming, replica: Replica[Any]) -> None:
        """Look at a message that `replica` has not received yet."""
        match message.type:
            case "welcome":
                self._is_subscribed = False
            case "sync_response":
                self._is_subscribed = True
                self._hear_sync(messages.decode_sync(message.data), replica)
            case "ack":
                self.note_ack(message.id or "", message.seq or 0)
                self._hear_ack(message, replica)
            case _ if message.seq is not None:
                self._note_own(message, replica)
                if not self._is_subscribed:
                    self._report(f"[HS-6] event {message.seq} before the sync")
                elif replica.phase is Phase.LIVE:
                    self._check_order(message.seq, replica.seq, has_gaps=replica.has_gaps)
            case _:
                pass

    def note_ack(self, submission: str, seq: int) -> None:
        """Note which event a submission is."""
        known = self.acks.setdefault(submission, seq)
        if known != seq:
            self._report(f"[P4] {submission} has the seq {known} and {seq}")

    def _hear_sync(self, answer: messages.Sync, replica: Replica[Any]) -> None:
        self.modes.append(answer.mode)
        if answer.mode == "full":
            return
        if answer.from_seq != replica.seq:
            self._report(f"[P6] asked from {replica.seq}, answered from {answer.from_seq}")
        after = replica.seq
        for event in answer.events:
            self._note_own(event, replica)
            self._check_order(event.seq or 0, after, has_gaps=replica.has_gaps)
            after = event.seq or 0
        if after != answer.seq and not replica.has_gaps:
            self._report(f"[P6] a delta to {answer.seq} ends with {after}")

    def _hear_ack(self, message: Incoming, replica: Replica[Any]) -> None:
        seq = message.seq or 0
        if replica.phase is not Phase.LIVE or seq <= replica.seq:
            return
        if replica.queue.find(message.id) is None and message.id not in self.by_hand:
            self._report(f"[BD-4] {message.id} was acknowledged before, and {seq} was never seen")
        self._check_order(seq, replica.seq, has_gaps=replica.has_gaps)

    def _note_own(self, event: Incoming, replica: Replica[Any]) -> None:
        """Note an event of one's own, of which the `ack` was lost with a connection."""
        if event.id is not None and replica.queue.find(event.id) is not None:
            self.note_ack(event.id, event.seq or 0)

    def _check_order(self, seq: int, after: int, *, has_gaps: bool) -> None:
        if seq != after + 1 and not (has_gaps and seq > after):
            self._report(f"[P3] event {seq} came after {after}")
