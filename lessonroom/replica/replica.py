"""A client's replica: confirmed state is what the server has ordered (PROTOCOL BD-4 to BD-7).

The board as it is seen is that, with one's own unacknowledged submissions on top.
"""

from collections import OrderedDict
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Generic, TypeVar

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.codes import ErrorCode, Refused
from lessonroom.replica import messages
from lessonroom.replica.happenings import Acknowledged, Diverged, Happening, Held, Synced, Waiting
from lessonroom.replica.messages import Fault, Incoming, Outgoing, Sync, Welcome
from lessonroom.replica.packing import packed
from lessonroom.replica.pending import Entry, Ops, Pending, Saying, message_of
from lessonroom.replica.queue import RefusedForGood, SubmissionQueue
from lessonroom.replica.seeing import show
from lessonroom.replica.squashing import Absorbed
from lessonroom.replica.strokes import (
    is_placed,
    missing,
    placed,
    points_of,
    putting,
    stroke_in_conflict,
    without_pieces,
)
from lessonroom.replica.view import View

_REMEMBERED: Final = 64
"""So many acknowledged submissions are remembered, in case the server forgets them."""
_HOLD_MS: Final = 500
_PASSING: Final = frozenset(code.value for code in ErrorCode if code.is_passing)

V = TypeVar("V", bound=View)


class Phase(StrEnum):
    """How far a connection has come."""

    CLOSED = "closed"
    JOINING = "joining"
    LOBBY = "lobby"
    """Connected, and waiting for the host to let them in (WR-1)."""
    SYNCING = "syncing"
    LIVE = "live"


class Reaction(msgspec.Struct, frozen=True):
    """What to send now, in this order, and what has happened."""

    send: Sequence[Outgoing]
    happened: Sequence[Happening]


