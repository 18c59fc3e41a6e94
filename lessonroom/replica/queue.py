"""The queue of what is submitted: its order, and what of it may go out now (PROTOCOL BD-6)."""

from collections.abc import Sequence
from typing import Final

import msgspec

from lessonroom.board.model.board import Board
from lessonroom.limits import Limits
from lessonroom.replica.messages import Fault
from lessonroom.replica.packing import fits, packed
from lessonroom.replica.pending import (
    Entry,
    Kept,
    Ops,
    Pending,
    Saying,
    Standing,
    client_of,
)
from lessonroom.replica.seeing import show
from lessonroom.replica.squashing import Absorbed, squashed
from lessonroom.replica.strokes import is_placed, placed, without_pieces

_UNANSWERED: Final = 128
"""So many may be unanswered at a time: a round trip of 300 ms takes 400 a second."""
_UNANSWERED_LARGEST: Final = 4
"""And so much of them, in terms of the largest message."""


class Cut(msgspec.Struct, frozen=True, tag="cut"):
    """It was too large for one message: these are it now, in this order."""

    id: str
    into: Sequence[Pending]


class RefusedForGood(msgspec.Struct, frozen=True, tag="refused"):
    """The room does not take it: what was shown ahead is taken back."""

    pending: Pending
    fault: Fault


Fate = Absorbed | Cut | RefusedForGood
"""What becomes of submissions, told to whoever waits for them."""