class Replica(Generic[V]):
    """One page of one participant.

    Args:
        client_id: 8 to 64 of `[A-Za-z0-9_-]`, random, new for each load of the page.
        view: what takes up what was ordered.
        has_gaps: whether it is connected to a view of one channel, where `seq` has gaps (BD-4).
        takes_parts: whether the board may come page by page, `rest` is what is missing (BD-28).

    """

    def __init__(
        self, client_id: str, view: V, *, has_gaps: bool = False, takes_parts: bool = False
    ) -> None:
        self.view = view
        self.client_id = client_id
        self.phase = Phase.CLOSED
        self.epoch: str | None = None
        self.seq = 0
        """The last event applied."""
        self.user_id = 0
        self.queue = SubmissionQueue(client_id)
        self.welcome: Welcome | None = None
        self.has_gaps = has_gaps
        self._takes_parts = takes_parts
        self.rest: list[str] = []
        """The pages of which nothing has come yet (BD-28)."""
        self._rest_of, self._waits_for_rest = 0, False
        self._acknowledged: OrderedDict[str, Pending] = OrderedDict()
        self._whole: dict[str, str] = {}
        self._seen: Board | None = None
        self._send: list[Outgoing] = []
        self._happened: list[Happening] = []

    @property
    def seen(self) -> Board:
        """The board as this participant sees it; not to be changed."""
        if self._seen is None:
            board = self.view.board.copy()
            for entry in self.queue.entries:
                ops = missing(entry.ops, board) if entry.is_echo else entry.ops
                show(board, ops, self.user_id)
            self._seen = board
        return self._seen

    @property
    def pending(self) -> list[Entry]:
        """What is not acknowledged, oldest first."""
        return [entry for entry in self.queue.entries if not entry.is_echo]

    def opened(self) -> None:
        """Learn that a new connection is on its way."""
        self.phase = Phase.JOINING

    def closed(self) -> None:
        """Learn that the connection is gone."""
        self.phase = Phase.CLOSED
        self.queue.closed()

    def submit(self, ops: Ops, saying: Saying | None = None) -> tuple[Pending, Reaction]:
        """Take up operations, or a message of the chat, and send them when that is possible."""
        if not all(map(is_placed, ops)):
            ops = placed(ops, self.seen, self.user_id, is_known=self.epoch is not None)
        pending = self.queue.add(ops, saying)
        self._seen = None
        self._pump()
        return pending, self._react()

    def release(self) -> Reaction:
        """Go on after the wait of a `Held`: from the oldest, under the same ids."""
        self.queue.release()
        self._pump()
        return self._react()

    def receive(self, message: Incoming) -> Reaction:
        """Take up a message of the server."""
        match message.type:
            case "ack":
                if message.id is not None and message.seq is not None:
                    self._acked(message.id, message.seq)
            case "welcome":
                self._welcomed(message)
            case "sync_response":
                if self.phase is Phase.SYNCING:
                    self._synced(messages.decode_sync(message.data), message)
            case "board_part":
                self._part_came(message)
            case "notification":
                is_lobby = self.phase is Phase.LOBBY
                if is_lobby and messages.decode_notice(message.data).code == "admitted":
                    self._request_sync()
            case "error":
                self._refused(message.id, messages.decode_fault(message.data))
            case _ if message.seq is not None:
                self._event(message, message.seq)
                if message.id is not None:
                    # One's own, brought in by a connection that is gone: what waited for it goes.
                    self._pump()
            case _:
                pass  # a signal
        return self._react()

    def _react(self) -> Reaction:
        reaction = Reaction(self._send, self._happened)
        self._send, self._happened = [], []
        return reaction

    # -- coming in

    def _welcomed(self, message: Incoming) -> None:
        self.welcome = welcome = messages.decode_welcome(message.data)
        self.user_id = welcome.participant.user_id
        self.view.welcome(message.data)
        self.queue.limited_to(welcome.limits)
        self._seen = None
        if welcome.participant.is_admitted:
            self._request_sync()
        else:
            self.phase = Phase.LOBBY
            self._happened.append(Waiting())

    def _request_sync(self) -> None:
        self.phase = Phase.SYNCING
        # What was on its way will not come: only the whole board is known to be all of it.
        known: dict[str, object] = {} if self.rest else {"epoch": self.epoch, "seq": self.seq}
        first: dict[str, object] = {"parts": True} if self._takes_parts else {}
        point: dict[str, object] = first if self.epoch is None else known
        self._send.append(Outgoing("board", "sync_request", point))

    def _synced(self, sync: Sync, message: Incoming) -> None:
        self.phase = Phase.LIVE
        if sync.mode == "full":
            self._replace(sync, message)
        else:
            for event in sync.events:
                self._event(event, event.seq or 0)
            if self.phase is not Phase.LIVE:
                return
            self.epoch, self.seq = sync.epoch, max(self.seq, sync.seq)
        self._happened.append(Synced())
        self._waits_for_rest = bool(self.queue.entries)
        self._go_on()

    def _go_on(self) -> None:
        """Go on with what the board now is, as far as it has come.

        How far a stroke is that was begun before is told by its page: what is pending waits for it.
        """
        if not self.rest:
            self._waits_for_rest = False
            self.queue.place_pieces(self.view.board, self.user_id)
        self._seen = None
        self._pump()

    def _part_came(self, message: Incoming) -> None:
        part = messages.decode_part(message.data)
        if self.phase is not Phase.LIVE or part.of != self._rest_of or part.page not in self.rest:
            return
        self.rest.remove(part.page)
        try:
            self.view.add_part(message.data, is_last=not self.rest)
        except Refused as refused:
            self._diverge(refused)
            return
        self._go_on()

    def _replace(self, sync: Sync, message: Incoming) -> None:
        is_other = self.epoch is not None and self.epoch != sync.epoch
        has_lost = sync.seq < self.seq
        seen = self.seen if is_other else Board()
        self.view.replace(message.data, seq=sync.seq)
        self.epoch, self.seq = sync.epoch, sync.seq
        self.rest, self._rest_of = [*sync.rest], sync.seq
        self._seen = None
        if is_other:
            self.queue.echo(list(self._acknowledged.values()))
            self._mend(seen, has_lost=has_lost)

    def _mend(self, seen: Board, *, has_lost: bool) -> None:
        """Put strokes whole, as they were seen, of which the room lost more than is remembered."""
        known: dict[str, int] = {}
        pieces = [op for entry in self.queue.entries for op in entry.ops]
        for op in pieces:
            match op:
                case {"op": "put", "element": {"type": "stroke", "id": stroke_id} as element}:
                    known[stroke_id] = len(element["points"]) // 4
                case {"op": "append", "id": stroke_id, "at": at, "points": points}:
                    had = known.get(stroke_id, points_of(self.view.board, stroke_id))
                    # Where it is gone altogether, others may have removed it.
                    if had < at and (had or has_lost):
                        self._put_whole(stroke_id, seen)
                    known[stroke_id] = at + len(points) // 4
                case _:
                    pass

    # -- events

    def _is_next(self, seq: int) -> bool:
        return seq == self.seq + 1 or (self.has_gaps and seq > self.seq)

    def _event(self, event: Incoming, seq: int) -> None:
        if self.phase is not Phase.LIVE or seq <= self.seq:
            return
        if not self._is_next(seq):
            self._request_sync()
            return
        try:
            self.view.apply(event)
        except Refused as refused:
            self._diverge(refused)
            return
        self.seq = seq
        if event.type == "room_open":
            self.epoch = messages.decode_room_open(event.data).epoch
        elif event.type == "board_event":
            self._seen = None
        if event.id is not None:
            self._settle(event.id, seq)

    def _diverge(self, refused: Refused) -> None:
        """Have the whole state: ours is not the one that the room's events are made on."""
        self._happened.append(Diverged(refused.message))
        self.phase = Phase.SYNCING
        self._send.append(Outgoing("board", "sync_request", {}))

    def _acked(self, submission_id: str, seq: int) -> None:
        entry = self.queue.find(submission_id)
        if self.phase is Phase.LIVE and seq > self.seq:
            if entry is None or not self._is_next(seq):
                self._request_sync()
            else:
                self._apply_own(entry, seq)
        # What comes while a sync is on its way is in the sync.
        self._seen = None
        self._settle(submission_id, seq)
        self._pump()

    def _apply_own(self, entry: Entry, seq: int) -> None:
        try:
            self.view.apply_own(entry.pending, seq=seq, user_id=self.user_id)
        except Refused as refused:
            self._diverge(refused)
        else:
            self.seq = seq

    def _settle(self, submission_id: str, seq: int) -> None:
        entry = self.queue.find(submission_id)
        if entry is None:
            return
        self.queue.entries.remove(entry)
        self._acknowledged.pop(submission_id, None)
        self._acknowledged[submission_id] = entry.pending
        if len(self._acknowledged) > _REMEMBERED:
            self._acknowledged.popitem(last=False)
        if not entry.is_echo:
            self._happened.append(Acknowledged(submission_id, seq))

    # -- refusals

    def _refused(self, submission_id: str | None, fault: Fault) -> None:
        entry = self.queue.find(submission_id)
        if entry is None:
            return
        if fault.code in _PASSING:
            if self.queue.refused_for_now(entry):
                self._happened.append(Held(fault.retry_after_ms or _HOLD_MS))
            self._pump()
            return
        stroke_id = stroke_in_conflict(entry.ops, fault)
        if stroke_id is not None:
            self._is_put_whole(entry, stroke_id)
        else:
            self.queue.entries.remove(entry)
            if not entry.is_echo:
                self._happened.append(RefusedForGood(entry.pending, fault))
        self._seen = None
        self._pump()

    def _is_put_whole(self, entry: Entry, stroke_id: str) -> None:
        """A piece came to the wrong place: something before it is missing there, or was changed."""
        seen = self.seen
        self.queue.entries.remove(entry)
        rest = without_pieces(entry.ops, stroke_id)
        known = self.queue.find(self._whole.get(stroke_id))
        if known is not None and not rest:
            by: str | None = known.id
        else:
            by = self._put_whole(stroke_id, seen, rest)
        if not entry.is_echo:
            self._happened.append(Absorbed(entry.id, by))

    def _put_whole(self, stroke_id: str, seen: Board, rest: Ops = ()) -> str | None:
        """Put a stroke as it is seen, at the end, in the place of its pieces that were not sent.

        Args:
            stroke_id: of which a piece was refused, or lost.
            seen: the board with it.
            rest: what else is to be said, before it.

        Returns:
            The submission that says the last of it; None where nothing was left to be said.

        """
        whole = putting(seen, stroke_id)
        ops = [*rest] if whole is None else [*rest, whole]
        absorbed = self.queue.without_pieces(stroke_id)
        parts = packed(ops, self.welcome.limits) if ops and self.welcome is not None else []
        by = None
        for part in parts:
            by = self.queue.add(part).id
        self._happened += [Absorbed(one, by) for one in absorbed]
        if by is not None and whole is not None:
            self._whole[stroke_id] = by
        return by

    def _pump(self) -> None:
        if self.phase is Phase.LIVE and not self._waits_for_rest:
            going = self.queue.next(self.view.board, self.user_id)
            self._send += map(message_of, going)
        fates = self.queue.take_fates()
        if fates:
            self._seen = None
        self._happened += fates