class SubmissionQueue:
    """What is not acknowledged, oldest first; what earlier page loads left before one's own.

    Args:
        client_id: of this page load.

    """

    def __init__(self, client_id: str) -> None:
        self.entries: list[Entry] = []
        self._client_id = client_id
        self._may_squash = True
        self._n = 0
        self._limits: Limits | None = None
        self._is_held = False
        self._is_squashed = False
        self._fates: list[Fate] = []

    def adopt(self, kept: Sequence[Kept], *, is_alone: bool = True) -> None:
        """Take up what earlier page loads left, before one's own.

        It goes behind what of that is out already: one client's are answered before another's go.

        Args:
            kept: in its order.
            is_alone: False where another page may have the same: then each is sent as it is.

        """
        self._may_squash = is_alone
        earlier = [
            Entry(
                one.pending, Standing.AGAIN if one.may_be_sent or not is_alone else Standing.UNSENT
            )
            for one in kept
        ]
        sent = [one for one in self.entries if one.standing is not Standing.UNSENT]
        unsent = [one for one in self.entries if one.standing is Standing.UNSENT]
        self.entries = [*sent, *earlier, *unsent]
        self._is_squashed = False

    def take_fates(self) -> list[Fate]:
        """Return what has happened since this was last asked."""
        fates, self._fates = self._fates, []
        return fates

    def find(self, submission_id: str | None) -> Entry | None:
        """Return the entry of an id."""
        for entry in self.entries:
            if entry.pending.id == submission_id:
                return entry
        return None

    def add(self, ops: Ops, saying: Saying | None = None) -> Pending:
        """Give the next number to something new."""
        self._n += 1
        pending = Pending(f"{self._client_id}:{self._n}", ops, saying)
        self.entries.append(Entry(pending))
        self._is_squashed = False
        return pending

    def echo(self, acknowledged: Sequence[Pending]) -> None:
        """Put acknowledged ones in front, to be sent again (BD-7)."""
        known = {entry.id for entry in self.entries}
        echoes = [
            Entry(pending, Standing.AGAIN, is_echo=True)
            for pending in acknowledged
            if pending.id not in known
        ]
        self.entries = [*echoes, *self.entries]

    def closed(self) -> None:
        """Learn that the connection is gone, with every answer that it owed, and every wait."""
        self._is_held = False
        for entry in self.entries:
            if entry.standing is not Standing.UNSENT:
                entry.standing = Standing.AGAIN

    def release(self) -> None:
        """Go on after the wait that `refused_for_now` asked for."""
        self._is_held = False

    def refused_for_now(self, entry: Entry) -> bool:
        """Learn that one was refused and may be taken later; say whether a wait begins.

        The connection refuses what is behind it, too, until it comes again itself.
        """
        is_first = entry.standing is Standing.IN_FLIGHT
        entry.standing = Standing.AGAIN
        if not is_first:
            return False
        for one in self.entries[self.entries.index(entry) :]:
            if one.standing is Standing.IN_FLIGHT:
                one.standing = Standing.BEHIND
        begins = not self._is_held
        self._is_held = True
        return begins

    def limited_to(self, limits: Limits) -> None:
        """Learn what the room takes in one message: what was not sent and is larger is cut."""
        self._limits = limits
        self._is_squashed = False
        unsent = [one for one in self.entries if one.standing is Standing.UNSENT]
        if any(not fits(one, limits) for one in unsent):
            self._cut(unsent, limits)

    def _cut(self, unsent: Sequence[Entry], limits: Limits) -> None:
        """Give parts their numbers: what follows, unsent as well, gets new ones."""
        self.entries = [one for one in self.entries if one.standing is not Standing.UNSENT]
        for entry in unsent:
            pending = entry.pending
            parts: Sequence[Ops] = [pending.ops]
            if pending.saying is None:
                parts = packed(pending.ops, limits)
            into = [self.add(part, pending.saying) for part in parts]
            self._fates.append(Cut(pending.id, into))

    def next(self, base: Board, author: int) -> list[Pending]:
        """Return what goes out now, oldest first, and count it as on its way.

        One client's numbers go out at a time: what an earlier page load left is answered before
        one's own follows, which may build on it.

        Args:
            base: the board that the room has confirmed.
            author: whose submissions these are.

        """
        limits = self._limits
        if self._is_held or limits is None:
            return []
        going: list[Pending] = []
        most_bytes = _UNANSWERED_LARGEST * limits.max_message_bytes
        client, at, size_bytes = "", 0, 0
        while at < min(len(self.entries), _UNANSWERED) and size_bytes < most_bytes:
            if self.entries[at].standing is Standing.UNSENT:
                self._squash(base, author, limits)
                if at >= len(self.entries):
                    break
            entry = self.entries[at]
            if entry.standing is Standing.BEHIND:
                break
            if client and client_of(entry.id) != client:
                break
            if not fits(entry, limits):
                self._refuse_too_large(entry)
                continue
            client = client_of(entry.id)
            size_bytes += entry.size_bytes()
            if entry.standing is not Standing.IN_FLIGHT:
                going.append(entry.pending)
                entry.standing = Standing.IN_FLIGHT
            at += 1
        return going

    def _refuse_too_large(self, entry: Entry) -> None:
        """It can neither be cut nor go out: the room would close the connection (EN-3)."""
        self.entries.remove(entry)
        if not entry.is_echo:
            fault = Fault("too_large", "this is larger than a message may be")
            self._fates.append(RefusedForGood(entry.pending, fault))

    def _squash(self, base: Board, author: int, limits: Limits) -> None:
        if self._is_squashed or not self._may_squash:
            return
        self._is_squashed = True
        sent = [one for one in self.entries if one.standing is not Standing.UNSENT]
        unsent = [one.pending for one in self.entries if one.standing is Standing.UNSENT]
        if len(unsent) < 2:  # noqa: PLR2004 - one alone says what it says
            return
        below = base.copy()
        for one in sent:
            if not one.is_echo:
                show(below, one.ops, author)
        outcome = squashed(unsent, below, author, limits)
        self._fates += outcome.absorbed
        self.entries = [*sent, *map(Entry, outcome.kept)]

    def place_pieces(self, base: Board, author: int) -> None:
        """Say where pieces go whose stroke was not known, or that an older page has kept."""
        if all(is_placed(op) for entry in self.entries for op in entry.ops):
            return
        board = base.copy()
        for entry in self.entries:
            ops = placed(entry.ops, board, author)
            if ops is not entry.ops:
                entry.say_instead(ops)
            if not entry.is_echo:
                show(board, ops, author)

    def without_pieces(self, stroke_id: str) -> list[str]:
        """Take pieces of a stroke out of what was not sent; return what was nothing else."""
        emptied: list[str] = []
        kept: list[Entry] = []
        for entry in self.entries:
            if entry.standing is Standing.UNSENT and entry.ops:
                ops = without_pieces(entry.ops, stroke_id)
                if not ops:
                    emptied.append(entry.id)
                    continue
                if len(ops) < len(entry.ops):
                    entry.say_instead(ops)
            kept.append(entry)
        self.entries = kept
        return emptied
